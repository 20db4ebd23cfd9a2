"""Jobs run in this process, as a worker runs them, and the rows that they leave."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import select

from backend.installation import Installation
from backend.jobs.tables import Job
from workers.execution import Execution, run_job


def run_only(facet: Installation, kind: str, stopping: threading.Event | None = None) -> Job:
    """Runs the queued job of this kind, which must be one; returns its row afterwards."""
    with facet.db.reading() as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == kind, Job.state == "queued")).one()
    run_job(facet, job_id, stopping or threading.Event())
    with facet.db.reading() as session:
        return session.get_one(Job, job_id)


def all_rows(facet: Installation, table: type[Any], **where: Any) -> list[Any]:
    with facet.db.reading() as session:
        return list(session.query(table).filter_by(**where).order_by(table.id))


def after_progress(monkeypatch: pytest.MonkeyPatch, then: Callable[[], None]) -> None:
    """Has `then` called whenever a job has reported progress."""
    original = Execution.progress_in

    def reporting(self: Execution, *args: Any, **kwargs: Any) -> None:
        original(self, *args, **kwargs)
        then()

    monkeypatch.setattr(Execution, "progress_in", reporting)
