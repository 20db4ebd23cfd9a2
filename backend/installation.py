"""One installation of Facet in one process: its settings, database, blobs and broker. API, workers and CLI all start here."""

from collections.abc import Callable

import structlog
from celery import Celery
from sqlalchemy.orm import Session

from backend import tables  # noqa: F401  (relationships and foreign keys need every table loaded)
from backend.blobs import BlobStore
from backend.db import Database
from backend.events.service import append_recorded
from backend.insights.service import apply_day_counts
from backend.jobs.broker import ring, settings_of_celery
from backend.projects.counters import apply_task_counts
from backend.settings import Settings

log = structlog.get_logger()

# What services note in the session is written here, last and in a fixed order, so that the rows that every transaction
# of a project touches (day counts, counters, the event log) are locked briefly and never in two orders.
BEFORE_COMMIT: tuple[Callable[[Session], None], ...] = (apply_day_counts, apply_task_counts, append_recorded)


class Installation:
    """Shared by all threads of a process. `close()` gives its connections back."""

    def __init__(self, settings: Settings) -> None:
        settings.prepare_data_dir()
        self.settings = settings
        self.celery = Celery("facet", set_as_current=False)
        self.celery.conf.update(settings_of_celery(settings))
        self.blobs = BlobStore(settings)
        self.db = Database(settings, before_commit=BEFORE_COMMIT, after_commit=self._ring_doorbell)

    def _ring_doorbell(self, session: Session) -> None:
        ring(self.celery, session)

    def close(self) -> None:
        self.db.dispose()
        self.celery.close()
