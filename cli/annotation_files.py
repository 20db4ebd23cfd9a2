"""What facet annotate reads and writes: which photos, under which names, and what the output folder has already."""

import json
import threading
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cli.console import CommandFailed, console
from ml.data.files import IMAGE_SUFFIXES
from ml.data.lapa import encode_label_map, format_landmarks
from ml.data.whole_files import write_beside, write_whole

RECORD = "annotated.jsonl"


@dataclass(frozen=True)
class Row:
    """A line of the record: what a triple was made from. It is written first: files without one are not this command's.

    Attributes:
        name: of the triple.
        file: the photo, from the input folder on.
        bytes: the photo's size, to notice another photo of the same name.
        found: whether a face was found, or given; if not, the points are a guess.
        confidence: mean of the points', or None where they were given.
    """

    name: str
    file: str
    bytes: int
    found: bool
    confidence: float | None


class Output:
    """A folder in LaPa's layout, and the record of what was written into it. Not to be shared by two runs at a time."""

    def __init__(self, folder: Path, *, overlays: bool) -> None:
        """Makes the folders.

        Raises:
            OSError: that is not possible.
        """
        self.folder = folder
        self.overlays = overlays
        for part in ("images", "landmarks", "labels", *(["overlays"] if overlays else [])):
            (folder / part).mkdir(parents=True, exist_ok=True)
        self._record = folder / RECORD
        self._noting = threading.Lock()
        self.rows = {row.name: row for row in self._rows()}

    def has(self, name: str) -> bool:
        """Whether a triple is complete."""
        return all(file.is_file() for file in self._triple(name))

    def unaccounted(self, name: str) -> list[Path]:
        """Returns the files of a triple that no row of the record tells the origin of."""
        return [] if name in self.rows else [file for file in self._triple(name) if file.exists()]

    def lacks_overlay(self, name: str) -> bool:
        """Whether an overlay is wanted that is not there."""
        return self.overlays and not self._file("overlays", name).is_file()

    def write(
        self, row: Row, jpeg: bytes, points: npt.ArrayLike, label_map: npt.NDArray[np.uint8], overlay: bytes | None
    ) -> None:
        """Writes the row and its triple, each file whole; from any thread. OSError where that is not possible.

        All of it is on the disk before anything that was there is touched. Then the label map goes first and comes last: a
        triple that is complete is never of two runs.
        """
        contents = (jpeg, format_landmarks(points).encode(), encode_label_map(label_map))
        renamed = [
            (write_beside(file, data), file) for file, data in zip(self._triple(row.name), contents, strict=True)
        ]
        if overlay is not None:
            self.write_overlay(row.name, overlay)
        self.labels(row.name).unlink(missing_ok=True)
        self._note(row)
        for part, file in renamed:
            part.replace(file)

    def write_overlay(self, name: str, jpeg: bytes) -> None:
        write_whole(self._file("overlays", name), jpeg)

    def photo(self, name: str) -> Path:
        return self._file("images", name)

    def landmarks(self, name: str) -> Path:
        return self._file("landmarks", name)

    def labels(self, name: str) -> Path:
        return self._file("labels", name)

    def _triple(self, name: str) -> tuple[Path, ...]:
        return self.photo(name), self.landmarks(name), self.labels(name)

    def _note(self, row: Row) -> None:
        with self._noting, self._record.open("a", encoding="utf-8") as record:
            record.write(json.dumps(asdict(row)) + "\n")
        self.rows[row.name] = row

    def _file(self, part: str, name: str) -> Path:
        suffix = {"landmarks": ".txt", "labels": ".png"}.get(part, ".jpg")
        return self.folder / part / f"{name}{suffix}"

    def _rows(self) -> Iterator[Row]:
        if not self._record.exists():
            return
        text = self._record.read_text(encoding="utf-8", errors="replace")
        if text and not text.endswith("\n"):
            # A killed run left half a line; the next one must not go on in it.
            with self._record.open("a", encoding="utf-8") as record:
                record.write("\n")
        for line in text.splitlines():
            try:
                row = Row(**json.loads(line))
            except (ValueError, TypeError):
                continue
            if isinstance(row.name, str) and isinstance(row.bytes, int) and isinstance(row.found, bool):
                yield row


def photos_by_name(folder: Path, out: Path) -> dict[str, Path]:
    """Returns the photos in a folder and below by the name that their labels get, in the order of paths.

    Of a folder that holds an images/, only that counts: what lies beside it is labels. Hidden files and the output folder
    are left out, and links to folders, which are named on the standard error.

    Raises:
        CommandFailed: there are none, two have one name, or the output would be written over the photos.
        OSError: a folder cannot be listed.
    """
    target = out.resolve()
    if {target, (target / "images").resolve()} & {folder.resolve(), (folder / "images").resolve()}:
        raise CommandFailed(f"--out {out}: holds the photos themselves; name another folder")
    found: dict[str, list[Path]] = {}
    for file in _photos_below(folder, target):
        # Not every disk tells A.jpg from a.jpg, and the data set may go anywhere.
        found.setdefault(file.stem.casefold(), []).append(file)
    if clashes := [files for files in found.values() if len(files) > 1]:
        listed = "\n".join("  " + ", ".join(str(file) for file in files) for files in clashes[:20])
        more = f"\n  and {len(clashes) - 20} more" if len(clashes) > 20 else ""
        raise CommandFailed(f"these photos would get one name; rename them, nothing was written:\n{listed}{more}")
    if not found:
        raise CommandFailed(f"{folder}: holds no photos ({', '.join(IMAGE_SUFFIXES)})")
    return {file.stem: file for (file,) in found.values()}


def _photos_below(folder: Path, target: Path) -> Iterator[Path]:
    source = folder / "images" if (folder / "images").is_dir() else folder
    for entry in sorted(source.iterdir()):
        if entry.name.startswith("."):
            continue
        if entry.is_dir():
            if entry.resolve() == target:
                continue
            if entry.is_symlink():
                # It may lead back up.
                text = f"{entry}: is a link to a folder, which is not followed; name that folder to label its photos"
                console.print(text, style="yellow", markup=False, soft_wrap=True)
            else:
                yield from _photos_below(entry, target)
        elif entry.suffix.lower() in IMAGE_SUFFIXES:
            yield entry
