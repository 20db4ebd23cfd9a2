"""Decoding a JPEG at a fraction of its size: where its pixels lie in the photo."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from PIL import ExifTags, Image

from ml.data.errors import DataError
from ml.data.files import decode_reduced, reduce_image
from ml.geometry import Points, invert_transform, transform_points

SIZES = [(640, 480), (641, 487), (487, 645)]
# From a stored pixel to the upright photo's, by the standard's values; right and bottom are the stored photo's last places.
UPRIGHT = {
    1: lambda x, y, right, bottom: (x, y),
    2: lambda x, y, right, bottom: (right - x, y),
    3: lambda x, y, right, bottom: (right - x, bottom - y),
    4: lambda x, y, right, bottom: (x, bottom - y),
    5: lambda x, y, right, bottom: (y, x),
    6: lambda x, y, right, bottom: (bottom - y, x),
    7: lambda x, y, right, bottom: (bottom - y, right - x),
    8: lambda x, y, right, bottom: (y, right - x),
}


def stored(picture: np.ndarray, kind: str = "JPEG", orientation: int | None = None) -> bytes:
    """A file's bytes; in a JPEG, colour is kept at full resolution, and next to nothing is lost."""
    exif = Image.Exif()
    if orientation is not None:
        exif[ExifTags.Base.Orientation] = orientation
    file = io.BytesIO()
    how = {"quality": 100, "subsampling": 0} if kind == "JPEG" else {}
    Image.fromarray(picture).save(file, kind, exif=exif, **how)
    return file.getvalue()


def spots(width: int, height: int) -> tuple[np.ndarray, Points]:
    """A black picture with three smooth bright spots, wide enough to survive an eighth of the size, and their middles."""
    centers = np.array([(0.25, 0.3), (0.7, 0.25), (0.4, 0.75)]) * (width, height)
    x, y = np.meshgrid(np.arange(width), np.arange(height))
    picture = np.zeros((height, width))
    for cx, cy in centers:
        picture += 250 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / (2 * 12.0**2))
    return np.repeat(np.rint(picture).clip(0, 255).astype(np.uint8)[:, :, None], 3, axis=2), centers


def middle_around(image: np.ndarray, place: np.ndarray, radius: float) -> np.ndarray:
    """Centre of brightness of a spot, in the image's own pixels."""
    x, y = np.meshgrid(np.arange(image.shape[1]), np.arange(image.shape[0]))
    near = np.hypot(x - place[0], y - place[1]) <= radius
    weight = np.where(near, image[:, :, 1].astype(float), 0)
    return np.array([(weight * x).sum(), (weight * y).sum()]) / weight.sum()


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_its_pixels_map_back_to_the_upright_photos(orientation: int, size: tuple[int, int]) -> None:
    width, height = size
    picture, centers = spots(width, height)
    data = stored(picture, orientation=orientation)
    upright = [np.array(UPRIGHT[orientation](x, y, width - 1, height - 1)) for x, y in centers]
    for reduction in (1, 2, 4, 8):
        photo = decode_reduced(data, "photo", max(size) // reduction)
        assert photo.reduction == reduction
        assert photo.size == (size if orientation < 5 else size[::-1])
        assert photo.image.shape == (-(-photo.size[1] // reduction), -(-photo.size[0] // reduction), 3)
        for place in upright:
            in_copy = transform_points(invert_transform(photo.to_photo), place)
            back = transform_points(photo.to_photo, middle_around(photo.image, in_copy, 36 / reduction))
            # Half a copy's pixel, what a forgotten shift costs, is at least half a photo's pixel.
            assert back == pytest.approx(place, abs=0.1)


def test_the_smallest_copy_with_enough_pixels_is_taken() -> None:
    data = stored(spots(645, 483)[0])
    sides = {1000: 1, 646: 1, 323: 1, 322: 2, 162: 2, 161: 4, 81: 4, 80: 8, 10: 8}
    assert {side: decode_reduced(data, "photo", side).reduction for side in sides} == sides


@pytest.mark.parametrize("kind", ["PNG", "WebP"])
def test_other_formats_give_the_copy_of_a_photo_in_memory(kind: str) -> None:
    picture, _ = spots(641, 487)
    upright = np.rot90(picture, -1)
    for side in (641, 80):
        photo = decode_reduced(stored(picture, kind, orientation=6), "photo", side)
        copy = reduce_image(upright, side)
        assert (photo.reduction, photo.size) == (copy.reduction, (487, 641))
        np.testing.assert_array_equal(photo.to_photo, copy.to_photo)
        if kind == "PNG":
            np.testing.assert_array_equal(photo.image, copy.image)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
def test_a_photo_in_memory_gives_the_copy_that_its_jpeg_gives(size: tuple[int, int]) -> None:
    picture, _ = spots(*size)
    for reduction in (1, 2, 4, 8):
        decoded, copy = (
            decode_reduced(stored(picture), "photo", max(size) // reduction),
            reduce_image(picture, max(size) // reduction),
        )
        assert (copy.reduction, copy.size, copy.image.shape) == (reduction, size, decoded.image.shape)
        np.testing.assert_array_equal(copy.to_photo, decoded.to_photo)
        # The last cells may be of pixels that a JPEG makes up.
        apart = np.abs(copy.image[:-1, :-1].astype(int) - decoded.image[:-1, :-1])
        assert apart.max() <= 4


def test_sixteen_bits_of_grey_and_what_is_transparent_are_seen_as_elsewhere() -> None:
    grey = np.linspace(0, 65535, 64 * 48).astype(np.uint16).reshape(48, 64)
    file = io.BytesIO()
    Image.fromarray(grey).save(file, "PNG")
    assert np.abs(decode_reduced(file.getvalue(), "photo", 64).image[:, :, 0] - grey / 257).max() <= 1
    file = io.BytesIO()
    Image.new("RGBA", (64, 48), (10, 20, 30, 0)).save(file, "PNG")
    assert (decode_reduced(file.getvalue(), "photo", 64).image == 255).all()


def test_what_another_program_would_have_to_read_is_refused() -> None:
    with pytest.raises(DataError, match=r"is not a readable image$"):
        decode_reduced(b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "photo.jpg", 640)


def test_grey_and_print_colours_become_rgb() -> None:
    picture = Image.fromarray(spots(320, 240)[0])
    for mode in ("L", "CMYK"):
        file = io.BytesIO()
        picture.convert(mode).save(file, "JPEG")
        photo = decode_reduced(file.getvalue(), "photo", 80)
        assert (photo.reduction, photo.image.shape) == (4, (60, 80, 3))


@pytest.mark.parametrize("damage", [lambda data: b"no photo", lambda data: data[: len(data) // 2], lambda data: b""])
def test_a_broken_file_is_refused_by_name(damage: Callable[[bytes], bytes]) -> None:
    data = stored(spots(641, 487)[0])
    for side in (80, 640):
        with pytest.raises(DataError, match=r"holiday\.jpg: is not a readable image"):
            decode_reduced(damage(data), "holiday.jpg", side)
