import json
from pathlib import Path

import cv2
import numpy as np
import pytest

from ml import schema
from ml.data.lapa import read_label_map, read_landmarks
from ml.data.w300 import read_pts
from ml.geometry import Points
from ml.schema import CATEGORIES, CATEGORY_FLIP, FLIP, IBUG_68, MEAN_FACE, PARTS, POINTS

GENERATED = Path(__file__).parents[2] / "frontend/src/schema/schema.generated.ts"


def swap_sides(name: str) -> str:
    return name.replace("left", "#").replace("right", "left").replace("#", "right")


def test_every_point_belongs_to_one_part_and_has_a_name_of_its_own() -> None:
    assert [point.index for point in POINTS] == list(range(106))
    assert sorted(i for part in PARTS.values() for i in part.indices) == list(range(106))
    assert all(point.index in PARTS[point.part].indices for point in POINTS)
    assert len({point.name for point in POINTS}) == 106


def test_mirroring_twice_changes_nothing_and_swaps_the_sides_of_names_and_parts() -> None:
    assert (FLIP[FLIP] == np.arange(106)).all()
    assert (CATEGORY_FLIP[CATEGORY_FLIP] == np.arange(11)).all()
    for point in POINTS:
        partner = POINTS[point.mirror]
        assert partner.name == swap_sides(point.name)
        assert partner.part == PARTS[point.part].mirror == swap_sides(point.part)
    for category in CATEGORIES:
        assert CATEGORIES[category.mirror].name == swap_sides(category.name)


def test_mirroring_maps_outlines_onto_outlines() -> None:
    edges = {frozenset(edge) for edge in schema.EDGES}
    assert {frozenset(int(FLIP[i]) for i in edge) for edge in edges} == edges
    # 32 contour, twice 9 brow, 3 bridge, 10 outline, twice 8 eye, 12 outer lip, 8 inner lip
    assert len(schema.EDGES) == len(edges) == 32 + 18 + 3 + 10 + 16 + 12 + 8


def test_the_68_points_mirror_onto_themselves() -> None:
    assert len(set(IBUG_68.tolist())) == 68
    assert set(FLIP[IBUG_68].tolist()) == set(IBUG_68.tolist())
    # iBUG counts chin 8, nose tip 30, outer eye corners 36 and 45, mouth corners 48 and 54.
    assert IBUG_68[[8, 30, 36, 45, 48, 54]].tolist() == [16, 54, 66, 79, 84, 90]


def test_fusion_paints_every_category_once_hair_and_background_last() -> None:
    assert sorted(schema.FUSION_ORDER) == list(range(11))
    assert schema.FUSION_ORDER[0] == 1
    assert schema.FUSION_ORDER[-2:] == (10, 0)


def test_mean_face_is_an_upright_symmetric_face_in_the_unit_square() -> None:
    assert MEAN_FACE.shape == (106, 2)
    assert np.ptp(MEAN_FACE, axis=0).max() == pytest.approx(1, abs=1e-6)
    assert MEAN_FACE.min() >= 0
    assert MEAN_FACE.max() <= 1
    np.testing.assert_allclose(MEAN_FACE[FLIP] * (-1, 1) + (1, 0), MEAN_FACE, atol=2e-6)
    brow, eye, tip, mouth, chin = MEAN_FACE[[35, 66, 54, 87, 16], 1]
    assert brow < eye < tip < mouth < chin
    assert MEAN_FACE[66, 0] < MEAN_FACE[79, 0]


def test_tables_cannot_be_changed_by_accident() -> None:
    for table in (FLIP, CATEGORY_FLIP, IBUG_68, MEAN_FACE):
        with pytest.raises(ValueError, match="read-only"):
            table[0] = 1


def test_the_front_ends_copy_is_current(tmp_path: Path) -> None:
    assert GENERATED.read_text(encoding="utf-8") == schema.typescript()
    assert schema.main([str(tmp_path / "copy.ts")]) == 0
    assert (tmp_path / "copy.ts").read_text(encoding="utf-8") == schema.typescript()
    assert schema.main([]) == 2


def test_mirror_table_is_the_published_one(face_data: Path) -> None:
    published = json.loads((face_data / "lapa_meta/mirror_index_106.json").read_text())
    assert FLIP.tolist() == published


def test_categories_have_the_published_names_and_colours(face_data: Path) -> None:
    names = (face_data / "lapa_meta/labelmap.txt").read_text().splitlines()[1:]
    for line, category in zip(filter(str.strip, names), CATEGORIES, strict=True):
        number, name = line.split(maxsplit=1)
        assert (int(number), name.strip().replace("eyebrow", "brow").replace(" ", "_")) == (category.id, category.name)
    colours = (face_data / "lapa_meta/colormap.txt").read_text().splitlines()[1:]
    for line, category in zip(filter(str.strip, colours), CATEGORIES, strict=True):
        number, colour = line.split(maxsplit=1)
        assert (int(number), tuple(json.loads(colour))) == (category.id, category.colour)


def test_real_points_lie_where_their_names_say(face_data: Path) -> None:
    files = sorted((face_data / "lapa_mmpose/landmarks").glob("*.txt"))
    assert len(files) == 2
    for file in files:
        points = read_landmarks(file)
        centre = {name: points[list(part.indices)].mean(axis=0) for name, part in PARTS.items()}
        for left in (name for name in PARTS if name.startswith("left_")):
            assert centre[left][0] < centre[swap_sides(left)][0]
        for side in ("left", "right"):
            assert centre[f"{side}_brow"][1] < centre[f"{side}_eye"][1] < centre["nose_outline"][1]
            upper, lower = (
                [p.index for p in POINTS if p.name.startswith(f"{side} eye, {lid} lid")] for lid in ("upper", "lower")
            )
            assert points[upper, 1].max() < points[lower, 1].min()
        assert centre["nose_outline"][1] < centre["inner_lip"][1] < points[16, 1]
        for a, b in schema.DUPLICATES:
            np.testing.assert_allclose(points[a], points[b], atol=1)


def test_real_label_map_has_the_schemas_sides_and_colours(face_data: Path) -> None:
    folder = face_data / "lapa_tutorial_sample"
    label_map = read_label_map(folder / "grayscale_mask.png")
    assert set(np.unique(label_map)) == set(range(11))
    for left, right in ((2, 3), (4, 5)):
        assert np.nonzero(label_map == left)[1].mean() < np.nonzero(label_map == right)[1].mean()
    # The sample's colour picture was written with its channels exchanged, and OpenCV exchanges them back.
    picture = cv2.imread(str(folder / "rgb_mask.png"))
    for category in CATEGORIES:
        seen = picture[label_map == category.id]
        assert np.mean(np.all(seen == category.colour, axis=1)) > 0.95


def test_the_68_points_end_the_nose_where_300w_ends_it(face_data: Path) -> None:
    """Where people have labelled the lower edge of the nose: how wide it is, and how far its ends lie above its middle."""

    def ends(points: Points, left: int, right: int, middle: int, top: int, eyes: tuple[int, int]) -> Points:
        ridge = points[middle] - points[top]
        above = (points[middle] - (points[left] + points[right]) / 2) @ ridge / (ridge @ ridge)
        return np.array(
            [np.linalg.norm(points[left] - points[right]) / np.linalg.norm(np.diff(points[[*eyes]], axis=0)), above]
        )

    theirs = np.median(
        [ends(read_pts(f), 31, 35, 33, 27, (36, 45)) for f in (face_data / "pts68/300w").glob("*.pts")], axis=0
    )
    lapa = [read_landmarks(f) for f in (face_data / "lapa_mmpose/landmarks").glob("*.txt")]
    ours = {
        side: np.mean([ends(face, side, 120 - side, 60, 51, (66, 79)) for face in lapa], axis=0)
        for side in (57, 58, 59)
    }
    nearest = min(ours, key=lambda side: float(np.linalg.norm(ours[side] - theirs)))
    assert (IBUG_68[31], IBUG_68[35]) == (nearest, 120 - nearest)
    np.testing.assert_allclose(ours[nearest], theirs, atol=0.03)
