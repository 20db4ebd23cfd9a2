"""A photo as it goes into a data set: upright pixels, and a JPEG file that shows them whatever its reader knows of EXIF."""

import io
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from ml.data.errors import DataError
from ml.data.files import FORMATS, to_rgb

_QUALITY: Final = 95
# Phones write JPEGs with a second picture behind the first, which Pillow calls MPO.
_JPEG_FORMATS: Final = ("JPEG", "MPO")


class UprightPhoto(NamedTuple):
    """One photo.

    Attributes:
        image: (H, W, 3) uint8 RGB, turned as its EXIF orientation says; what was transparent is white.
        jpeg: a JPEG file of it that needs no turning: the photo's own bytes where they are that already.
    """

    image: npt.NDArray[np.uint8]
    jpeg: bytes


def read_upright(path: Path) -> UprightPhoto:
    """Reads a photo; of several frames, the first.

    Raises:
        DataError: it cannot be read or decoded, or has more pixels than Pillow holds safe (89 million).
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DataError(path, error.strerror or "cannot be read") from error
    try:
        with Image.open(io.BytesIO(data), formats=FORMATS) as stored:
            _refuse_too_large(path, stored)
            turned = stored.getexif().get(ExifTags.Base.Orientation, 1) in range(2, 9)
            fit_as_it_is = stored.format in _JPEG_FORMATS and stored.mode in ("RGB", "L") and not turned
            upright = to_rgb(ImageOps.exif_transpose(stored))
    except DataError:
        raise
    except UnidentifiedImageError:
        raise DataError(path, "is not a readable image") from None
    # Pillow's plugins let whatever they stumble over escape: OSError, SyntaxError, ValueError, struct.error, ...
    except Exception as error:
        raise DataError(path, f"is not a readable image ({error})") from error
    return UprightPhoto(np.asarray(upright), data if fit_as_it_is else encode_jpeg(np.asarray(upright)))


def encode_jpeg(image: npt.NDArray[np.uint8], quality: int = _QUALITY) -> bytes:
    """Returns (H, W, 3) uint8 RGB as a JPEG file without metadata, its colours at full resolution."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, "JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def _refuse_too_large(path: Path, image: Image.Image) -> None:
    pixels = image.width * image.height
    if Image.MAX_IMAGE_PIXELS is not None and pixels > Image.MAX_IMAGE_PIXELS:
        raise DataError(path, f"has {pixels / 1e6:.0f} megapixels; reduce it to {Image.MAX_IMAGE_PIXELS / 1e6:.0f}")
