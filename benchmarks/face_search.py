"""Finding the face: the cascades alone, with one look of the network, against the search in which the network decides.

    .venv/bin/python -m benchmarks.face_search [--data ../shared/data] [--weights FILE] [--sets faces106 turned-45 …]
        [--every 40] [--take 20] [--json]

A hit: a face was found, the box of the proposed points has its centre within 25 % of the true box's size, its size within a
factor of 1.5, its angle within 20 degrees. NME by rectangle and failures (8 % and more) are of the proposed points; "true
box" is one look at the box of the true points. Times are CPU time of one thread, from a JPEG's bytes to points.

Sets: the last 20 of faces106 by name, which no shipped weights were trained on; every 40th of video68 (68 points, loosely
labeled, all poses); both of lapa_mmpose. From the 20, with a fixed seed: turned in the plane; small in a larger picture,
the face 12 % or 8 % of its shorter side; in a corner of 4,000 × 3,000 px; two faces, of which the larger one counts. `none`
are pictures without a face, for which a hit is that none is found.
"""

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
import torch

from backend.settings import REPOSITORY
from ml.data.faces import FaceSample, LandmarkFolder
from ml.geometry import Image, Points, invert_transform, similarity, transform_points, warp_image
from ml.landmarks.boxes import FaceBox, box_of_points, moved_box
from ml.landmarks.detect import find_face
from ml.landmarks.mean_face import Proposal, default_box
from ml.landmarks.metrics import FAILURE_NME, Known, nme_rect
from ml.landmarks.photo_copies import PhotoCopies
from ml.landmarks.predict import Landmarker
from ml.landmarks.shipped import shipped_checkpoint
from ml.schema import N_POINTS

SEED: Final = 106
ARMS: Final = ("cascades", "search")


@dataclass(frozen=True)
class Case:
    """A picture and its main face; no face where no point is known."""

    image: Image
    points: Points
    known: Known


def _background(rng: np.random.Generator, width: int, height: int) -> Image:
    """Clutter without faces: clouds of colour, boxes, discs and lines of all sizes, a little out of focus, with grain."""
    picture = np.zeros((height, width, 3), np.float32)
    for cells in (3, 8, 24):
        clouds = rng.uniform(0, 255, (cells, cells, 3)).astype(np.float32)
        picture += cv2.resize(clouds, (width, height), interpolation=cv2.INTER_CUBIC) / 3
    for _ in range(80):
        colour = rng.uniform(0, 255, 3).tolist()
        x, y = int(rng.integers(0, width)), int(rng.integers(0, height))
        w, h = (int(side) for side in np.exp(rng.uniform(np.log(0.01), np.log(0.2), 2)) * height)
        kind = rng.integers(3)
        if kind == 0:
            cv2.rectangle(picture, (x, y), (x + w, y + h), colour, -1)
        elif kind == 1:
            cv2.ellipse(picture, (x, y), (w, h), float(rng.uniform(0, 180)), 0, 360, colour, -1)
        else:
            cv2.line(picture, (x, y), (x + 3 * w, y - 3 * h), colour, max(1, w // 8))
    picture = cv2.GaussianBlur(picture, (0, 0), 0.002 * height)
    grain = rng.standard_normal((height, width, 1), dtype=np.float32) * np.float32(6)
    return np.clip(picture + grain, 0, 255).astype(np.uint8)


def _paste(picture: Image, face: FaceSample, size: float, center: tuple[float, float]) -> Points:
    """Lays a photo into a picture such that its face has this size and place; returns the points there."""
    box = box_of_points(face.points)
    matrix = similarity(size / box.size, 0.0, (0.0, 0.0))
    matrix[:, 2] = np.array(center) - matrix[:, :2] @ np.array(box.center)
    shape = (picture.shape[1], picture.shape[0])
    inside = warp_image(np.full(face.image.shape[:2], 255, np.uint8), matrix, shape) > 127
    picture[inside] = warp_image(face.image, matrix, shape)[inside]
    return transform_points(matrix, face.points)


def _placed(
    shape: tuple[int, int], *wanted: tuple[float, float, float]
) -> Callable[[Sequence[FaceSample]], list[Case]]:
    """Cases of faces in a picture, the first one the main one: (share of the shorter side, place in x, place in y)."""

    def compose(faces: Sequence[FaceSample]) -> list[Case]:
        cases = []
        for number, _ in enumerate(faces):
            rng = np.random.default_rng([SEED, number])
            picture = _background(rng, *shape)
            put = [
                _paste(
                    picture,
                    faces[(number + other) % len(faces)],
                    share * min(shape),
                    (
                        x * shape[0] + rng.uniform(-0.05, 0.05) * shape[0],
                        y * shape[1] + rng.uniform(-0.05, 0.05) * shape[1],
                    ),
                )
                for other, (share, x, y) in enumerate(wanted)
            ]
            cases.append(Case(picture, put[0], np.ones(N_POINTS, dtype=bool)))
        return cases

    return compose


def _turned(degrees: float) -> Callable[[Sequence[FaceSample]], list[Case]]:
    def compose(faces: Sequence[FaceSample]) -> list[Case]:
        cases = []
        for number, face in enumerate(faces):
            height, width = face.image.shape[:2]
            matrix = similarity(1.0, np.deg2rad(degrees if number % 2 else -degrees), (0.0, 0.0))
            middle = np.array([(width - 1) / 2, (height - 1) / 2])
            matrix[:, 2] = middle - matrix[:, :2] @ middle
            image = warp_image(face.image, matrix, (width, height), fill=128)
            cases.append(Case(image, transform_points(matrix, face.points), face.known))
        return cases

    return compose


def _faceless(faces: Sequence[FaceSample]) -> list[Case]:
    unknown = np.zeros((N_POINTS, 2), np.float32), np.zeros(N_POINTS, dtype=bool)
    return [Case(_background(np.random.default_rng([SEED, i]), 800, 600), *unknown) for i in range(len(faces))]


COMPOSED: Final[dict[str, Callable[[Sequence[FaceSample]], list[Case]]]] = {
    "turned-15": _turned(15),
    "turned-30": _turned(30),
    "turned-45": _turned(45),
    "small-12": _placed((1600, 1200), (0.12, 0.4, 0.6)),
    "small-8": _placed((1600, 1200), (0.08, 0.6, 0.4)),
    "corner": _placed((4000, 3000), (0.12, 0.88, 0.85)),
    "two": _placed((1600, 1200), (0.4, 0.3, 0.5), (0.25, 0.75, 0.5)),
    "none": _faceless,
}
SETS: Final = ("faces106", "video68", "lapa_mmpose", *COMPOSED)


def cases_of(name: str, data: Path, every: int, take: int) -> list[Case]:
    if name == "video68":
        folder = LandmarkFolder(data / name, 68)
        return [Case(s.image, s.points, s.known) for s in (folder[i] for i in range(0, len(folder), every))]
    if name == "lapa_mmpose":
        return [Case(s.image, s.points, s.known) for s in LandmarkFolder(data / name)]
    folder = LandmarkFolder(data / "faces106")
    held_out = [folder[i] for i in range(len(folder) - min(20, take), len(folder))]
    if name == "faces106":
        return [Case(s.image, s.points, s.known) for s in held_out]
    return COMPOSED[name](held_out)


def cascades_only(landmarker: Landmarker, data: bytes) -> Proposal:
    """What proposed points before the network was asked where the face is: the first find, and one look."""
    photo = PhotoCopies(data)
    found = find_face(photo.coarse.image)
    box = moved_box(found or default_box(photo.coarse.image), photo.coarse.to_photo)
    return _one_look(landmarker, photo, box, found is not None)


def _one_look(landmarker: Landmarker, photo: PhotoCopies, box: FaceBox, found: bool) -> Proposal:
    copy = photo.showing(box)
    (proposal,) = landmarker.predict_in_boxes([copy.image], [moved_box(box, invert_transform(copy.to_photo))])
    return Proposal(transform_points(copy.to_photo, proposal.points), proposal.confidence, found)


def is_hit(proposal: Proposal, case: Case) -> bool:
    if not case.known.any():
        return not proposal.found
    true, box = box_of_points(case.points, case.known), box_of_points(proposal.points, case.known)
    away = np.hypot(box.center[0] - true.center[0], box.center[1] - true.center[1])
    turn = abs((box.angle - true.angle + np.pi) % (2 * np.pi) - np.pi)
    near = away < 0.25 * true.size and 1 / 1.5 < box.size / true.size < 1.5 and turn < np.deg2rad(20)
    return bool(proposal.found and near)


def measure(landmarker: Landmarker, cases: Sequence[Case]) -> dict[str, Any]:
    hits: dict[str, list[bool]] = {arm: [] for arm in ARMS}
    taken: dict[str, list[float]] = {arm: [] for arm in ARMS}
    errors: dict[str, list[float]] = {arm: [] for arm in (*ARMS, "true box")}
    for case in cases:
        encoded, buffer = cv2.imencode(
            ".jpg", cv2.cvtColor(case.image, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, 95]
        )
        assert encoded
        data = buffer.tobytes()
        proposals = {}
        for arm in ARMS:
            started = time.process_time()
            if arm == "cascades":
                proposals[arm] = cascades_only(landmarker, data)
            else:
                (proposals[arm],) = landmarker.predict_encoded([("case", data)])
            taken[arm].append(1e3 * (time.process_time() - started))
            hits[arm].append(is_hit(proposals[arm], case))
        if case.known.any():
            proposals["true box"] = _one_look(
                landmarker, PhotoCopies(data), box_of_points(case.points, case.known), True
            )
            for arm, proposal in proposals.items():
                errors[arm].append(nme_rect(proposal.points, case.points, case.known))
    return {"photos": len(cases)} | {
        arm: {
            "hits": round(float(np.mean(hits[arm])), 4) if arm in hits else None,
            "nme_rect": round(float(np.mean(of)), 4) if of else None,
            "fr_008": round(float(np.mean(np.array(of) >= FAILURE_NME)), 4) if of else None,
            "ms_p50": round(float(np.median(taken[arm])), 1) if arm in taken else None,
            "ms_max": round(float(np.max(taken[arm])), 1) if arm in taken else None,
        }
        for arm, of in errors.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--weights", type=Path, help="a model file; the shipped one by default")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--every", type=int, default=40, help="of video68")
    parser.add_argument(
        "--take", type=int, default=20, help="of the 20 held-out photos of faces106, for it and what is composed"
    )
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    landmarker = Landmarker.load(arguments.weights or shipped_checkpoint(), device="cpu")
    results: dict[str, Any] = {}
    if not arguments.json:
        print(f"{'':<12}{'':>7}" + "".join(f"{arm:^41}" for arm in ARMS) + f"{'true box':^16}")
        print(
            f"{'set':<12}{'photos':>7}"
            + f"{'hits':>8}{'NME':>8}{'fails':>8}{'ms p50':>8}{'max':>9}" * 2
            + f"{'NME':>8}{'fails':>8}"
        )
    for name in arguments.sets:
        row = results[name] = measure(landmarker, cases_of(name, arguments.data, arguments.every, arguments.take))
        if not arguments.json:
            print(
                f"{name:<12}{row['photos']:>7}" + "".join(_cells(row[arm]) for arm in (*ARMS, "true box")), flush=True
            )
    if arguments.json:
        print(json.dumps({"benchmark": "face_search", "sets": results}))


def _cells(figures: dict[str, Any]) -> str:
    shares = [figures["nme_rect"], figures["fr_008"]]
    text = "".join(f"{'-' if share is None else format(share, '.1%'):>8}" for share in shares)
    if figures["hits"] is None:
        return text
    return f"{figures['hits']:>8.0%}{text}{figures['ms_p50']:>8.0f}{figures['ms_max']:>9.0f}"


if __name__ == "__main__":
    main()
