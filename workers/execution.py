"""One execution of one job: claimed, kept alive by a heartbeat, finished together with its results or not at all."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import TracebackType

import structlog
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from backend.blobs import BlobMissing
from backend.installation import Installation
from backend.jobs import service
from backend.jobs.failures import clean_up
from backend.jobs.service import ClaimLost
from backend.jobs.tables import Job
from workers.failures import JobRefused

log = structlog.get_logger()


class Interrupted(Exception):
    """The worker is being stopped; the job goes back to the queue and its attempt is not counted."""


class Execution:
    """What a job's handler works with. The claim guards every write: an execution that lost it can store nothing."""

    def __init__(self, facet: Installation, job: Job, stopping: threading.Event) -> None:
        assert job.claim is not None
        self.facet = facet
        self.job = job
        self.claim = job.claim
        self._stopping = stopping
        self._ended = threading.Event()
        self._pulse = threading.Thread(target=self._beat, name=f"heartbeat-{job.id}", daemon=True)

    def __enter__(self) -> "Execution":
        self._pulse.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._ended.set()
        self._pulse.join()

    def _beat(self) -> None:
        while not self._ended.wait(self.facet.settings.job_heartbeat_seconds):
            try:
                with self.facet.db.transaction() as session:
                    service.heartbeat(session, self.job.id, self.claim)
            except ClaimLost:
                return
            except (SQLAlchemyError, OSError) as error:
                # Also a pool or a lock that kept us waiting: one missed beat is no reason to be thought dead.
                log.warning("job.heartbeat_failed", job_id=self.job.id, error=str(error))

    def check_stopping(self) -> None:
        """Raises Interrupted when the worker is being stopped. Long handlers call it where they can resume."""
        if self._stopping.is_set():
            raise Interrupted

    def progress(self, done: int, total: int, message: str = "") -> None:
        """Reports how far the job is, for people to see."""
        self.check_stopping()
        with self.facet.db.transaction() as session:
            self.progress_in(session, done, total, message)

    def progress_in(self, session: Session, done: int, total: int, message: str = "") -> None:
        """The same, inside the transaction that stores what was done: progress and results cannot disagree."""
        service.report_progress(session, self.job, self.claim, done, total, message)

    def guard(self, session: Session) -> None:
        """Raises ClaimLost when the job was given to another: what is written on the way needs it as the results do."""
        service.heartbeat(session, self.job.id, self.claim)

    @contextmanager
    def finishing(self) -> Iterator[Session]:
        """The transaction that stores the results and ends the job. Everything in it is stored exactly once."""
        with self.facet.db.transaction() as session:
            service.finish(session, self.job, self.claim)
            yield session


def run_job(facet: Installation, job_id: int, stopping: threading.Event) -> None:
    """Runs a queued job to its end. Does nothing for a job that runs, has ended, or does not exist."""
    # The handlers load the networks; the senders of messages need none of them.
    from workers.handlers import HANDLERS

    if stopping.is_set():
        # A job that this worker gave back must not come straight back to it. Its message is answered here and lost; the
        # reconciler sends another.
        log.info("job.left_to_others", job_id=job_id)
        return
    with facet.db.transaction() as session:
        job = service.claim(session, job_id)
    if job is None:
        log.info("job.nothing_to_do", job_id=job_id)
        return
    context = {"job_id": job.id, "kind": job.kind, "attempt": job.attempts}
    log.info("job.started", **context)
    with Execution(facet, job, stopping) as execution:
        try:
            HANDLERS[job.kind](execution)
        except ClaimLost:
            log.warning("job.claim_lost", **context)
        except Interrupted:
            _put_back(execution)
        except JobRefused as refusal:
            _fail(execution, str(refusal), refused=True)
            log.warning("job.refused", reason=str(refusal), **context)
        except BlobMissing as error:
            _fail(
                execution, f"The blob store has lost a file that this needs, or cannot read it: {error}", refused=False
            )
            log.error("job.blob_missing", reason=str(error), **context)
        except Exception as error:
            _fail(execution, _for_people(error), refused=False)
            log.exception("job.attempt_failed", **context)
        else:
            log.info("job.succeeded", **context)


def _for_people(error: Exception) -> str:
    """An unforeseen error as the jobs page shows it: whose words they are, and of what, nobody can tell beforehand."""
    system = f", {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    return f"Unexpected error ({type(error).__name__}{system}); the worker's log has the details."


def _put_back(execution: Execution) -> None:
    try:
        with execution.facet.db.transaction() as session:
            service.put_back(session, execution.job, execution.claim)
    except ClaimLost:
        log.warning("job.claim_lost", job_id=execution.job.id)
    else:
        log.info("job.put_back", job_id=execution.job.id)


def _fail(execution: Execution, error: str, *, refused: bool) -> None:
    try:
        with execution.facet.db.transaction() as session:
            if service.give_up(session, execution.job, execution.claim, error, final=refused):
                # Read anew: the execution's own copy does not know the error.
                clean_up(session, session.get_one(Job, execution.job.id), by_its_input=refused)
    except ClaimLost:
        log.warning("job.claim_lost", job_id=execution.job.id)


Handler = Callable[[Execution], None]
