"""The guide's pictures of the editor, taken anew from a running Facet.

python -m tests.e2e.pictures [FOLDER]     docs/images by default
"""

import sys
import tempfile
from pathlib import Path
from typing import Literal

from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from backend.settings import REPOSITORY
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.e2e.lost_work import Bench, Studio

Scheme = Literal["dark", "light"]


def _take(bench: Bench, folder: Path, name: str) -> None:
    path = folder / f"{name}.png"
    bench.page.mouse.move(5, 450)
    bench.page.wait_for_timeout(400)
    bench.page.screenshot(path=path)
    # As small as a page of the guide should load. This way of choosing colours keeps the rare ones, which points have.
    picture = Image.open(path).convert("RGB")
    palette = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE)
    picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)


def _turn_to(bench: Bench, scheme: Scheme) -> None:
    bench.page.emulate_media(color_scheme=scheme)


def _correct(bench: Bench, moves: dict[int, tuple[float, float]]) -> None:
    for index, (dx, dy) in moves.items():
        bench.press(index, dx, dy)
        bench.page.mouse.up()


def take_pictures(chromium: Browser, folder: Path) -> None:
    """Writes editor-dark, editor-light and editor-parts.png."""
    with tempfile.TemporaryDirectory() as data, Studio.opened(Path(data), chromium) as studio:
        bench = studio.open_editor()
        page = bench.page
        page.keyboard.press("f")
        page.wait_for_timeout(500)
        _turn_to(bench, "dark")
        _correct(bench, {4: (-3, 2), 86: (0, -2), 93: (0, 3)})
        page.keyboard.press("Escape")
        _take(bench, folder, "editor-dark")
        _turn_to(bench, "light")
        page.keyboard.press("Control+s")
        page.keyboard.press("d")
        _take(bench, folder, "editor-light")
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        page.get_by_test_id("part-left_eye").click()
        _take(bench, folder, "editor-parts")
        bench.close()


if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        take_pictures(browser, Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "docs" / "images")
        browser.close()
