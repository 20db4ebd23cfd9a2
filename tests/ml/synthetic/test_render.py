from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from ml.geometry import bounding_rectangle, mirror_label_map, mirror_points
from ml.schema import CATEGORIES, DUPLICATES, MEAN_FACE, N_POINTS, PARTS
from ml.synthetic import RenderedFace, contact_sheet, render_face
from ml.synthetic.shape import FaceShape, Pose, face_points

SEEDS = range(20)
ID = {category.name: category.id for category in CATEGORIES}

NEUTRAL = FaceShape(
    width=1,
    jaw=1,
    chin=0,
    eye_size=1,
    eye_opening=1,
    gaze=(0, 0),
    brow_raise=(0, 0),
    brow_tilt=0,
    brow_thickness=1,
    nose_width=1,
    nose_length=1,
    mouth_width=1,
    mouth_opening=0,
    upper_lip=1,
    lower_lip=1,
    smile=0,
    smirk=0,
)


@cache
def face(seed: int) -> RenderedFace:
    return render_face(seed)


def boundary_distance(region: np.ndarray, point: np.ndarray) -> float:
    """How far the point is from the farther of the two: the next pixel in the region, and the next one out of it."""
    y, x = np.indices(region.shape)
    distance = np.hypot(x - point[0], y - point[1])
    return float(max(distance[region].min(initial=np.inf), distance[~region].min(initial=np.inf)))


@pytest.mark.parametrize("size", [64, 200, 512])
def test_shapes_types_and_ranges(size: int) -> None:
    rendered = render_face(3, size)
    assert rendered.image.shape == (size, size, 3)
    assert rendered.label_map.shape == (size, size)
    assert rendered.points.shape == (N_POINTS, 2)
    assert rendered.visibility.shape == (N_POINTS,)
    assert rendered.image.dtype == rendered.label_map.dtype == rendered.visibility.dtype == np.uint8
    assert rendered.points.dtype == np.float32
    assert rendered.label_map.max() <= 10
    assert set(np.unique(rendered.visibility)) <= {0, 1, 2}


def test_unusable_sizes_and_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="64 px"):
        render_face(0, 63)
    with pytest.raises(ValueError, match="non-negative"):
        render_face(-1)


def test_a_seed_gives_the_same_bytes_and_another_seed_another_face() -> None:
    again = render_face(5)
    for name in ("image", "points", "visibility", "label_map"):
        np.testing.assert_array_equal(getattr(face(5), name), getattr(again, name))
    assert np.abs(face(5).points - face(6).points).max() > 2
    assert np.abs(face(5).image.astype(int) - face(6).image).mean() > 5


def test_size_scales_the_same_face() -> None:
    small = render_face(5, 256)
    # Pixel centres: the middle of a small pixel is half a large pixel from the centre of its first one.
    np.testing.assert_allclose((small.points + 0.5) * 2 - 0.5, face(5).points, atol=1e-3)
    large = cv2.resize(small.label_map, (512, 512), interpolation=cv2.INTER_NEAREST)
    assert np.mean(large == face(5).label_map) > 0.98


@pytest.mark.parametrize("seed", SEEDS)
def test_points_lie_on_the_boundaries_of_their_parts(seed: int) -> None:
    rendered = face(seed)
    labels = rendered.label_map
    lips = np.isin(labels, [ID["upper_lip"], ID["inner_mouth"], ID["lower_lip"]])
    regions = {name: labels == ID[name] for name in ("left_brow", "right_brow", "left_eye", "right_eye")}
    regions |= {"nose_outline": labels == ID["nose"], "outer_lip": lips}
    checked = {index: region for part, region in regions.items() for index in PARTS[part].indices}
    checked |= dict.fromkeys(range(97, 100), labels == ID["upper_lip"])
    checked |= dict.fromkeys(range(101, 104), labels == ID["lower_lip"])
    # Beside the ears the contour runs through skin; around the chin nothing but the neck is next to it.
    checked |= dict.fromkeys(range(12, 21), labels == ID["skin"])
    # Where an outline ends in a cusp, its last pixels are narrower than the distance between pixel centres.
    cusps = {33, 46, 66, 70, 75, 79, 84, 90}
    for index, region in checked.items():
        if rendered.visibility[index] == 2:
            limit = 3.0 if index in cusps else 1.5
            assert boundary_distance(region, rendered.points[index]) < limit, index


def test_every_category_occurs() -> None:
    seen = set[int]()
    for seed in SEEDS:
        seen |= set(np.unique(face(seed).label_map).tolist())
    assert seen == set(range(11))


def test_faces_lie_inside_the_picture_and_differ() -> None:
    rectangles = [bounding_rectangle(face(seed).points) for seed in SEEDS]
    assert all(r.x > 0 and r.y > 0 and r.x + r.width < 511 and r.y + r.height < 511 for r in rectangles)
    assert len({bool((face(seed).label_map == ID["inner_mouth"]).any()) for seed in SEEDS}) == 2, "mouths open and shut"
    assert len({bool((face(seed).label_map == ID["hair"]).any()) for seed in SEEDS}) == 2, "heads with hair and bald"


def test_a_point_under_hair_is_marked_as_hidden() -> None:
    hidden = 0
    for seed in SEEDS:
        rendered = face(seed)
        x, y = np.clip(rendered.points.round().astype(int), 0, 511).T
        under_hair = rendered.label_map[y, x] == ID["hair"]
        assert under_hair[rendered.visibility == 1].all()
        hidden += int((rendered.visibility == 1).sum())
        inner = np.zeros(N_POINTS, dtype=bool)
        inner[51:] = True
        assert not (under_hair & inner & (rendered.visibility == 2)).any()
    assert hidden > 0


def test_no_hole_opens_between_the_lips() -> None:
    for seed in SEEDS:
        lips = np.isin(face(seed).label_map, [ID["upper_lip"], ID["inner_mouth"], ID["lower_lip"]]).astype(np.uint8)
        count, _, statistics, _ = cv2.connectedComponentsWithStats(1 - lips, connectivity=4)
        # The surroundings are one component; what else there is would be a hole.
        assert count == 2, f"seed {seed}: {statistics[2:, cv2.CC_STAT_AREA]}"


def test_eye_centres_and_pupils_coincide_and_lie_in_the_eyes() -> None:
    for seed in SEEDS:
        rendered = face(seed)
        for center, pupil in DUPLICATES:
            np.testing.assert_array_equal(rendered.points[center], rendered.points[pupil])
        for eye, pupil in (("left_eye", 104), ("right_eye", 105)):
            x, y = rendered.points[pupil].round().astype(int)
            assert rendered.label_map[y, x] in (ID[eye], ID["hair"])


def test_sides_are_the_images_sides_and_mirroring_swaps_them() -> None:
    rendered = face(2)
    mirrored_points = mirror_points(rendered.points, 512)
    mirrored_map = mirror_label_map(rendered.label_map)
    for points, label_map in ((rendered.points, rendered.label_map), (mirrored_points, mirrored_map)):
        for part in ("left_brow", "right_brow", "left_eye", "right_eye"):
            y, x = np.nonzero(label_map == ID[part])
            center = points[list(PARTS[part].indices)].mean(axis=0)
            np.testing.assert_allclose((x.mean(), y.mean()), center, atol=3)
        assert points[66, 0] < points[79, 0]


def test_the_neutral_face_is_the_mean_face_and_symmetric_modes_keep_it_symmetric() -> None:
    frontal = MEAN_FACE - np.float32([0.5, 0])
    neutral = face_points(NEUTRAL)
    eye_centres = [74, 83, 104, 105]
    others = np.setdiff1d(np.arange(N_POINTS), eye_centres)
    np.testing.assert_allclose(neutral[others], frontal[others], atol=5e-4)
    np.testing.assert_array_equal(neutral[[97, 98, 99]], neutral[[103, 102, 101]])
    np.testing.assert_allclose(neutral[eye_centres], frontal[eye_centres], atol=0.015)
    changed = FaceShape(
        **(vars(NEUTRAL) | {"smile": 1.0, "jaw": 0.9, "mouth_opening": 0.1, "brow_tilt": 0.02, "width": 1.1})
    )
    symmetric = face_points(changed)
    np.testing.assert_allclose(mirror_points(symmetric, 1), symmetric, atol=1e-5)
    assert symmetric[102, 1] - symmetric[98, 1] == pytest.approx(0.1, abs=0.02)
    assert symmetric[84, 1] < symmetric[87, 1] + 0.05


def test_turning_keeps_what_lies_on_the_axis_and_moves_the_nose_the_named_way() -> None:
    matrix = np.array([[100.0, 0, 50], [0, 100.0, 50]])
    points = face_points(NEUTRAL)
    straight = Pose(0.0, 0.0, matrix)
    np.testing.assert_allclose(straight.project(points), points * 100 + 50)
    to_the_right, up = Pose(0.2, 0.0, matrix).turn(points), Pose(0.0, 0.1, matrix).turn(points)
    assert to_the_right[54, 0] > 0.05
    assert up[54, 1] < points[54, 1]
    axis = np.array([[0.0, 0.5]])
    np.testing.assert_allclose(Pose(0.3, 0.0, matrix).turn(axis, np.array([0.12])), axis)


def test_opencvs_cascade_finds_the_faces() -> None:
    cascade = cv2.CascadeClassifier(str(Path(cv2.data.haarcascades) / "haarcascade_frontalface_alt2.xml"))
    found = 0
    for seed in SEEDS:
        gray = cv2.cvtColor(face(seed).image, cv2.COLOR_RGB2GRAY)
        truth = bounding_rectangle(face(seed).points)
        middle = (truth.x + truth.width / 2, truth.y + truth.height / 2)
        found += any(
            x < middle[0] < x + w and y < middle[1] < y + h and 0.6 < w / truth.width < 1.8
            for x, y, w, h in cascade.detectMultiScale(gray, 1.1, 3, minSize=(80, 80))
        )
    assert found >= 0.8 * len(SEEDS)


def test_contact_sheet_is_written(tmp_path: Path) -> None:
    out = tmp_path / "sheet.png"
    assert contact_sheet.main([str(out)]) == 0
    assert out.stat().st_size < 400_000
    with Image.open(out) as picture:
        assert picture.size[0] == 2 * picture.size[1]
    assert contact_sheet.main([]) == 2
