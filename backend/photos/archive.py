"""Reading photos out of an untrusted zip: nothing is unpacked to disk, and no name in it is ever used as a path."""

import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath


class ArchiveRefused(ValueError):
    """The archive as a whole cannot be used; the message says why."""


@dataclass(frozen=True)
class Entry:
    """One file of an archive: its bytes, or why it was refused."""

    name: str
    data: bytes | None
    refusal: str | None


def is_clutter(name: str) -> bool:
    """Folders' own records of desktop systems, which nobody means to import."""
    parts = PurePosixPath(name.replace("\\", "/")).parts
    return bool(parts) and (parts[0] == "__MACOSX" or parts[-1] in {".DS_Store", "Thumbs.db", "desktop.ini"})


class Archive:
    """A zip file, opened for reading. `len()` is the number of its files."""

    def __init__(self, path: Path, *, max_files: int, max_file_bytes: int) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
            infos = [info for info in self._zip.infolist() if not info.is_dir() and not is_clutter(info.filename)]
        except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
            raise ArchiveRefused("This is not a zip archive, or it is broken.") from error
        if len(infos) > max_files:
            raise ArchiveRefused(f"The archive holds {len(infos)} files; at most {max_files} are read at once.")
        self._infos = infos
        self._max_file_bytes = max_file_bytes

    def __len__(self) -> int:
        return len(self._infos)

    def entries(self, start: int = 0) -> Iterator[Entry]:
        """The files from number `start` on, in the archive's order, one at a time in memory."""
        for info in self._infos[start:]:
            yield self._read(info)

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
