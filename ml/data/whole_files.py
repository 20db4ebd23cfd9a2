"""Files that are there whole or not at all, whenever the process that writes them dies."""

from pathlib import Path

PART_SUFFIX = ".part"


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the path and renames: a reader never sees half a file, nor does a later run."""
    part = path.with_name(path.name + PART_SUFFIX)
    part.write_bytes(data)
    part.replace(path)
