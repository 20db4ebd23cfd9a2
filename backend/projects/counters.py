"""Task counters: noted while a transaction moves tasks, applied once at its end in a fixed order."""

from collections import Counter

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from backend.projects.tables import TaskCounter
from backend.tasks.tables import STATES

_PENDING = "task_counts"


def note_move(session: Session, project_id: int, old: str | None, new: str, tasks: int = 1) -> None:
    """`tasks` tasks of a project went from state `old` (None: they are new) to `new`."""
    deltas: Counter[tuple[int, str]] = session.info.setdefault(_PENDING, Counter())
    if old is not None:
        deltas[project_id, old] -= tasks
    deltas[project_id, new] += tasks


def apply_task_counts(session: Session) -> None:
    deltas: Counter[tuple[int, str]] = session.info.pop(_PENDING, Counter())
    for (project_id, state), delta in sorted(deltas.items()):
        if delta:
            session.execute(
                update(TaskCounter)
                .where(TaskCounter.project_id == project_id, TaskCounter.state == state)
                .values(count=TaskCounter.count + delta)
            )


def start_counters(session: Session, project_id: int) -> None:
    session.add_all(TaskCounter(project_id=project_id, state=state, count=0) for state in STATES)


def task_counts(session: Session, project_ids: list[int]) -> dict[int, dict[str, int]]:
    """For each project, tasks by state; every state is present."""
    counts: dict[int, dict[str, int]] = {project_id: dict.fromkeys(STATES, 0) for project_id in project_ids}
    statement = select(TaskCounter).where(TaskCounter.project_id.in_(project_ids))
    for row in session.scalars(statement):
        counts[row.project_id][row.state] = row.count
    return counts
