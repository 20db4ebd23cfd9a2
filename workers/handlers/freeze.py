"""freeze: the manifest of a snapshot whose items were fixed when it was asked for."""

from backend.projects.tables import Project
from backend.snapshots.service import build_manifest, freeze
from backend.snapshots.tables import Snapshot
from workers.execution import Execution


def freeze_snapshot(execution: Execution) -> None:
    facet = execution.facet
    with facet.db.reading() as session:
        snapshot = session.get_one(Snapshot, execution.job.payload["snapshot_id"])
        project = session.get_one(Project, snapshot.project_id)
    manifest = build_manifest(facet.db, snapshot, project.name)
    sha256 = facet.blobs.put(manifest)
    with execution.finishing() as session:
        freeze(session, session.get_one(Snapshot, snapshot.id), sha256)
