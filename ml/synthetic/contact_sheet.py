"""A picture of many rendered faces: `python -m ml.synthetic.contact_sheet OUT.png`."""

import sys
from collections.abc import Iterable
from itertools import count, islice
from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from PIL import Image

from ml.synthetic.render import render_face

_COLUMNS = 6
_ROWS = 3
_TILE = 176
_STEP = 6


def contact_sheet(pictures: Iterable[npt.NDArray[np.uint8]]) -> npt.NDArray[np.uint8]:
    """Returns the first 18 square pictures in six columns and three rows, as (H, W, 3) uint8 RGB.

    Raises:
        ValueError: there are fewer.
    """
    tiles = [
        cv2.resize(picture, (_TILE, _TILE), interpolation=cv2.INTER_AREA)
        for picture in islice(pictures, _COLUMNS * _ROWS)
    ]
    if len(tiles) < _COLUMNS * _ROWS:
        raise ValueError(f"a sheet needs {_COLUMNS * _ROWS} pictures, not {len(tiles)}")
    rows = [np.hstack(tiles[i : i + _COLUMNS]) for i in range(0, len(tiles), _COLUMNS)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def save_sheet(sheet: npt.NDArray[np.uint8], path: Path) -> None:
    """Writes a sheet as a small PNG."""
    # The lowest bits are grain, and would be most of the file.
    Image.fromarray(sheet // _STEP * _STEP + _STEP // 2).save(path, optimize=True)


def main(arguments: list[str]) -> int:
    """Writes the sheet to the one path given; returns the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ml.synthetic.contact_sheet OUT.png\n")
        return 2
    save_sheet(contact_sheet(render_face(seed, 256).image for seed in count()), Path(arguments[0]))
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
