"""The whole chain on FASSEG's photos: F1 of the merged categories by yaw, and photos/s of `facet annotate`.

    .venv/bin/python -m benchmarks.chain [--data ../shared/data/fasseg] [--yaw YAW] [--limit N] [--jobs N]
                                      [--hair-skin FILE] [--pixel-rule RULE] [--out FOLDER] [--json]

Nothing here was trained on these photos. F1 is pooled over the pixels of a row's photos. FASSEG's hair holds the brows, 4
is both eyes, 8 the whole mouth; so ours are merged likewise. Its skin holds the neck, which ours has not: a pixel that
FASSEG calls skin is not counted where it lies below the jaw, that is lower than the ear lobes in the face's own direction
and outside the contour, by the points that the chain itself predicted (`ml.data.fasseg.below_the_jaw`). A contour that
is drawn too low or too high is therefore not seen in the figure for skin. A photo in which no face is found counts.

The last line says how much of what the eyes lack is a habit of the labels: their F1 when our eyes are widened all
around by so many pixels before they are compared.
"""

import argparse
import json
import tempfile
from collections import defaultdict
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from backend.settings import REPOSITORY
from cli.annotation import Plan, Summary, annotate_photos
from ml.data.fasseg import below_the_jaw, yaw_of
from ml.data.labels import LabelFolder
from ml.data.lapa import read_label_map, read_landmarks
from ml.parsing.boundaries import IGNORE
from ml.parsing.confusion import FASSEG, Confusion, format_cells
from ml.ppa.raster import RULES

SKIN, EYES = 1, 4
WIDTHS = range(7)
ORDER = ("frontal", "0", "±15", "±30", "±45", "±60", "±75", "±90")


def chosen(data: Path, limit: int, yaw: str | None, links: Path) -> Path:
    """A folder of the first photos of every yaw, or of one, as links; the whole folder without a limit and a yaw."""
    if not limit and yaw is None:
        return data
    taken: dict[str, int] = defaultdict(int)
    for name in LabelFolder(data).names:
        if yaw in (None, yaw_of(name)) and (not limit or taken[yaw_of(name)] < limit):
            taken[yaw_of(name)] += 1
            for part, suffix in (("images", ".jpg"), ("labels", ".png")):
                (links / part).mkdir(parents=True, exist_ok=True)
                (links / part / f"{name}{suffix}").symlink_to((data / part / f"{name}{suffix}").resolve())
    return links


def score(data: Path, out: Path, summary: Summary) -> dict[str, dict[str, Any]]:
    """The figures of every yaw that occurs, and of all photos together."""
    rows = {yaw: Confusion() for yaw in (*ORDER, "all")}
    unfound: dict[str, int] = defaultdict(int)
    photos = LabelFolder(data)
    for name, photo in zip(photos.names, photos, strict=True):
        truth = photo.label_map.copy()
        points = read_landmarks(out / "landmarks" / f"{name}.txt")
        truth[below_the_jaw(points, truth.shape) & (truth == SKIN)] = IGNORE
        drawn = read_label_map(out / "labels" / f"{name}.png")
        for row in (yaw_of(name), "all"):
            rows[row].add(truth, drawn)
            unfound[row] += name in summary.without_face
    return {
        yaw: {"photos": row.photos, "without_face": unfound[yaw], **row.scores(FASSEG)}
        for yaw, row in rows.items()
        if row.photos
    }


def widened_eyes(data: Path, out: Path) -> dict[int, float]:
    """F1 of the eyes, pooled over all photos, by the pixels that ours are widened by."""
    both, either = dict.fromkeys(WIDTHS, 0), dict.fromkeys(WIDTHS, 0)
    photos = LabelFolder(data)
    for name, photo in zip(photos.names, photos, strict=True):
        truth = photo.label_map == EYES
        drawn = np.isin(read_label_map(out / "labels" / f"{name}.png"), (4, 5)).astype(np.uint8)
        for width in WIDTHS:
            disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * width + 1, 2 * width + 1))
            ours = cv2.dilate(drawn, disc) > 0
            both[width] += int((ours & truth).sum())
            either[width] += int(ours.sum() + truth.sum())
    return {width: round(2 * both[width] / max(either[width], 1), 3) for width in WIDTHS}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data" / "fasseg")
    parser.add_argument("--limit", type=int, default=0, help="photos of each yaw; 0 for all")
    parser.add_argument("--yaw", choices=ORDER, help="photos of this yaw alone")
    parser.add_argument("--jobs", type=int, default=0)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--weights", type=Path, help="a landmark model; the shipped one by default")
    parser.add_argument("--hair-skin", default="shipped", help="what finds hair and skin, as of `facet annotate`")
    parser.add_argument("--pixel-rule", choices=RULES, default="pixel-centre", help="likewise")
    parser.add_argument("--coarse", type=Path, help="its coarse network")
    parser.add_argument("--out", type=Path, help="keep what `facet annotate` writes, with overlays, here")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        data = chosen(arguments.data, arguments.limit, arguments.yaw, Path(scratch) / "photos")
        plan = Plan(
            data,
            arguments.out or Path(scratch) / "out",
            again=True,
            overlay=arguments.out is not None,
            weights=arguments.weights,
            hair_skin=arguments.hair_skin,
            coarse=arguments.coarse,
            device=arguments.device,
            jobs=arguments.jobs,
            pixel_rule=arguments.pixel_rule,
        )
        summary = annotate_photos(plan)
        if summary.failed:
            raise SystemExit(f"{summary.failed[0]['file']}: {summary.failed[0]['error']}")
        rows = score(data, plan.out, summary)
        eyes = widened_eyes(data, plan.out)
    speed = summary.written / summary.seconds
    if arguments.json:
        print(json.dumps({"benchmark": "chain", "rows": rows, "widened_eyes": eyes, "photos_per_s": round(speed, 2)}))
        return
    print(format_cells("yaw", {yaw: {name: _cell(value) for name, value in row.items()} for yaw, row in rows.items()}))
    print("\neyes, widened by px: " + "  ".join(f"{width}: {f1:.3f}" for width, f1 in eyes.items()))
    print(f"\n{speed:.2f} photos/s")


def _cell(value: float | int | None) -> str:
    if value is None:
        return "-"
    return str(value) if isinstance(value, int) else f"{value:.3f}"


if __name__ == "__main__":
    main()
