"""The editor in a real browser: how soon a photo is there, what it weighs, and whether it keeps up with the hand.

    .venv/bin/python -m benchmarks.editor [--runs 5] [--drags 3] [--moves 120] [--gzip] [--json] [--tool MODULE:FUNCTION]

Serves rendered faces of 1,024 px and one of 50 megapixels from a throw-away installation and drives headless Chromium
without a GPU. Every opening with an empty cache has a new browser profile. A frame interval while dragging stands beside
that of the same page at rest, taken in turns: compare the two, not machines. The front end must be built (`make setup`).
Another tool is measured through an adapter of its own: --tool names a `ServeTool` of benchmarks/annotation_pages.py.
"""

import argparse
import importlib
import io
import json
import statistics
import time
from typing import Any

import cv2
import numpy as np
from PIL import Image
from playwright.sync_api import Page, Playwright, sync_playwright

from benchmarks.annotation_pages import AnnotationPage, FacePhoto, ServeTool
from benchmarks.chromium import (
    Frames,
    Transfers,
    drag,
    fresh_browser,
    memory,
    seconds_to_drawn,
    seconds_to_next,
)
from ml.synthetic import RenderedFace, render_face

SMALL = 1024
LARGE = (8660, 5773)
SMALL_QUEUE, LARGE_QUEUE, ROW_QUEUE = range(3)
# As cameras and the web encode photos.
JPEG = {"quality": 90, "subsampling": 2}
# The page untouched, before each drag.
REST_SECONDS = 2.0


def _photo(name: str, face: RenderedFace, width: int, height: int, grain: int) -> FacePhoto:
    """`face`, a square, in the middle of a photo of this size, with a sensor's grain so that it weighs what photos do."""
    side = min(width, height)
    left, top = (width - side) // 2, (height - side) // 2
    border = ((top, height - side - top), (left, width - side - left))
    image = np.pad(cv2.resize(face.image, (side, side), interpolation=cv2.INTER_CUBIC), (*border, (0, 0)), mode="edge")
    noise = np.random.default_rng(grain).normal(0, 2, face.image.shape).astype(np.int16)
    repeats = (-(-height // noise.shape[0]), -(-width // noise.shape[1]), 1)
    image = np.clip(image + np.tile(noise, repeats)[:height, :width], 0, 255).astype(np.uint8)
    label_map = np.pad(cv2.resize(face.label_map, (side, side), interpolation=cv2.INTER_NEAREST), border)
    data = io.BytesIO()
    Image.fromarray(image).save(data, "JPEG", **JPEG)
    points = ((face.points + 0.5) * (side / face.image.shape[0]) - 0.5 + (left, top)).astype(np.float32)
    return FacePhoto(name, data.getvalue(), points, label_map)


def _queues(row: int) -> list[list[FacePhoto]]:
    face = render_face(3, SMALL, pose="frontal")
    return [
        [_photo("small.jpg", face, SMALL, SMALL, grain=0)],
        [_photo("large.jpg", face, *LARGE, grain=0)],
        [_photo(f"row_{number}.jpg", face, SMALL, SMALL, grain=1 + number) for number in range(row)],
    ]


def _opening(playwright: Playwright, tool: AnnotationPage, queue: int, runs: int, gzip: bool) -> dict[str, Any]:
    empty, warm = [], []
    for _ in range(runs):
        with fresh_browser(playwright, tool.drawn) as context:
            tool.sign_in(context)
            if gzip:
                context.set_extra_http_headers({"Accept-Encoding": "gzip"})
            page = context.new_page()
            transfers = Transfers(page)
            tool.open(page, queue)
            empty.append(seconds_to_drawn(page))
            page.wait_for_load_state("networkidle")
            weight, weighed = transfers.kilobytes(), memory(page)
            # A browser keeps compiled scripts from the second visit on: the third is what an annotator has every day.
            for _visit in range(2):
                page.goto("about:blank")
                tool.open(page, queue)
                seconds = seconds_to_drawn(page)
                page.wait_for_load_state("networkidle")
            warm.append(seconds)
    return {
        "empty_cache_s": _spread(empty),
        "warm_cache_s": _spread(warm),
        "transferred_kb": weight,
        "memory": weighed,
    }


def _dragging(page: Page, tool: AnnotationPage, drags: int, moves: int) -> dict[str, Any]:
    rest, hand = Frames(), Frames()
    took = []
    for _ in range(drags):
        with rest.recording(page):
            time.sleep(REST_SECONDS)
        with hand.recording(page):
            took.append(drag(page, tool.point(page), moves))
    return {
        "rest_ms": rest.quantiles(),
        "hand_ms": hand.quantiles(),
        "p95_over_rest_ms": round(hand.quantiles()["p95"] - rest.quantiles()["p95"], 1),
        "moves_s": round(statistics.median(took), 2),
    }


def _hands(
    playwright: Playwright, tool: AnnotationPage, queue: int, drags: int, moves: int
) -> dict[str, dict[str, Any]]:
    """Frame intervals under the hand, by what the hand does."""
    rows = {}
    with fresh_browser(playwright, tool.drawn) as context:
        tool.sign_in(context)
        page = context.new_page()
        tool.open(page, queue)
        seconds_to_drawn(page)
        page.wait_for_load_state("networkidle")
        rows["drag"] = _dragging(page, tool, drags, moves)
        tool.show_label_map(page)
        rows["drag, label map on"] = _dragging(page, tool, drags, moves)
        if tool.take_brush(page):
            rows["brush"] = _dragging(page, tool, drags, moves)
    return rows


def _nexts(playwright: Playwright, tool: AnnotationPage, row: int, look: float) -> dict[str, float]:
    seconds = []
    with fresh_browser(playwright, tool.drawn) as context:
        tool.sign_in(context)
        page = context.new_page()
        tool.open(page, ROW_QUEUE)
        seconds_to_drawn(page)
        for _ in range(row - 1):
            # Nobody submits a face without looking at it; prefetching has this long.
            time.sleep(look)
            seconds.append(seconds_to_next(page, tool.submit))
    return _spread(seconds)


def _spread(seconds: list[float]) -> dict[str, float]:
    return {
        "median": round(statistics.median(seconds), 3),
        "least": round(min(seconds), 3),
        "most": round(max(seconds), 3),
    }


def _tool(name: str) -> ServeTool:
    module, _, function = name.partition(":")
    serve: ServeTool = getattr(importlib.import_module(module), function)
    return serve


def _print(result: dict[str, Any]) -> None:
    print("opening: s to photo and 106 points painted, median (least-most); kB over the wire; MB of heap and process")
    print(f"{'photo':<7} {'empty cache':<20} {'warm cache':<20} {'scripts':>8} {'styles':>7} {'pictures':>9} {'all':>8}"
          f" {'heap':>6} {'process':>8} {'nodes':>6}")  # fmt: skip
    for photo, row in result["opening"].items():
        times = [
            f"{row[key]['median']:.2f} ({row[key]['least']:.2f}-{row[key]['most']:.2f})"
            for key in ("empty_cache_s", "warm_cache_s")
        ]
        weight, kept = row["transferred_kb"], row["memory"]
        print(
            f"{photo:<7} {times[0]:<20} {times[1]:<20} {weight['scripts']:>8} {weight['styles']:>7}"
            f" {weight['pictures']:>9} {weight['all']:>8} {kept['heap_mb']:>6} {kept['process_mb']:>8}"
            f" {kept['dom_nodes']:>6}"
        )
    print("\nframe interval, ms: at rest p50/p95, under the hand p50/p95, p95 over rest; s for the moves")
    for photo, rows in result["hands"].items():
        for hand, row in rows.items():
            rest, moving = (f"{row[key]['p50']} / {row[key]['p95']}" for key in ("rest_ms", "hand_ms"))
            print(f"{photo:<7} {hand:<20} {rest:<14} {moving:<14} {row['p95_over_rest_ms']:>6} {row['moves_s']:>6}")
    nexts = result["submit_to_next_s"]
    print(f"\nsubmit to the next photo painted: {nexts['median']} s median ({nexts['least']}-{nexts['most']})")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=int, default=5, help="openings of each photo with an empty cache")
    parser.add_argument("--drags", type=int, default=3, help="of each kind")
    parser.add_argument("--moves", type=int, default=120, help="of the mouse in a drag, 16 ms apart")
    parser.add_argument("--row", type=int, default=6, help="photos submitted one after the other, and one more")
    parser.add_argument("--look", type=float, default=2.0, help="seconds from a photo painted to its submission")
    parser.add_argument("--gzip", action="store_true", help="open without Brotli, which browsers take over HTTPS only")
    parser.add_argument("--tool", type=_tool, default="benchmarks.facet_pages:serve", help="MODULE:FUNCTION")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    photos = {"1024px": SMALL_QUEUE, "50MP": LARGE_QUEUE}
    with arguments.tool(_queues(arguments.row)) as tool, sync_playwright() as playwright:
        result = {
            "opening": {
                name: _opening(playwright, tool, queue, arguments.runs, arguments.gzip)
                for name, queue in photos.items()
            },
            "hands": {
                name: _hands(playwright, tool, queue, arguments.drags, arguments.moves)
                for name, queue in photos.items()
            },
            "submit_to_next_s": _nexts(playwright, tool, arguments.row, arguments.look),
        }
    if arguments.json:
        print(json.dumps({"benchmark": "editor"} | result))
    else:
        _print(result)


if __name__ == "__main__":
    main()
