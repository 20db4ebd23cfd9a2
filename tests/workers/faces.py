"""Rendered faces as photos, and as approved labels: what a training needs, without anybody's mouse."""

import io
import zipfile
from collections.abc import Iterable, Mapping

import cv2

from backend.annotations.service import propose
from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.db import now
from backend.installation import Installation
from backend.photos.service import IncomingFile, import_files, start_import
from backend.photos.tables import Photo
from backend.projects.service import create_project
from backend.reviews.service import approve
from backend.tasks.service import move
from backend.tasks.tables import Task
from ml.data.lapa import encode_label_map
from ml.synthetic import RenderedFace
from tests.backend.team import photo_bytes


def png_of(face: RenderedFace) -> bytes:
    encoded, data = cv2.imencode(".png", cv2.cvtColor(face.image, cv2.COLOR_RGB2BGR))
    assert encoded
    return data.tobytes()


def new_project(facet: Installation, name: str, **policy: object) -> int:
    with facet.db.transaction() as session:
        return create_project(session, None, name, **policy).id


def import_faces(facet: Installation, project_id: int, faces: Iterable[RenderedFace]) -> list[int]:
    """Imports the faces as photos; returns their tasks, which a prelabel job waits for."""
    files = [IncomingFile(f"face{number}.png", png_of(face)) for number, face in enumerate(faces)]
    with facet.db.transaction() as session:
        import_id = start_import(session, project_id, None, len(files)).id
    items = import_files(facet, import_id, files)
    photo_ids = [item.photo_id for item in items if item.outcome == "imported"]
    with facet.db.reading() as session:
        return [session.query(Task.id).filter_by(photo_id=photo_id).one()[0] for photo_id in photo_ids]


def approve_label(facet: Installation, task_id: int, face: RenderedFace, annotator_id: int | None = None) -> None:
    """The whole way of a task in one transaction, with the face's true points and label map."""
    with facet.db.transaction() as session:
        task = session.get_one(Task, task_id, with_for_update=True)
        propose(session, task, face.points, confidence=None, model_version_id=None)
        session.flush()
        revision = session.query(LandmarkRevision).filter_by(task_id=task.id, number=task.head_number).one()
        task.opened, task.annotator_id, task.submitted_at = True, annotator_id, now()
        move(session, task, "in_progress", "task.leased", None)
        move(session, task, "fitting", "task.submitted", None)
        sha256 = facet.blobs.put(encode_label_map(face.label_map))
        session.add(LabelMap(task_id=task.id, revision_id=revision.id, blob_sha256=sha256, fitter="rendered"))
        move(session, task, "in_review", "task.in_review", None)
        session.flush()
        approve(session, task, None)


def share_out(facet: Installation, project_id: int) -> None:
    """Puts photos into each share by their order. By their pixels, as imported, a few may leave a share without any."""
    with facet.db.transaction() as session:
        for number, photo in enumerate(session.query(Photo).filter_by(project_id=project_id).order_by(Photo.id)):
            photo.split = ("train", "val", "train", "test")[number % 4]


def splits(facet: Installation, project_id: int) -> dict[str, int]:
    with facet.db.reading() as session:
        photos = session.query(Photo.split).filter_by(project_id=project_id).all()
    return {split: sum(row[0] == split for row in photos) for split in ("train", "val", "test")}


def zip_of(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return buffer.getvalue()


def zip_of_photos(count: int) -> bytes:
    return zip_of({f"photos/{number:04d}.jpg": photo_bytes(number) for number in range(count)})
