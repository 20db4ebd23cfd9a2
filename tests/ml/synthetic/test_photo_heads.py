"""A photographed face turned: its points are the photo's in the photo's pose, and the renderer's in any other.

The photos of these tests are rendered ones: their points are exact, and no file is needed.
"""

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ml.data.lapa import format_landmarks, read_landmarks
from ml.schema import FLIP, MEAN_FACE
from ml.synthetic import RenderedFace, render_face, skin
from ml.synthetic.anatomy import anatomy
from ml.synthetic.fitting import FittedHead, anchor_rows, fit_head
from ml.synthetic.landmarks import landmarks
from ml.synthetic.meshes import Array
from ml.synthetic.photo_heads import PhotoHead, main, render_photo_head
from ml.synthetic.photo_texture import fill

LIPS, SKIN = (7, 9), 1
# The centres of eyes coincide with the pupils in every frontal file; the pupils are what is fitted.
PLACED = np.delete(np.arange(106), [74, 83])


@pytest.fixture(scope="module")
def photo() -> RenderedFace:
    """A frontal face, most of it to be seen."""
    return next(
        face
        for face in (render_face(seed, 320, pose="frontal") for seed in range(40))
        if (face.visibility == 2).sum() >= 100
    )


@pytest.fixture(scope="module")
def head(photo: RenderedFace) -> PhotoHead:
    return PhotoHead.fit(photo.image, photo.points)


def drawn_points(fitted: FittedHead) -> Array:
    """Returns the (106, 2) points that the renderer gives the head in the photo's own pose."""
    places = landmarks(anatomy(), fitted.turn.head(fitted.head), fitted.camera, fitted.turn.roll, (0.0, 0.0))
    return fitted.camera.project(places)[0]


def test_the_fitted_head_has_the_photos_points(photo: RenderedFace) -> None:
    fitted = fit_head(photo.points)
    found = fitted.pixels()[anchor_rows()]
    assert np.abs(found - photo.points)[PLACED].max() < 1e-3


def test_the_renderers_landmarks_of_it_are_these_too(photo: RenderedFace) -> None:
    drawn = drawn_points(fit_head(photo.points))
    width = np.ptp(photo.points[:33, 0])
    off = np.linalg.norm(drawn - photo.points, axis=1) / width
    assert off[33:].max() < 0.01
    # Along the contour the edge that is seen may win over the point that was placed, by a little.
    assert off[:33].max() < 0.04


@pytest.mark.parametrize("angle", [-25.0, 0.0, 25.0])
def test_roll_is_found(angle: float) -> None:
    c, s = np.cos(np.deg2rad(angle)), np.sin(np.deg2rad(angle))
    points = (MEAN_FACE - 0.5) @ np.array([[c, s], [-s, c]]) * 200 + 300
    fitted = fit_head(points)
    assert np.rad2deg(fitted.turn.roll) == pytest.approx(angle, abs=0.5)
    # The head turns about the neck: rolled, the face is off the camera's axis, and seen a little from the side.
    assert np.rad2deg(fitted.turn.yaw) == pytest.approx(0, abs=2.0)


def test_a_mirrored_photo_gives_the_mirrored_pose(photo: RenderedFace) -> None:
    mirrored = photo.points[FLIP] * (-1, 1) + (319, 0)
    there, back = fit_head(photo.points).turn, fit_head(mirrored).turn
    assert back.yaw == pytest.approx(-there.yaw, abs=0.02)
    assert back.pitch == pytest.approx(there.pitch, abs=0.02)


@pytest.mark.parametrize(
    "points", [np.zeros((68, 2)), np.zeros((106, 2)), np.full((106, 2), np.nan)], ids=["68", "no area", "not finite"]
)
def test_what_is_no_face_is_refused(points: np.ndarray) -> None:
    with pytest.raises(ValueError, match="points"):
        fit_head(points)


def test_the_skin_is_the_photos(head: PhotoHead, photo: RenderedFace) -> None:
    """A person of another colour gets another skin, channel by channel."""
    tinted = np.clip(photo.image * np.array([0.5, 1.0, 0.7]), 0, 255).astype(np.uint8)
    other = PhotoHead.fit(tinted, photo.points)
    ratio = (other.texture.tone / head.texture.tone) ** (1 / 2.2)
    np.testing.assert_allclose(ratio, [0.5, 1.0, 0.7], atol=0.03)
    assert (other.texture.skin >= 0).all() and np.isfinite(other.texture.skin).all()


def test_lips_are_painted_where_the_lips_are_labelled(head: PhotoHead) -> None:
    """Texture and labels share one geometry: lips that are painted green are green where the map says lips, turned."""
    green = np.array([0.0, 1.0, 0.0], np.float32)
    plain = np.full_like(head.texture.skin, 0.4)
    surface = anatomy().surface
    mask = np.zeros(plain.shape[:2], np.uint8)
    for name in ("upper_lip", "lower_lip"):
        place = np.rint((surface.outlines[name] - (skin.LEFT, skin.TOP)) * skin.SCALE).astype(np.int32)
        cv2.fillPoly(mask, [place], 1)
    plain[mask > 0] = green
    painted = replace(head, texture=replace(head.texture, skin=plain))
    scored = 0
    for seed in range(8):
        face = render_photo_head(painted, seed, 256, pose="frontal")
        rgb = face.image.astype(np.float32) + 1
        greenness = rgb[..., 1] / rgb.mean(axis=-1)
        lips, cheeks = np.isin(face.label_map, LIPS), face.label_map == SKIN
        if lips.sum() > 150:
            assert np.median(greenness[lips]) > np.median(greenness[cheeks]) + 0.3
            scored += 1
    assert scored >= 4


def test_a_seed_gives_the_same_picture_and_another_seed_another(head: PhotoHead) -> None:
    a, b, c = (render_photo_head(head, seed, 96) for seed in (3, 3, 4))
    assert np.array_equal(a.image, b.image) and np.array_equal(a.points, b.points)
    assert not np.array_equal(a.points, c.points)
    assert a.image.shape == (96, 96, 3) and a.points.shape == (106, 2) and a.label_map.shape == (96, 96)


def test_size_scales_the_same_face(head: PhotoHead) -> None:
    small, large = (render_photo_head(head, 5, size).points for size in (96, 192))
    np.testing.assert_allclose((small + 0.5) * 2, large + 0.5, atol=0.05)


@pytest.mark.parametrize(("seed", "size"), [(-1, 128), (0, 32)])
def test_what_cannot_be_drawn_is_refused(head: PhotoHead, seed: int, size: int) -> None:
    with pytest.raises(ValueError):
        render_photo_head(head, seed, size)


def test_fill_keeps_what_is_known_and_continues_it() -> None:
    values = np.zeros((40, 60, 3), np.float32)
    weight = np.zeros((40, 60), np.float32)
    values[10:20, 10:30], weight[10:20, 10:30] = (0.8, 0.4, 0.2), 1.0
    filled = fill(values, weight)
    assert np.array_equal(filled[10:20, 10:30], values[10:20, 10:30])
    np.testing.assert_allclose(filled.reshape(-1, 3).mean(axis=0), (0.8, 0.4, 0.2), rtol=0.05)
    assert filled.min() > 0.1


def test_the_command_writes_pictures_with_their_points(tmp_path: Path, photo: RenderedFace) -> None:
    faces = tmp_path / "faces"
    for name in ("images", "landmarks"):
        (faces / name).mkdir(parents=True)
    Image.fromarray(photo.image).save(faces / "images" / "a.jpg")
    (faces / "landmarks" / "a.txt").write_text(format_landmarks(photo.points))
    assert main([str(faces), str(tmp_path / "out"), "--count", "2", "--first", "7", "--size", "96"]) == 0
    assert sorted(p.name for p in (tmp_path / "out" / "landmarks").iterdir()) == ["000007.txt", "000008.txt"]
    assert read_landmarks(tmp_path / "out" / "landmarks" / "000007.txt").shape == (106, 2)
    with Image.open(tmp_path / "out" / "images" / "000007.jpg") as picture:
        assert picture.size == (96, 96)
