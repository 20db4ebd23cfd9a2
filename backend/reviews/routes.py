from fastapi import APIRouter, Response

from backend.accounts.access import Annotator, Reading, Reviewer, Writing
from backend.annotations.revision_views import person
from backend.annotations.routes import IfMatch, LeaseToken
from backend.annotations.schemas import Assignment
from backend.annotations.service import StaleRevision, parse_etag
from backend.annotations.views import assignment
from backend.paging import Listing
from backend.problems import problem_responses
from backend.projects.service import visible_project
from backend.reviews import service
from backend.reviews.schemas import CommentView, ReviewBody, ReviewDone, ReviewView
from backend.reviews.second_labels import NobodyElse, SecondLabelAsked, SecondLabelBegun, withdraw_second_label
from backend.reviews.second_labels import ask_second_label as ask
from backend.reviews.views import comment_view
from backend.tasks.leases import LeaseLost
from backend.tasks.service import visible_task
from backend.tasks.tables import ReviewOrder

router = APIRouter(tags=["reviews"])


@router.post(
    "/projects/{project_id}/reviews/next",
    response_model=Assignment,
    responses={204: {"description": "Nothing waits for a review."}},
)
def review_next(
    project_id: int, caller: Reviewer, session: Writing, order: ReviewOrder = "oldest"
) -> Assignment | Response:
    """Leases a submission: the one that waits longest, or whose label map is furthest from the baseline's.

    Never one's own, unless an admin works alone.
    """
    taken = service.review_next(session, caller, visible_project(session, caller, project_id), order)
    return Response(status_code=204) if taken is None else assignment(session, taken[0], caller, taken[1])


@router.post(
    "/tasks/{task_id}/reviews",
    responses=problem_responses(
        StaleRevision, LeaseLost, service.OwnWork, service.CommentMissing, service.NoOtherLabel
    ),
)
def judge(
    task_id: int, body: ReviewBody, caller: Reviewer, session: Writing, token: LeaseToken, if_match: IfMatch = None
) -> ReviewDone:
    """Approves or rejects exactly the revision of If-Match; or approves, by `prefer_other`, the label beside it."""
    number = parse_etag(if_match)
    task = visible_task(session, caller, task_id, lock=True)
    if number != task.head_number:
        raise StaleRevision("The task was changed since you opened it; open it again.")
    judged = service.judge(session, task, caller, token, body.verdict, body.comments, prefer_other=body.prefer_other)
    return ReviewDone(task_id=judged.id, state=judged.state)


@router.post(
    "/tasks/{task_id}/second-label",
    status_code=204,
    responses=problem_responses(LeaseLost, SecondLabelAsked, NobodyElse),
)
def ask_second_label(task_id: int, caller: Reviewer, session: Writing, token: LeaseToken) -> None:
    """Has somebody else label the photo from the start; the review goes on when both labels are there."""
    ask(session, visible_task(session, caller, task_id, lock=True), caller, token)


@router.delete("/tasks/{task_id}/second-label", status_code=204, responses=problem_responses(SecondLabelBegun))
def withdraw(task_id: int, caller: Reviewer, session: Writing) -> None:
    """Takes back one's own asking for a second label, by either task, while nobody has opened it; an admin takes back any."""
    withdraw_second_label(session, visible_task(session, caller, task_id, lock=True), caller)


@router.get("/tasks/{task_id}/reviews")
def list_reviews(task_id: int, caller: Annotator, session: Reading) -> Listing[ReviewView]:
    task = visible_task(session, caller, task_id)
    return Listing(
        items=[
            ReviewView(
                id=review.id,
                verdict=review.verdict,
                reviewer=person(session, review.reviewer_id),
                revision=number,
                created_at=review.created_at,
            )
            for review, number in service.reviews_of(session, task.id)
        ]
    )


@router.post("/tasks/{task_id}/comments/{comment_id}/resolve")
def resolve_comment(task_id: int, comment_id: int, caller: Annotator, session: Writing) -> CommentView:
    task = visible_task(session, caller, task_id)
    return comment_view(session, service.resolve_comment(session, task, comment_id, caller))
