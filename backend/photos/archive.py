"""Reading photos out of an untrusted zip: nothing is unpacked to disk, and no name in it is ever used as a path.

In a dataset's layout, a photo comes together with its label files.
"""

import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import IO

from backend.photos.dataset_layout import ORPHAN, group_files


class ArchiveRefused(ValueError):
    """The archive as a whole cannot be used; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive: its bytes, or why it was refused; and, by name, the label files that belong to it."""

    name: str
    data: bytes | None
    refusal: str | None
    labels: Mapping[str, bytes] = field(default_factory=dict)


def is_clutter(name: str) -> bool:
    """Folders' own records of desktop systems, which nobody means to import."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return bool(parts) and (parts[0] == "__MACOSX" or parts[-1] in {".DS_Store", "Thumbs.db", "desktop.ini"})


class Archive:
    """A zip file, opened for reading. `len()` is the number of its files, label files of photos not counted."""

    def __init__(self, source: Path | IO[bytes], *, max_files: int, max_file_bytes: int) -> None:
        try:
            self._zip = zipfile.ZipFile(source)
            infos = [info for info in self._zip.infolist() if not info.is_dir() and not is_clutter(info.filename)]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ArchiveRefused("This is not a zip archive, or it is broken.") from error
        if len(infos) > max_files:
            raise ArchiveRefused(f"The archive holds {len(infos)} files; at most {max_files} are read at once.")
        groups, orphans = group_files([info.filename for info in infos])
        self._groups = [(infos[number], [infos[label] for label in labels]) for number, labels in groups.items()]
        self._orphans = {infos[number].filename for number in orphans}
        self._max_file_bytes = max_file_bytes

    def __len__(self) -> int:
        return len(self._groups)

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """The files from number `start` on, in the archive's order, one at a time in memory."""
        for info, labels in self._groups[start:]:
            yield self._with_labels(info, labels)

    def _with_labels(self, info: zipfile.ZipInfo, labels: list[zipfile.ZipInfo]) -> Entry:
        if info.filename in self._orphans:
            return Entry(info.filename, None, ORPHAN)
        entry = self._read(info)
        found: dict[str, bytes] = {}
        for label in labels:
            read = self._read(label)
            if read.data is None:
                # Without its labels the photo would be another than the one that was sent.
                return replace(entry, data=None, refusal=entry.refusal or f"{read.name}: {read.refusal}")
            found[read.name] = read.data
        return replace(entry, labels=found)

    def _read(self, info: zipfile.ZipInfo) -> Entry:
        name = info.filename
        parts = PurePosixPath(name.replace("\\", "/")).parts
        if ".." in parts or name.startswith(("/", "\\")) or (parts and ":" in parts[0]):
            return Entry(name, None, "Its name in the archive leads outside of it.")
        if info.flag_bits & 0x1:
            return Entry(name, None, "It is encrypted.")
        if info.file_size > self._max_file_bytes:
            return Entry(name, None, f"It is larger than {self._max_file_bytes // 2**20} MiB.")
        try:
            with self._zip.open(info) as file:
                # The size in the directory may lie: a bomb stops here, whatever it claims.
                data = file.read(self._max_file_bytes + 1)
        except Exception as error:
            # Hostile bytes: BadZipFile, zlib.error, LZMAError, EOFError… have no common base and one meaning.
            return Entry(name, None, f"It cannot be unpacked ({type(error).__name__}).")
        if len(data) > self._max_file_bytes:
            return Entry(name, None, "It unpacks to far more than it claims.")
        return Entry(name, data, None)

    def close(self) -> None:
        self._zip.close()
