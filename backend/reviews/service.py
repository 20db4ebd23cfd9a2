"""Reviews: the queue, the verdicts, and the comments that travel back to the annotator."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from backend.accounts.access import Principal
from backend.annotations.service import head_of
from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.db import now
from backend.events.service import record
from backend.insights.service import note_work
from backend.problems import Forbidden, Invalid, NotFound
from backend.projects.tables import Project
from backend.reviews.schemas import NewComment
from backend.reviews.tables import Comment, Review, Verdict
from backend.tasks import leases
from backend.tasks.leases import Lease
from backend.tasks.pairs import pair_of, put_in_force
from backend.tasks.service import check_lease, move, send_back
from backend.tasks.tables import ReviewOrder, Task


class OwnWork(Forbidden):
    code = "own-work"
    title = "Somebody else must review this"


class CommentMissing(Invalid):
    code = "comment-missing"
    title = "A rejection needs a comment"


class NoOtherLabel(Invalid):
    code = "no-other-label"
    title = "There is no other label to approve"


def review_next(
    session: Session, caller: Principal, project: Project, order: ReviewOrder = "oldest"
) -> tuple[Task, Lease] | None:
    taken = leases.take_next_review(
        session, project.id, caller.user_id, project.lease_seconds, own_work=caller.is_admin, order=order
    )
    if taken is None:
        return None
    return session.get_one(Task, taken[0], populate_existing=True), taken[1]


def judge(
    session: Session,
    task: Task,
    caller: Principal,
    token: str,
    verdict: Verdict,
    comments: Sequence[NewComment],
    *,
    prefer_other: bool = False,
) -> Task:
    """Approves or rejects the head; a rejection returns to the annotator with the comments.

    With `prefer_other`, the label that rests beside the task is approved, and this one rests. Returns the task whose
    label was judged.
    """
    check_lease(session, task, caller, token, "in_review")
    pair = pair_of(session, task)
    annotators = {task.annotator_id} if pair is None else {pair.in_force.annotator_id, pair.rests.annotator_id}
    if caller.user_id in annotators and not caller.is_admin:
        raise OwnWork("You submitted this label or the one beside it; only an admin may review their own work.")
    if verdict == "rejected" and not comments:
        raise CommentMissing("Say what to change, in at least one comment.")
    if prefer_other:
        if pair is None or verdict == "rejected":
            raise NoOtherLabel("Only an approval may go to the other label, where a photo has two.")
        leases.end(task)
        put_in_force(session, pair.rests, task)
        task = pair.rests
    review = add_review(session, task, head_of(session, task), verdict, caller.user_id)
    session.flush()
    for comment in comments:
        session.add(
            Comment(
                task_id=task.id,
                review_id=review.id,
                author_id=caller.user_id,
                body=comment.body,
                point_index=comment.point_index,
                x=comment.x,
                y=comment.y,
            )
        )
    if verdict == "approved":
        approve(session, task, caller.user_id)
    else:
        send_back(session, task, "task.rejected", caller.user_id)
    return task


def add_review(
    session: Session, task: Task, revision: LandmarkRevision, verdict: Verdict, reviewer_id: int | None
) -> Review:
    label_map = session.scalar(select(LabelMap).where(LabelMap.revision_id == revision.id))
    review = Review(
        task_id=task.id,
        revision_id=revision.id,
        label_map_id=label_map.id if label_map else None,
        reviewer_id=reviewer_id,
        verdict=verdict,
    )
    session.add(review)
    return review


def approve(session: Session, task: Task, actor_id: int | None) -> None:
    leases.end(task)
    task.approved_at = now()
    move(session, task, "approved", "task.approved", actor_id)
    if task.annotator_id is not None:
        note_work(session, task.project_id, task.annotator_id, approved=1)


def comments_of(session: Session, task_id: int) -> list[Comment]:
    return list(session.scalars(select(Comment).where(Comment.task_id == task_id).order_by(Comment.id)))


def reviews_of(session: Session, task_id: int) -> list[tuple[Review, int]]:
    """Verdicts on a task, oldest first, each with the number of the revision it is about."""
    statement = (
        select(Review, LandmarkRevision.number)
        .join(LandmarkRevision, LandmarkRevision.id == Review.revision_id)
        .where(Review.task_id == task_id)
        .order_by(Review.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def resolve_comment(session: Session, task: Task, comment_id: int, caller: Principal) -> Comment:
    comment = session.get(Comment, comment_id)
    if comment is None or comment.task_id != task.id:
        raise NotFound(f"Task {task.id} has no comment {comment_id}.")
    if comment.resolved_at is None:
        comment.resolved_at = now()
        record(session, "comment.resolved", task.project_id, ("task", task.id), actor_id=caller.user_id)
    return comment
