"""A second, independent label of a photo: another annotator starts from the same proposal and is told nothing."""

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from backend.accounts.access import Principal
from backend.accounts.tables import User
from backend.annotations.service import initial_of
from backend.annotations.tables import LandmarkRevision
from backend.events.service import record
from backend.problems import Conflict
from backend.projects.counters import note_move
from backend.projects.tables import ProjectMember
from backend.tasks import leases
from backend.tasks.pairs import pair_of, put_in_force
from backend.tasks.service import check_lease
from backend.tasks.tables import Task, TaskSkip

_WHY_NOT = "This person knows the photo's first label."


class SecondLabelAsked(Conflict):
    code = "second-label-asked"
    title = "This photo has two labels already"


class NobodyElse(Conflict):
    code = "nobody-else"
    title = "There is nobody to label it again"


def ask_second_label(session: Session, task: Task, caller: Principal, token: str) -> Task:
    """Puts the photo back into the queue as a task of its own, and lets the label under review rest beside it.

    The new task comes when the first one came, is never offered to the first annotator nor to whoever asks, and always
    goes to a reviewer. Returns it.

    Raises:
        LeaseLost, SecondLabelAsked, NobodyElse: nothing has changed.
    """
    check_lease(session, task, caller, token, "in_review")
    if pair_of(session, task) is not None:
        raise SecondLabelAsked("Compare the two, and approve the better one.")
    barred = sorted({task.annotator_id or caller.user_id, caller.user_id})
    if not _somebody_besides(session, task.project_id, barred):
        raise NobodyElse("The project needs a member who has neither labelled nor reviewed this photo.")
    leases.end(task)
    second = Task(
        project_id=task.project_id,
        photo_id=task.photo_id,
        state="ready",
        priority=task.priority,
        doubt=task.doubt,
        familiarity=task.familiarity,
        head_number=1,
        # Both labels start from the same proposal, whatever model comes meanwhile.
        opened=True,
        kept_beside=task.id,
    )
    session.add(second)
    session.flush()
    session.add(_first_revision(second.id, initial_of(session, task)))
    session.add_all(TaskSkip(task_id=second.id, user_id=user_id, reason=_WHY_NOT) for user_id in barred)
    put_in_force(session, second, task)
    # The photo is one, and counts where the label in force stands.
    note_move(session, task.project_id, task.state, second.state)
    record(session, "task.ready", task.project_id, ("task", second.id), actor_id=caller.user_id, state="ready")
    return second


def _first_revision(task_id: int, proposal: LandmarkRevision) -> LandmarkRevision:
    return LandmarkRevision(
        task_id=task_id,
        number=1,
        parent=None,
        source=proposal.source,
        model_version_id=proposal.model_version_id,
        shipped_sha256=proposal.shipped_sha256,
        points=proposal.points,
        visibility=proposal.visibility,
        confidence=proposal.confidence,
        operations=[],
    )


def _somebody_besides(session: Session, project_id: int, barred: list[int]) -> bool:
    member = exists().where(ProjectMember.project_id == project_id, ProjectMember.user_id == User.id)
    able = select(User.id).where(User.disabled.is_(False), User.id.not_in(barred), or_(User.role == "admin", member))
    return session.scalar(able.limit(1)) is not None
