"""Asking for work, claiming it, finishing it exactly once, and finding what was lost."""

from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, Update, and_, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.db import affected, now
from backend.events.service import record
from backend.jobs.broker import note_ring
from backend.jobs.kinds import KINDS
from backend.jobs.tables import LIVE, Job
from backend.problems import Conflict, NotFound
from backend.settings import Settings, new_secret

_DOUBLINGS: Final = 6
"""How often the time until a queued job's message is sent again doubles."""


class JobNotRetryable(Conflict):
    code = "job-not-retryable"
    title = "Only failed jobs can be tried again"


class JobNotStoppable(Conflict):
    code = "job-not-stoppable"
    title = "This job cannot be stopped"


class ClaimLost(Exception):
    """This execution no longer owns its job; whatever it computed must be dropped."""


def enqueue(session: Session, kind: str, project_id: int, payload: dict[str, Any], dedupe_key: str) -> Job:
    """Adds a job to this transaction, or returns the live one that has the same `dedupe_key`."""
    alive = select(Job).where(Job.dedupe_key == dedupe_key, Job.state.in_(LIVE))
    job = session.scalar(alive)
    if job is not None:
        return job
    job = Job(kind=kind, queue=KINDS[kind].queue, project_id=project_id, payload=payload, dedupe_key=dedupe_key)
    try:
        with session.begin_nested():
            session.add(job)
            session.flush()
    except IntegrityError:
        # Another transaction asked for the same at the same moment, and has committed since.
        return session.scalars(alive).one()
    note_ring(session, job.id, job.queue)
    return job


def claim(session: Session, job_id: int) -> Job | None:
    """Takes a queued job for this execution; None when it is running, finished or unknown (a doubled message)."""
    time = now()
    claimed = affected(
        session,
        update(Job)
        .where(Job.id == job_id, Job.state == "queued")
        .values(
            state="running",
            claim=new_secret(),
            attempts=Job.attempts + 1,
            heartbeat_at=time,
            started_at=time,
            message="",
            error=None,
        ),
    )
    if claimed == 0:
        return None
    job = session.get_one(Job, job_id, populate_existing=True)
    record(session, "job.started", job.project_id, ("job", job.id), kind=job.kind, attempt=job.attempts)
    return job


def _owned(job_id: int, claim_token: str) -> Update:
    return update(Job).where(Job.id == job_id, Job.claim == claim_token, Job.state == "running")


def heartbeat(session: Session, job_id: int, claim_token: str) -> None:
    """Says that the execution lives. Raises ClaimLost when the job was given to another."""
    if affected(session, _owned(job_id, claim_token).values(heartbeat_at=now())) == 0:
        raise ClaimLost(job_id)


def report_progress(session: Session, job: Job, claim_token: str, done: int, total: int, message: str) -> None:
    values = {"done": done, "total": total, "message": message, "heartbeat_at": now()}
    if affected(session, _owned(job.id, claim_token).values(values)) == 0:
        raise ClaimLost(job.id)
    record(
        session,
        "job.progress",
        job.project_id,
        ("job", job.id),
        kind=job.kind,
        done=done,
        total=total,
        message=message,
    )


def finish(session: Session, job: Job, claim_token: str) -> None:
    """Marks the job as done. First statement of the transaction that stores its results: all of it, or nothing."""
    done = _owned(job.id, claim_token).values(state="succeeded", claim=None, finished_at=now())
    if affected(session, done) == 0:
        raise ClaimLost(job.id)
    record(session, "job.succeeded", job.project_id, ("job", job.id), kind=job.kind)


def give_up(session: Session, job: Job, claim_token: str, error: str, *, final: bool) -> bool:
    """Records a failed attempt. Returns True when that was the last one and the job is now failed."""
    last = final or job.attempts >= KINDS[job.kind].max_attempts
    values: dict[str, Any] = (
        {"state": "failed", "finished_at": now()} if last else {"state": "queued", "sent_at": now(), "sends": 1}
    )
    if affected(session, _owned(job.id, claim_token).values(claim=None, error=error, **values)) == 0:
        raise ClaimLost(job.id)
    if last:
        record(session, "job.failed", job.project_id, ("job", job.id), kind=job.kind, error=error)
    return last


def put_back(session: Session, job: Job, claim_token: str) -> None:
    """Returns a running job to the queue as if this attempt had not been: its worker is being stopped."""
    values = {"state": "queued", "claim": None, "attempts": Job.attempts - 1, "sent_at": now(), "sends": 1}
    if affected(session, _owned(job.id, claim_token).values(values)) == 0:
        raise ClaimLost(job.id)
    note_ring(session, job.id, job.queue)


def stop(session: Session, job: Job, user_id: int, name: str) -> None:
    """Fails a live job because a person wants it so; the caller cleans up as after any other failure.

    A queued one never starts. A running one loses its claim: its execution notices at its next report, and whatever it has
    not stored by now it cannot store any more. `retry` takes it up again.
    """
    if not job.stoppable:
        raise JobNotStoppable(
            f"Job {job.id} is {job.state}; only imports, trainings and new predictions under way can be."
        )
    live = update(Job).where(Job.id == job.id, Job.state.in_(LIVE))
    error = f"Stopped by {name}."
    if affected(session, live.values(state="failed", claim=None, error=error, finished_at=now())) == 0:
        raise JobNotStoppable(f"Job {job.id} has just ended.")
    session.refresh(job)
    record(session, "job.failed", job.project_id, ("job", job.id), actor_id=user_id, kind=job.kind, error=error)


def retry(session: Session, job: Job) -> Job:
    """Queues a failed job again, with all its attempts; one that stores as it goes continues where it was."""
    if job.state != "failed":
        raise JobNotRetryable(f"Job {job.id} is {job.state}; wait for it to end.")
    job.state, job.attempts, job.error, job.finished_at = "queued", 0, None, None
    job.message, job.sends, job.sent_at = "", 1, now()
    try:
        with session.begin_nested():
            session.flush()
    except IntegrityError as error:
        raise JobNotRetryable("The same work has been asked for again since; follow that job instead.") from error
    note_ring(session, job.id, job.queue)
    return job


def reconcile(session: Session, settings: Settings) -> list[Job]:
    """Finds what was lost: executions without a heartbeat, and queued jobs whose message never arrived.

    Returns the jobs that have just failed for good (their worker died at every attempt), for their kinds to clean up.
    """
    time = now()
    failed: list[Job] = []
    stale = time - timedelta(seconds=settings.job_stale_seconds)
    dead = select(Job).where(Job.state == "running", Job.heartbeat_at < stale).limit(500)
    for job in session.scalars(dead.with_for_update(skip_locked=True)):
        job.claim = None
        if job.attempts >= KINDS[job.kind].max_attempts:
            job.state, job.finished_at = "failed", time
            job.error = f"The worker ended without a word at each of {job.attempts} attempts; see its log."
            record(session, "job.failed", job.project_id, ("job", job.id), kind=job.kind, error=job.error)
            failed.append(job)
        else:
            job.state, job.sent_at, job.sends = "queued", time, 1
            note_ring(session, job.id, job.queue)

    unheard = select(Job).where(Job.state == "queued", _unheard(time, settings.job_resend_seconds))
    for job in session.scalars(unheard.order_by(Job.sent_at).limit(500).with_for_update(skip_locked=True)):
        job.sent_at, job.sends = time, job.sends + 1
        note_ring(session, job.id, job.queue)
    return failed


def _unheard(time: datetime, resend_seconds: float) -> ColumnElement[bool]:
    """Jobs whose message is due again. A long queue is no lost message: each is sent later and later."""

    def sent_before(sends: ColumnElement[bool], doublings: int) -> ColumnElement[bool]:
        return and_(sends, Job.sent_at < time - timedelta(seconds=resend_seconds * 2**doublings))

    return or_(
        *(sent_before(Job.sends == doublings + 1, doublings) for doublings in range(_DOUBLINGS)),
        sent_before(Job.sends > _DOUBLINGS, _DOUBLINGS),
    )


def get_job(session: Session, job_id: int) -> Job:
    job = session.get(Job, job_id)
    if job is None:
        raise NotFound(f"There is no job {job_id}.")
    return job


def list_jobs(session: Session, project_id: int, state: str | None, after: int | None, limit: int) -> list[Job]:
    """Newest first; `after` is the id of the last one of the page before."""
    statement = select(Job).where(Job.project_id == project_id).order_by(Job.id.desc()).limit(limit)
    if state is not None:
        statement = statement.where(Job.state == state)
    if after is not None:
        statement = statement.where(Job.id < after)
    return list(session.scalars(statement))
