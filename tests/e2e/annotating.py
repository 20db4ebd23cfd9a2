"""The annotator's part: mouse, wheel and keys, a reload, a dead API, no network."""

import re
from contextlib import ExitStack

import pytest
from playwright.sync_api import expect

from tests.e2e.chain import CHIN, LEFT_JAW, LEFT_TEMPLE, NOSE_TIP, RIGHT_JAW, Chain, same_places


def correct_by_mouse(chain: Chain) -> tuple[int, int, int]:
    """Three photos by mouse, wheel and keys, and one skipped. Returns the three tasks, submitted."""
    editor, page = chain.editor, chain.annotator.page
    # Points follow each other by a model that the page fetches once the photo is there.
    with page.expect_response(re.compile(r"/shape-model$")) as shapes:
        first = chain.annotate()
    assert shapes.value.ok
    assert chain.task(first)["initial"]["source"] == chain.starts_from
    told = {"shipped": "the model that Facet ships with", "mean_face": "the mean face"}
    expect(page.get_by_test_id("proposal")).to_contain_text(f"proposed by {told[chain.starts_from]}")

    chain.drag(CHIN, 3, 14)
    chain.drag(LEFT_JAW, -12, 5)
    editor.expect_corrected(2)
    before = editor.points()
    moved = chain.drag(RIGHT_JAW, 11, 6)
    editor.expect_corrected(3)
    after = editor.points()
    # The others follow, but not those that were moved by hand; one undo takes all of it back.
    assert not same_places(after[RIGHT_JAW + 1 :], before[RIGHT_JAW + 1 :])
    for index in (CHIN, LEFT_JAW):
        assert after[index] == pytest.approx(before[index], abs=0.001)
    page.keyboard.press("Control+z")
    editor.expect_corrected(2)
    assert same_places(editor.points(), before)
    editor.button("redo").click()
    editor.expect_corrected(3)
    assert editor.points()[RIGHT_JAW] == pytest.approx(moved, abs=0.01)
    assert same_places(editor.points(), after)

    editor.zoom(NOSE_TIP, 6)
    before = editor.points()
    chain.drag(NOSE_TIP, 5, -4)
    editor.expect_corrected(4)

    # A reload in the middle of the work: the points come back, and so does the way back.
    editor.expect_kept("browser", "server")
    drawn = editor.points()
    page.reload()
    assert editor.wait_for_task() == first
    assert same_places(editor.points(), drawn)
    editor.button("undo").click()
    editor.expect_corrected(3)
    assert same_places(editor.points(), before)
    editor.button("redo").click()
    editor.expect_corrected(4)

    editor.button("save").click()
    expect_saved(chain)
    second = chain.submit(editor.button("submit").click)

    chain.drag(CHIN, -4, 9)
    chain.drag(LEFT_TEMPLE, -9, -3)
    third = chain.submit(lambda: page.keyboard.press("Enter"))

    page.keyboard.press("k")
    reason = page.get_by_role("dialog")
    reason.get_by_label("Another reason").fill("Two people, and neither is in front.")
    reason.get_by_role("button", name="Skip", exact=True).click()
    fourth = editor.wait_for_task(other_than=third)
    chain.skipped_task = third
    assert chain.task(third)["task"]["skips"] == 1
    assert chain.task(third)["task"]["state"] == "ready"

    chain.drag(CHIN, 6, 10)
    chain.submit(lambda: page.keyboard.press("Control+Enter"))
    # Nothing was done on the photo that came next: whoever leaves it gives it back.
    page.get_by_role("link", name="To the project").click()
    expect(page.get_by_role("link", name="Start annotating")).to_be_visible()
    for task_id in (first, second, fourth):
        chain.wait_for_state(task_id, "in_review")
    return first, second, fourth


def edit_through_outages(chain: Chain) -> None:
    """The API dies in mid-edit, then the network goes: nothing of what was drawn is lost, and nobody needs to reload."""
    editor, page = chain.editor, chain.annotator.page
    task_id = chain.annotate()
    chain.drag(CHIN, 4, 11)
    with ExitStack() as outages:
        for person in chain.people:
            outages.enter_context(person.outage())
        chain.setup.kill_api()
        chain.drag(LEFT_JAW, -10, 4)
        editor.expect_kept("browser")
        chain.setup.bring_api_back()
        chain.drag(RIGHT_JAW, 9, 5)
        editor.expect_kept("server")
        editor.expect_corrected(3)
    editor.button("save").click()
    expect_saved(chain)

    with chain.annotator.outage():
        chain.annotator.context.set_offline(True)
        chain.drag(NOSE_TIP, 6, 5)
        expect(editor.save_state).to_have_text(re.compile("offline"))
        chain.annotator.context.set_offline(False)
        editor.expect_kept("server")
    editor.expect_corrected(4)
    editor.button("save").click()
    expect_saved(chain)
    chain.submitted[task_id] = editor.points()
    editor.button("submit").click()
    editor.wait_for_task(other_than=task_id)
    page.get_by_role("link", name="To the project").click()

    assert chain.start_reviewing() == task_id
    chain.review.button("approve").click()
    chain.wait_for_state(task_id, "approved")


def expect_saved(chain: Chain) -> None:
    """What the badge says, the server says too: the number, and every point."""
    editor = chain.editor
    number = editor.expect_saved()
    revision = chain.task(editor.task_id)["revision"]
    assert revision["number"] == number
    assert same_places(revision["points"], editor.points())
