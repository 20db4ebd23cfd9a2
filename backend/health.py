"""Is it alive, and how is it doing: /health for load balancers, /metrics for Prometheus."""

from collections.abc import Iterable

from fastapi import APIRouter, Response
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.metrics_core import Metric
from pydantic import BaseModel
from sqlalchemy import func, select, text

from backend.accounts.access import Admin, Facet, Public, Reading
from backend.db import now
from backend.installation import Installation
from backend.jobs.kinds import QUEUES
from backend.jobs.tables import Job
from backend.projects.tables import TaskCounter
from backend.tasks.tables import Task
from backend.version import VERSION

router = APIRouter(tags=["health"])


class Health(BaseModel):
    status: str
    version: str
    database: str


@router.get("/health")
def health(_access: Public, session: Reading) -> Health:
    session.execute(text("SELECT 1"))
    return Health(status="ok", version=VERSION, database=session.get_bind().dialect.name)


class _Gauges:
    """Read from the database at each scrape: the same answer from every API process."""

    def __init__(self, facet: Installation) -> None:
        self._facet = facet

    def collect(self) -> Iterable[Metric]:
        time = now()
        jobs = GaugeMetricFamily("facet_jobs", "Live jobs", labels=["queue", "state"])
        oldest = GaugeMetricFamily("facet_oldest_queued_job_seconds", "Age of the oldest queued job", labels=["queue"])
        tasks = GaugeMetricFamily("facet_tasks", "Tasks", labels=["project", "state"])
        with self._facet.db.reading() as session:
            live = (
                select(Job.queue, Job.state, func.count(), func.min(Job.created_at))
                .where(Job.state.in_(("queued", "running")))
                .group_by(Job.queue, Job.state)
            )
            found = {(row[0], row[1]): (row[2], row[3]) for row in session.execute(live)}
            for queue in QUEUES:
                for state in ("queued", "running"):
                    jobs.add_metric([queue, state], found.get((queue, state), (0, None))[0])
                first = found.get((queue, "queued"), (0, None))[1]
                oldest.add_metric([queue], (time - first).total_seconds() if first else 0.0)
            for counter in session.scalars(select(TaskCounter)):
                tasks.add_metric([str(counter.project_id), counter.state], counter.count)
            leased = select(func.count()).where(Task.lease_user_id.is_not(None), Task.lease_expires_at > time)
            leases = GaugeMetricFamily("facet_live_leases", "Leases held now", value=session.scalar(leased) or 0)
        return (jobs, oldest, tasks, leases)


@router.get("/metrics", response_class=Response)
def metrics(_caller: Admin, facet: Facet) -> Response:
    registry = CollectorRegistry()
    registry.register(_Gauges(facet))
    return Response(generate_latest(registry), media_type=CONTENT_TYPE_LATEST)
