"""Why parts are fitted: straight polygons against the fit, scored on rendered faces, whose points and maps are exact.

    .venv/bin/python -m benchmarks.fitting [--count 500] [--size 512] [--cache FOLDER] [--json]

Both get the same true points, under both pixel rules. F1 is pooled over all faces; "area" is painted over true. "ms" is
the median of a photo's processor time, from points to map. Rows by how far the tip of the nose is from the middle
between the temples, as a share of their distance: "front" below 0.2, "half" below 0.5, "profile" the rest.

A rendered map also holds what no point tells: hair over a brow, a hand, glasses, and background. "seen" scores what the
fusion leaves of a map where hair and background are known, as the paper uses it: a painted pixel whose truth is hair or
background is not counted. Everything else is: a part that the face itself hides, a half of a profile that should not
show, one part painted over another, and all that is missing. "plain" counts those pixels as errors, too.
"""

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import ArrayLike, NDArray

from ml.ppa import RULES, Rule, fit_parts
from ml.ppa.curves import join, line, reverse
from ml.ppa.raster import paint
from ml.schema import CATEGORIES, FUSION_ORDER
from ml.synthetic import render_face

PARTS: Final = tuple(range(2, 10))
FIRST_SEED: Final = 8_000_000
"""None that trainings, tests or the demo know."""
POLYGONS: Final = {
    2: [*range(33, 42)],
    3: [*range(42, 51)],
    4: [*range(66, 74)],
    5: [*range(75, 83)],
    6: [51, *range(55, 66)],
    7: [*range(84, 91), *range(100, 95, -1)],
    8: [*range(96, 104)],
    9: [*range(90, 96), 84, 96, 103, 102, 101, 100],
}
TURNS: Final = {"all": (0.0, np.inf), "front": (0.0, 0.2), "half": (0.2, 0.5), "profile": (0.5, np.inf)}

LabelMap = NDArray[np.uint8]


def straight_parts(points: ArrayLike, shape: tuple[int, ...], rule: Rule) -> LabelMap:
    """Like `fit_parts`, but with straight lines from point to point."""
    p = np.asarray(points, dtype=np.float64)
    label_map = np.zeros(shape[:2], dtype=np.uint8)
    for category in FUSION_ORDER:
        if category in POLYGONS:
            corners = p[POLYGONS[category]]
            path = join(*(line(a, b) for a, b in zip(corners, np.roll(corners, -1, axis=0), strict=True)))
            # Filled whichever way it runs, as polygons usually are.
            paint(label_map, [path, reverse(path)], category, rule)
    return label_map


OUTLINES: Final[dict[str, Callable[[ArrayLike, tuple[int, ...], Rule], LabelMap]]] = {
    "straight": straight_parts,
    "fit": fit_parts,
}


@dataclass
class Tally:
    """Pixels of each category over all faces: painted rightly, painted, true."""

    right: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(CATEGORIES), dtype=np.int64))
    painted: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(CATEGORIES), dtype=np.int64))
    true: NDArray[np.int64] = field(default_factory=lambda: np.zeros(len(CATEGORIES), dtype=np.int64))

    def add(self, painted: LabelMap, truth: LabelMap) -> None:
        """Counts one face."""
        n = len(CATEGORIES)
        self.right += np.bincount(truth[painted == truth], minlength=n)
        self.painted += np.bincount(painted.ravel(), minlength=n)
        self.true += np.bincount(truth.ravel(), minlength=n)

    def f1(self, category: int) -> float:
        """2·right / (painted + true); 1 where the category neither shows nor is painted."""
        both = self.painted[category] + self.true[category]
        return float(2 * self.right[category] / both) if both else 1.0

    def area(self, category: int) -> float:
        """Painted over true, infinite where nothing is true."""
        return float(self.painted[category] / self.true[category]) if self.true[category] else float("inf")

    def mean_f1(self) -> float:
        """Over the facial parts."""
        return statistics.fmean(self.f1(category) for category in PARTS)


def faces(count: int, size: int, folder: Path) -> Iterator[tuple[NDArray[np.float32], LabelMap]]:
    """Points and label maps of consecutive seeds, each rendered when it is not yet in the folder."""
    for seed in range(FIRST_SEED, FIRST_SEED + count):
        path = folder / f"{seed}-{size}.npz"
        if not path.is_file():
            face = render_face(seed, size)
            part = path.with_suffix(".part.npz")
            np.savez_compressed(part, points=face.points, label_map=face.label_map)
            part.replace(path)
        with np.load(path) as stored:
            yield stored["points"], stored["label_map"]


def turned(points: ArrayLike) -> float:
    """How far the tip of the nose is from the middle between the temples, as a share of their distance."""
    p = np.asarray(points, dtype=np.float64)
    across = p[32] - p[0]
    return float(abs((p[54] - (p[0] + p[32]) / 2) @ across) / max(across @ across, 1e-9))


def measure(count: int, size: int, folder: Path) -> list[dict[str, Any]]:
    """Scores every outline, rule and way of scoring; one row for each, and for each range of turns."""
    tallies: dict[tuple[str, Rule, str, str], Tally] = {}
    times: dict[tuple[str, Rule], list[float]] = {}
    numbers = dict.fromkeys(TURNS, 0)
    for points, truth in faces(count, size, folder):
        turns = [name for name, (low, high) in TURNS.items() if low <= turned(points) < high]
        for name in turns:
            numbers[name] += 1
        hidden = np.isin(truth, (0, 10))
        for outline, draw in OUTLINES.items():
            for rule in RULES:
                started = time.thread_time()
                painted = draw(points, truth.shape, rule)
                times.setdefault((outline, rule), []).append(time.thread_time() - started)
                seen = np.where(hidden, 0, painted).astype(np.uint8)
                for scored, found in (("seen", seen), ("plain", painted)):
                    for turn in turns:
                        tallies.setdefault((outline, rule, scored, turn), Tally()).add(found, truth)
    return [
        {
            "outline": outline,
            "rule": rule,
            "scored": scored,
            "turn": turn,
            "faces": numbers[turn],
            "mean_f1": round(tally.mean_f1(), 4),
            "f1": {CATEGORIES[k].name: round(tally.f1(k), 4) for k in PARTS},
            "area": {CATEGORIES[k].name: round(tally.area(k), 3) for k in PARTS},
            "ms": round(1e3 * statistics.median(times[outline, rule]), 2),
        }
        for (outline, rule, scored, turn), tally in sorted(
            tallies.items(), key=lambda item: list(TURNS).index(item[0][3])
        )
    ]


def table(rows: list[dict[str, Any]]) -> str:
    """The rows as text: F1 with the share of the area in brackets."""
    names = [CATEGORIES[k].name.replace("left", "l").replace("right", "r") for k in PARTS]
    head = f"{'outline':<9}{'rule':<13}{'scored':<7}{'turn':<8}{'faces':>5}{'mean F1':>9}{'ms':>7}  "
    lines = [head + "".join(f"{name:>13}" for name in names)]
    for row in rows:
        cells = (f"{f1:.3f} ({row['area'][name]:.2f})" for name, f1 in row["f1"].items())
        lines.append(
            f"{row['outline']:<9}{row['rule']:<13}{row['scored']:<7}{row['turn']:<8}{row['faces']:>5}"
            f"{row['mean_f1']:>9.4f}{row['ms']:>7.2f}  " + "".join(f"{cell:>13}" for cell in cells)
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--size", type=int, default=512)
    parser.add_argument("--cache", type=Path, help="keeps the rendered maps for the next run")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if arguments.count < 1:
        parser.error("at least one face is needed")
    if arguments.cache:
        arguments.cache.mkdir(parents=True, exist_ok=True)
    place = nullcontext(arguments.cache) if arguments.cache else tempfile.TemporaryDirectory()
    with place as folder:
        rows = measure(arguments.count, arguments.size, Path(folder))
    if arguments.json:
        print(json.dumps({"benchmark": "fitting", "size": arguments.size, "rows": rows}))
    else:
        print(table(rows))


if __name__ == "__main__":
    main()
