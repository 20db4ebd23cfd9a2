"""Parts of a face under the mouse: dragged, turned, and a whole face placed by three clicks; each is one undo step."""

import math
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.chain import same_places
from tests.e2e.conftest import keep_logs, keep_picture
from tests.e2e.editor import Point
from tests.e2e.lost_work import Bench, Studio

pytestmark = pytest.mark.e2e

LEFT_EYE = (*range(66, 75), 104)
LEFT_CENTRE, RIGHT_CENTRE = 74, 83
LIP_TOP, LIP_BOTTOM = 98, 102
# From the middle of an eye's upper side to the handle that turns it, CSS pixels: the frame's margin and the stem.
TO_HANDLE = 16 + 26


@pytest.fixture
def bench(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Bench]:
    with Studio.opened(tmp_path_factory.mktemp("studio"), chromium) as studio:
        bench = studio.open_editor()
        yield bench
        keep_picture(request, bench.person)
        keep_logs(request, studio.setup)
        bench.close()
        assert bench.person.troubles == []


def test_a_part_and_a_face_by_mouse(bench: Bench) -> None:
    editor, page = bench.editor, bench.page
    page.keyboard.press("f")
    start = editor.points()

    # The bare photo moves under the mouse, the points do not, whether or not a part is selected.
    part = page.get_by_test_id("part-left_eye")
    for selected in ("false", "true"):
        if selected == "true":
            part.click()
        expect(part).to_have_attribute("aria-pressed", selected)
        cheek = _between(start[6], start[57])
        before = editor.on_screen(start[0])
        _drag(bench, editor.on_screen(cheek), (30, 10))
        assert editor.on_screen(start[0]) == pytest.approx((before[0] + 30, before[1] + 10), abs=1.5)
        assert editor.points() == start

    # Escape in mid-drag takes it back.
    _drag(bench, editor.on_screen(start[67]), (25, 12), escape=True)
    assert editor.points() == start
    expect(editor.button("undo")).to_be_disabled()

    # A selected part moves as one, by any of its points.
    _drag(bench, editor.on_screen(start[67]), (25, 12))
    moved = editor.points()
    way = (25 / editor.scale(), 12 / editor.scale())
    for index in LEFT_EYE:
        assert moved[index] == pytest.approx((start[index][0] + way[0], start[index][1] + way[1]), abs=0.6)

    # The round handle turns it: the axis turns, the distance from corner to corner stays.
    _drag(bench, _turning_handle(bench, moved), (30, 0))
    turned = editor.points()
    angle = _angle(turned[66], turned[70]) - _angle(moved[66], moved[70])
    assert math.radians(8) < angle < math.radians(60)
    assert math.dist(turned[66], turned[70]) == pytest.approx(math.dist(moved[66], moved[70]), abs=0.1)
    for expected in (moved, start):
        editor.button("undo").click()
        assert same_places(editor.points(), expected)
    expect(editor.button("undo")).to_be_disabled()

    # Three clicks place all of the face; one undo takes it back.
    page.keyboard.press("t")
    guide = page.get_by_test_id("placing-guide")
    places = (start[LEFT_CENTRE], start[RIGHT_CENTRE], _between(start[LIP_TOP], start[LIP_BOTTOM]))
    for number, place in enumerate(places, 1):
        expect(guide).to_contain_text(f"{number} of 3")
        x, y = editor.on_screen((place[0] + 12, place[1] + 8))
        page.mouse.click(round(x), round(y))
    expect(guide).to_be_hidden()
    placed = editor.points()
    for index in (LEFT_CENTRE, RIGHT_CENTRE):
        assert placed[index] == pytest.approx((start[index][0] + 12, start[index][1] + 8), abs=0.6)
    editor.button("undo").click()
    assert same_places(editor.points(), start)
    expect(editor.button("undo")).to_be_disabled()

    # Zooming moves no point, neither before an edit nor after one.
    editor.zoom(LIP_TOP, 6)
    assert editor.points() == start
    editor.drag(LIP_TOP, 3, -2)
    edited = editor.points()
    assert edited[LIP_TOP] != start[LIP_TOP]
    editor.zoom(LIP_TOP, -6)
    assert editor.points() == edited
    page.keyboard.press("f")
    assert editor.points() == edited
    editor.button("undo").click()
    assert same_places(editor.points(), start)


def _drag(bench: Bench, start: Point, way: Point, *, escape: bool = False) -> None:
    """From a place on the screen by (dx, dy), in CSS pixels; with `escape`, that key is pressed before letting go."""
    mouse = bench.page.mouse
    x, y = map(round, start)
    mouse.move(x, y)
    mouse.down()
    mouse.move(x + way[0], y + way[1], steps=6)
    if escape:
        bench.page.keyboard.press("Escape")
    mouse.up()


def _turning_handle(bench: Bench, points: list[Point]) -> Point:
    """Where the left eye's round handle is on the screen: above the frame, which lies along the eye."""
    angle = _angle(points[66], points[70])
    across = [y * math.cos(angle) - x * math.sin(angle) for x, y in (points[i] for i in LEFT_EYE)]
    along = [x * math.cos(angle) + y * math.sin(angle) for x, y in (points[i] for i in LEFT_EYE)]
    u, v = (min(along) + max(along)) / 2, min(across)
    x, y = bench.editor.on_screen(
        (u * math.cos(angle) - v * math.sin(angle), u * math.sin(angle) + v * math.cos(angle))
    )
    return x + TO_HANDLE * math.sin(angle), y - TO_HANDLE * math.cos(angle)


def _between(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _angle(a: Point, b: Point) -> float:
    return math.atan2(b[1] - a[1], b[0] - a[0])
