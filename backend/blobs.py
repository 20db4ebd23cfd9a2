"""Object storage: bytes named by their SHA-256. One API over a folder, S3, GCS and Azure (obstore)."""

import contextlib
import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

import obstore
from obstore.store import from_url

from backend.settings import Settings

_NAME = re.compile(r"[0-9a-f]{64}")


class BlobMissing(LookupError):
    """A blob that the database names is not in the store: the store was damaged or not restored with the database."""


class BlobStore:
    """Content-addressed, write-once. The only key is a SHA-256 in hex, so no name can lead out of the store."""

    def __init__(self, settings: Settings) -> None:
        self._store = from_url(settings.resolved_blob_url)

    @staticmethod
    def _key(sha256: str) -> str:
        if not _NAME.fullmatch(sha256):
            raise ValueError("a blob is named by 64 hexadecimal digits")
        return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"

    def put(self, data: bytes) -> str:
        """Stores `data` and returns its SHA-256. Storing the same bytes again is free."""
        sha256 = hashlib.sha256(data).hexdigest()
        if not self.exists(sha256):
            obstore.put(self._store, self._key(sha256), data)
        return sha256

    def exists(self, sha256: str) -> bool:
        try:
            obstore.head(self._store, self._key(sha256))
        except FileNotFoundError:
            return False
        return True

    def size(self, sha256: str) -> int:
        try:
            return obstore.head(self._store, self._key(sha256))["size"]
        except FileNotFoundError as error:
            raise BlobMissing(sha256) from error

    def get(self, sha256: str) -> bytes:
        """The blob's bytes, checked against its name: a damaged file never passes for the original."""
        try:
            data = bytes(obstore.get(self._store, self._key(sha256)).bytes())
        except FileNotFoundError as error:
            raise BlobMissing(sha256) from error
        if hashlib.sha256(data).hexdigest() != sha256:
            raise BlobMissing(f"{sha256}: the stored bytes are damaged")
        return data

    def stream(self, sha256: str, chunk: int = 2**20) -> Iterator[bytes]:
        try:
            for part in obstore.get(self._store, self._key(sha256)).stream(min_chunk_size=chunk):
                yield bytes(part)
        except FileNotFoundError as error:
            raise BlobMissing(sha256) from error

    def put_file(self, path: Path) -> str:
        """Stores a file of any size without reading it whole, and returns its SHA-256."""
        digest = hashlib.sha256()
        with path.open("rb") as file:
            while chunk := file.read(2**20):
                digest.update(chunk)
        sha256 = digest.hexdigest()
        if not self.exists(sha256):
            obstore.put(self._store, self._key(sha256), path)
        return sha256

    def delete(self, sha256: str) -> None:
        """Forgets a blob that nothing names any more (an unpacked archive); a missing one is no error."""
        with contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, self._key(sha256))
