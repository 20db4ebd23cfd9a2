"""Recording what happened, and reading it back in order."""

from typing import Any

from sqlalchemy import insert, select, text
from sqlalchemy.orm import Session

from backend.db import now
from backend.events.tables import Event

_PENDING = "events"
_LOCK_SPACE = 0x0FACE7


def record(
    session: Session,
    kind: str,
    project_id: int | None,
    subject: tuple[str, int] | None = None,
    /,
    *,
    actor_id: int | None = None,
    **data: Any,
) -> None:
    """Notes an event; it is written with the transaction, or vanishes with it."""
    session.info.setdefault(_PENDING, []).append(
        {
            "kind": kind,
            "project_id": project_id,
            "subject_type": subject[0] if subject else None,
            "subject_id": subject[1] if subject else None,
            "actor_id": actor_id,
            "data": data,
            "at": now(),
        }
    )


def append_recorded(session: Session) -> None:
    """Writes the noted events just before the commit.

    A reader that follows by id must never see 8 before 7 is there. SQLite has one writer at a time; on PostgreSQL a lock
    that lasts until the commit makes the order of ids the order of commits.
    """
    pending = session.info.pop(_PENDING, None)
    if not pending:
        return
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:space)"), {"space": _LOCK_SPACE})
    session.execute(insert(Event), pending)


def events_after(session: Session, project_id: int, after: int, limit: int = 200) -> list[Event]:
    statement = select(Event).where(Event.project_id == project_id, Event.id > after).order_by(Event.id).limit(limit)
    return list(session.scalars(statement))


def newest_event_id(session: Session, project_id: int) -> int:
    statement = select(Event.id).where(Event.project_id == project_id).order_by(Event.id.desc()).limit(1)
    return session.scalar(statement) or 0
