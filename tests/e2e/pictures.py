"""The guide's pictures of the editor, the review and the import, taken anew from a running Facet.

python -m tests.e2e.pictures [FOLDER]     docs/images by default
"""

import sys
import tempfile
from pathlib import Path
from typing import Literal

import cv2
from PIL import Image
from playwright.sync_api import Browser, FilePayload, Page, sync_playwright

from backend.settings import REPOSITORY
from ml.synthetic import render_face
from tests.e2e.conftest import CHROMIUM, FLAGS
from tests.e2e.editor import EditorPage
from tests.e2e.lost_work import Bench, Studio
from tests.e2e.people import LONG_PATIENCE, PASSWORD, Person

Scheme = Literal["dark", "light"]

CHIN = 16


def _take(page: Page, folder: Path, name: str, *, of_photo: bool = True) -> None:
    path = folder / f"{name}.png"
    page.mouse.move(5, 450)
    page.wait_for_timeout(400)
    page.screenshot(path=path)
    # As small as a page of the guide should load. This way of choosing colours keeps the rare ones, which points have.
    picture = Image.open(path).convert("RGB")
    if not of_photo:
        # Few colours as it is, and a white that a palette would tint.
        picture.save(path, optimize=True)
        return
    palette = picture.quantize(256, method=Image.Quantize.MAXCOVERAGE)
    picture.quantize(palette=palette, dither=Image.Dither.FLOYDSTEINBERG).save(path, optimize=True)


def _turn_to(bench: Bench, scheme: Scheme) -> None:
    bench.page.emulate_media(color_scheme=scheme)


def _correct(bench: Bench, moves: dict[int, tuple[float, float]]) -> None:
    for index, (dx, dy) in moves.items():
        bench.press(index, dx, dy)
        bench.page.mouse.up()


def _take_review(studio: Studio, folder: Path) -> None:
    """The first submission, with a comment that is not sent yet."""
    studio.join("reviewer", "Rosa").close()
    rosa = studio.browser_of("Rosa")
    page, review = rosa.page, EditorPage(rosa.page)
    page.emulate_media(color_scheme="dark")
    page.goto(f"/projects/{studio.project_id}/review")
    review.wait_for_task()
    review.expect_label_map()
    page.keyboard.press("f")
    page.wait_for_timeout(500)
    review.click_point(CHIN)
    page.get_by_test_id("review-comment").fill("A little lower: the chin ends where the shadow begins.")
    page.get_by_role("button", name="Add", exact=True).click()
    _take(page, folder, "review")
    rosa.close()


def _take_import(studio: Studio, folder: Path) -> None:
    """Four photos, one of them twice, and two files that are refused."""
    admin = Person(studio.chromium, studio.setup.url, "Ada")
    answer = admin.context.request.post("/api/v1/session", data={"email": "admin@localhost", "password": PASSWORD})
    assert answer.ok, answer.text()
    faces = {f"portrait_{seed}.png": _face(seed) for seed in range(20, 24)}
    half = faces["portrait_20.png"]
    odd = {"portrait_copy.png": half, "half_uploaded.png": half[: len(half) // 2], "holiday.jpg": b"no photo"}
    page = admin.page
    page.goto(f"/projects/{studio.project_id}/import")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Choose photos").click()
    chosen = [FilePayload(name=name, mimeType="image/png", buffer=data) for name, data in (faces | odd).items()]
    chooser.value.set_files(chosen)
    page.get_by_role("link", name="See the photos").wait_for(timeout=LONG_PATIENCE)
    _take(page, folder, "import", of_photo=False)
    admin.close()


def _face(seed: int) -> bytes:
    encoded, data = cv2.imencode(".png", cv2.cvtColor(render_face(seed, 256, pose="frontal").image, cv2.COLOR_RGB2BGR))
    assert encoded
    return data.tobytes()


def take_pictures(chromium: Browser, folder: Path) -> None:
    """Writes editor-dark, editor-light, editor-parts, review and import.png."""
    with tempfile.TemporaryDirectory() as data, Studio.opened(Path(data), chromium, photos=2) as studio:
        bench = studio.open_editor()
        page = bench.page
        page.keyboard.press("f")
        page.wait_for_timeout(500)
        _turn_to(bench, "dark")
        _correct(bench, {4: (-3, 2), 86: (0, -2), 93: (0, 3)})
        page.keyboard.press("Escape")
        _take(page, folder, "editor-dark")
        _turn_to(bench, "light")
        page.keyboard.press("Control+s")
        page.keyboard.press("d")
        _take(page, folder, "editor-light")
        page.keyboard.press("Escape")
        page.keyboard.press("f")
        page.get_by_test_id("part-left_eye").click()
        _take(page, folder, "editor-parts")
        bench.editor.button("submit").click()
        bench.editor.wait_for_task(other_than=bench.task_id)
        bench.close()
        _take_review(studio, folder)
        _take_import(studio, folder)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        take_pictures(browser, Path(sys.argv[1]) if len(sys.argv) > 1 else REPOSITORY / "docs" / "images")
        browser.close()
