"""Object storage: bytes named by their SHA-256, and archives for as long as it takes to unpack them.

One API over a folder, S3, GCS and Azure (obstore).
"""

import contextlib
import hashlib
import re
import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import IO

import obstore
from obstore.store import LocalStore, from_url

from backend.settings import Settings

_NAME = re.compile(r"[0-9a-f]{64}")
_ARCHIVES = "archives"


class BlobMissing(LookupError):
    """A blob that the database names is not in the store: the store was damaged or not restored with the database."""


class BlobStore:
    """Blobs are content-addressed and written once; archives have random keys. No caller's name is ever one of them."""

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

    def stream(self, sha256: str) -> Iterator[bytes]:
        return self._stream(self._key(sha256))

    def put_archive(self, file: IO[bytes]) -> str:
        """Stores a file of any size without reading it whole, and returns its key.

        Not by its content: an archive is removed once it is unpacked, and its twin in another import must not go with it.
        """
        key = f"{_ARCHIVES}/{secrets.token_hex(32)}"
        obstore.put(self._store, key, file)
        return key

    def stream_archive(self, key: str) -> Iterator[bytes]:
        return self._stream(key)

    def delete_archive(self, key: str) -> None:
        """Forgets an archive; a missing one is no error."""
        with contextlib.suppress(FileNotFoundError):
            obstore.delete(self._store, key)

    def archives(self) -> Iterator[tuple[str, datetime]]:
        """The key of every stored archive, and since when it is there."""
        for found in obstore.list(self._store, prefix=_ARCHIVES):
            yield from ((archive["path"], archive["last_modified"]) for archive in found)

    def delete_half_archives(self, before: datetime) -> None:
        """Removes what killed processes left half-written in a folder; other stores do not show such files."""
        if not isinstance(self._store, LocalStore):
            return
        for path in Path(str(self._store.prefix), _ARCHIVES).glob("*#*"):
            # It may be finished at this moment, and get its name.
            with contextlib.suppress(FileNotFoundError):
                if datetime.fromtimestamp(path.stat().st_mtime, UTC) < before:
                    path.unlink()

    def _stream(self, key: str) -> Iterator[bytes]:
        try:
            for part in obstore.get(self._store, key).stream(min_chunk_size=2**20):
                yield bytes(part)
        except FileNotFoundError as error:
            raise BlobMissing(key) from error
