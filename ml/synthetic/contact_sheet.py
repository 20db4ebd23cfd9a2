"""A picture of many rendered faces: `python -m ml.synthetic.contact_sheet OUT.png`."""

import sys
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


def contact_sheet(first_seed: int = 0) -> npt.NDArray[np.uint8]:
    """Returns the faces of 18 seeds in six columns and three rows, as (H, W, 3) uint8 RGB."""
    tiles = [
        cv2.resize(render_face(first_seed + i, 256).image, (_TILE, _TILE), interpolation=cv2.INTER_AREA)
        for i in range(_COLUMNS * _ROWS)
    ]
    rows = [np.hstack(tiles[i : i + _COLUMNS]) for i in range(0, len(tiles), _COLUMNS)]
    return np.asarray(np.vstack(rows), dtype=np.uint8)


def main(arguments: list[str]) -> int:
    """Writes the sheet to the one path given; returns the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ml.synthetic.contact_sheet OUT.png\n")
        return 2
    # The lowest bits are grain, and would be most of the file.
    sheet = contact_sheet() // _STEP * _STEP + _STEP // 2
    Image.fromarray(sheet).save(Path(arguments[0]), optimize=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
