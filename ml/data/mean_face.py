"""How ml/mean_face.py was made: `python -m ml.data.mean_face FOLDER`, FOLDER holding images/ and landmarks/."""

import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt

import ml.mean_face
from ml.data.faces import LandmarkFolder
from ml.geometry import estimate_similarity, transform_points
from ml.schema import FLIP

_ITERATIONS = 20


def mean_face(shapes: npt.ArrayLike) -> npt.NDArray[np.float64]:
    """Returns the symmetric (106, 2) mean of (N, 106, 2) upright faces, fitted into the unit square.

    Generalised Procrustes analysis: each face and its mirror image is aligned to the running mean by a similarity, and
    the mean taken again. Because a face comes with its mirror image, the mean is symmetric and upright. The longer side
    of its rectangle spans [0, 1]; the other is centred.
    """
    faces = np.asarray(shapes, dtype=np.float64)
    faces = np.concatenate([faces, faces[:, FLIP] * (-1.0, 1.0)])
    mean = _centred(faces[0])
    for _ in range(_ITERATIONS):
        mean = _centred(np.mean([transform_points(estimate_similarity(face, mean), face) for face in faces], axis=0))
    mean = (mean + mean[FLIP] * (-1.0, 1.0)) / 2
    low, high = mean.min(axis=0), mean.max(axis=0)
    return (mean - (low + high) / 2) / (high - low).max() + 0.5


def _centred(shape: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    centred = shape - shape.mean(axis=0)
    return centred / np.linalg.norm(centred)


def module_text(mean: npt.NDArray[np.float64], docstring: str) -> str:
    """Returns the text of a module that holds the (106, 2) mean face and nothing else."""
    rows = "".join(f"    ({x:.6f}, {y:.6f}),\n" for x, y in mean)
    return f'"""{docstring}"""\n\nMEAN_FACE_ROWS: tuple[tuple[float, float], ...] = (\n{rows})\n'


def main(arguments: list[str]) -> int:
    """Writes ml/mean_face.py from the landmark folder given; returns the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ml.data.mean_face FOLDER\n")
        return 2
    folder = LandmarkFolder(Path(arguments[0]))
    mean = mean_face([folder.points(i)[0] for i in range(len(folder))])
    Path(str(ml.mean_face.__file__)).write_text(module_text(mean, ml.mean_face.__doc__ or ""), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
