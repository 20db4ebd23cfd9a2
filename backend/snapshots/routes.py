import re
from typing import Literal

from fastapi import APIRouter
from fastapi.responses import StreamingResponse
from sqlalchemy.orm import Session

from backend.accounts.access import Admin, Facet, Reading, Reviewer, Writing
from backend.annotations.revision_views import person
from backend.paging import Listing
from backend.problems import problem_responses
from backend.projects.service import visible_project
from backend.snapshots import service
from backend.snapshots.lapa_zip import stream_lapa_zip
from backend.snapshots.schemas import NewSnapshot, SnapshotView, SplitCounts
from backend.snapshots.tables import Snapshot

router = APIRouter(tags=["snapshots"])


def _views(session: Session, snapshots: list[Snapshot]) -> list[SnapshotView]:
    return [
        SnapshotView(
            id=snapshot.id,
            number=snapshot.number,
            name=snapshot.name,
            state=snapshot.state,
            photos=snapshot.photos,
            splits=SplitCounts(train=snapshot.train, val=snapshot.val, test=snapshot.test),
            manifest_sha256=snapshot.manifest_sha256,
            created_at=snapshot.created_at,
            created_by=person(session, snapshot.created_by),
        )
        for snapshot in snapshots
    ]


@router.post("/projects/{project_id}/snapshots", status_code=202, responses=problem_responses(service.NothingApproved))
def create_snapshot(project_id: int, body: NewSnapshot, caller: Admin, session: Writing) -> SnapshotView:
    """Freezes everything that is approved now. Ready, with its manifest, a moment later."""
    visible_project(session, caller, project_id)
    snapshot = service.create_snapshot(session, project_id, body.name, caller.user_id)
    return _views(session, [snapshot])[0]


@router.get("/projects/{project_id}/snapshots")
def list_snapshots(project_id: int, caller: Reviewer, session: Reading) -> Listing[SnapshotView]:
    visible_project(session, caller, project_id)
    return Listing(items=_views(session, service.list_snapshots(session, project_id)))


@router.get("/projects/{project_id}/snapshots/{snapshot_id}")
def read_snapshot(project_id: int, snapshot_id: int, caller: Reviewer, session: Reading) -> SnapshotView:
    visible_project(session, caller, project_id)
    return _views(session, [service.get_snapshot(session, project_id, snapshot_id)])[0]


@router.get(
    "/projects/{project_id}/snapshots/{snapshot_id}/download",
    response_class=StreamingResponse,
    responses=problem_responses(service.StillFreezing)
    | {200: {"content": {"application/zip": {}}, "description": "The dataset, manifest.json first."}},
)
def download_snapshot(
    project_id: int,
    snapshot_id: int,
    caller: Reviewer,
    session: Reading,
    facet: Facet,
    format: Literal["lapa"] = "lapa",
) -> StreamingResponse:
    project = visible_project(session, caller, project_id)
    snapshot = service.get_snapshot(session, project_id, snapshot_id)
    slug = re.sub(r"[^A-Za-z0-9]+", "-", project.name).strip("-") or "facet"
    return StreamingResponse(
        stream_lapa_zip(facet, snapshot),
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{slug}-snapshot-{snapshot.number}-{format}.zip"',
            "ETag": f'"{snapshot.manifest_sha256}-{format}"',
        },
    )
