"""The editor as a hand with a mouse and a keyboard uses it. What is read from the page is never used to change it."""

import re
from typing import Literal

from playwright.sync_api import Locator, Page, expect

from tests.e2e.people import LONG_PATIENCE, PATIENCE

Point = tuple[float, float]

_PHOTO, _LABEL_MAP = 0, 1

# The largest alpha of a layer, 0..255, and how many of its pixels show anything.
_INK = """layer => {
  const canvas = document.querySelectorAll("[role=application] canvas")[layer];
  if (canvas === undefined) return { alpha: 0, pixels: 0 };
  const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
  let [alpha, pixels] = [0, 0];
  for (let i = 3; i < data.length; i += 4) { alpha = Math.max(alpha, data[i]); pixels += data[i] > 0; }
  return { alpha, pixels };
}"""


class EditorPage:
    """The editor on whatever task is open in `page`."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.root: Locator = page.get_by_test_id("editor")
        self.save_state: Locator = page.get_by_test_id("save-state")

    def wait_for_task(self, *, other_than: int | None = None, opening: bool = False) -> int:
        """Waits until a task is open and its photo drawn, with `opening` before it is leased; returns the task's id."""
        self.page.wait_for_function(
            """([other, opening]) => {
              const editor = document.querySelector("[data-testid=editor]");
              if (editor === null || window.__facet === undefined) return false;
              return editor.dataset.taskId !== String(other) && (opening || editor.dataset.opening === undefined);
            }""",
            arg=[other_than, opening],
            timeout=LONG_PATIENCE,
        )
        self._wait_for_ink(_PHOTO)
        return self.task_id

    @property
    def task_id(self) -> int:
        return int(self.root.get_attribute("data-task-id") or 0)

    @property
    def revision(self) -> int:
        return int(self.root.get_attribute("data-revision") or 0)

    def points(self) -> list[Point]:
        """106 places in image pixels."""
        return [(x, y) for x, y in self.page.evaluate("window.__facet.points()")]

    def on_screen(self, place: Point) -> Point:
        x, y = self.page.evaluate("([x, y]) => window.__facet.imageToScreen(x, y)", list(place))
        return x, y

    def scale(self) -> float:
        """CSS pixels an image pixel."""
        return self.on_screen((1, 0))[0] - self.on_screen((0, 0))[0]

    def drag(self, index: int, dx: float, dy: float) -> Point:
        """Drags a point by about (dx, dy) image pixels. Returns where the mouse let go of it, in image pixels."""
        start = self.points()[index]
        # A mouse stands on whole pixels, so the way that it really went is what counts.
        x0, y0 = map(round, self.on_screen(start))
        x1, y1 = map(round, self.on_screen((start[0] + dx, start[1] + dy)))
        mouse = self.page.mouse
        mouse.move(x0, y0)
        mouse.down()
        mouse.move(x1, y1, steps=6)
        mouse.up()
        scale = self.scale()
        return start[0] + (x1 - x0) / scale, start[1] + (y1 - y0) / scale

    def zoom(self, index: int, clicks: int) -> None:
        """Turns the wheel over a point, towards the photo when `clicks` is positive, and waits until that shows."""
        before = self.scale()
        x, y = self.on_screen(self.points()[index])
        self.page.mouse.move(x, y)
        for _ in range(abs(clicks)):
            self.page.mouse.wheel(0, -120 if clicks > 0 else 120)
        self.page.wait_for_function(
            """([before, grows]) => {
              const scale = window.__facet.imageToScreen(1, 0)[0] - window.__facet.imageToScreen(0, 0)[0];
              return grows ? scale > 1.5 * before : scale < before / 1.5;
            }""",
            arg=[before, clicks > 0],
        )

    def click_point(self, index: int) -> None:
        x, y = self.on_screen(self.points()[index])
        self.page.mouse.click(round(x), round(y))

    def button(self, action: str) -> Locator:
        return self.page.get_by_test_id(f"btn-{action}")

    def expect_corrected(self, count: int) -> None:
        expect(self.root).to_have_attribute("data-corrected", str(count))

    def expect_kept(self, *where: Literal["revision", "server", "browser"]) -> None:
        """Waits until the newest change is known to be in one of these places."""
        expect(self.save_state).to_have_attribute("data-where", re.compile("|".join(where)), timeout=PATIENCE)

    def expect_saved(self) -> int:
        """Waits for the server's word; returns the revision that it names."""
        expect(self.save_state).to_have_text(re.compile(r"^Saved, revision \d+$"), timeout=PATIENCE)
        return int(self.save_state.inner_text().rsplit(" ", 1)[1])

    def expect_label_map(self) -> None:
        self._wait_for_ink(_LABEL_MAP)

    def expect_opacity(self, share: float) -> None:
        """Waits until the label map is drawn with this opacity."""
        script = f"share => Math.abs(({_INK})({_LABEL_MAP}).alpha - 255 * share) <= 2"
        self.page.wait_for_function(script, arg=share, timeout=PATIENCE)

    def _wait_for_ink(self, layer: int) -> None:
        # A function, not an expression: the pages' content security policy forbids to evaluate one.
        self.page.wait_for_function(f"layer => ({_INK})(layer).pixels > 0", arg=layer, timeout=PATIENCE)
