from typing import Annotated, Literal

from fastapi import APIRouter, Header, Request, Response

from backend.accounts.access import Annotator, Facet, Reading, Reviewer, Writing
from backend.annotations import service
from backend.annotations.painting import PaintingView
from backend.annotations.revision_views import revision_meta, revision_view
from backend.annotations.schemas import (
    DraftBody,
    DraftSaved,
    OperationsBody,
    RevisionMeta,
    RevisionView,
    Saved,
    ShapeModelView,
    Submitted,
)
from backend.annotations.service import PreconditionMissing, StaleRevision
from backend.annotations.shapes import shape_model_of
from backend.annotations.stored_painting import painting_of
from backend.annotations.views import lease_view
from backend.jobs.schemas import JobView
from backend.paging import Listing
from backend.photos.routes import IMMUTABLE
from backend.problems import Invalid, NotFound, problem_responses
from backend.projects.service import visible_project
from backend.tasks.leases import LeaseLost
from backend.tasks.service import visible_task

router = APIRouter(tags=["annotations"])

LeaseToken = Annotated[str, Header(alias="X-Lease-Token", min_length=1, max_length=100)]
IfMatch = Annotated[str | None, Header(alias="If-Match")]

# It changes little with a few more labels.
SHAPE_MODEL_SECONDS = 600

_WRITE = problem_responses(StaleRevision, LeaseLost, PreconditionMissing, Invalid)


@router.put("/tasks/{task_id}/draft", responses=_WRITE)
def save_draft(
    task_id: int, body: DraftBody, caller: Annotator, session: Writing, token: LeaseToken, if_match: IfMatch = None
) -> DraftSaved:
    """Keeps all operations since `base_revision` on the server. Repeat it as often as you like."""
    number = service.parse_etag(if_match)
    task = visible_task(session, caller, task_id, lock=True)
    draft, lease = service.save_draft(session, task, caller, token, number, body.base_revision, body.operations)
    return DraftSaved(saved_at=draft.updated_at, operations=len(draft.operations), lease=lease_view(lease))


@router.post("/tasks/{task_id}/revisions", responses=_WRITE)
def save_revision(
    task_id: int,
    body: OperationsBody,
    caller: Annotator,
    session: Writing,
    facet: Facet,
    token: LeaseToken,
    if_match: IfMatch = None,
) -> Saved:
    """Appends a revision: the operations, replayed on the revision of If-Match."""
    number = service.parse_etag(if_match)
    task = visible_task(session, caller, task_id, lock=True)
    revision, lease = service.save_revision(session, facet.blobs, task, caller, token, number, body)
    return Saved(revision=revision_meta(session, revision), etag=service.etag_of(task), lease=lease_view(lease))


@router.post("/tasks/{task_id}/submit", responses=_WRITE)
def submit(
    task_id: int,
    body: OperationsBody,
    caller: Annotator,
    session: Writing,
    facet: Facet,
    token: LeaseToken,
    if_match: IfMatch = None,
) -> Submitted:
    """Saves and passes the task on: its label map is drawn, then a reviewer sees it."""
    number = service.parse_etag(if_match)
    task = visible_task(session, caller, task_id, lock=True)
    revision = service.submit(session, facet.blobs, task, caller, token, number, body)
    return Submitted(task_id=task.id, state=task.state, revision=revision_meta(session, revision))


@router.get("/tasks/{task_id}/revisions")
def list_revisions(task_id: int, caller: Annotator, session: Reading) -> Listing[RevisionMeta]:
    task = visible_task(session, caller, task_id)
    return Listing(items=[revision_meta(session, row) for row in service.list_revisions(session, task.id)])


@router.get("/tasks/{task_id}/revisions/{number}")
def read_revision(task_id: int, number: int, caller: Annotator, session: Reading) -> RevisionView:
    task = visible_task(session, caller, task_id)
    return revision_view(session, service.get_revision(session, task.id, number))


@router.get("/tasks/{task_id}/revisions/{number}/painting", response_model=PaintingView)
def read_painting(
    task_id: int, number: int, response: Response, caller: Annotator, session: Reading, facet: Facet
) -> PaintingView:
    """What people have painted by hand up to this revision: the pixels that no new fit changes."""
    task = visible_task(session, caller, task_id)
    painting = painting_of(session, facet.blobs, task, service.get_revision(session, task.id, number))
    response.headers["Cache-Control"] = IMMUTABLE
    return painting


@router.post(
    "/tasks/{task_id}/revisions/{number}/label-map",
    status_code=202,
    response_model=JobView,
    responses={204: {"description": "It is drawn already."}},
)
def draw_label_map(task_id: int, number: int, caller: Reviewer, session: Writing) -> JobView | Response:
    """Has the label map of a revision drawn that was never submitted, as a proposal, so that it can be compared."""
    task = visible_task(session, caller, task_id)
    revision = service.get_revision(session, task.id, number)
    if service.label_map_of(session, task, number) is not None:
        return Response(status_code=204)
    return JobView.model_validate(service.fit_later(session, task, revision))


@router.get("/projects/{project_id}/shape-model")
def read_shape_model(project_id: int, response: Response, caller: Annotator, session: Reading) -> ShapeModelView:
    """How the points of a proposal err together; the editor carries points along by it."""
    model, labels = shape_model_of(session, visible_project(session, caller, project_id))
    response.headers["Cache-Control"] = f"private, max-age={SHAPE_MODEL_SECONDS}"
    return ShapeModelView.model_validate(model.to_document() | {"labels": labels})


@router.get(
    "/tasks/{task_id}/label-map",
    response_class=Response,
    responses={200: {"content": {"image/png": {}}, "description": "8-bit PNG: the grey value is the category id."}},
)
def read_label_map(
    task_id: int,
    request: Request,
    caller: Annotator,
    session: Reading,
    facet: Facet,
    revision: int | None = None,
    layer: Literal["final", "fitted"] = "final",
) -> Response:
    """The label map of a revision; `fitted` leaves out what people painted over it."""
    task = visible_task(session, caller, task_id)
    label_map = service.label_map_of(session, task, revision)
    if label_map is None:
        raise NotFound("The label map is not drawn yet; follow the task's events, or ask again in a second.")
    sha256 = label_map.fitted if layer == "fitted" else label_map.blob_sha256
    headers = {"ETag": f'"{sha256[:32]}"', "Cache-Control": "private, no-cache"}
    if request.headers.get("if-none-match") == headers["ETag"]:
        return Response(status_code=304, headers=headers)
    return Response(facet.blobs.get(sha256), media_type="image/png", headers=headers)
