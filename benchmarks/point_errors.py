"""How far off proposed points are by their confidence, and what leaning on the shapes of faces takes off.

    .venv/bin/python -m benchmarks.point_errors [--data ../shared/data] [--weights FILE] [--rendered 200] [--json]

The error of a point in x and in y, as a share of the face (the square root of its rectangle), is the root of its mean square,
for points from the least to the most confident tenth, beside what `ml.landmarks.face_shapes.expected_error` says. NME is by
rectangle: as the network places the points, as they are proposed, and as if the labels were moved by their mean distance from
the proposals in pixels ("labels right and down"). Labels that count pixels from 1 are about 1 px off, at any size.

Rendered faces have seeds that no training uses, their boxes are a little off; the other sets are in the boxes of their true
points: the last 20 of faces106 by name, every 40th of video68 (68 points), both of lapa_mmpose.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from backend.settings import REPOSITORY
from ml.data.faces import LandmarkFolder
from ml.landmarks.boxes import box_of_points, jitter
from ml.landmarks.face_search import Look
from ml.landmarks.face_shapes import expected_error
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import LabeledFace, Sample
from ml.landmarks.shipped import shipped_checkpoint, shipped_shapes
from ml.synthetic import render_face

FIRST_SEED: Final = 900_000
SIZE: Final = 288
BINS: Final = 10

Values = NDArray[np.float64]


def rendered_faces(count: int) -> Iterable[LabeledFace]:
    """Faces that no training has seen."""
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        face = render_face(seed, SIZE)
        yield Sample(face.image, face.points.astype(np.float32))


def measure(landmarker: Landmarker, faces: Iterable[LabeledFace], seed: int | None) -> dict[str, Any]:
    """One set: NME with and without the shapes, and a row for each tenth of the points by confidence."""
    shapes = shipped_shapes()
    nme: list[tuple[float, float]] = []
    proposed: list[tuple[Values, float]] = []
    errors: list[Values] = []
    trust: list[Values] = []
    for number, face in enumerate(faces):
        box = box_of_points(face.points, face.known)
        if seed is not None:
            box = jitter(box, np.random.default_rng([seed, number]), shift=0.03, scale=0.05, turn=0.07)
        (seen,) = landmarker.look([Look(face.image, box)])
        true = face.points[face.known]
        size = float(np.sqrt(np.ptp(true, axis=0).prod()))
        off = [
            (points[face.known] - true) / size
            for points in (seen.points, shapes.likeliest(seen.points, seen.confidence))
        ]
        proposed.append((off[1] * size, size))
        nme.append((np.linalg.norm(off[0], axis=1).mean(), np.linalg.norm(off[1], axis=1).mean()))
        errors.append((off[0] ** 2).mean(axis=1))
        trust.append(seen.confidence[face.known].astype(np.float64))
    squares, confidence = np.concatenate(errors), np.concatenate(trust)
    rows = [
        {
            "confidence": round(float(confidence[part].mean()), 3),
            "error": round(float(np.sqrt(squares[part].mean())), 4),
            "expected": round(float(np.sqrt((expected_error(confidence[part]) ** 2).mean())), 4),
        }
        for part in np.array_split(np.argsort(confidence), BINS)
    ]
    seen_nme, proposed_nme = np.mean(nme, axis=0)
    shift = -np.mean([pixels.mean(axis=0) for pixels, _ in proposed], axis=0)
    moved_nme = np.mean([np.linalg.norm(pixels + shift, axis=1).mean() / size for pixels, size in proposed])
    return {
        "faces": len(nme),
        "nme_seen": round(float(seen_nme), 5),
        "nme_proposed": round(float(proposed_nme), 5),
        "shift": [round(float(value), 2) for value in shift],
        "nme_moved": round(float(moved_nme), 5),
        "rows": rows,
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--rendered", type=int, default=200)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    landmarker = Landmarker.load(arguments.weights or shipped_checkpoint())
    faces106, video68 = LandmarkFolder(arguments.data / "faces106"), LandmarkFolder(arguments.data / "video68", 68)
    lapa = LandmarkFolder(arguments.data / "lapa_mmpose")
    results = {
        "rendered": measure(landmarker, rendered_faces(arguments.rendered), seed=106),
        "faces106": measure(landmarker, (faces106[i] for i in range(len(faces106) - 20, len(faces106))), None),
        "video68": measure(landmarker, (video68[i] for i in range(0, len(video68), 40)), None),
        "lapa_mmpose": measure(landmarker, iter(lapa), None),
    }
    if arguments.json:
        print(json.dumps({"benchmark": "point_errors", "sets": results}))
        return
    for name, result in results.items():
        right, down = result["shift"]
        print(
            f"{name}: {result['faces']} faces, NME seen {result['nme_seen']:.2%}, proposed {result['nme_proposed']:.2%}"
        )
        print(
            f"  labels {right:+.2f} px right, {down:+.2f} px down of the proposals; moved, NME {result['nme_moved']:.2%}"
        )
        print(f"  {'confidence':>10}{'error':>9}{'expected':>10}")
        for row in result["rows"]:
            print(f"  {row['confidence']:>10.2f}{row['error']:>9.2%}{row['expected']:>10.2%}")


if __name__ == "__main__":
    main()
