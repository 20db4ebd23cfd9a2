"""How many points an annotator corrects in a photo: from the mean face, from the model, and when the others follow.

    .venv/bin/python -m benchmarks.corrections [--data ../shared/data] [--weights FILE] [--json] [--plot corrections.svg]

The annotator fixes every known point that is off by more than 3 % of the distance between the outer corners of the eyes,
worst first, exactly at the label. With carrying, the points that nobody fixed then lie where the shape model that ships
with Facet expects them, and the next worst is chosen among those. The model finds the face by itself; the mean face is
laid over the face that the same finder found. The photos: the last 20 of faces106 by name, which no shipped weights were
trained on; every 60th of video68 (68 points, loosely labeled, all poses); both of lapa_mmpose.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from backend.settings import REPOSITORY
from benchmarks.line_plot import line_plot
from ml.data.faces import LandmarkFolder
from ml.landmarks.mean_face import place_mean_face
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import LabeledFace
from ml.landmarks.shipped import shipped_checkpoint
from ml.schema import LEFT_EYE_OUTER, RIGHT_EYE_OUTER
from ml.shape import ShapeModel, default_shape_model

TOLERANCE: Final = 0.03
SETS: Final[dict[str, tuple[Literal[68, 106], slice]]] = {
    "faces106": (106, slice(-20, None)),
    "video68": (68, slice(None, None, 60)),
    "lapa_mmpose": (106, slice(None)),
}
ARMS: Final = ("mean face", "model", "model, carried", "mean face, carried")


def points_off(proposal: npt.ArrayLike, face: LabeledFace, shape: ShapeModel | None) -> list[int]:
    """How many points are off before each correction, and 0 at last; one entry more than there are corrections.

    Args:
        proposal: (106, 2) image pixels.
        face: the photo with its label.
        shape: by which the others follow; None leaves them where they are.
    """
    proposed, truth = np.asarray(proposal, np.float64), np.asarray(face.points, np.float64)
    limit = TOLERANCE * np.linalg.norm(truth[LEFT_EYE_OUTER] - truth[RIGHT_EYE_OUTER])
    points, fixed, off = proposed.copy(), dict[int, npt.NDArray[np.float64]](), list[int]()
    while True:
        errors = np.where(face.known, np.linalg.norm(points - truth, axis=1), 0.0)
        errors[list(fixed)] = 0
        off.append(int((errors > limit).sum()))
        if off[-1] == 0:
            return off
        worst = int(errors.argmax())
        fixed[worst] = points[worst] = truth[worst]
        if shape is not None:
            points = shape.carry(proposed, fixed)


def measure(faces: Sequence[LabeledFace], landmarker: Landmarker) -> dict[str, list[list[int]]]:
    """The course of each photo (see `points_off`), by arm."""
    shape = default_shape_model()
    courses: dict[str, list[list[int]]] = {arm: [] for arm in ARMS}
    for face in faces:
        mean, model = place_mean_face(face.image).points, landmarker.predict([face.image])[0].points
        for arm, proposal, follow in zip(ARMS, (mean, model, model, mean), (None, None, shape, shape), strict=True):
            courses[arm].append(points_off(proposal, face, follow))
    return courses


def corrections(courses: Sequence[Sequence[int]]) -> float:
    return float(np.mean([len(course) - 1 for course in courses]))


def plot(courses: dict[str, list[list[int]]], name: str) -> str:
    """Points still off after so many corrections, mean over the photos, as SVG."""
    longest = max(len(course) for arm in courses.values() for course in arm)
    series = {
        arm: [
            (float(x + 1), float(np.mean([course[x] if x < len(course) else 0 for course in photos])))
            for x in range(longest)
        ]
        for arm, photos in courses.items()
    }
    return line_plot(
        series, title=f"Points still off by more than 3 %, {name}", x_label="corrections, and 1", y_label="points off"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--weights", type=Path, help="a model file; the shipped one by default")
    parser.add_argument("--sets", nargs="+", choices=SETS, default=list(SETS))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=Path, help="an SVG of the first set")
    arguments = parser.parse_args()
    landmarker = Landmarker.load(arguments.weights or shipped_checkpoint(), device="cpu")
    results = {}
    for name in arguments.sets:
        known, chosen = SETS[name]
        folder = LandmarkFolder(arguments.data / name, known)
        courses = measure([folder[index] for index in range(len(folder))[chosen]], landmarker)
        results[name] = {arm: corrections(photos) for arm, photos in courses.items()}
        if arguments.plot and name == arguments.sets[0]:
            arguments.plot.write_text(plot(courses, name), encoding="utf-8")
    if arguments.json:
        print(json.dumps(results))
        return
    print("corrections a photo   " + "".join(f"{arm:>20}" for arm in ARMS) + "   saved by carrying")
    for name, row in results.items():
        saved = 1 - row["model, carried"] / row["model"] if row["model"] else 0.0
        print(f"{name:<22}" + "".join(f"{row[arm]:>20.1f}" for arm in ARMS) + f"{saved:>19.0%}")


if __name__ == "__main__":
    main()
