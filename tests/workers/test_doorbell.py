"""A broker that is not there is no error of whoever asks for work."""

import time
from pathlib import Path

import pytest
from sqlalchemy import select

from backend.installation import Installation
from backend.jobs.service import enqueue
from backend.jobs.tables import Job
from backend.settings import Settings
from tests.workers.faces import new_project
from tests.workers.processes import free_port


def _ask_for(facet: Installation, jobs: int) -> list[str]:
    project_id = new_project(facet, "Silence")
    with facet.db.transaction() as session:
        for number in range(jobs):
            enqueue(session, "prelabel", project_id, {"task_ids": []}, f"job {number}")
    with facet.db.reading() as session:
        return list(session.scalars(select(Job.state)))


def test_no_redis(settings: Settings) -> None:
    settings.broker_url = f"redis://127.0.0.1:{free_port()}/0"
    facet = Installation(settings)
    begun = time.monotonic()
    assert _ask_for(facet, 50) == ["queued"] * 50
    # One timeout at most, not one a job.
    assert time.monotonic() - begun < 10
    facet.close()


def test_no_folder_of_messages(settings: Settings) -> None:
    facet = Installation(settings)
    folder: Path = settings.broker_dir / "in"
    folder.rmdir()
    folder.write_text("not a folder")
    assert _ask_for(facet, 3) == ["queued"] * 3
    facet.close()


@pytest.mark.parametrize("queue", ["prelabel", "parse"])
def test_a_message_says_which_job_and_no_more(settings: Settings, queue: str) -> None:
    """Anybody who can read the broker learns nothing of the project."""
    facet = Installation(settings)
    project_id = new_project(facet, "Secret name")
    with facet.db.transaction() as session:
        kind = {"prelabel": "prelabel", "parse": "fitting"}[queue]
        enqueue(session, kind, project_id, {"secret": "payload"}, "secret key")
    (message,) = (settings.broker_dir / "in").iterdir()
    assert queue in message.name
    assert "secret" not in message.read_text()
    facet.close()
