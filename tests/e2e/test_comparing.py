"""A reviewer compares: with the proposal, with what they rejected, and the labels of two people who know of nothing."""

import re
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.conftest import keep_logs, keep_picture
from tests.e2e.editor import EditorPage
from tests.e2e.lost_work import SECONDS, Studio
from tests.e2e.people import Person
from tests.workers.processes import wait_until

pytestmark = pytest.mark.e2e

MOUTH, CHIN, BROW = 84, 16, 35


@pytest.fixture
def studio(
    request: pytest.FixtureRequest, chromium: Browser, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Studio]:
    with Studio.opened(tmp_path_factory.mktemp("studio"), chromium) as studio:
        yield studio
        keep_logs(request, studio.setup)


@pytest.fixture
def reviewer(request: pytest.FixtureRequest, studio: Studio) -> Iterator[Person]:
    studio.join("reviewer", "Rob").close()
    person = studio.browser_of("Rob")
    yield person
    keep_picture(request, person)
    person.close()


def label(studio: Studio, annotator: httpx.Client, moves: dict[int, tuple[float, float]]) -> int:
    """Takes the next photo, moves points by so many pixels, submits, and waits for the mask; returns the task."""
    answer = annotator.post(f"projects/{studio.project_id}/tasks/next")
    assert answer.is_success, answer.text
    taken: dict[str, Any] = answer.json()
    points = taken["revision"]["points"]
    operation = {
        "op_id": str(uuid.uuid4()),
        "base_revision": taken["revision"]["number"],
        "kind": "move_points",
        "payload": {
            "points": {index: [points[index][0] + dx, points[index][1] + dy] for index, (dx, dy) in moves.items()}
        },
        "at": datetime.now(UTC).isoformat(),
    }
    task_id: int = taken["task"]["id"]
    headers = {"X-Lease-Token": taken["lease"]["token"], "If-Match": taken["etag"]}
    answer = annotator.post(f"tasks/{task_id}/submit", json={"operations": [operation]}, headers=headers)
    assert answer.is_success, answer.text
    wait_until(f"task {task_id} is in review", lambda: studio.state_of(task_id) == "in_review", SECONDS, 0.2)
    return task_id


def ask_for_a_second(page: Page) -> None:
    page.get_by_role("button", name="Have somebody else label it too").click()
    page.get_by_role("button", name="Yes, leave it to somebody else first").click()
    expect(page.get_by_text("Nothing is waiting for a review")).to_be_visible()


def test_comparing_by_key_and_mouse(studio: Studio, reviewer: Person) -> None:
    anna, bea = (studio.join("annotator", name) for name in ("Alma", "Bea"))
    first = label(studio, anna, {MOUTH: (9, 4), CHIN: (0, 3)})
    page, review = reviewer.page, EditorPage(reviewer.page)
    page.goto(f"/projects/{studio.project_id}/review")
    assert review.wait_for_task() == first
    differ, pixels = page.get_by_test_id("points-differ"), page.get_by_test_id("pixels-differ")

    # From the proposal: the points by distance, and the mask that the proposal would have given.
    page.keyboard.press("d")
    expect(differ).to_have_text("2 points differ")
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name=f"Point {MOUTH}")).to_be_visible()
    page.keyboard.press("x")
    expect(page.get_by_role("heading", name=f"Point {CHIN}")).to_be_visible()
    expect(pixels).to_have_text(re.compile(r"\d.* of the face differs"))
    page.keyboard.press("d")
    expect(differ).to_be_hidden()

    # Rejected by key, with a comment on the chin, which is selected.
    page.keyboard.press("c")
    page.keyboard.type("Too low, and the brow too high.")
    page.keyboard.press("Escape")
    page.keyboard.press("r")
    expect(page.get_by_text("Nothing is waiting for a review")).to_be_visible()
    assert label(studio, anna, {BROW: (0, -3)}) == first
    assert review.wait_for_task() == first
    page.keyboard.press("n")
    expect(page.get_by_role("heading", name=f"Point {CHIN}")).to_be_visible()

    # From what was rejected, chosen with the mouse.
    page.get_by_test_id("compare-with").get_by_text("Before").click()
    expect(page.get_by_text("Before: revision 2, which was rejected.")).to_be_visible()
    expect(differ).to_have_text("1 point differs")
    expect(pixels).to_have_text(re.compile(r"\d.* of the face differs"))
    alma = review.points()

    # Left to somebody else, and taken back on the photo's own page while nobody has opened it.
    ask_for_a_second(page)
    page.goto(f"/projects/{studio.project_id}/tasks/{first}")
    page.get_by_role("button", name="Withdraw").click()
    page.get_by_role("button", name="Yes, back to the review").click()
    assert review.wait_for_task() == first

    # Somebody else labels it; the reviewer's page goes on by itself when both are there.
    ask_for_a_second(page)
    second = label(studio, bea, {CHIN: (4, -2)})
    assert second != first
    assert review.wait_for_task() == second
    expect(page.get_by_test_id("in-front")).to_contain_text("First: Alma")
    expect(page.get_by_test_id("apart").locator("tbody tr")).to_have_count(8)
    bea_saw = review.points()
    page.get_by_test_id("compare-with").get_by_text("Other").click()
    expect(differ).to_have_text("3 points differ")
    expect(pixels).to_have_text(re.compile(r"\d.* of the face differs"))
    page.keyboard.press("t")
    expect(review.root).to_have_attribute("data-revision", "3")
    assert review.points() == alma != bea_saw
    expect(differ).to_have_text("3 points differ")
    page.keyboard.press("a")
    expect(page.get_by_text("Nothing is waiting for a review")).to_be_visible()
    assert (studio.state_of(first), studio.state_of(second)) == ("approved", "in_review")
    assert studio.admin.get(f"projects/{studio.project_id}").json()["counts"]["approved"] == 1
    assert reviewer.troubles == []
