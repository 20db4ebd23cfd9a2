"""The Celery application of workers: one task, `facet.run_job`, that answers the doorbell of one job."""

import threading
from typing import Any

import structlog
import torch
from celery.signals import worker_init, worker_shutting_down

from backend import schema_version
from backend.installation import Installation
from backend.jobs.broker import RUN_JOB
from backend.logs import configure_logs
from backend.settings import get_settings
from workers.execution import run_job
from workers.handlers.repredict import follow_the_start

log = structlog.get_logger()
facet = Installation(get_settings())
app = facet.celery
stopping = threading.Event()


@worker_init.connect
def prepare(**_: Any) -> None:
    configure_logs(json=facet.settings.log_json)
    try:
        schema_version.check(facet.db.engine)
    except schema_version.SchemaOutdated as error:
        # Celery logs what a signal's receiver raises, and goes on; this it lets through.
        raise SystemExit(str(error)) from error
    if facet.settings.torch_threads:
        torch.set_num_threads(facet.settings.torch_threads)
    with facet.db.transaction() as session:
        for project_id in follow_the_start(session, facet.settings):
            log.info("start.changed", project_id=project_id, then="unopened photos are predicted again")


@worker_shutting_down.connect
def begin_stopping(**_: Any) -> None:
    # Long jobs give their work back at the next progress report instead of holding up the shutdown.
    stopping.set()


@app.task(name=RUN_JOB)
def answer_doorbell(job_id: int) -> None:
    run_job(facet, job_id, stopping)
