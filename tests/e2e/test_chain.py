"""The whole chain by hand: photos go in, people correct and review them, the model learns, a dataset comes out.

Steps of one story, on one installation, in a real browser. The story is one test, because every step stands on the last.
"""

import logging
import re
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e import team_pages
from tests.e2e.dataset import Drawn, check_dataset
from tests.e2e.editor import EditorPage, Point
from tests.e2e.people import LONG_PATIENCE, PATIENCE, Person
from tests.e2e.photos import ChosenPhotos
from tests.e2e.setups import Setup
from tests.e2e.team_pages import PROJECT, RETRAIN_EVERY, model_row
from tests.workers.processes import wait_until

pytestmark = pytest.mark.e2e

log = logging.getLogger(__name__)

CHIN, LEFT_JAW, RIGHT_JAW, LEFT_TEMPLE, NOSE_TIP = 16, 6, 26, 1, 54
COMMENT = "The chin sits too high: bring it down to the edge of the shadow."
SECONDS = LONG_PATIENCE / 1000


class Chain:
    """What the story has come to: who, where, and what was drawn so far."""

    def __init__(self, setup: Setup, photos: ChosenPhotos, new_person: Callable[[str], Person]) -> None:
        self.setup = setup
        self.photos = photos
        self.admin = new_person("Ada")
        self.annotator = new_person("Anna")
        self.reviewer = new_person("Rob")
        self.project_id = 0
        # By task: the label as it was on the screen when it was submitted last, and where the mouse dropped points.
        self.submitted: dict[int, list[Point]] = {}
        self.drops: dict[int, dict[int, Point]] = {}
        self.skipped_task = 0

    @property
    def people(self) -> tuple[Person, ...]:
        return self.admin, self.annotator, self.reviewer

    @property
    def editor(self) -> EditorPage:
        """The annotator's."""
        return EditorPage(self.annotator.page)

    @property
    def review(self) -> EditorPage:
        return EditorPage(self.reviewer.page)

    def counts(self) -> dict[str, int]:
        counts: dict[str, int] = self.admin.get(f"projects/{self.project_id}")["counts"]
        return counts

    def wait_for_state(self, task_id: int, state: str) -> None:
        wait_until(f"task {task_id} is {state}", lambda: self.task(task_id)["task"]["state"] == state, SECONDS, 0.2)

    def task(self, task_id: int) -> dict[str, Any]:
        found: dict[str, Any] = self.admin.get(f"tasks/{task_id}")
        return found

    def drag(self, index: int, dx: float, dy: float) -> Point:
        """The annotator drags a point, and sees it where it was dropped."""
        drop = self.editor.drag(index, dx, dy)
        self.drops.setdefault(self.editor.task_id, {})[index] = drop
        assert self.editor.points()[index] == pytest.approx(drop, abs=0.05)
        return drop

    def submit(self, press: Callable[[], None]) -> int:
        """Submits the annotator's open task by `press`; returns the task that comes next by itself."""
        editor = self.editor
        task_id = editor.task_id
        self.submitted[task_id] = editor.points()
        press()
        return editor.wait_for_task(other_than=task_id)

    def annotate(self) -> int:
        """The annotator goes to the project and starts; returns the task that opens."""
        self.annotator.page.goto(f"/projects/{self.project_id}")
        self.annotator.page.get_by_role("link", name="Start annotating").click()
        return self.editor.wait_for_task()

    def start_reviewing(self) -> int:
        """The reviewer goes to the project and reviews; returns the task that opens, now or when one is ready."""
        self.reviewer.page.goto(f"/projects/{self.project_id}")
        self.reviewer.page.get_by_role("main").get_by_role("link", name="Review").click()
        return self.review.wait_for_task()


@contextmanager
def step(name: str) -> Iterator[None]:
    start = time.monotonic()
    yield
    log.info("%5.1f s  %s", time.monotonic() - start, name)


def test_photos_go_in_and_a_dataset_comes_out(
    setup: Setup, photos: ChosenPhotos, new_person: Callable[[str], Person], tmp_path: Path
) -> None:
    with step("start"):
        password = setup.start()
    chain = Chain(setup, photos, new_person)
    with step("accounts and project"):
        team_pages.first_login(chain.admin, password)
        chain.project_id = team_pages.create_project(chain.admin)
        chain.admin.make_token()
        team_pages.invite(chain.admin, chain.project_id, chain.annotator, "annotator")
        team_pages.invite(chain.admin, chain.project_id, chain.reviewer, "reviewer")
    with step("import and proposals"):
        team_pages.import_photos(chain.admin, chain.project_id, photos, lambda *call: run(setup, *call))
    with step("annotate"):
        first, *others = correct_by_mouse(chain)
    with step("review"):
        review_by_hand(chain, first, others)
    with step("the rest by scripts"):
        while chain.counts()["approved"] < RETRAIN_EVERY:
            label_by_script(chain)
    with step("edits outlive the API and the network, while a model trains"):
        edit_through_outages(chain)
    with step("first model"):
        see_what_was_learned(chain)
    with step("dataset"):
        team_pages.train_now(chain.admin, chain.project_id)
        download_dataset(chain, tmp_path)
    with step("second model, and back"):
        roll_back(chain)
    jobs = chain.admin.get(f"projects/{chain.project_id}/jobs", limit=200)["items"]
    assert {job["kind"]: job["error"] for job in jobs if job["state"] not in ("succeeded", "queued", "running")} == {}
    for person in chain.people:
        assert person.troubles == [], person.name


def run(setup: Setup, *arguments: str) -> str:
    """A `facet` command that must succeed; returns what it said."""
    done = setup.facet(*arguments)
    assert done.returncode == 0, done.stderr
    return done.stderr


def correct_by_mouse(chain: Chain) -> tuple[int, int, int]:
    """Three photos by mouse, wheel and keys, and one skipped. Returns the three tasks, submitted."""
    editor, page = chain.editor, chain.annotator.page
    first = chain.annotate()
    proposal = editor.points()
    assert chain.task(first)["initial"]["source"] == "mean_face"
    expect(page.get_by_test_id("proposal")).to_contain_text("proposed by the mean face")

    chain.drag(CHIN, 3, 14)
    chain.drag(LEFT_JAW, -12, 5)
    editor.expect_corrected(2)
    moved = chain.drag(RIGHT_JAW, 11, 6)
    editor.expect_corrected(3)
    page.keyboard.press("Control+z")
    editor.expect_corrected(2)
    assert editor.points()[RIGHT_JAW] == pytest.approx(proposal[RIGHT_JAW], abs=0.01)
    editor.button("redo").click()
    editor.expect_corrected(3)
    assert editor.points()[RIGHT_JAW] == pytest.approx(moved, abs=0.01)

    editor.zoom(NOSE_TIP, 6)
    chain.drag(NOSE_TIP, 5, -4)
    editor.expect_corrected(4)

    # A reload in the middle of the work: the points come back, and so does the way back.
    editor.expect_kept("browser", "server")
    drawn = editor.points()
    page.reload()
    assert editor.wait_for_task() == first
    assert _same(editor.points(), drawn)
    editor.button("undo").click()
    editor.expect_corrected(3)
    assert editor.points()[NOSE_TIP] == pytest.approx(proposal[NOSE_TIP], abs=0.01)
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


def _same(points: list[Point], others: list[Point], tolerance: float = 0.01) -> bool:
    return all(
        abs(x - other_x) <= tolerance and abs(y - other_y) <= tolerance
        for (x, y), (other_x, other_y) in zip(points, others, strict=True)
    )


def expect_saved(chain: Chain) -> None:
    """What the badge says, the server says too: the number, and every point."""
    editor = chain.editor
    number = editor.expect_saved()
    revision = chain.task(editor.task_id)["revision"]
    assert revision["number"] == number
    assert _same(revision["points"], editor.points())


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
        expect(editor.save_state).to_have_text(re.compile("offline"), timeout=PATIENCE)
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


def see_what_was_learned(chain: Chain) -> None:
    """Beat has started a training by itself; the page shows how good it is, and an admin puts it to work."""
    page = chain.admin.page
    page.goto(f"/projects/{chain.project_id}/models")
    outcome = re.compile("promoted|kept back")
    expect(model_row(page, 1)).to_contain_text(outcome, timeout=LONG_PATIENCE)
    (model,) = chain.admin.get(f"projects/{chain.project_id}/models")["items"]
    assert model["labels"] == RETRAIN_EVERY
    metrics, baseline = model["metrics"], model["baseline"]
    better = metrics["nme_rect"] <= baseline["nme_rect"] and metrics["fr_008"] <= baseline["fr_008"]
    assert model["decision"] == ("promoted" if better else "kept")
    expect(model_row(page, 1)).to_contain_text("promoted" if better else "kept back")
    expect(model_row(page, 1)).to_contain_text(f"{100 * metrics['nme_rect']:.2f}")
    for name in ("NME of 1 model", "AUC of 1 model"):
        expect(page.get_by_role("img", name=name).locator("canvas")).to_be_visible()
    if not better:
        team_pages.activate_model(chain.admin, chain.project_id, 1, verb="Activate")
    expect_proposals_of(chain, 1)


def expect_proposals_of(chain: Chain, number: int) -> None:
    """Photos that nobody has opened are predicted by this model; opened ones keep what people saw."""
    photos = chain.admin.get(f"projects/{chain.project_id}/photos", limit=200)["items"]
    # The last ones of the queue; the one after the last submitted task was opened, and left.
    unopened = [photo["task_id"] for photo in photos if photo["task_id"] > max(chain.submitted) + 1]
    assert len(unopened) >= 2
    for task_id in unopened:
        wait_until(
            f"model {number} has predicted task {task_id}",
            lambda task_id=task_id: chain.task(task_id)["revision"]["model_number"] == number,
            SECONDS,
            0.2,
        )
        assert chain.task(task_id)["revision"]["source"] == "model"
    for task_id in (chain.skipped_task, *chain.submitted):
        assert chain.task(task_id)["initial"]["source"] == "mean_face"
    assert chain.task(chain.skipped_task)["revision"]["number"] == 1
    for task_id, points in chain.submitted.items():
        assert _same(chain.task(task_id)["revision"]["points"], points)


def roll_back(chain: Chain) -> None:
    """A second model, whatever the gate says of it, and back to the first by a button."""
    page = chain.admin.page
    page.goto(f"/projects/{chain.project_id}/models")
    expect(model_row(page, 2)).to_contain_text(re.compile("promoted|kept back"), timeout=LONG_PATIENCE)
    if "promoted" not in model_row(page, 2).inner_text():
        team_pages.activate_model(chain.admin, chain.project_id, 2, verb="Activate")
    expect_proposals_of(chain, 2)
    team_pages.activate_model(chain.admin, chain.project_id, 1, verb="Roll back to")
    expect(page.get_by_role("row").filter(has_text="Rolled back to model 1")).to_contain_text("admin", ignore_case=True)
    expect_proposals_of(chain, 1)


def download_dataset(chain: Chain, folder: Path) -> None:
    """Frozen by a button, downloaded twice, exported once more: the same bytes, and they hold what was drawn."""
    page = chain.admin.page
    page.goto(f"/projects/{chain.project_id}/snapshots")
    page.get_by_label("Name of the new snapshot").fill("First delivery")
    approved = len(chain.submitted)
    page.get_by_role("button", name=f"Freeze {approved} approved labels").click()
    row = page.get_by_role("row").filter(has_text="First delivery")
    link = row.get_by_role("link", name="Download, LaPa layout")
    expect(link).to_be_visible(timeout=LONG_PATIENCE)
    copies = []
    for _ in range(2):
        with page.expect_download() as download:
            link.click()
        copies.append(download.value.path().read_bytes())
    assert copies[0] == copies[1]

    number = row.get_by_role("cell").first.inner_text()
    run(chain.setup, "export", PROJECT, str(folder / "export.zip"), "--snapshot", number)
    assert (folder / "export.zip").read_bytes() == copies[0]

    drawn = []
    for task_id, points in chain.submitted.items():
        photo = chain.task(task_id)["task"]["photo"]
        split = chain.photos.split_of(photo["name"])
        assert photo["split"] == split
        drawn.append(Drawn(Path(photo["name"]).stem, split, points, chain.drops.get(task_id, {})))
    shares = [sum(label.split == split for label in drawn) for split in ("train", "val", "test")]
    expect(row).to_contain_text(" / ".join(map(str, shares)))
    assert shares[0] >= 3
    assert shares[1] >= 2
    check_dataset(copies[0], drawn)
