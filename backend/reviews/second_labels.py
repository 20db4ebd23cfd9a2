"""A second, independent label of a photo: another annotator starts from the same proposal and is told nothing."""

from sqlalchemy import delete, exists, or_, select
from sqlalchemy.orm import Session

from backend.accounts.access import Principal
from backend.accounts.tables import User
from backend.annotations.operations import untouched
from backend.annotations.service import initial_of
from backend.annotations.tables import Draft, LabelMap, LandmarkRevision
from backend.events.service import record
from backend.problems import Conflict, NotFound
from backend.projects.counters import note_move
from backend.projects.tables import ProjectMember
from backend.reviews.schemas import AskedFor
from backend.tasks import leases
from backend.tasks.pairs import Pair, pair_of, put_in_force
from backend.tasks.service import check_lease
from backend.tasks.tables import BARRED, Task, TaskSkip


class SecondLabelAsked(Conflict):
    code = "second-label-asked"
    title = "This photo has two labels already"


class SecondLabelBegun(Conflict):
    code = "second-label-begun"
    title = "The second label cannot be withdrawn any more"


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
        head_number=1,
        # Both labels start from the same proposal, whatever model comes meanwhile.
        opened=True,
        kept_beside=task.id,
    )
    session.add(second)
    session.flush()
    proposal = initial_of(session, task)
    first_revision = _first_revision(second.id, proposal)
    session.add(first_revision)
    session.flush()
    # Its map, too: a photo that came without one would tell that it is somebody's second.
    if (drawn := session.scalar(select(LabelMap).where(LabelMap.revision_id == proposal.id))) is not None:
        session.add(
            LabelMap(
                task_id=second.id,
                revision_id=first_revision.id,
                blob_sha256=drawn.blob_sha256,
                fitted_sha256=drawn.fitted_sha256,
                fitter=drawn.fitter,
            )
        )
    session.add_all(TaskSkip(task_id=second.id, user_id=user_id, reason=BARRED) for user_id in barred)
    put_in_force(session, second, task)
    # The photo is one, and counts where the label in force stands.
    note_move(session, task.project_id, task.state, second.state)
    record(session, "task.ready", task.project_id, ("task", second.id), actor_id=caller.user_id, state="ready")
    return second


def asked_for(session: Session, task: Task, caller: Principal) -> AskedFor | None:
    """How the second label of the task's photo stands, to whoever asked for it and to admins; None to all others.

    Nobody else may learn that there is one: they could be given it, or the first one is theirs.
    """
    pair = _awaited(session, task, caller)
    if pair is None:
        return None
    return "begun" if _begun(session, pair.in_force) else "waiting"


def withdraw_second_label(session: Session, task: Task, caller: Principal) -> None:
    """Takes back the asking for a second label: its task is gone, and the first label waits for a review again.

    Raises:
        SecondLabelBegun: somebody is at it, or has left a draft; their work is not thrown away.
        NotFound: none is awaited, as far as this caller may know.
    """
    pair = _awaited(session, task, caller)
    if pair is None:
        raise NotFound("No second label of this photo is awaited that you asked for.")
    # Against an annotator who takes it at this moment.
    second = session.get_one(Task, pair.in_force.id, with_for_update=True, populate_existing=True)
    first = pair.rests
    if _begun(session, second):
        raise SecondLabelBegun("Somebody has begun it. Wait for it, and compare the two.")
    note_move(session, first.project_id, second.state, first.state)
    put_in_force(session, first, second)
    session.execute(delete(Task).where(Task.id == second.id))
    record(session, "task.in_review", first.project_id, ("task", first.id), actor_id=caller.user_id, state=first.state)


def _awaited(session: Session, task: Task, caller: Principal) -> Pair | None:
    """The pair whose second label is not submitted yet, where this person asked for it or is an admin."""
    pair = pair_of(session, task) if caller.at_least("reviewer") else None
    if pair is None or pair.rests.state != "in_review" or pair.in_force.state not in ("ready", "in_progress"):
        return None
    asked = exists().where(
        TaskSkip.task_id == pair.in_force.id, TaskSkip.user_id == caller.user_id, TaskSkip.reason == BARRED
    )
    may_know = caller.is_admin or (caller.user_id != pair.rests.annotator_id and session.scalar(select(asked)))
    return pair if may_know else None


def _begun(session: Session, second: Task) -> bool:
    """Whether there is work on it. Whoever skipped it left none, and may have been the last who could label it."""
    if second.state != "ready" or second.head_number > 1:
        return True
    return session.scalar(select(exists().where(Draft.task_id == second.id))) is True


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
        origins=untouched(),
        operations=[],
    )


def _somebody_besides(session: Session, project_id: int, barred: list[int]) -> bool:
    member = exists().where(ProjectMember.project_id == project_id, ProjectMember.user_id == User.id)
    able = select(User.id).where(User.disabled.is_(False), User.id.not_in(barred), or_(User.role == "admin", member))
    return session.scalar(able.limit(1)) is not None
