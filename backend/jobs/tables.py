"""Asynchronous work. This table is the truth; the broker is only a doorbell."""

from datetime import datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from backend.db import Base, Document, Id, UtcDateTime, now
from backend.jobs.kinds import KINDS

LIVE = ("queued", "running")

_LIVE = text("state IN ('queued', 'running')")


class Job(Base):
    """One piece of work, written in the transaction that asks for it.

    `claim` names the one execution that may finish it: a worker that lost its claim (thought dead, given to another)
    can no longer store anything. `dedupe_key` is unique among live jobs: one training a project, one fit a revision.
    """

    __tablename__ = "jobs"
    __table_args__ = (
        CheckConstraint("state IN ('queued', 'running', 'succeeded', 'failed')", name="state"),
        Index("uq_jobs_live_dedupe_key", "dedupe_key", unique=True, postgresql_where=_LIVE, sqlite_where=_LIVE),
        Index("ix_jobs_live", "state", "sent_at", postgresql_where=_LIVE, sqlite_where=_LIVE),
        Index("ix_jobs_project", "project_id", "id"),
    )

    id: Mapped[int] = mapped_column(Id, primary_key=True)
    kind: Mapped[str] = mapped_column(String(24))
    queue: Mapped[str] = mapped_column(String(24))
    project_id: Mapped[int] = mapped_column(ForeignKey("projects.id", ondelete="CASCADE"))
    payload: Mapped[dict[str, Any]] = mapped_column(Document)
    dedupe_key: Mapped[str] = mapped_column(String(120))
    state: Mapped[str] = mapped_column(String(16), default="queued")
    claim: Mapped[str | None] = mapped_column(String(64))
    attempts: Mapped[int] = mapped_column(default=0)
    sends: Mapped[int] = mapped_column(default=1)
    sent_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    heartbeat_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    done: Mapped[int] = mapped_column(default=0)
    total: Mapped[int] = mapped_column(default=0)
    message: Mapped[str] = mapped_column(Text, default="")
    error: Mapped[str | None] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, default=now)
    started_at: Mapped[datetime | None] = mapped_column(UtcDateTime)
    finished_at: Mapped[datetime | None] = mapped_column(UtcDateTime)

    @property
    def stoppable(self) -> bool:
        """Whether an admin may stop it now."""
        return self.state in LIVE and KINDS[self.kind].stoppable
