"""Files that are there whole or not at all, whenever the process that writes them dies."""

import hashlib
import os
from pathlib import Path

PART_SUFFIX = ".part"


def write_whole(path: Path, data: bytes) -> None:
    """Writes beside the path and renames: a reader never sees half a file, nor does a later run."""
    write_beside(path, data).replace(path)


def write_beside(path: Path, data: bytes) -> Path:
    """Does the first half of it: what may fail, on a full disk above all. Returns the file to rename."""
    # As short whatever the file is called: a name may be as long as the disk allows.
    part = path.with_name(hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16] + PART_SUFFIX)
    part.write_bytes(data)
    return part
