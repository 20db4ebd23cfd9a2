"""The story's state: who takes part, which project it is, and what was drawn on the screen so far."""

from collections.abc import Callable
from typing import Any

import pytest

from ml.landmarks.shipped import ShippedWeightsMissing, shipped_checkpoint
from tests.e2e.editor import EditorPage, Point
from tests.e2e.people import LONG_PATIENCE, Person
from tests.e2e.photos import ChosenPhotos
from tests.e2e.setups import Setup
from tests.workers.processes import wait_until

CHIN, LEFT_JAW, RIGHT_JAW, LEFT_TEMPLE, NOSE_TIP = 16, 6, 26, 1, 54
SECONDS = LONG_PATIENCE / 1000


def has_shipped_weights() -> bool:
    try:
        return bool(shipped_checkpoint())
    except ShippedWeightsMissing:
        return False


class Chain:
    """What the story has come to."""

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
        # What proposes before there is a model of the project's own. A copy of Facet may have been built without weights.
        self.starts_from = "shipped" if has_shipped_weights() else "mean_face"

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

    def wait_for_proposal(self, task_id: int, model_number: int) -> None:
        """Waits until the task's points are this model's."""

        def proposed() -> bool:
            revision = self.task(task_id)["revision"]
            return (revision["source"], revision["model_number"]) == ("model", model_number)

        wait_until(f"model {model_number} has predicted task {task_id}", proposed, SECONDS, 0.2)

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

    def expect_all_jobs_done(self) -> None:
        """Every job of the project ends, and none has failed."""

        def states() -> dict[int, tuple[str, str, str | None]]:
            jobs = self.admin.get(f"projects/{self.project_id}/jobs", limit=200)["items"]
            return {job["id"]: (job["kind"], job["state"], job["error"]) for job in jobs}

        def at_rest() -> bool:
            return all(state not in ("queued", "running") for _, state, _ in states().values())

        wait_until("no job is left", at_rest, SECONDS, 0.2)
        assert [job for job in states().values() if job[1] != "succeeded"] == []

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


def same_places(points: list[Point], others: list[Point], tolerance: float = 0.01) -> bool:
    """Whether no point differs by more than `tolerance` image pixels in x or y."""
    return all(
        abs(x - other_x) <= tolerance and abs(y - other_y) <= tolerance
        for (x, y), (other_x, other_y) in zip(points, others, strict=True)
    )
