from collections.abc import Iterator
from typing import Annotated, Any

from fastapi import APIRouter, File, Request, Response, UploadFile
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from backend.accounts.access import Admin, Annotator, Facet, Principal, Reading, Writing
from backend.jobs.schemas import JobView
from backend.jobs.tables import Job
from backend.paging import After, Limit, Listing, Page
from backend.photos import service
from backend.photos.schemas import (
    FilesImported,
    ImportItemView,
    ImportView,
    ListedPhoto,
    NewImport,
    PhotoView,
)
from backend.photos.tables import Import, Outcome, Photo
from backend.problems import Invalid, problem_responses
from backend.projects.service import may_see, visible_project
from backend.tasks.tables import Task, TaskState

router = APIRouter(tags=["photos"])

MAX_FILES_A_REQUEST = 8
IMMUTABLE = "private, max-age=31536000, immutable"


def photo_view(photo: Photo, task: Task, annotator: str | None) -> PhotoView:
    base = f"/api/v1/photos/{photo.id}"
    return PhotoView(
        id=photo.id,
        name=photo.name,
        width=photo.width,
        height=photo.height,
        split=photo.split,
        task_id=task.id,
        state=task.state,
        annotator=annotator,
        updated_at=task.updated_at,
        # The hash makes the address of other bytes another address: browsers may keep these for ever.
        image_url=f"{base}/image?v={photo.blob_sha256[:16]}",
        thumbnail_url=f"{base}/thumbnail?v={photo.thumbnail_sha256[:16]}",
    )


def _import_view(session: Session, row: Import) -> ImportView:
    job = session.get(Job, row.job_id) if row.job_id else None
    done = row.imported + row.duplicates + row.refused
    state = row.state
    if state == "open" and row.expected is not None and done >= row.expected:
        state = "done"
    return ImportView(
        id=row.id,
        project_id=row.project_id,
        state=state,
        expected=row.expected,
        done=done,
        imported=row.imported,
        labeled=row.labeled,
        duplicates=row.duplicates,
        refused=row.refused,
        map_use=row.map_use,
        created_at=row.created_at,
        job=JobView.model_validate(job) if job else None,
    )


@router.post("/projects/{project_id}/imports", status_code=201)
def start_import(project_id: int, body: NewImport, caller: Admin, session: Writing) -> ImportView:
    visible_project(session, caller, project_id)
    return _import_view(session, service.start_import(session, project_id, caller.user_id, body.expected, body.map_use))


@router.get("/projects/{project_id}/imports")
def list_imports(project_id: int, caller: Admin, session: Reading) -> Listing[ImportView]:
    visible_project(session, caller, project_id)
    return Listing(items=[_import_view(session, row) for row in service.list_imports(session, project_id)])


@router.get("/projects/{project_id}/imports/{import_id}")
def read_import(project_id: int, import_id: int, caller: Admin, session: Reading) -> ImportView:
    visible_project(session, caller, project_id)
    return _import_view(session, service.get_import(session, project_id, import_id))


@router.get("/projects/{project_id}/imports/{import_id}/items")
def list_import_items(
    project_id: int,
    import_id: int,
    caller: Admin,
    session: Reading,
    outcome: Outcome | None = None,
    after: After = None,
    limit: Limit = 100,
) -> Page[ImportItemView]:
    visible_project(session, caller, project_id)
    service.get_import(session, project_id, import_id)
    items = service.list_items(session, import_id, outcome, after, limit)
    return Page(
        items=[ImportItemView.model_validate(item) for item in items],
        next=items[-1].id if len(items) == limit else None,
    )


@router.post(
    "/projects/{project_id}/imports/{import_id}/files",
    responses=problem_responses(Invalid, service.ImportClosed),
    response_model_by_alias=True,
)
def import_files(
    project_id: int,
    import_id: int,
    files: Annotated[list[UploadFile], File(description="Up to 8 photos a request.")],
    caller: Admin,
    facet: Facet,
) -> FilesImported:
    """Takes photos. Safe to repeat: a file sent again gets the same answer and is counted once."""
    if len(files) > MAX_FILES_A_REQUEST:
        raise Invalid(f"Send at most {MAX_FILES_A_REQUEST} files a request.")
    with facet.db.reading() as session:
        visible_project(session, caller, project_id)
        if service.get_import(session, project_id, import_id).state != "open":
            raise service.ImportClosed("Start a new import for these files.")
    limit = facet.settings.max_photo_bytes
    incoming = [
        # One byte over the limit is enough to refuse it by name.
        service.IncomingFile(file.filename or "unnamed", file.file.read(limit + 1))
        for file in files
    ]
    items = service.import_files(facet, import_id, incoming)
    with facet.db.reading() as session:
        view = _import_view(session, service.get_import(session, project_id, import_id))
    return FilesImported(**{"import": view}, items=[ImportItemView.model_validate(item) for item in items])


@router.post(
    "/projects/{project_id}/imports/{import_id}/archive",
    status_code=202,
    responses=problem_responses(Invalid, service.ImportClosed),
)
def import_archive(
    project_id: int,
    import_id: int,
    archive: Annotated[UploadFile, File(description="One zip.")],
    caller: Admin,
    facet: Facet,
) -> ImportView:
    """Takes one zip, which a job unpacks; follow the import, or its job, for the progress.

    Where images/ lies beside landmarks/ or labels/, in LaPa's or Helen's layout, photos bring their labels along.
    """
    with facet.db.reading() as session:
        visible_project(session, caller, project_id)
        service.check_takes_archive(service.get_import(session, project_id, import_id))
    if (archive.size or 0) > facet.settings.max_archive_bytes:
        raise Invalid(f"The archive is larger than {facet.settings.max_archive_bytes // 2**30} GiB; split it.")
    key = facet.blobs.put_archive(archive.file)
    try:
        with facet.db.transaction() as session:
            row = service.get_import(session, project_id, import_id)
            service.unpack_later(session, row, key)
            return _import_view(session, row)
    except service.ImportClosed:
        # Another archive or photo came into this import meanwhile.
        facet.blobs.delete_archive(key)
        raise


@router.get("/projects/{project_id}/photos")
def list_photos(
    project_id: int,
    caller: Annotator,
    session: Reading,
    state: TaskState | None = None,
    after: After = None,
    limit: Limit = 60,
) -> Page[ListedPhoto]:
    visible_project(session, caller, project_id)
    rows = service.list_photos(session, caller, project_id, state, after, limit)
    reasons = service.skip_reasons(session, caller, [task for _, task, _ in rows])
    items = [
        ListedPhoto(**photo_view(*row).model_dump(), skips=row[1].skips, skip_reasons=reasons.get(row[1].id, []))
        for row in rows
    ]
    return Page(items=items, next=rows[-1][1].id if len(rows) == limit else None)


def _visible_photo(session: Session, caller: Principal, photo_id: int) -> Photo:
    photo = service.get_photo(session, photo_id)
    if not may_see(session, caller, photo.project_id):
        raise service.NotFound(f"There is no photo {photo_id}.")
    return photo


def _blob_response(request: Request, facet: Facet, sha256: str) -> Response:
    """A JPEG that Facet itself encoded, under an address that never shows anything else."""
    etag = f'"{sha256[:32]}"'
    headers = {"Cache-Control": IMMUTABLE, "ETag": etag, "Content-Security-Policy": "sandbox; default-src 'none'"}
    if request.headers.get("if-none-match") == etag:
        return Response(status_code=304, headers=headers)
    headers["Content-Length"] = str(facet.blobs.size(sha256))
    chunks: Iterator[bytes] = facet.blobs.stream(sha256)
    return StreamingResponse(chunks, media_type="image/jpeg", headers=headers)


_JPEG: dict[int | str, dict[str, Any]] = {
    200: {"content": {"image/jpeg": {}}, "description": "The upright photo, without metadata."}
}


@router.get("/photos/{photo_id}/image", response_class=Response, responses=_JPEG)
def read_image(photo_id: int, request: Request, caller: Annotator, session: Reading, facet: Facet) -> Response:
    return _blob_response(request, facet, _visible_photo(session, caller, photo_id).blob_sha256)


@router.get("/photos/{photo_id}/thumbnail", response_class=Response, responses=_JPEG)
def read_thumbnail(photo_id: int, request: Request, caller: Annotator, session: Reading, facet: Facet) -> Response:
    return _blob_response(request, facet, _visible_photo(session, caller, photo_id).thumbnail_sha256)
