"""Files in and arrays out: the photo and the text file, each refused by name when it is broken."""

import io
import warnings
from pathlib import Path
from typing import Final, NamedTuple

import cv2
import numpy as np
import numpy.typing as npt
from PIL import ExifTags, Image, ImageOps, UnidentifiedImageError

from ml.data.errors import DataError

IMAGE_SUFFIXES = (".jpg", ".jpeg", ".png", ".webp")

# What a file is goes by its bytes, whatever its name says. Not all that Pillow knows: some of it runs other programs.
FORMATS: Final = ("JPEG", "PNG", "WEBP", "GIF", "BMP", "TIFF")

# Values of EXIF's orientation whose upright picture runs against the stored one along its own x, or its own y.
_X_REVERSED: Final = (2, 3, 6, 7)
_Y_REVERSED: Final = (3, 4, 7, 8)
_REDUCTIONS: Final = (8, 4, 2)


class ReducedPhoto(NamedTuple):
    """A photo decoded at a fraction of its size.

    Attributes:
        image: (h, w, 3) uint8 RGB, upright.
        reduction: photo pixels a pixel, in each direction: 1, 2, 4 or 8.
        to_photo: (2, 3) transform from its pixels to those of the upright photo.
        size: width and height of the upright photo, in its own pixels.
    """

    image: npt.NDArray[np.uint8]
    reduction: int
    to_photo: npt.NDArray[np.float64]
    size: tuple[int, int]


def read_text(path: Path) -> str:
    """Returns a text file's content.

    Raises:
        DataError: it cannot be read, or is not text.
    """
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise DataError(path, error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise DataError(path, "is not a text file") from error


def read_image(path: Path) -> npt.NDArray[np.uint8]:
    """Returns a photo as (H, W, 3) uint8 RGB, turned upright as its EXIF orientation says; what was transparent is white.

    Raises:
        DataError: it cannot be read or decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(path, formats=FORMATS) as image:
                return np.asarray(to_rgb(ImageOps.exif_transpose(image)))
    except FileNotFoundError as error:
        raise DataError(path, "No such file or directory") from error
    except UnidentifiedImageError:
        raise DataError(path, "is not a readable image") from None
    # Pillow's plugins let whatever they stumble over escape: OSError, SyntaxError, ValueError, struct.error, ...
    except Exception as error:
        raise DataError(path, f"is not a readable image ({error})") from error


def to_rgb(image: Image.Image) -> Image.Image:
    """Returns a picture of any mode in RGB: 16 bits scaled to 8, what is transparent white."""
    if image.mode.startswith("I;16"):
        # convert("RGB") would clip 16-bit grey instead of scaling it.
        image = Image.fromarray((np.asarray(image, np.uint32) // 257).astype(np.uint8))
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        image = Image.new("RGB", layer.size, "white")
        image.paste(layer, mask=layer.getchannel("A"))
    return image.convert("RGB")


def decode_reduced(data: bytes, source: Path | str, longest_side: int) -> ReducedPhoto:
    """Decodes a photo at the smallest of 1/1, 1/2, 1/4 and 1/8 of its size that has enough pixels.

    A JPEG holds 8 × 8 frequencies a block, so a small copy needs no large one first: a quarter of the side takes a
    fraction of the time, and is the mean of the pixels that it stands for. Other files are decoded whole and made small.

    Args:
        data: the file's bytes.
        source: what to call the file in an error.
        longest_side: that the copy must have at least, in pixels, if the photo has it.

    Raises:
        DataError: it cannot be decoded.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=FORMATS) as stored:
                whole = stored.size
                orientation = stored.getexif().get(ExifTags.Base.Orientation, 1)
                fitting = (r for r in _REDUCTIONS if max(whole) // r >= longest_side)
                if stored.format == "JPEG" and (wanted := next(fitting, 1)) > 1:
                    stored.draft(None, (whole[0] // wanted, whole[1] // wanted))
                # What the decoder made of it: the side is rounded up.
                reduction = max(1, round(max(whole) / max(stored.size)))
                image = np.asarray(to_rgb(ImageOps.exif_transpose(stored)))
                if stored.format != "JPEG":
                    return reduce_image(image, longest_side)
    except UnidentifiedImageError:
        raise DataError(source, "is not a readable image") from None
    except Exception as error:
        raise DataError(source, f"is not a readable image ({error})") from error
    height, width = image.shape[:2]
    # The orientations from 5 on swap the sides.
    size = (whole[1], whole[0]) if orientation in (5, 6, 7, 8) else whole
    # The last pixel of a rounded-up side stands for less than the others; turned over, it is the first.
    shift = [(reduction - 1) / 2] * 2
    for axis, (copy, photo, reversed_by) in enumerate(((width, size[0], _X_REVERSED), (height, size[1], _Y_REVERSED))):
        if orientation in reversed_by:
            shift[axis] += photo - reduction * copy
    to_photo = np.array([[reduction, 0.0, shift[0]], [0.0, reduction, shift[1]]])
    return ReducedPhoto(image, reduction, to_photo, size)


def reduce_image(image: npt.NDArray[np.uint8], longest_side: int) -> ReducedPhoto:
    """Makes of a photo in memory the copy that `decode_reduced` makes of its JPEG file: each pixel a mean of 1, 4, 16 or 64.

    Args:
        image: (H, W, 3) uint8 RGB, upright.
        longest_side: that the copy must have at least, in pixels, if the photo has it.
    """
    height, width = image.shape[:2]
    reduction = next((r for r in _REDUCTIONS if max(height, width) // r >= longest_side), 1)
    if reduction > 1:
        # To whole cells, as the last block of a JPEG is filled.
        filled = cv2.copyMakeBorder(image, 0, -height % reduction, 0, -width % reduction, cv2.BORDER_REPLICATE)
        size = (filled.shape[1] // reduction, filled.shape[0] // reduction)
        image = np.asarray(cv2.resize(filled, size, interpolation=cv2.INTER_AREA), np.uint8)
    shift = (reduction - 1) / 2
    return ReducedPhoto(image, reduction, np.array([[reduction, 0.0, shift], [0.0, reduction, shift]]), (width, height))


def parse_coordinates(lines: list[str], source: Path | str, first_line: int) -> npt.NDArray[np.float64]:
    """Returns (N, 2) numbers from N lines of `x y`.

    Args:
        lines: one point each.
        source: what to call the file in an error.
        first_line: number of the first of the lines in its file, from 1, for the error.

    Raises:
        DataError: a line is not two finite numbers.
    """
    rows = np.empty((len(lines), 2), dtype=np.float64)
    for i, line in enumerate(lines):
        try:
            x, y = (float(field) for field in line.split())
        except ValueError as error:
            raise DataError(source, f"line {first_line + i} is not two numbers") from error
        rows[i] = x, y
        if not np.isfinite(rows[i]).all():
            raise DataError(source, f"line {first_line + i} holds a number that is not finite")
    return rows


def format_coordinates(points: npt.ArrayLike) -> str:
    """Returns a line `x y` with three decimals for each of the (N, 2) points.

    Raises:
        ValueError: the array has another shape, or holds a number that is not finite.
    """
    values = np.asarray(points, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != 2 or not np.isfinite(values).all():
        raise ValueError(f"finite (N, 2) points are needed, not an array of shape {values.shape}")
    # Adding zero turns a rounded -0.000 into 0.000.
    return "".join(f"{x:.3f} {y:.3f}\n" for x, y in np.round(values, 3) + 0.0)


def pair_by_name(folder: Path, parts: dict[str, tuple[str, ...]]) -> dict[str, dict[str, Path]]:
    """Returns, for each file name without suffix and in the order of names, its file in each of a folder's parts.

    Args:
        folder: the parent of the parts.
        parts: sub-folder name to the suffixes that count in it; other files are ignored.

    Raises:
        DataError: a part is missing, a name lacks a file in one of the parts, or has two in one.
    """
    pairs: dict[str, dict[str, Path]] = {}
    for part, suffixes in parts.items():
        if not (folder / part).is_dir():
            raise DataError(folder / part, "is not a folder")
        for file in (folder / part).iterdir():
            if file.suffix.lower() not in suffixes:
                continue
            pair = pairs.setdefault(file.stem, {})
            if part in pair:
                raise DataError(folder / part / file.stem, "occurs with two suffixes")
            pair[part] = file
    for part in parts:
        if missing := [name for name, pair in pairs.items() if part not in pair]:
            raise DataError(folder / part / min(missing), f"is missing (one of {len(missing)} without a partner)")
    return dict(sorted(pairs.items()))
