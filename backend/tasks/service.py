"""The task's state machine. Every change of state passes through `move`, which keeps the counters and the event log."""

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts.access import Principal
from backend.db import now
from backend.events.service import record
from backend.problems import Conflict, NotFound
from backend.projects.counters import note_move
from backend.projects.service import may_see
from backend.projects.tables import Project
from backend.tasks import leases
from backend.tasks.leases import Lease, LeaseLost
from backend.tasks.pairs import may_open
from backend.tasks.tables import Task, TaskSkip, TaskState

# A rejected task waits this long for its annotator, then anybody may take it.
RESERVED_FOR = timedelta(hours=24)

_MOVES = {
    ("pending", "ready"),
    ("ready", "in_progress"),
    ("in_progress", "ready"),
    ("in_progress", "fitting"),
    ("fitting", "in_review"),
    ("fitting", "ready"),
    ("in_review", "in_progress"),
    ("in_review", "approved"),
    ("in_review", "ready"),
}


class TaskLeased(Conflict):
    code = "task-leased"
    title = "This task cannot be taken now"


class WrongState(Conflict):
    code = "wrong-state"
    title = "The task is in another state"


def visible_task(session: Session, caller: Principal, task_id: int, *, lock: bool = False) -> Task:
    """The task, when the caller may see its project; locked until the end of the transaction when `lock`."""
    task = session.get(Task, task_id, with_for_update=lock, populate_existing=lock)
    if task is None or not may_see(session, caller, task.project_id) or not may_open(session, caller, task):
        raise NotFound(f"There is no task {task_id} among yours.")
    return task


def move(session: Session, task: Task, state: TaskState, event: str, actor_id: int | None, **data: object) -> None:
    """Moves a task to another state. WrongState when the state machine has no such move."""
    if (task.state, state) not in _MOVES:
        raise WrongState(f"Task {task.id} is {task.state}; it cannot become {state}.")
    note_move(session, task.project_id, task.state, state)
    task.state = state
    record(session, event, task.project_id, ("task", task.id), actor_id=actor_id, state=state, **data)


def lease_next(session: Session, caller: Principal, project: Project) -> tuple[Task, Lease] | None:
    taken = leases.take_next(session, project.id, caller.user_id, project.lease_seconds, project.queue_order)
    return None if taken is None else (_begin(session, taken[0], caller), taken[1])


def look_ahead(session: Session, caller: Principal, project: Project, besides: int | None) -> Task | None:
    """What `lease_next` will probably give once the task `besides` is done; it stays free."""
    task_id = leases.look_ahead(session, project.id, caller.user_id, project.queue_order, besides)
    return None if task_id is None else session.get_one(Task, task_id)


def lease_task(session: Session, caller: Principal, task: Task) -> Lease:
    """Takes this very task: to resume, or to take back one's own submission before anybody reviews it."""
    project = session.get_one(Project, task.project_id)
    lease = leases.take_task(session, task.id, caller.user_id, project.lease_seconds)
    if lease is None:
        raise TaskLeased(f"Task {task.id} is {task.state}, or somebody else has it. Take the next one instead.")
    _begin(session, task.id, caller)
    return lease


def _begin(session: Session, task_id: int, caller: Principal) -> Task:
    task = session.get_one(Task, task_id, populate_existing=True)
    task.opened = True
    if task.state != "in_progress":
        move(session, task, "in_progress", "task.leased", caller.user_id)
    return task


def check_lease(session: Session, task: Task, caller: Principal, token: str, state: TaskState) -> Project:
    """The task's project, when the caller holds the lease and the task is in `state`; LeaseLost otherwise."""
    if task.state != state or not leases.holds(task, caller.user_id, token):
        raise LeaseLost("What you sent is kept as your draft. Take the task again to go on, or take the next one.")
    return session.get_one(Project, task.project_id)


def give_back(session: Session, task: Task, caller: Principal, token: str | None) -> None:
    """Ends a lease: the holder's own by its token; anybody's when the caller is an admin."""
    if task.state not in ("in_progress", "in_review") or task.lease_user_id is None:
        return
    if token is not None:
        check_lease(session, task, caller, token, task.state)
    elif not caller.is_admin:
        raise LeaseLost("Send the lease's token; only an admin may end somebody else's lease.")
    leases.end(task)
    if task.state == "in_progress":
        move(session, task, "ready", "task.ready", caller.user_id)


def skip(session: Session, task: Task, caller: Principal, token: str, reason: str) -> None:
    """Gives the task to others and never again to this person."""
    check_lease(session, task, caller, token, "in_progress")
    try:
        with session.begin_nested():
            session.add(TaskSkip(task_id=task.id, user_id=caller.user_id, reason=reason))
            session.flush()
    except IntegrityError:
        # Skipped before, and taken by hand since.
        row = select(TaskSkip).where(TaskSkip.task_id == task.id, TaskSkip.user_id == caller.user_id)
        session.scalars(row).one().reason = reason
    task.skips += 1
    task.reserved_for = task.reserved_until = None
    leases.end(task)
    move(session, task, "ready", "task.skipped", caller.user_id, reason=reason)


def send_back(session: Session, task: Task, event: str, actor_id: int | None) -> None:
    """Returns a task to the person who submitted it."""
    task.reserved_for, task.reserved_until = task.annotator_id, now() + RESERVED_FOR
    leases.end(task)
    move(session, task, "ready", event, actor_id)
