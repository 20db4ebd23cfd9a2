"""The fixture that keeps the browser's outlines equal to the server's: `python -m ml.ppa.golden OUT`."""

import json
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ml.ppa.parts import outlines
from ml.schema import MEAN_FACE

Points = NDArray[np.float64]


def _cases() -> Iterator[tuple[str, Points]]:
    mean = np.asarray(MEAN_FACE, dtype=np.float64) * 320 + 96

    def changed(**rows: tuple[list[int], NDArray[np.float64] | list[float]]) -> Points:
        """The mean face with the rows given by index replaced; the keywords only name the changes."""
        points = mean.copy()
        for indices, values in rows.values():
            points[indices] = values
        return points

    def turned(yaw: float, roll: float, pitch: float = 0.0, face: Points = mean) -> Points:
        """A face wrapped on a rough head and turned; angles in degrees."""
        x, y = ((face - mean.mean(axis=0)) / 160).T
        z = np.sqrt(np.maximum(1.44 - x * x, 0.1))
        z[51:66] += [0.05, 0.15, 0.25, 0.35, 0.0, 0.1, 0.1, 0.15, 0.2, 0.2, 0.2, 0.15, 0.1, 0.1, 0.0]
        a, b, c = np.radians([yaw, roll, pitch])
        x, z = x * np.cos(a) + z * np.sin(a), z * np.cos(a) - x * np.sin(a)
        y = y * np.cos(c) - z * np.sin(c)
        return np.stack([x * np.cos(b) - y * np.sin(b), x * np.sin(b) + y * np.cos(b)], axis=1) * 160 + 256

    upper, lower = [96, 97, 98, 99, 100], [96, 103, 102, 101, 100]
    shut = (mean[upper] + mean[lower]) / 2
    down = mean[[91, 92, 93, 94, 95, 101, 102, 103]] + [0.0, 36.0]
    open_mouth = changed(jaw=([91, 92, 93, 94, 95, 101, 102, 103], down))
    lid, under = [67, 68, 69], [73, 72, 71]
    yield "mean face", mean
    yield "open mouth", open_mouth
    yield "shut mouth", changed(upper=(upper, shut), lower=(lower, shut))
    yield "shut eye", changed(upper=(lid, mean[under]))
    yield (
        "lids that cross near a corner",
        changed(upper=([69], mean[71] + [0.0, 12.0]), lower=([73], mean[73] + [0.0, 9.0])),
    )
    yield (
        "lips that cross near a corner",
        changed(upper=([99], mean[101] + [0.0, 9.0]), lower=([103], mean[103] + [0.0, 24.0])),
    )
    yield "lids the wrong way round", changed(upper=(lid, mean[under]), lower=(under, mean[lid]))
    yield "an open mouth in profile", turned(68, 3, 0.0, open_mouth)
    yield "half profile", turned(35, 4)
    yield "profile", turned(80, -5)
    yield "other profile, looking down", turned(-75, 10, 15)
    yield "upside down", turned(0, 180)
    yield "coinciding points", changed(brow=([34, 35], mean[34]), contour=([3, 4, 5], mean[4]), nose=([58], mean[57]))
    yield (
        "a brow and a mouth in one place",
        changed(brow=(list(range(33, 42)), mean[33]), mouth=(list(range(84, 104)), mean[84])),
    )
    yield "unsteady hand, beyond the photo", mean * 3 - 500 + np.random.RandomState(106).normal(0, 9, mean.shape)


def golden() -> list[dict[str, object]]:
    """Named point sets (212 numbers) with the outlines fitted to them, rounded far below 1e-6 px."""
    return [
        {
            "name": name,
            "points": (rounded := points.round(3)).ravel().tolist(),
            "outlines": [
                {"category": category, "segments": path.round(7).ravel().tolist()}
                for category, paths in outlines(rounded).items()
                for path in paths
            ],
        }
        for name, points in _cases()
    ]


def main(arguments: list[str]) -> int:
    """Writes the fixture to the one path given; returns the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ml.ppa.golden OUT.json\n")
        return 2
    cases = ",\n".join(json.dumps(case, separators=(",", ":")) for case in golden())
    Path(arguments[0]).write_text(f"[\n{cases}\n]\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
