"""A real Chromium with a disk cache of its own, and what can be read from it: bytes, memory, times, frames."""

import itertools
import os
import statistics
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import BrowserContext, CDPSession, Page, Playwright

CHROMIUM = os.environ.get("FACET_CHROMIUM", "/usr/bin/chromium")
WINDOW = {"width": 1440, "height": 900}
PATIENCE_MS = 120_000
# A mouse that reports once a frame of a 60 Hz display.
MOVE_SECONDS = 0.016

# Notes when what `DRAWN` tells changes, by the page's own clock, which starts with the navigation. The frame after the
# one in which it is first true has been painted.
_WATCH_DRAWN = """
(() => {
  const drawn = () => { try { return DRAWN; } catch { return null; } };
  const watch = { task: null, at: 0, input: 0, looking: true };
  window.__drawn = watch;
  for (const kind of ["pointerdown", "keydown"]) {
    addEventListener(kind, () => { watch.input = performance.now(); }, { capture: true });
  }
  const look = () => {
    const task = drawn();
    if (task === null || task === watch.task) requestAnimationFrame(look);
    else requestAnimationFrame((painted) => Object.assign(watch, { task, at: painted, looking: false }));
  };
  watch.look = () => { watch.looking = true; requestAnimationFrame(look); };
  requestAnimationFrame(look);
})();
"""

_RECORD_FRAMES = """() => {
  const frames = [];
  window.__frames = frames;
  const tick = (now) => { frames.push(now); if (window.__frames === frames) requestAnimationFrame(tick); };
  requestAnimationFrame(tick);
}"""
_TAKE_FRAMES = "() => { const frames = window.__frames; window.__frames = null; return frames; }"


@contextmanager
def fresh_browser(playwright: Playwright, drawn: str) -> Iterator[BrowserContext]:
    """A browser that has never seen anything. `drawn`: the expression that `seconds_to_drawn` waits for."""
    with tempfile.TemporaryDirectory(prefix="facet-chromium-", ignore_cleanup_errors=True) as profile:
        context = playwright.chromium.launch_persistent_context(
            profile,
            executable_path=CHROMIUM,
            args=["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
            viewport={"width": WINDOW["width"], "height": WINDOW["height"]},
            locale="en-GB",
            timezone_id="UTC",
        )
        context.set_default_timeout(PATIENCE_MS)
        context.add_init_script(_WATCH_DRAWN.replace("DRAWN", f"({drawn})"))
        try:
            yield context
        finally:
            context.close()


def seconds_to_drawn(page: Page) -> float:
    """From the navigation to the frame that shows photo and points; nothing looks at the page after that."""
    page.wait_for_function("() => window.__drawn?.looking === false", polling=50)
    return float(page.evaluate("() => __drawn.at")) / 1000


def seconds_to_next(page: Page, submit: Callable[[Page], None]) -> float:
    """From the click or key of `submit` to the frame that shows the next photo and its points."""
    page.evaluate("() => __drawn.look()")
    submit(page)
    page.wait_for_function("() => __drawn.looking === false", polling=50)
    return float(page.evaluate("() => __drawn.at - __drawn.input")) / 1000


class Transfers:
    """Bytes over the wire of one page, headers and compression included, by the kind of what was loaded."""

    def __init__(self, page: Page) -> None:
        self._session = page.context.new_cdp_session(page)
        self._kinds: dict[str, str] = {}
        self._bytes: Counter[str] = Counter()
        self._session.on("Network.responseReceived", self._answered)
        self._session.on("Network.loadingFinished", self._finished)
        self._session.send("Network.enable")

    def _answered(self, event: dict[str, Any]) -> None:
        # A page may fetch a picture like any other data, to decode it itself.
        picture = event["response"]["mimeType"].startswith("image/")
        self._kinds[event["requestId"]] = "Image" if picture else event["type"]

    def _finished(self, event: dict[str, Any]) -> None:
        self._bytes[self._kinds.get(event["requestId"], "Other")] += int(event["encodedDataLength"])

    def kilobytes(self) -> dict[str, float]:
        """Of scripts, styles, pictures and everything else, and of all; thousands of bytes."""
        named = {"Script": "scripts", "Stylesheet": "styles", "Image": "pictures"}
        sums = Counter(dict.fromkeys((*named.values(), "other"), 0))
        for kind, size in self._bytes.items():
            sums[named.get(kind, "other")] += size
        return {name: round(size / 1000, 1) for name, size in sums.items()} | {"all": round(sums.total() / 1000, 1)}


def memory(page: Page) -> dict[str, float]:
    """JavaScript heap after a collection, the page's process as a whole, both in megabytes, and elements in the page."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    heap = _metrics(session)["JSHeapUsedSize"]
    return {
        "heap_mb": round(heap / 1e6, 1),
        "process_mb": round(_largest_renderer() / 1e6),
        "dom_nodes": page.evaluate("() => document.querySelectorAll('*').length"),
    }


def _metrics(session: CDPSession) -> dict[str, float]:
    session.send("Performance.enable")
    return {metric["name"]: metric["value"] for metric in session.send("Performance.getMetrics")["metrics"]}


def _largest_renderer() -> int:
    """Resident bytes of the largest page process below this one."""
    parents, sizes = {}, {}
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            if b"--type=renderer" in (folder / "cmdline").read_bytes():
                sizes[int(folder.name)] = int((folder / "statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
        except (FileNotFoundError, ProcessLookupError):
            continue

    def ours(pid: int) -> bool:
        while pid in parents and pid != os.getpid():
            pid = parents[pid]
        return pid == os.getpid()

    return max((size for pid, size in sizes.items() if ours(pid)), default=0)


class Frames:
    """Intervals between animation frames, in milliseconds, of everything recorded into this object."""

    def __init__(self) -> None:
        self.intervals: list[float] = []

    @contextmanager
    def recording(self, page: Page) -> Iterator[None]:
        page.evaluate(_RECORD_FRAMES)
        yield
        frames: list[float] = page.evaluate(_TAKE_FRAMES)
        self.intervals += [after - before for before, after in itertools.pairwise(frames)]

    def quantiles(self) -> dict[str, float]:
        cuts = statistics.quantiles(self.intervals, n=100, method="inclusive")
        return {"p50": round(cuts[49], 1), "p95": round(cuts[94], 1)}


def drag(page: Page, start: tuple[float, float], moves: int, reach: float = 40.0) -> float:
    """Takes what lies at `start`, swings it to and fro within `reach` CSS pixels, and lets go where it was.

    Returns the seconds that the moves took; a page that keeps up takes `moves` × 0.016.
    """
    x, y = start
    page.mouse.move(x, y)
    page.mouse.down()
    began = time.perf_counter()
    for move in range(1, moves + 1):
        # To one side, back through the start to the other, and home, in steps of a few pixels.
        way = 4 * move / moves
        offset = reach * (way if way <= 1 else 2 - way if way <= 3 else way - 4)
        page.mouse.move(x + offset, y + 0.5 * offset)
        left = began + move * MOVE_SECONDS - time.perf_counter()
        if left > 0:
            time.sleep(left)
    took = time.perf_counter() - began
    page.mouse.up()
    return took
