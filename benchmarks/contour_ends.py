"""Where labelled sets, and rendered faces, put the contour's points along the edge of the face.

    .venv/bin/python -m benchmarks.contour_ends [--data ../shared/data] [--rendered 60] [--json]

"End" is the height of the contour's ends above the line through the outer corners of the eyes, in the eyes' heights above
the chin; "step" is the shortest and the longest step in a half of the contour, in its mean step. "Nod" is how much the
ends rise with the tip of the nose's height below the eyes, in the same unit: the slope of a line through nearly frontal
faces. An end that moves with the head as a place in space has a slope near one, an end at a fixed height none.
"""

import argparse
import json
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from backend.settings import REPOSITORY
from ml.data.faces import LandmarkFolder
from ml.synthetic import render_face

Points = NDArray[np.float64]

FEWEST_FOR_A_SLOPE = 20
NEARLY_FRONTAL = 0.2


class ContourShape(NamedTuple):
    """Of one face: ends (2,) and steps (2, n), see above; nod and turn are the nose tip's place below and beside the eyes'
    middle, in the eyes' height above the chin and in the distance of their outer corners."""

    ends: Points
    steps: Points
    nod: float
    turn: float


def contour_shape(points: Points, every: int = 1) -> ContourShape:
    """Measures (106, 2) points; of the contour every second one counts when only 68 points are known."""
    across = points[79] - points[66]
    width = float(np.hypot(*across))
    along, up = across / width, np.array([across[1], -across[0]]) / width
    middle = (points[66] + points[79]) / 2
    height = float((middle - points[16]) @ up)
    steps = np.linalg.norm(np.diff(points[:33:every], axis=0), axis=1).reshape(2, -1)
    tip = points[54] - middle
    return ContourShape(
        (points[[0, 32]] - points[[66, 79]]) @ up / height,
        steps / steps.mean(axis=1, keepdims=True),
        float(-tip @ up / height),
        float(tip @ along / width),
    )


def summary(shapes: Iterable[ContourShape]) -> dict[str, float | int | None]:
    """A row of the table."""
    shapes = list(shapes)
    ends = np.array([shape.ends for shape in shapes])
    frontal = [shape for shape in shapes if abs(shape.turn) < NEARLY_FRONTAL]
    slope = None
    if len(frontal) >= FEWEST_FOR_A_SLOPE:
        nods, heights = [shape.nod for shape in frontal], [float(shape.ends.mean()) for shape in frontal]
        slope = round(float(np.polyfit(nods, heights, 1)[0]), 2)
    return {
        "faces": len(shapes),
        "end": round(float(ends.mean()), 3),
        "end_spread": round(float(ends.std()), 3),
        "shortest_step": round(float(np.mean([shape.steps.min() for shape in shapes])), 2),
        "longest_step": round(float(np.mean([shape.steps.max() for shape in shapes])), 2),
        "nod": slope,
    }


def measure(data: Path, rendered: int) -> dict[str, dict[str, float | int | None]]:
    """The rows, by set."""
    rows = {}
    for name, count in (("lapa_mmpose", 106), ("faces106", 106), ("video68", 68)):
        folder = LandmarkFolder(data / name, 68 if count == 68 else 106)
        labelled = (folder.points(index)[0].astype(np.float64) for index in range(len(folder)))
        rows[name] = summary(contour_shape(points, 1 if count == 106 else 2) for points in labelled)
    rows["rendered"] = summary(
        contour_shape(render_face(seed, 96).points.astype(np.float64)) for seed in range(rendered)
    )
    return rows


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--rendered", type=int, default=60)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = measure(arguments.data, arguments.rendered)
    if arguments.json:
        print(json.dumps({"benchmark": "contour_ends", "rows": rows}))
        return
    print(f"{'set':<12}{'faces':>7}{'end':>8}{'+-':>8}{'steps':>14}{'nod':>7}")
    for name, row in rows.items():
        steps = f"{row['shortest_step']} to {row['longest_step']}"
        nod = "-" if row["nod"] is None else f"{row['nod']}"
        print(f"{name:<12}{row['faces']:>7}{row['end']:>8}{row['end_spread']:>8}{steps:>14}{nod:>7}")


if __name__ == "__main__":
    main()
