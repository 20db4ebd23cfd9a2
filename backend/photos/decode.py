"""From untrusted bytes to an upright, metadata-free photo. Nothing about a file is believed but its decoded pixels."""

import hashlib
import io
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image, ImageOps, UnidentifiedImageError
from PIL.JpegImagePlugin import JpegImageFile, get_sampling

from ml.data.files import to_rgb

FORMATS = ("JPEG", "PNG", "WEBP")
THUMBNAIL_PIXELS = 320
MIN_SIDE = 32
MAX_SIDE = 30_000

_ORIENTATION = 0x0112
# Of a quantisation step that every decoder takes.
_BASELINE_MAX = 255


class PhotoRefused(ValueError):
    """The file cannot become a photo; the message says why, for whoever sent it."""


@dataclass(frozen=True)
class DecodedPhoto:
    """`jpeg` and `thumbnail` are JPEG bytes without metadata; `pixels_sha256` is over size and upright RGB pixels."""

    jpeg: bytes
    thumbnail: bytes
    width: int
    height: int
    pixels_sha256: str


def decode_photo(data: bytes, max_pixels: int) -> DecodedPhoto:
    """Decodes, turns upright by EXIF, drops metadata, and re-encodes.

    Transparent pixels become white. JPEG at quality 95 without chroma subsampling: below what annotators can see. An upright
    JPEG of lower quality keeps that quality, see `_encoding`.

    Raises:
        PhotoRefused: not JPEG, PNG or WebP; broken or truncated; animated; smaller than 32 px a side; above `max_pixels`
            (read from the header, before any pixel is decoded).
    """
    try:
        with warnings.catch_warnings():
            # Pillow's own limit is a warning at first; ours is checked below, on the header.
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)
            image = Image.open(io.BytesIO(data), formats=FORMATS)
            _check_header(image, max_pixels)
            image.load()
    except PhotoRefused:
        raise
    except UnidentifiedImageError:
        raise PhotoRefused("This is not a JPEG, PNG or WebP file, whatever its name says.") from None
    except Image.DecompressionBombError:
        raise PhotoRefused(_too_large(max_pixels)) from None
    except Exception as error:
        # Decoders meet hostile bytes here and raise nearly anything; each means the same to the sender.
        raise PhotoRefused(f"The file is broken or incomplete ({type(error).__name__}).") from error

    encoding = _encoding(image)
    upright = to_rgb(ImageOps.exif_transpose(image))
    pixels = np.asarray(upright)
    digest = hashlib.sha256(f"{upright.width}x{upright.height}:".encode())
    digest.update(np.ascontiguousarray(pixels).data)
    thumbnail = upright.copy()
    thumbnail.thumbnail((THUMBNAIL_PIXELS, THUMBNAIL_PIXELS), Image.Resampling.LANCZOS, reducing_gap=3.0)
    return DecodedPhoto(
        jpeg=_jpeg(upright, **encoding),
        thumbnail=_jpeg(thumbnail, quality=82, subsampling=2),
        width=upright.width,
        height=upright.height,
        pixels_sha256=digest.hexdigest(),
    )


def _too_large(max_pixels: int) -> str:
    return f"The photo has more than {max_pixels / 1e6:.0f} megapixels; reduce it first."


def _check_header(image: Image.Image, max_pixels: int) -> None:
    width, height = image.size
    if width * height > max_pixels or max(width, height) > MAX_SIDE:
        raise PhotoRefused(f"{width}×{height}: " + _too_large(max_pixels))
    if min(width, height) < MIN_SIDE:
        raise PhotoRefused(f"{width}×{height} px is too small to hold a face.")
    if getattr(image, "n_frames", 1) > 1:
        raise PhotoRefused("The file is an animation; send single photos.")


def _encoding(image: Image.Image) -> dict[str, Any]:
    """How Pillow is to encode a photo that was opened as `image`.

    Where it came as a JPEG of lower quality than ours, with that JPEG's own quantisation and subsampling: on the same grid
    of blocks that loses next to nothing, while a finer one would store the first encoder's noise in half as many bytes again.
    A photo that must be turned has another grid, and what a decoder made of rare forms (CMYK, grey, odd sampling) another
    table a component: those are encoded afresh.
    """
    if not isinstance(image, JpegImageFile) or image.mode != "RGB" or image.getexif().get(_ORIENTATION, 1) != 1:
        return _AFRESH
    tables, sampling = image.quantization, get_sampling(image)
    luminance = tables.get(0, [])
    if sampling < 0 or sum(luminance) < _FINEST or max(map(max, tables.values())) > _BASELINE_MAX:
        return _AFRESH
    return {"qtables": [list(tables[number]) for number in sorted(tables)], "subsampling": sampling}


def _jpeg(image: Image.Image, **encoding: Any) -> bytes:
    # A fresh image carries no EXIF, ICC profile or comment of the original.
    clean = Image.frombytes("RGB", image.size, image.tobytes())
    buffer = io.BytesIO()
    clean.save(buffer, "JPEG", **encoding)
    return buffer.getvalue()


def _luminance_sum(encoding: dict[str, Any]) -> int:
    with Image.open(io.BytesIO(_jpeg(Image.new("RGB", (8, 8)), **encoding))) as image:
        assert isinstance(image, JpegImageFile)
        return sum(image.quantization[0])


_AFRESH: dict[str, Any] = {"quality": 95, "subsampling": 0}
# The sum of the luminance table at our quality: a smaller one is finer.
_FINEST = _luminance_sum(_AFRESH)
