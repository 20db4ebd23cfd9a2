"""What a job that has failed for good leaves behind is put in order, so that no task and no person waits for it."""

from sqlalchemy.orm import Session

from backend.annotations.fitting import fitting_failed
from backend.baselines.service import fail_training as fail_baseline
from backend.jobs.tables import Job
from backend.modelzoo.service import fail_training
from backend.photos.service import unpacking_failed


def clean_up(session: Session, job: Job) -> None:
    """Runs in the transaction that marks the job as failed."""
    if job.kind == "fitting":
        fitting_failed(session, job.payload["task_id"], job.payload["revision_id"], job.error or "")
    elif job.kind == "train":
        fail_training(session, job.payload["model_id"])
    elif job.kind == "train_baseline":
        fail_baseline(session, job.payload["baseline_id"])
    elif job.kind == "unpack":
        unpacking_failed(session, job.payload["import_id"])
