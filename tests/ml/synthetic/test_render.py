from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from benchmarks.contour_ends import contour_shape
from ml.geometry import bounding_rectangle, mirror_label_map, mirror_points
from ml.schema import CATEGORIES, DUPLICATES, MEAN_FACE, N_POINTS, PARTS
from ml.synthetic import RenderedFace, contact_sheet, render_face
from ml.synthetic.anatomy import anatomy
from ml.synthetic.camera import Camera, Pose, sample_pose
from ml.synthetic.curves import smooth_line
from ml.synthetic.expression import Expression, express
from ml.synthetic.landmarks import landmarks
from ml.synthetic.template import REST_DISTANCE

SEEDS = range(20)
ID = {category.name: category.id for category in CATEGORIES}


@cache
def face(seed: int) -> RenderedFace:
    return render_face(seed, pose="frontal")


@cache
def any_face(seed: int) -> RenderedFace:
    return render_face(seed, 256)


def posed_points(yaw: float, pitch: float = 0.0, expression: Expression | None = None) -> np.ndarray:
    """(106, 2) of the neutral head in face widths, seen from where the mean face is seen."""
    body = anatomy()
    points = body.mesh.points if expression is None else express(body.mesh.points, expression)
    posed = Pose(yaw, pitch, 0.0, 0.0, 0.0).head(points)
    camera = Camera(REST_DISTANCE - 0.55, 1.0, (0.0, 0.0))
    return camera.project(landmarks(body, posed + np.array([0, -0.3, -0.55]), camera, 0.0, (0.005, -0.006)))[0] + (
        0,
        0.3,
    )


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
    again = render_face(5, pose="frontal")
    for name in ("image", "points", "visibility", "label_map"):
        np.testing.assert_array_equal(getattr(face(5), name), getattr(again, name))
    assert np.abs(face(5).points - face(6).points).max() > 2
    assert np.abs(face(5).image.astype(int) - face(6).image).mean() > 5


def test_size_scales_the_same_face() -> None:
    small = render_face(5, 256, pose="frontal")
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
        x, y = rendered.points[index].round().astype(int)
        # Glasses cut the parts behind them: their edges are none of the parts'.
        near_a_thing = index >= 33 and (labels[y - 8 : y + 9, x - 8 : x + 9] == 0).any()
        if rendered.visibility[index] == 2 and not near_a_thing:
            limit = 7.0 if index in (33, 46) else 4.0 if index in cusps else 2.0
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
    assert len({bool((any_face(seed).label_map == ID["hair"]).any()) for seed in range(40)}) == 2, "hair and bald"


def test_a_point_deep_under_hair_is_marked_as_hidden() -> None:
    hidden = 0
    for seed in range(40):
        rendered = any_face(seed)
        under_hair = cv2.erode((rendered.label_map == ID["hair"]).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
        inner = np.arange(33, N_POINTS)
        x, y = rendered.points[inner].round().astype(int).T
        within = (x >= 0) & (y >= 0) & (x < 256) & (y < 256)
        covered = inner[within][under_hair[y[within], x[within]]]
        assert (rendered.visibility[covered] == 1).all(), seed
        hidden += len(covered)
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
            # Under a lid that is nearly shut the nearest pixel may be the lid's, but not all four around the pupil.
            x, y = np.floor(rendered.points[pupil]).astype(int)
            around = rendered.label_map[y : y + 2, x : x + 2]
            assert (around == ID[eye]).any() or rendered.visibility[pupil] == 1, seed


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


def test_the_neutral_head_seen_from_the_front_is_the_mean_face() -> None:
    expected = MEAN_FACE - np.float32([0.5, 0])
    lips = np.arange(96, 104)
    found = posed_points(0.0)
    others = np.setdiff1d(np.arange(33, N_POINTS), lips)
    np.testing.assert_allclose(found[others], expected[others], atol=0.012)
    np.testing.assert_allclose(found[lips], expected[lips], atol=0.02)
    # The mean face's contour ends lower: it is the same line, divided from another end.
    line = smooth_line(expected[:33], 40)
    below = found[:33][found[:33, 1] > expected[0, 1]]
    assert len(below) > 28
    assert np.linalg.norm(below[:, None] - line[None], axis=-1).min(axis=1).max() < 0.012


@pytest.mark.parametrize(("yaw", "pitch"), [(0.0, 0.0), (0.0, 0.3), (0.0, -0.3), (0.6, 0.1), (-0.6, 0.0), (0.9, -0.1)])
def test_the_contour_is_divided_evenly_and_ends_a_little_above_the_eyes_as_in_lapa(yaw: float, pitch: float) -> None:
    ends, steps, *_ = contour_shape(posed_points(yaw, pitch))
    np.testing.assert_allclose(ends, 0.055, atol=0.01 if yaw == 0 else 0.06)
    assert steps.min() > 0.88
    assert steps.max() < 1.1


def test_the_real_photos_of_lapa_show_that_division(face_data: Path) -> None:
    files = sorted((face_data / "lapa_mmpose" / "landmarks").glob("*.txt"))
    assert files
    for file in files:
        ends, steps, *_ = contour_shape(np.loadtxt(file, skiprows=1))
        np.testing.assert_allclose(ends, 0.055, atol=0.01)
        assert steps.min() > 0.85
        assert steps.max() < 1.2


def test_turning_moves_the_nose_the_named_way_and_the_far_contour_to_the_visible_edge() -> None:
    straight, right, up = posed_points(0.0), posed_points(0.9), posed_points(0.0, 0.3)
    assert right[54, 0] > straight[54, 0] + 0.3
    assert up[54, 1] < straight[54, 1] - 0.1
    body = anatomy()
    fixed = Pose(0.9, 0.0, 0.0, 0.0, 0.0).head(body.mesh.points)[body.surface.landmarks[24:32]]
    assert (right[24:32, 0] > fixed[:, 0] + 0.02).all()


def test_expressions_do_what_their_names_say() -> None:
    rest = posed_points(0.0)
    shut = posed_points(0.0, expression=Expression({"blink_left": 1.0}, (0, 0)))
    assert np.linalg.norm(shut[68] - shut[72]) < 0.25 * np.linalg.norm(rest[68] - rest[72])
    np.testing.assert_allclose(shut[75:83], rest[75:83], atol=1e-6)
    talking = posed_points(0.0, expression=Expression({"jaw": 0.3}, (0, 0)))
    assert talking[102, 1] - talking[98, 1] > rest[102, 1] - rest[98, 1] + 0.1
    assert talking[16, 1] > rest[16, 1] + 0.1
    smiling = posed_points(0.0, expression=Expression({"smile_left": 1.0, "smile_right": 1.0}, (0, 0)))
    assert np.ptp(smiling[84:96, 0]) > np.ptp(rest[84:96, 0]) + 0.03
    assert smiling[84, 1] < rest[84, 1] - 0.02


def test_all_poses_are_reached_and_frontal_ones_stay_frontal() -> None:
    rng = np.random.default_rng(0)
    wide = np.rad2deg([[p.yaw, p.pitch, p.roll] for p in (sample_pose(rng, "all") for _ in range(2000))])
    assert (np.abs(wide).max(axis=0) <= (75.01, 30.01, 45.01)).all()
    assert (np.abs(wide).max(axis=0) > (70, 25, 30)).all()
    easy = np.rad2deg([[p.yaw, p.pitch, p.roll] for p in (sample_pose(rng, "frontal") for _ in range(2000))])
    assert (np.abs(easy).max(axis=0) <= (20.01, 10.01, 15.01)).all()


def test_profiles_hide_the_far_eye_and_nothing_hidden_is_called_visible() -> None:
    hidden = [any_face(seed).visibility == 1 for seed in range(40)]
    assert any(one[66:74].all() != one[75:83].all() for one in hidden)
    for seed in range(40):
        rendered = any_face(seed)
        eyes = (("left_eye", 104), ("right_eye", 105))
        for eye, pupil in eyes:
            if rendered.visibility[pupil] == 2:
                x, y = rendered.points[pupil].round().astype(int)
                near = rendered.label_map[max(y - 1, 0) : y + 2, max(x - 1, 0) : x + 2]
                # A closed eye shows skin; behind dark glasses, hair or a hand nothing is visible.
                assert np.isin(near, [ID[eye], ID["skin"]]).any(), seed


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
