"""Whether a model sees the lids, lips and brows that a face has, or gives everybody those it has learned from.

    .venv/bin/python -m benchmarks.part_sizes [--data ../shared/data] [--weights FILE …] [--json]

Sizes of parts as shares of the distance between the outer eye corners, in proposals and in labels: their means, how much
both vary from face to face (standard deviations), and "follows": by how much of a change in the label the proposal changes
(the slope of the line through both; 1 is right, 0 is a model that always says the same, and noise in the labels lowers it).

Faces turned little: the tip of the nose lies about as far from one end of the contour as from the other. Sets: the last 20
of faces106 by name, every 7th of video68 (68 points, machine-made labels), 300W's ten (68 points, put by people); true boxes.
"""

import argparse
import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from backend.settings import REPOSITORY
from ml.data.faces import LandmarkFolder
from ml.data.files import read_image
from ml.data.w300 import read_pts
from ml.landmarks.boxes import box_of_points
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import LabeledFace, Sample
from ml.landmarks.shipped import shipped_checkpoint
from ml.schema import IBUG_68, LEFT_EYE_OUTER, N_POINTS, RIGHT_EYE_OUTER

# Between points that the 68 have, too.
SIZES: Final = {
    "eyes, open": ((67, 73), (69, 71), (76, 82), (78, 80)),
    "eyes, wide": ((66, 70), (75, 79)),
    "brows above the eyes": ((35, 67), (44, 78)),
    "brows apart": ((37, 42),),
    "nose, wide": ((58, 62),),
    "nose to lip": ((60, 87),),
    "mouth, wide": ((84, 90),),
    "mouth, open": ((98, 102),),
    "upper lip": ((87, 98),),
    "lower lip": ((93, 102),),
    "lip to chin": ((93, 16),),
}
MOST_TURNED: Final = 0.3
LEAST_VARIANCE: Final = 0.003**2
"""Of labels, for proposals to follow anything."""

Points = NDArray[np.float32]


def sizes(points: Points) -> list[float]:
    """Each of SIZES, of one face."""
    eyes = np.linalg.norm(points[LEFT_EYE_OUTER] - points[RIGHT_EYE_OUTER])
    return [
        float(np.mean([np.linalg.norm(points[a] - points[b]) for a, b in pairs]) / eyes) for pairs in SIZES.values()
    ]


def little_turned(points: Points) -> bool:
    """Whether the face is nearly frontal."""
    left, right = (float(np.linalg.norm(points[54] - points[end])) for end in (0, 32))
    return abs(left - right) < MOST_TURNED * (left + right)


def measure(landmarker: Landmarker, faces: Iterable[LabeledFace]) -> dict[str, Any]:
    """A row for each size, over the faces that are turned little."""
    proposed, labeled = [], []
    for face in faces:
        if little_turned(face.points):
            (proposal,) = landmarker.predict_in_boxes([face.image], [box_of_points(face.points, face.known)])
            proposed.append(sizes(proposal.points))
            labeled.append(sizes(face.points))
    ours, theirs = np.array(proposed), np.array(labeled)
    rows = {}
    for number, name in enumerate(SIZES):
        a, b = ours[:, number], theirs[:, number]
        rows[name] = {
            "proposed": round(float(a.mean()), 3),
            "labeled": round(float(b.mean()), 3),
            "proposals_vary": round(float(a.std()), 3),
            "labels_vary": round(float(b.std()), 3),
            "follows": round(float(np.cov(a, b, bias=True)[0, 1] / b.var()), 2) if b.var() > LEAST_VARIANCE else None,
        }
    return {"faces": len(ours), "sizes": rows}


def folder(path: Path, points: int, first: int, step: int) -> Iterator[LabeledFace]:
    """Photos of a labeled folder in the order of names."""
    faces = LandmarkFolder(path, points)
    yield from (faces[index] for index in range(first % len(faces), len(faces), step))


def w300(path: Path) -> Iterator[LabeledFace]:
    """Photos beside their .pts files."""
    known = np.zeros(N_POINTS, dtype=bool)
    known[IBUG_68] = True
    for file in sorted(path.glob("*.pts")):
        points = np.zeros((N_POINTS, 2), dtype=np.float32)
        points[IBUG_68] = read_pts(file)
        yield Sample(read_image(file.with_suffix(".jpg")), points, known)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--weights", type=Path, nargs="+", default=[])
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    models = {path.name: path.read_bytes() for path in arguments.weights} or {"shipped": shipped_checkpoint()}
    results: dict[str, Any] = {}
    for name, model in models.items():
        landmarker = Landmarker.load(model)
        results[name] = {
            "faces106": measure(landmarker, folder(arguments.data / "faces106", 106, -20, 1)),
            "300W": measure(landmarker, w300(arguments.data / "pts68" / "300w")),
            "video68": measure(landmarker, folder(arguments.data / "video68", 68, 3, 7)),
        }
    if arguments.json:
        print(json.dumps({"benchmark": "part_sizes", "models": results}))
        return
    for name, sets in results.items():
        for which, found in sets.items():
            print(f"\n{name}, {found['faces']} faces of {which}")
            print(f"{'':<22} {'proposed':>9} {'labeled':>9} {'vary':>7} {'labels':>7} {'follows':>8}")
            for size, row in found["sizes"].items():
                follows = "-" if row["follows"] is None else f"{row['follows']:.2f}"
                print(
                    f"{size:<22} {row['proposed']:>9.3f} {row['labeled']:>9.3f} {row['proposals_vary']:>7.3f}"
                    f" {row['labels_vary']:>7.3f} {follows:>8}"
                )


if __name__ == "__main__":
    main()
