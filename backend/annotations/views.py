"""From rows to what the editor is sent: one assignment, complete, in one answer."""

from sqlalchemy.orm import Session

from backend.accounts.access import Principal
from backend.annotations import service
from backend.annotations.revision_views import person, revision_view
from backend.annotations.schemas import Assignment, DraftView, GivenView, LeaseView, OtherLabel, TaskView
from backend.annotations.tables import LabelMap
from backend.photos.routes import photo_view
from backend.photos.tables import GivenLabels, Photo
from backend.problems import Conflict
from backend.reviews.second_labels import asked_for
from backend.reviews.service import comments_of
from backend.reviews.views import comment_view
from backend.tasks.leases import Lease
from backend.tasks.pairs import pair_of
from backend.tasks.tables import Task


class TaskPending(Conflict):
    code = "task-pending"
    title = "This photo is still being prepared"


def lease_view(lease: Lease) -> LeaseView:
    return LeaseView(token=lease.token, expires_at=lease.expires_at, seconds=lease.seconds)


def _fitted_map_url(task: Task, label_map: LabelMap, number: int) -> str:
    version = label_map.fitted[:16]
    return f"/api/v1/tasks/{task.id}/label-map?revision={number}&layer=fitted&v={version}"


def _given_view(session: Session, photo_id: int) -> GivenView | None:
    given = session.get(GivenLabels, photo_id)
    if given is None:
        return None
    return GivenView(
        points=0 if given.known is None else int(given.known.sum()),
        points_file=given.points_file,
        label_file=given.label_file,
        map_use=given.map_use,
    )


def _other_label(session: Session, task: Task, lease: Lease | None) -> OtherLabel | None:
    """Only reviewers lease a task that is in review; whoever labels it must not know the other label."""
    pair = pair_of(session, task) if lease is not None and task.state == "in_review" else None
    if pair is None:
        return None
    rests = pair.rests
    label_map = service.label_map_of(session, rests)
    return OtherLabel(
        task_id=rests.id,
        author=person(session, rests.annotator_id),
        revision=revision_view(session, service.head_of(session, rests)),
        label_map_url=_label_map_url(rests, label_map) if label_map else None,
    )


def _label_map_url(task: Task, label_map: LabelMap) -> str:
    return f"/api/v1/tasks/{task.id}/label-map?v={label_map.blob_sha256[:16]}"


def assignment(session: Session, task: Task, caller: Principal, lease: Lease | None) -> Assignment:
    """Everything about a task that the caller works on or looks at.

    Raises:
        TaskPending: nothing was proposed yet.
    """
    if task.state == "pending":
        raise TaskPending("Its first points are on their way; ask again in a moment.")
    head = service.head_of(session, task)
    initial = service.initial_of(session, task)
    draft = service.get_draft(session, task.id, caller.user_id)
    label_map = service.label_map_of(session, task)
    fitted = service.newest_label_map(session, task)
    author = person(session, task.annotator_id)
    photo = session.get_one(Photo, task.photo_id)
    return Assignment(
        task=TaskView(
            id=task.id,
            project_id=task.project_id,
            state=task.state,
            photo=photo_view(photo, task, author.name if author else None),
            skips=task.skips,
        ),
        lease=lease_view(lease) if lease else None,
        etag=service.etag_of(task),
        revision=revision_view(session, head),
        initial=revision_view(session, initial),
        draft=DraftView.model_validate(draft, from_attributes=True) if draft else None,
        comments=[comment_view(session, comment) for comment in comments_of(session, task.id)],
        label_map_url=_label_map_url(task, label_map) if label_map else None,
        fitted_map_url=_fitted_map_url(task, *fitted) if fitted else None,
        given=_given_view(session, photo.id),
        author=author,
        other=_other_label(session, task, lease),
        second_label=asked_for(session, task, caller) if lease is None else None,
    )
