"""facet data: what the commands do. A broken file is named and left out; each file that is written is whole."""

import json
import sys
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from cli.console import CommandFailed, console, failed, progress_bar
from ml.data.cihp import SPLITS, CihpSplit, CropCounts
from ml.data.errors import DataError
from ml.data.helen import HelenFolder
from ml.data.lapa import encode_label_map
from ml.data.upright import encode_jpeg
from ml.data.whole_files import write_whole

_WRITTEN: Final = ("images", "labels")


def convert_cihp(root: Path, out: Path, *, as_json: bool) -> int:
    """Cuts the heads out and prints the counts of each split; returns 0, or 1 when a file could not be used."""
    counts: dict[str, Any] = {}
    problems: list[str] = []
    try:
        splits = {name: CihpSplit(root / name) for name in SPLITS if (root / name).is_dir()}
        if not splits:
            raise CommandFailed(f"{root}: holds neither {' nor '.join(SPLITS)}")
        for split, photos in splits.items():
            _refuse_source(out, out / split, photos.folder, ("Images", "Category_ids", "Human_ids"))
        for split, photos in splits.items():
            counted = CropCounts()
            for name in _with_progress(split, photos.names):
                # A photo that turns out to be broken counts for nothing.
                attempt = replace(counted)
                try:
                    heads = list(photos.heads(name, attempt))
                except DataError as error:
                    problems.append(str(error))
                    continue
                for head in heads:
                    _write(out / split, head.name, head.image, head.label_map)
                counted = attempt
            counts[split] = asdict(counted)
    except (CommandFailed, DataError) as failure:
        return failed(CommandFailed(str(failure)))
    except OSError as error:
        return failed(CommandFailed(f"{error.filename or out}: {error.strerror or error}"))
    return _report(counts, problems, as_json=as_json)


def convert_helen(root: Path, out: Path, listed: Path | None, *, as_json: bool) -> int:
    """Writes the maps and prints their number; returns 0, or 1 when a file could not be used."""
    problems: list[str] = []
    try:
        photos = HelenFolder(root, listed)
        _refuse_source(out, out, root, _WRITTEN)
        for index, name in enumerate(_with_progress("Helen", photos.names)):
            try:
                photo = photos[index]
            except DataError as error:
                problems.append(str(error))
                continue
            _write(out, name, photo.image, photo.label_map)
    except (CommandFailed, DataError) as failure:
        return failed(CommandFailed(str(failure)))
    except OSError as error:
        return failed(CommandFailed(f"{error.filename or out}: {error.strerror or error}"))
    return _report({"helen": {"photos": len(photos) - len(problems)}}, problems, as_json=as_json)


def _refuse_source(out: Path, target: Path, source: Path, parts: Iterable[str]) -> None:
    """Refuses to write over what is read.

    Args:
        out: as the command was told, for the message.
        target: images/ and labels/ are written below it.
        source: the data set, or a split of it.
        parts: the folders of it that are read.
    """
    written = (target, *(target / part for part in _WRITTEN))
    read = (source, *(source / part for part in parts))
    if {folder.resolve() for folder in written} & {folder.resolve() for folder in read}:
        raise CommandFailed(f"--out {out}: holds the photos themselves; name another folder")


def _with_progress(what: str, names: list[str]) -> Iterable[str]:
    with progress_bar(what, len(names)) as told:
        for number, name in enumerate(names, start=1):
            yield name
            told(number, len(names))


def _write(folder: Path, name: str, image: npt.NDArray[np.uint8], label_map: npt.NDArray[np.uint8]) -> None:
    for part in _WRITTEN:
        (folder / part).mkdir(parents=True, exist_ok=True)
    write_whole(folder / "images" / f"{name}.jpg", encode_jpeg(image))
    write_whole(folder / "labels" / f"{name}.png", encode_label_map(label_map))


def _report(counts: dict[str, Any], problems: list[str], *, as_json: bool) -> int:
    for problem in problems:
        console.print(problem, style="red", markup=False, soft_wrap=True)
    if as_json:
        sys.stdout.write(json.dumps({**counts, "failed": problems}) + "\n")
    else:
        for split, numbers in counts.items():
            print(f"{split}: " + ", ".join(f"{number} {what}" for what, number in numbers.items()))
        if problems:
            print(f"{len(problems)} photos could not be used")
    return 1 if problems else 0
