"""Which curve guesses a point best that people placed: one is left out, the others draw the edge, and it is looked up.

    .venv/bin/python -m benchmarks.curve_choice [--data ../shared/data] [--json]

The distance of the point left out from the edge, in percent of the distance between the edge's ends, mean over the
hand-placed faces of faces106, both sides of the face, and every point but the ends. "Head" is the point of a brow next
to its head alone, with each edge as an arc of its own and with one line around the brow.

"Mean face" is the fit's spline: its parameter goes from point to point as far as on the mean face.
"""

import argparse
import json
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from backend.settings import REPOSITORY
from ml.data.lapa import read_landmarks
from ml.ppa.curves import flatten, spline
from ml.schema import MEAN_FACE

Points = NDArray[np.float64]


class Edge(NamedTuple):
    """Landmarks in order, the two whose distance is the unit, and which places in the order are left out in turn."""

    landmarks: tuple[int, ...]
    ends: tuple[int, int]
    left_out: tuple[int, ...]


def _whole(*landmarks: int) -> Edge:
    return Edge(landmarks, (landmarks[0], landmarks[-1]), tuple(range(1, len(landmarks) - 1)))


EDGES: Final[dict[str, tuple[Edge, ...]]] = {
    "upper lid": (_whole(66, 67, 68, 69, 70), _whole(75, 76, 77, 78, 79)),
    "lower lid": (_whole(66, 73, 72, 71, 70), _whole(75, 82, 81, 80, 79)),
    "upper brow": (_whole(33, 34, 35, 36, 37), _whole(46, 45, 44, 43, 42)),
    "lower brow": (_whole(33, 41, 40, 39, 38), _whole(46, 47, 48, 49, 50)),
    "lower lip": (_whole(84, 95, 94, 93, 92, 91, 90),),
    "upper lip": (_whole(*range(84, 91)),),
    "inner lips": (_whole(96, 97, 98, 99, 100), _whole(96, 103, 102, 101, 100)),
    "nose": (_whole(*range(55, 61)), _whole(*range(65, 59, -1))),
    "wings": (_whole(*range(56, 65)),),
    "contour": (_whole(*range(33)),),
    "head, arcs": (
        Edge((33, 34, 35, 36, 37), (33, 37), (3,)),
        Edge((46, 45, 44, 43, 42), (46, 42), (3,)),
        Edge((33, 41, 40, 39, 38), (33, 38), (3,)),
        Edge((46, 47, 48, 49, 50), (46, 50), (3,)),
    ),
    "head, around": (
        Edge((*range(33, 42), 33), (33, 37), (3,)),
        Edge((46, 45, 44, 43, 42, 50, 49, 48, 47, 46), (46, 42), (3,)),
        Edge((*range(33, 42), 33), (33, 38), (6,)),
        Edge((46, 45, 44, 43, 42, 50, 49, 48, 47, 46), (46, 50), (6,)),
    ),
}
GRAPHS: Final = ("upper lid", "lower lid", "upper brow", "lower brow", "lower lip", "upper lip", "inner lips")
"""Edges that from the front are graphs over the line between their ends, so that a parabola can be one."""


def _lengths(points: Points) -> Points:
    return np.asarray(np.hypot(*np.diff(points, axis=0).T))


def _mean_face(points: Points, standard: Points) -> Points:
    return flatten(spline(points, _lengths(standard)), tolerance=1e-3)


def _own_distances(points: Points, _standard: Points) -> Points:
    return flatten(spline(points), tolerance=1e-3)


def _catmull_rom(points: Points, _standard: Points, power: float) -> Points:
    """Each tangent is that of the parabola through three neighbours; the parameter's steps are powers of distances."""
    step = _lengths(points)[:, None] ** power
    slope = np.diff(points, axis=0) / step
    inner = (step[1:] * slope[:-1] + step[:-1] * slope[1:]) / (step[:-1] + step[1:])
    reach = np.concatenate([2 * slope[:1] - inner[:1], inner, 2 * slope[-1:] - inner[-1:]]) / 3
    start, end = points[:-1], points[1:]
    return flatten(np.stack([start, start + reach[:-1] * step, end - reach[1:] * step, end], axis=1), tolerance=1e-3)


def _parabola(points: Points, _standard: Points, parameters: int) -> Points:
    """x·(1 - x) times a polynomial of so many parameters over the line between the ends, least squares, as a polyline."""
    start, across = points[0], points[-1] - points[0]
    up = np.array([-across[1], across[0]])
    x, y = ((points - start) @ np.stack([across, up], axis=1) / (across @ across)).T
    degrees = np.arange(parameters)

    def terms(x: Points) -> Points:
        return np.asarray((x * (1 - x))[:, None] * x[:, None] ** degrees)

    weights = np.linalg.lstsq(terms(x), y, rcond=None)[0]
    fine = np.linspace(0, 1, 201)
    return np.asarray(start + fine[:, None] * across + (terms(fine) @ weights)[:, None] * up)


CURVES: Final[dict[str, Callable[[Points, Points], Points]]] = {
    "spline, mean face": _mean_face,
    "spline, own distances": _own_distances,
    "Catmull-Rom, chord length": partial(_catmull_rom, power=1.0),
    "Catmull-Rom, centripetal": partial(_catmull_rom, power=0.5),
    "one-parameter parabola": partial(_parabola, parameters=1),
    "two-parameter parabola": partial(_parabola, parameters=2),
}


def distance(polyline: Points, place: Points) -> float:
    """From a place to the nearest one on a polyline (n, 2)."""
    start, way = polyline[:-1], np.diff(polyline, axis=0)
    share = ((place - start) * way).sum(axis=1) / np.maximum((way**2).sum(axis=1), 1e-18)
    gaps = start + np.clip(share, 0, 1)[:, None] * way - place
    return float(np.hypot(gaps[:, 0], gaps[:, 1]).min())


def missed(faces: Sequence[Points], edges: Sequence[Edge], curve: Callable[[Points, Points], Points]) -> float:
    """The mean distance in percent."""
    errors = []
    for face in faces:
        for edge in edges:
            points, standard = face[list(edge.landmarks)], MEAN_FACE[list(edge.landmarks)].astype(np.float64)
            unit = float(np.linalg.norm(face[edge.ends[0]] - face[edge.ends[1]]))
            for k in edge.left_out:
                drawn = curve(np.delete(points, k, axis=0), np.delete(standard, k, axis=0))
                errors.append(100 * distance(drawn, points[k]) / unit)
    return float(np.mean(errors))


def measure(faces: Sequence[Points]) -> dict[str, dict[str, float]]:
    """The percentages by curve and edge; parabolas have none where an edge is no graph."""
    return {
        name: {
            edge: round(missed(faces, EDGES[edge], curve), 2)
            for edge in (GRAPHS if name.endswith("parabola") else EDGES)
        }
        for name, curve in CURVES.items()
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    files = sorted((arguments.data / "faces106" / "landmarks").glob("*.txt"))
    if not files:
        parser.error(f"no landmarks in {arguments.data / 'faces106' / 'landmarks'}")
    rows = measure([np.asarray(read_landmarks(file), dtype=np.float64) for file in files])
    if arguments.json:
        print(json.dumps({"benchmark": "curve_choice", "faces": len(files), "rows": rows}))
        return
    print(f"{len(files):>4} faces{'':<17}" + "".join(f"{edge:>14}" for edge in EDGES))
    for name, row in rows.items():
        print(f"{name:<27}" + "".join(f"{row[edge]:>14.2f}" if edge in row else f"{'-':>14}" for edge in EDGES))


if __name__ == "__main__":
    main()
