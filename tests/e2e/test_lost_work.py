"""No edit is lost: the tab, the network, the session, the server and the disk fail in mid-work, one at a time.

The tests share one server and one annotator's task, each with a fresh browser; what one leaves is the next one's start.
"""

import logging
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Error, Route, expect

from tests.e2e.chain import CHIN, LEFT_JAW, RIGHT_JAW, same_places
from tests.e2e.conftest import keep_logs, keep_picture
from tests.e2e.lost_work import Bench, Studio
from tests.e2e.people import PASSWORD, Person

pytestmark = pytest.mark.e2e

log = logging.getLogger(__name__)

# Image pixels. Points that a drag would carry less far than this stay where they are when it ends.
UNSEEN = 0.06
# Milliseconds. The browser keeps what is in the hand within this time.
KEPT_WITHIN = 1000


@pytest.fixture(scope="module")
def studio(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    with Studio.opened(tmp_path_factory.mktemp("studio"), chromium) as studio:
        yield studio


@pytest.fixture
def anna(request: pytest.FixtureRequest, studio: Studio) -> Iterator[Person]:
    """The annotator; what they see is kept also when their editor does not open."""
    anna = studio.browser_of("Anna")
    yield anna
    keep_picture(request, anna)
    keep_logs(request, studio.setup)
    anna.close()
    assert anna.troubles == []


@pytest.fixture
def bench(studio: Studio, anna: Person) -> Bench:
    return Bench(studio, anna)


def test_a_tab_that_is_killed_in_mid_drag(bench: Bench) -> None:
    editor, before = bench.editor, bench.editor.points()
    editor.drag(CHIN, 3, 12)
    dropped = editor.points()
    place = bench.press(LEFT_JAW, -11, 6)
    bench.page.wait_for_timeout(KEPT_WITHIN)
    drawn = editor.points()
    with suppress(Error):
        bench.page.goto("chrome://crash")

    again = bench.new_tab()
    assert again.task_id == bench.task_id
    assert again.points()[LEFT_JAW] == pytest.approx(place, abs=0.01)
    assert same_places(again.points(), drawn, UNSEEN)
    for expected in (dropped, before):
        again.button("undo").click()
        assert same_places(again.points(), expected)
    again.expect_kept("server")


def test_offline_then_online(bench: Bench) -> None:
    editor, context = bench.editor, bench.person.context
    with bench.person.outage():
        context.set_offline(True)
        editor.drag(CHIN, 4, 9)
        editor.drag(RIGHT_JAW, 8, 5)
        expect(editor.save_state).to_have_text(re.compile("offline"))
        drawn = editor.points()
        context.set_offline(False)
        editor.expect_kept("server")
    operations = bench.draft()["operations"]
    assert len({operation["op_id"] for operation in operations}) == len(operations)
    for index in (CHIN, RIGHT_JAW):
        sent = [each["payload"]["points"][str(index)] for each in operations if str(index) in each["payload"]["points"]]
        assert sent[-1] == pytest.approx(drawn[index], abs=0.01)


def test_a_session_that_ends_in_mid_drag(bench: Bench) -> None:
    editor, page = bench.editor, bench.page
    bench.press(LEFT_JAW, -7, 4)
    bench.end_session()
    page.mouse.up()
    drawn = editor.points()
    dialog = page.get_by_role("dialog").filter(has=page.get_by_label("Password", exact=True))
    expect(dialog).to_be_visible()
    editor.expect_kept("browser")
    assert same_places(editor.points(), drawn)
    dialog.get_by_label("Password", exact=True).fill(PASSWORD)
    dialog.get_by_role("button", name="Sign in").click()
    expect(dialog).to_be_hidden()
    # The same page goes on: what waited is sent, and so is what comes now.
    editor.expect_kept("server")
    editor.drag(CHIN, -3, 5)
    editor.button("save").click()
    number = editor.expect_saved()
    revision = bench.task()["revision"]
    assert revision["number"] == number
    assert same_places(revision["points"], editor.points())


def test_a_server_that_dies_in_mid_drag(bench: Bench, studio: Studio) -> None:
    editor, page = bench.editor, bench.page
    before = editor.points()
    with bench.person.outage():
        bench.press(RIGHT_JAW, 9, -5)
        studio.setup.kill_api()
        page.mouse.up()
        drawn = editor.points()
        editor.expect_kept("browser")
        studio.setup.bring_api_back()
        page.reload()
        editor.wait_for_task()
    assert same_places(editor.points(), drawn)
    editor.expect_kept("server")
    editor.button("undo").click()
    assert same_places(editor.points(), before)
    editor.button("redo").click()
    editor.button("save").click()
    number = editor.expect_saved()
    assert bench.task()["revision"]["number"] == number


def test_a_disk_that_is_full(bench: Bench, studio: Studio) -> None:
    editor = bench.editor
    devtools = bench.person.context.new_cdp_session(bench.page)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": studio.setup.url, "quotaSize": 1})
    editor.drag(CHIN, 2, 8)
    bench.expect_banner("does not store your edits")
    editor.expect_kept("server")
    sent = bench.draft()["operations"][-1]["payload"]["points"][str(CHIN)]
    assert sent == pytest.approx(editor.points()[CHIN], abs=0.01)
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": studio.setup.url})
    editor.drag(CHIN, -1, -4)
    expect(bench.page.get_by_test_id("banner")).to_be_hidden()
    editor.expect_kept("server")


def test_two_tabs_on_one_task(bench: Bench) -> None:
    older = bench.editor
    older.drag(LEFT_JAW, -6, 3)
    drawn = older.points()
    newer = bench.new_tab()
    assert newer.task_id == older.task_id
    assert same_places(newer.points(), drawn)
    bench.expect_banner("newer tab")
    older.drag(CHIN, 5, 5)
    assert same_places(older.points(), drawn)
    newer.drag(CHIN, 4, 7)
    newer.expect_kept("server", "browser")

    older.button("take-again").click()
    expect(bench.page.get_by_test_id("banner")).to_be_hidden()
    assert same_places(older.points(), newer.points())
    expect(newer.page.get_by_test_id("banner")).to_be_visible()
    older.drag(RIGHT_JAW, 5, 5)
    older.expect_kept("server")


def test_a_revision_that_was_saved_meanwhile(bench: Bench) -> None:
    editor = bench.editor
    editor.button("save").click()
    saved = editor.expect_saved()
    before = editor.points()
    theirs = {CHIN: (before[CHIN][0] + 20, before[CHIN][1]), LEFT_JAW: (before[LEFT_JAW][0] - 20, before[LEFT_JAW][1])}
    operation = {
        "op_id": str(uuid4()),
        "base_revision": saved,
        "at": "2026-03-01T12:00:00Z",
        "kind": "move_points",
        "payload": {"points": {str(index): list(place) for index, place in theirs.items()}},
    }
    bench.save_by_script([operation], f'"{saved}"')
    mine = editor.drag(CHIN, 0, 14)
    expect(bench.page.get_by_test_id("btn-merge")).to_be_visible()
    expect(editor.save_state).to_have_text(f"Not merged with revision {saved + 1} yet")
    bench.page.get_by_test_id("btn-merge").click()
    # Each kept what only one had changed; the chin, which both moved, is mine until somebody says otherwise.
    assert editor.points()[CHIN] == pytest.approx(mine, abs=0.05)
    assert editor.points()[LEFT_JAW] == pytest.approx(theirs[LEFT_JAW], abs=0.01)
    editor.button("save").click()
    assert editor.expect_saved() == saved + 2
    assert same_places(bench.task()["revision"]["points"], editor.points())


def test_the_next_photo_is_there_before_the_server_has_answered(bench: Bench, studio: Studio) -> None:
    editor, page = bench.editor, bench.page
    first = editor.task_id
    upcoming = _wait_for_lookahead(bench)
    held: list[Route] = []
    page.route("**/submit", lambda route: held.append(route))
    pressed = time.monotonic()
    editor.button("submit").click()
    assert editor.wait_for_task(other_than=first, opening=True) == upcoming
    log.info(
        "%3.0f ms from submit to the next photo, with this test's own round trips", 1000 * (time.monotonic() - pressed)
    )
    assert studio.state_of(first) == "in_progress"
    assert studio.state_of(upcoming) == "ready"
    editor.drag(CHIN, 3, 6)
    editor.expect_corrected(0)
    held[0].continue_()
    assert editor.wait_for_task() == upcoming
    assert studio.state_of(first) in ("fitting", "in_review")
    editor.drag(CHIN, 3, 6)
    editor.expect_kept("server")


def test_a_next_photo_that_somebody_else_takes_meanwhile(bench: Bench, studio: Studio) -> None:
    editor = bench.editor
    first = editor.task_id
    upcoming = _wait_for_lookahead(bench)
    studio.take_from_queue(upcoming)
    editor.button("submit").click()
    bench.page.wait_for_function(
        """others => {
          const { taskId, opening } = document.querySelector("[data-testid=editor]").dataset;
          return opening === undefined && !others.includes(Number(taskId));
        }""",
        arg=[first, upcoming],
    )
    editor.wait_for_task()
    assert studio.state_of(editor.task_id) == "in_progress"


def _wait_for_lookahead(bench: Bench) -> int:
    """Waits until what comes next is fetched; returns its task."""
    editor_url = bench.page.url
    # An answer that the page before still awaits would lose its body to the navigation.
    bench.page.goto("about:blank")
    with bench.page.expect_response(re.compile(r"/tasks/next\?besides=")) as answer:
        bench.page.goto(editor_url)
    bench.editor.wait_for_task()
    assert answer.value.ok
    upcoming: int = answer.value.json()["task"]["id"]
    bench.page.wait_for_load_state("networkidle")
    return upcoming
