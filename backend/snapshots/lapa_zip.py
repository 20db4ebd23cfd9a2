"""A snapshot as a zip in LaPa's layout, streamed: constant memory, and the same bytes at every download."""

import hashlib
import io
import json
import zipfile
from collections.abc import Iterator

from backend.blobs import BlobMissing
from backend.installation import Installation
from backend.snapshots.service import check_freezing, landmark_files, read_manifest
from backend.snapshots.tables import Snapshot

# Zip keeps local times without a zone; a fixed one keeps the bytes the same.
_EPOCH = (1980, 1, 1, 0, 0, 0)
# So many files at a time have their landmarks read.
_BATCH = 600


class _Outlet(io.RawIOBase):
    """What zipfile writes into, and the response reads from. Cannot seek, so zipfile never goes back."""

    def __init__(self) -> None:
        self._chunks: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: object) -> int:
        chunk = bytes(memoryview(data))  # type: ignore[arg-type]
        self._chunks.append(chunk)
        return len(chunk)

    def drain(self) -> bytes:
        data = b"".join(self._chunks)
        self._chunks.clear()
        return data


def stream_lapa_zip(facet: Installation, snapshot: Snapshot) -> Iterator[bytes]:
    """Yields the zip of a ready snapshot, the manifest first. Every file is checked against the manifest on its way.

    Files are stored, not deflated: photos and label maps are compressed already, and deflate's bytes differ between builds.

    Raises:
        StillFreezing: before the first byte; its text says so where the job has failed for good. BlobMissing: a file is
            missing or is not what was frozen; the stream breaks off, so that nobody takes it for the dataset.
    """
    if snapshot.manifest_sha256 is None:
        with facet.db.reading() as session:
            check_freezing(session, snapshot)
    manifest = read_manifest(facet.blobs, snapshot)
    sums: dict[str, str] = json.loads(manifest)["files"]
    return _stream(facet, snapshot.id, manifest, sums)


def _stream(facet: Installation, snapshot_id: int, manifest: bytes, sums: dict[str, str]) -> Iterator[bytes]:
    outlet = _Outlet()
    with zipfile.ZipFile(outlet, "w", zipfile.ZIP_STORED) as archive:
        _add(archive, "manifest.json", manifest)
        yield outlet.drain()
        # In the manifest's own order, whatever the database's was when it was written.
        paths = list(sums)
        for start in range(0, len(paths), _BATCH):
            batch = paths[start : start + _BATCH]
            # Read and closed again: a slow download must not keep a transaction open all the while.
            with facet.db.reading() as session:
                landmarks = landmark_files(session, snapshot_id, batch)
            for path in batch:
                data = landmarks[path] if path in landmarks else facet.blobs.get(sums[path])
                if hashlib.sha256(data).hexdigest() != sums[path]:
                    raise BlobMissing(f"{path} is not what was frozen")
                _add(archive, path, data)
                yield outlet.drain()
    yield outlet.drain()


def _add(archive: zipfile.ZipFile, path: str, data: bytes) -> None:
    entry = zipfile.ZipInfo(path, _EPOCH)
    entry.create_system = 3
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, data)
