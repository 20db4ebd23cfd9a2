"""What a job that has failed for good leaves behind is put in order, so that no task and no person waits for it."""

import structlog
from sqlalchemy.orm import Session

from backend.annotations.fitting import fitting_failed
from backend.baselines.service import fail_training as fail_baseline
from backend.jobs.tables import Job
from backend.modelzoo.service import fail_training
from backend.photos.service import unpacking_failed

log = structlog.get_logger()


def clean_up(session: Session, job: Job, *, by_its_input: bool = True) -> None:
    """Runs in the transaction that marks the job as failed, and never keeps it from that.

    Args:
        session: of that transaction.
        job: with its error.
        by_its_input: what it was given is at fault, or may be: it was refused, or every worker died of it. Otherwise
            something was out of order here, and its task waits for the job to be tried again.

    A clean-up that fails leaves things as they are; if it raised, this job would stay alive for ever, and with it every
    other that the reconciler looks at in the same transaction.
    """
    try:
        with session.begin_nested():
            _clean_up(session, job, by_its_input)
    except Exception:
        log.exception("job.clean_up_failed", job_id=job.id, kind=job.kind)


def _clean_up(session: Session, job: Job, by_its_input: bool) -> None:
    if job.kind == "fitting":
        if by_its_input:
            fitting_failed(session, job.payload["task_id"], job.payload["revision_id"], job.error or "")
    elif job.kind == "train":
        fail_training(session, job.payload["model_id"])
    elif job.kind == "train_baseline":
        fail_baseline(session, job.payload["baseline_id"])
    elif job.kind == "unpack":
        unpacking_failed(session, job.payload["import_id"])
