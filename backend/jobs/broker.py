"""The broker, as a doorbell: a message says "look at job 17" and may be lost, late or doubled without harm."""

from typing import Any

import structlog
from celery import Celery
from kombu.exceptions import OperationalError
from sqlalchemy.orm import Session

from backend.jobs.filesystem_transport import SCHEME
from backend.jobs.kinds import QUEUES
from backend.settings import Settings

log = structlog.get_logger()

RUN_JOB = "facet.run_job"
_PENDING = "doorbell"


def settings_of_celery(settings: Settings) -> dict[str, Any]:
    """Celery's configuration, the same for senders, workers and beat."""
    if settings.uses_redis:
        transport: dict[str, Any] = {"socket_connect_timeout": 1.0, "socket_timeout": 5.0, "max_retries": 1}
    else:
        transport = {
            "data_folder_in": str(settings.broker_dir / "in"),
            "data_folder_out": str(settings.broker_dir / "in"),
            "control_folder": str(settings.broker_dir / "control"),
            # 27 ms median from send to start, measured; the default of one second is a second of waiting.
            "polling_interval": 0.05,
        }
    return {
        # The transport of files has no host; without one the connection would complain about that.
        "broker_url": settings.broker_url or f"{SCHEME}://localhost//",
        "broker_transport_options": transport,
        "broker_connection_retry_on_startup": True,
        "task_ignore_result": True,
        "task_default_queue": "transfer",
        "task_serializer": "json",
        "accept_content": ["json"],
        "worker_prefetch_multiplier": 1,
        "worker_hijack_root_logger": False,
        # Our log lines go out as they are; Celery's own say what happened, and no process names.
        "worker_redirect_stdouts": False,
        "worker_log_format": "%(asctime)s [%(levelname)s] %(message)s",
        "task_queues": None,
        "enable_utc": True,
        "timezone": "UTC",
        "beat_schedule": {
            # Done by beat's own process (workers.clock), which looks them up by these names.
            "reconcile": {"task": "reconcile", "schedule": settings.reconcile_seconds},
            "learn": {"task": "learn", "schedule": settings.learn_seconds},
            # What it removes is days old: that it comes late when beat is often restarted does no harm.
            "tidy": {"task": "tidy", "schedule": 600.0},
        },
        "beat_max_loop_interval": min(5.0, settings.reconcile_seconds),
    }


def note_ring(session: Session, job_id: int, queue: str) -> None:
    """Asks for a message about this job once the transaction is committed."""
    assert queue in QUEUES
    session.info.setdefault(_PENDING, []).append((job_id, queue))


def ring(celery: Celery, session: Session) -> None:
    """Sends the asked-for messages. A broker that is down is no error: the reconciler sends again."""
    pending = session.info.pop(_PENDING, [])
    for sent, (job_id, queue) in enumerate(pending):
        try:
            celery.send_task(RUN_JOB, args=[job_id], queue=queue, retry=False)
        except (OperationalError, OSError) as error:
            # The others would only wait for the same silence, one timeout each.
            log.warning("doorbell.broker_unreachable", job_id=job_id, unsent=len(pending) - sent, error=str(error))
            return
