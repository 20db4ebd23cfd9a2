"""Fingers and a pen on the screen, as the browser hears of them from the system."""

from itertools import pairwise

from playwright.sync_api import CDPSession, Page

from tests.e2e.editor import Point


class Hands:
    """Of somebody with a tablet. All places are CSS pixels of the window."""

    def __init__(self, page: Page) -> None:
        self._devices: CDPSession = page.context.new_cdp_session(page)
        self._devices.send("Emulation.setTouchEmulationEnabled", {"enabled": True, "maxTouchPoints": 2})

    def drag_by_finger(self, start: Point, end: Point) -> None:
        self._touch("touchStart", start)
        for place in _way(start, end):
            self._touch("touchMove", place)
        self._touch("touchEnd")

    def drag_by_two_fingers(self, starts: tuple[Point, Point], ends: tuple[Point, Point]) -> None:
        """One finger comes down after the other, as they do."""
        self._touch("touchStart", starts[0])
        self._touch("touchStart", *starts)
        for places in zip(_way(starts[0], ends[0]), _way(starts[1], ends[1]), strict=True):
            self._touch("touchMove", *places)
        self._touch("touchEnd")

    def drag_by_pen(self, *corners: Point) -> None:
        """From the first place to the last, by way of the others."""
        self._pen("mouseMoved", corners[0], pressed=False)
        self._pen("mousePressed", corners[0])
        for start, end in pairwise(corners):
            for place in _way(start, end):
                self._pen("mouseMoved", place)
        self._pen("mouseReleased", corners[-1], pressed=False)

    def _touch(self, kind: str, *fingers: Point) -> None:
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        self._devices.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def _pen(self, kind: str, place: Point, *, pressed: bool = True) -> None:
        event = {
            "type": kind,
            "x": place[0],
            "y": place[1],
            "pointerType": "pen",
            "button": "none" if kind == "mouseMoved" else "left",
            "buttons": int(pressed),
            "clickCount": 0 if kind == "mouseMoved" else 1,
            "force": 0.5 if pressed else 0.0,
        }
        self._devices.send("Input.dispatchMouseEvent", event)


def _way(start: Point, end: Point, steps: int = 6) -> list[Point]:
    shares = [step / steps for step in range(1, steps + 1)]
    return [(start[0] + share * (end[0] - start[0]), start[1] + share * (end[1] - start[1])) for share in shares]
