"""The first minute: a newcomer learns the points on a rendered face. On the same face, the editor in other hands.

Every point of that face is known, and nothing that is done to it goes to the server: so the tests need no photos, and share
one server.
"""

import json
import math
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, Request, expect

from backend.settings import REPOSITORY
from tests.e2e.chain import CHIN, NOSE_TIP, same_places
from tests.e2e.conftest import keep_logs, keep_picture
from tests.e2e.editor import EditorPage, Point
from tests.e2e.hands import Hands
from tests.e2e.lost_work import Studio
from tests.e2e.people import Person

pytestmark = pytest.mark.e2e

FACE: dict[str, Any] = json.loads((REPOSITORY / "frontend/src/pages/tour/face.json").read_text())
TRUTH: list[Point] = [(x, y) for x, y in FACE["points"]]
HIDDEN = FACE["visibility"].index(1)
GAP = FACE["gap"]
HAIR = 10
JAW, MOUTH_CORNER, LEFT_UPPER_LID = 9, 84, 68
# The brush with which the editor begins, in image pixels.
BRUSH = 8


@pytest.fixture(scope="module")
def studio(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    # The tour brings its own face.
    with Studio.opened(tmp_path_factory.mktemp("studio"), chromium, photos=0) as studio:
        yield studio


@pytest.fixture
def newcomer(request: pytest.FixtureRequest, studio: Studio) -> Iterator[Person]:
    person = studio.browser_of("Anna")
    yield person
    keep_picture(request, person)
    keep_logs(request, studio.setup)
    person.close()
    assert person.troubles == []


@pytest.fixture
def face(newcomer: Person) -> EditorPage:
    """The rendered face in the editor, with all of it in view."""
    newcomer.page.goto("/tour")
    return _opened(newcomer.page)


def test_the_whole_tour_by_mouse(newcomer: Person) -> None:
    page = newcomer.page
    page.goto("/projects")
    page.get_by_test_id("tour-offer").get_by_role("link", name="Take the tour").click()
    editor = _opened(page)
    written: list[Request] = []
    page.on("request", lambda request: written.append(request) if request.method != "GET" else None)
    steps = page.get_by_test_id("tour-steps")

    def expect_step(name: str) -> None:
        expect(steps).to_have_attribute("data-step", name)

    expect_step("point")
    _drag_home(editor, MOUTH_CORNER, share=0.5)
    expect(page.get_by_test_id("tour-missed")).to_contain_text("Not there yet")
    _drag_home(editor, MOUTH_CORNER)

    expect_step("part")
    page.mouse.dblclick(*map(round, editor.on_screen(editor.points()[LEFT_UPPER_LID])))
    expect(page.get_by_test_id("part-left_eye")).to_have_attribute("aria-pressed", "true")
    _drag_home(editor, LEFT_UPPER_LID)

    expect_step("doubt")
    panel = page.get_by_role("complementary")
    panel.get_by_test_id("btn-next-doubtful").click()
    panel.get_by_test_id("btn-confirm").click()

    expect_step("hidden")
    editor.click_point(HIDDEN)
    panel.get_by_text("occluded", exact=True).click()

    expect_step("paint")
    page.get_by_test_id(f"category-{HAIR}").click()
    _paint_gap(editor)

    expect_step("submit")
    editor.button("submit").click()
    score = page.get_by_test_id("tour-score")
    expect(score).to_have_attribute("data-right", "105")
    panel.get_by_role("button", name=f"point {JAW},").click()
    _drag_home(editor, JAW)
    expect(score).to_have_attribute("data-right", "106")
    expect(score).to_contain_text("Every point is where it belongs")

    page.get_by_test_id("tour-finish").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    expect(page.get_by_test_id("tour-offer")).to_be_hidden()
    assert [request.url for request in written] == []


def test_the_tour_can_be_put_off_and_is_found_again(newcomer: Person) -> None:
    page = newcomer.page
    page.goto("/projects")
    page.get_by_role("button", name="Not now").click()
    expect(page.get_by_test_id("tour-offer")).to_be_hidden()
    page.reload()
    page.get_by_role("button", name="Anna").click()
    expect(page.get_by_test_id("tour-offer")).to_be_hidden()
    page.get_by_role("menuitem", name="Learn the 106 points").click()
    _opened(page)
    page.get_by_role("button", name="Skip this step").click()
    expect(page.get_by_test_id("tour-steps")).to_have_attribute("data-step", "part")
    page.get_by_test_id("tour-leave").click()
    expect(page.get_by_role("heading", name="Projects")).to_be_visible()


def test_fingers_move_a_point_and_the_photo(face: EditorPage) -> None:
    hands, start = Hands(face.page), face.points()

    place = face.on_screen(start[CHIN])
    hands.drag_by_finger(place, (place[0] + 30, place[1] + 18))
    face.expect_corrected(1)
    moved = face.points()
    way = (30 / face.scale(), 18 / face.scale())
    assert moved[CHIN] == pytest.approx((start[CHIN][0] + way[0], start[CHIN][1] + way[1]), abs=0.01)

    # Two fingers that part to twice their distance and go down: the photo is twice as large, and lower; no point moves.
    scale = face.scale()
    x, y = face.on_screen(start[NOSE_TIP])
    hands.drag_by_two_fingers(((x - 50, y), (x + 50, y)), ((x - 100, y + 40), (x + 100, y + 40)))
    assert face.scale() == pytest.approx(2 * scale, rel=0.01)
    assert face.on_screen(start[NOSE_TIP]) == pytest.approx((x, y + 40), abs=1)
    assert face.points() == moved

    # An edit in between, and back: what was not touched is where it was, to the last digit.
    place = face.on_screen(moved[NOSE_TIP])
    hands.drag_by_finger(place, (place[0] - 24, place[1] + 12))
    face.expect_corrected(2)
    hands.drag_by_two_fingers(((x - 100, y + 40), (x + 100, y + 40)), ((x - 50, y), (x + 50, y)))
    assert face.scale() == pytest.approx(scale, rel=0.01)
    expected = [*moved]
    expected[NOSE_TIP] = (moved[NOSE_TIP][0] - 12 / scale, moved[NOSE_TIP][1] + 6 / scale)
    assert same_places(face.points(), expected, 0.05)
    del expected[NOSE_TIP]
    assert [point for index, point in enumerate(face.points()) if index != NOSE_TIP] == expected

    # One finger beside the points moves the photo.
    before = face.on_screen(moved[CHIN])
    cheek = face.on_screen(((start[6][0] + start[57][0]) / 2, (start[6][1] + start[57][1]) / 2))
    hands.drag_by_finger(cheek, (cheek[0] + 40, cheek[1] + 10))
    assert face.on_screen(moved[CHIN]) == pytest.approx((before[0] + 40, before[1] + 10), abs=1)
    face.expect_corrected(2)


def test_a_pen_moves_a_point_and_paints(face: EditorPage) -> None:
    hands, start = Hands(face.page), face.points()
    place = face.on_screen(start[CHIN])
    hands.drag_by_pen(place, (place[0] + 22, place[1] - 14))
    face.expect_corrected(1)
    way = (22 / face.scale(), -14 / face.scale())
    assert face.points()[CHIN] == pytest.approx((start[CHIN][0] + way[0], start[CHIN][1] + way[1]), abs=0.01)
    face.button("undo").click()
    assert face.points() == start

    for _ in range(4):
        face.page.get_by_role("button", name="Skip this step").click()
    steps = face.page.get_by_test_id("tour-steps")
    expect(steps).to_have_attribute("data-step", "paint")
    face.page.get_by_test_id(f"category-{HAIR}").click()
    hands.drag_by_pen(*(face.on_screen(place) for place in _over_gap()))
    expect(steps).to_have_attribute("data-step", "submit")
    assert face.points() == start


def _opened(page: Page) -> EditorPage:
    editor = EditorPage(page)
    editor.wait_for_task()
    expect(page.get_by_test_id("tour-steps")).to_have_attribute("data-step", "point")
    return editor


def _drag_home(editor: EditorPage, index: int, share: float = 1) -> None:
    """Drags a point, with the part that it stands for, to its true place, or a share of the way there."""
    (x, y), (true_x, true_y) = editor.points()[index], TRUTH[index]
    editor.drag(index, share * (true_x - x), share * (true_y - y))


def _over_gap() -> list[Point]:
    """Back and forth over the gap in the hair, in image pixels: rows that leave nothing out."""
    x, y, radius = GAP["x"], GAP["y"], GAP["radius"]
    rows = math.ceil(radius / BRUSH)
    heights = [y + radius * (2 * row + 1 - rows) / rows for row in range(rows)]
    corners: list[Point] = []
    for number, height in enumerate(heights):
        ends = [(x - radius, height), (x + radius, height)]
        corners += ends if number % 2 == 0 else ends[::-1]
    return corners


def _paint_gap(editor: EditorPage) -> None:
    mouse = editor.page.mouse
    first, *others = (editor.on_screen(place) for place in _over_gap())
    mouse.move(*first)
    mouse.down()
    for place in others:
        mouse.move(*place, steps=4)
    mouse.up()
