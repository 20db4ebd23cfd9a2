"""The painted layer of a revision: a blob named by its SHA-256, made by replaying what was painted since the last one."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from backend.annotations.operations import Operation, PaintOperation
from backend.annotations.painting import Layer, Paint, PaintingView, empty_layer, paint, runs_of, set_runs
from backend.annotations.tables import LandmarkRevision
from backend.blobs import BlobStore
from backend.photos.tables import Photo
from backend.problems import Invalid
from backend.tasks.tables import Task


def _paint_of(operations: Sequence[Operation]) -> list[Paint]:
    return [operation.payload for operation in operations if isinstance(operation, PaintOperation)]


def check_paint(session: Session, task: Task, operations: Sequence[Operation]) -> None:
    """Refuses paint beside the photo, which no editor sends."""
    reach = max((paint.reach for paint in _paint_of(operations)), default=0)
    if reach == 0:
        return
    photo = session.get_one(Photo, task.photo_id)
    if reach > photo.width * photo.height:
        raise Invalid(
            f"Paint reaches the pixel {reach - 1}, row after row; the photo has {photo.width} x {photo.height}."
        )


def painting_after(
    session: Session, blobs: BlobStore, task: Task, head: LandmarkRevision, operations: Sequence[Operation]
) -> str | None:
    """The blob of what is painted by hand after `operations`; the head's own while none of them paints."""
    strokes = _paint_of(operations)
    if not strokes:
        return head.painting_sha256
    if head.painting_sha256 is not None:
        layer = load_layer(blobs, head.painting_sha256)
    else:
        photo = session.get_one(Photo, task.photo_id)
        layer = empty_layer(photo.width, photo.height)
    return store_layer(blobs, paint(layer, strokes))


def painting_of(session: Session, blobs: BlobStore, task: Task, revision: LandmarkRevision) -> PaintingView:
    """What is painted by hand at a revision; nothing, on a photo of this size, where nobody painted."""
    if revision.painting_sha256 is not None:
        return _load_painting(blobs, revision.painting_sha256)
    photo = session.get_one(Photo, task.photo_id)
    return PaintingView(width=photo.width, height=photo.height, painted={})


def _load_painting(blobs: BlobStore, sha256: str) -> PaintingView:
    """Reads a stored layer as runs. BlobMissing when it is gone or damaged."""
    return PaintingView.model_validate_json(blobs.get(sha256))


def load_layer(blobs: BlobStore, sha256: str) -> Layer:
    """Reads a stored layer. BlobMissing when it is gone or damaged."""
    painting = _load_painting(blobs, sha256)
    layer = empty_layer(painting.width, painting.height)
    for category, runs in painting.painted.items():
        set_runs(layer, runs, category)
    return layer


def store_layer(blobs: BlobStore, layer: Layer) -> str | None:
    """Stores a layer and returns its SHA-256: one layer, one name. None, and nothing stored, when nothing is painted."""
    painted = runs_of(layer)
    if not painted:
        return None
    height, width = layer.shape
    return blobs.put(PaintingView(width=width, height=height, painted=painted).model_dump_json().encode())
