"""All tables of all domains, imported once so that the metadata is whole (migrations, tests)."""

from backend.accounts import tables as accounts
from backend.annotations import tables as annotations
from backend.baselines import tables as baselines
from backend.db import Base
from backend.events import tables as events
from backend.insights import tables as insights
from backend.jobs import tables as jobs
from backend.modelzoo import tables as modelzoo
from backend.photos import tables as photos
from backend.projects import tables as projects
from backend.reviews import tables as reviews
from backend.snapshots import tables as snapshots
from backend.tasks import tables as tasks

metadata = Base.metadata

__all__ = [
    "accounts",
    "annotations",
    "baselines",
    "events",
    "insights",
    "jobs",
    "metadata",
    "modelzoo",
    "photos",
    "projects",
    "reviews",
    "snapshots",
    "tasks",
]
