"""The reviewer's part, by hand and by script."""

import uuid
from datetime import UTC, datetime
from typing import Any

from playwright.sync_api import expect

from tests.e2e.chain import CHIN, LEFT_JAW, RIGHT_JAW, Chain

COMMENT = "The chin sits too high: bring it down to the edge of the shadow."


def review_by_hand(chain: Chain, first: int, others: list[int]) -> None:
    """One rejected with a pinned comment, which comes back first and is corrected; then all approved."""
    review, page = chain.review, chain.reviewer.page
    assert chain.start_reviewing() == first
    review.expect_label_map()
    review.expect_opacity(0.45)
    page.get_by_role("slider", name="Opacity of the label map").press("End")
    review.expect_opacity(1)
    review.click_point(CHIN)
    page.get_by_test_id("review-comment").fill(COMMENT)
    expect(page.get_by_text(f"About point {CHIN}")).to_be_visible()
    review.button("reject").click()

    assert review.wait_for_task(other_than=first) == others[0]
    review.expect_label_map()
    page.keyboard.press("a")
    assert review.wait_for_task(other_than=others[0]) == others[1]
    review.button("approve").click()
    expect(page.get_by_text("Nothing is waiting for a review")).to_be_visible()

    editor = chain.editor
    assert chain.annotate() == first, "the rejected photo comes back before any other"
    comment = chain.annotator.page.get_by_role("listitem").filter(has_text=COMMENT)
    expect(comment).to_contain_text(f"{chain.reviewer.name} · point {CHIN}")
    editor.page.keyboard.press("n")
    expect(editor.page.get_by_role("heading", name=f"Point {CHIN}")).to_be_visible()
    chain.drag(CHIN, 1, 8)
    comment.get_by_role("button", name="is done").click()
    expect(comment.get_by_role("button", name="is done")).to_have_count(0)
    chain.submit(lambda: editor.page.keyboard.press("Enter"))
    editor.page.get_by_role("link", name="To the project").click()

    # The reviewer's page has waited, and goes on by itself.
    assert review.wait_for_task() == first
    review.expect_label_map()
    review.button("approve").click()
    expect(page.get_by_text("Nothing is waiting for a review")).to_be_visible()
    page.get_by_role("link", name="To the project").first.click()
    for task_id in (first, *others):
        chain.wait_for_state(task_id, "approved")


def label_by_script(chain: Chain) -> None:
    """One more label by the API, as a script of the annotator and one of the reviewer would."""
    project = f"projects/{chain.project_id}"
    assignment = chain.annotator.post(f"{project}/tasks/next")
    task_id, points = assignment["task"]["id"], assignment["revision"]["points"]
    targets = {index: [points[index][0] + 4.25, points[index][1] + 3.5] for index in (CHIN, LEFT_JAW, RIGHT_JAW)}
    operation = {
        "op_id": str(uuid.uuid4()),
        "base_revision": assignment["revision"]["number"],
        "kind": "move_points",
        "payload": {"points": targets},
        "at": datetime.now(UTC).isoformat(),
    }
    chain.annotator.post(f"tasks/{task_id}/submit", {"operations": [operation]}, write_headers(assignment))
    for index, (x, y) in targets.items():
        points[index] = (x, y)
    chain.submitted[task_id] = points
    chain.wait_for_state(task_id, "in_review")
    assignment = chain.reviewer.post(f"{project}/reviews/next")
    assert assignment["task"]["id"] == task_id
    chain.reviewer.post(f"tasks/{task_id}/reviews", {"verdict": "approved"}, write_headers(assignment))


def write_headers(assignment: dict[str, Any]) -> dict[str, str]:
    return {"X-Lease-Token": assignment["lease"]["token"], "If-Match": assignment["etag"]}
