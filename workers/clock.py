"""The clock: beat's process does itself what is due every few seconds or minutes, so that no long job can hold it up.

Its scheduler keeps no file of what it did when: everything is due again within minutes.
"""

from collections.abc import Callable
from pathlib import Path
from threading import Thread
from typing import Any, Final

import structlog
from celery.beat import ScheduleEntry, Scheduler

from backend.installation import Installation
from backend.jobs.failures import clean_up
from backend.jobs.service import reconcile
from backend.modelzoo.service import NotEnoughLabels, TrainingRunning, projects_due, start_training
from backend.photos.service import remove_old_archives
from backend.settings import Settings, get_settings

log = structlog.get_logger()


def sign_of_life(settings: Settings) -> Path:
    """The file that a living clock touches every few seconds; `facet health --beat` looks at its age."""
    return settings.data_dir.resolve() / "beat-alive"


def reconcile_jobs(facet: Installation) -> None:
    """Finds what was lost, and tidies up after jobs that have failed for good."""
    with facet.db.transaction() as session:
        for job in reconcile(session, facet.settings):
            log.error("job.failed", job_id=job.id, kind=job.kind, error=job.error)
            clean_up(session, job)


def learn(facet: Installation) -> None:
    """Starts the trainings that are due."""
    with facet.db.reading() as session:
        due = [project.id for project in projects_due(session)]
    for project_id in due:
        try:
            with facet.db.transaction() as session:
                job = start_training(session, project_id, None)
                log.info("training.started", project_id=project_id, job_id=job.id)
        except (NotEnoughLabels, TrainingRunning) as reason:
            log.info("training.not_yet", project_id=project_id, reason=reason.detail)


_DUTIES: Final[dict[str, Callable[[Installation], None]]] = {
    "reconcile": reconcile_jobs,
    "learn": learn,
    "tidy": remove_old_archives,
}
"""By the names that `backend.jobs.broker` schedules them under."""


class Clock(Scheduler):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # Its own: Celery makes the scheduler, and hands it nothing of ours.
        self._facet = Installation(get_settings())
        self._sign = sign_of_life(self._facet.settings)
        self._tidying: Thread | None = None

    def apply_entry(self, entry: ScheduleEntry, producer: object = None) -> None:
        """Does a duty, where Celery's own scheduler would send a worker a message."""
        if entry.task != "tidy":
            self._do(entry.task)
        elif self._tidying is None or not self._tidying.is_alive():
            # A store of blobs may take minutes to answer, and nothing waits for this.
            self._tidying = Thread(target=self._do, args=(entry.task,), name="tidy", daemon=True)
            self._tidying.start()

    def _do(self, duty: str) -> None:
        try:
            _DUTIES[duty](self._facet)
        except Exception:
            # Such as a database that is restarting: it is due again in a moment.
            log.exception("clock.failed", duty=duty)

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Does what is due; returns the seconds until something is again."""
        wait: float = super().tick(*args, **kwargs)
        self._sign.touch()
        return wait
