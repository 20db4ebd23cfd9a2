"""The 106 points and the 11 categories: the one table that everything else reads.

Conventions, everywhere in Facet:

- "left" and "right" are the image's sides: "left" is smaller x.
- A point is x then y in image pixels, and the centre of the top-left pixel is (0, 0). Mirroring an image of width
  W therefore takes x to W - 1 - x, and point i of the mirrored face is point FLIP[i] of the original.
- A label map holds a category id per pixel.

The front end's copy is generated: `python -m ml.schema frontend/src/schema/schema.generated.ts`.
"""

import json
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from ml.mean_face import MEAN_FACE_ROWS

SCHEMA_VERSION: Final = "facet-106-11/1"
N_POINTS: Final = 106
N_CATEGORIES: Final = 11


@dataclass(frozen=True)
class Point:
    """One of the 106 landmarks.

    Attributes:
        index: its row in a (106, 2) array.
        name: what a person reads, unique, such as "left eye, outer corner".
        part: the key of its part in PARTS.
        mirror: the index of its partner on the other side; its own index on the midline.
    """

    index: int
    name: str
    part: str
    mirror: int


@dataclass(frozen=True)
class Part:
    """A run of points that a person sees as one thing.

    Attributes:
        name: its key in PARTS.
        indices: its points in drawing order.
        closed: whether the outline returns from the last point to the first.
        mirror: the key of the part on the other side; its own key on the midline.
    """

    name: str
    indices: tuple[int, ...]
    closed: bool
    mirror: str


@dataclass(frozen=True)
class Category:
    """One of the 11 values of a label map.

    Attributes:
        id: the value in the map.
        name: its identifier.
        colour: red, green, blue, 0 to 255.
        mirror: the id that it has in a mirrored map.
    """

    id: int
    name: str
    colour: tuple[int, int, int]
    mirror: int


def _read_only(values: npt.ArrayLike, dtype: npt.DTypeLike) -> np.ndarray:
    array = np.array(values, dtype=dtype)
    array.flags.writeable = False
    return array


FLIP: Final[npt.NDArray[np.int64]] = _read_only(
    [
        *range(32, -1, -1),
        *(46, 45, 44, 43, 42, 50, 49, 48, 47, 37, 36, 35, 34, 33, 41, 40, 39, 38),
        *(51, 52, 53, 54),
        *range(65, 54, -1),
        *(79, 78, 77, 76, 75, 82, 81, 80, 83, 70, 69, 68, 67, 66, 73, 72, 71, 74),
        *(90, 89, 88, 87, 86, 85, 84, 95, 94, 93, 92, 91),
        *(100, 99, 98, 97, 96, 103, 102, 101),
        *(105, 104),
    ],
    np.int64,
)
"""mirrored_points = points[FLIP] with x replaced by W - 1 - x."""


def _span(first: int, last: int) -> tuple[int, ...]:
    return tuple(range(first, last + 1))


PARTS: Final[dict[str, Part]] = {
    part.name: part
    for part in (
        Part("contour", _span(0, 32), closed=False, mirror="contour"),
        Part("left_brow", _span(33, 41), closed=True, mirror="right_brow"),
        Part("right_brow", _span(42, 50), closed=True, mirror="left_brow"),
        Part("nose_bridge", _span(51, 54), closed=False, mirror="nose_bridge"),
        Part("nose_outline", _span(55, 65), closed=False, mirror="nose_outline"),
        Part("left_eye", _span(66, 73), closed=True, mirror="right_eye"),
        Part("right_eye", _span(75, 82), closed=True, mirror="left_eye"),
        Part("left_eye_center", (74,), closed=False, mirror="right_eye_center"),
        Part("right_eye_center", (83,), closed=False, mirror="left_eye_center"),
        Part("outer_lip", _span(84, 95), closed=True, mirror="outer_lip"),
        Part("inner_lip", _span(96, 103), closed=True, mirror="inner_lip"),
        Part("left_pupil", (104,), closed=False, mirror="right_pupil"),
        Part("right_pupil", (105,), closed=False, mirror="left_pupil"),
    )
}

_POINT_NAMES: Final[dict[str, tuple[str, ...]]] = {
    "contour": (
        "contour, left temple",
        *(f"contour, left {i}" for i in range(1, 16)),
        "contour, chin",
        *(f"contour, right {i}" for i in range(15, 0, -1)),
        "contour, right temple",
    ),
    "left_brow": (
        "left brow, tail",
        *(f"left brow, upper edge {i}" for i in range(1, 4)),
        "left brow, upper head",
        "left brow, lower head",
        *(f"left brow, lower edge {i}" for i in range(3, 0, -1)),
    ),
    "right_brow": (
        "right brow, upper head",
        *(f"right brow, upper edge {i}" for i in range(3, 0, -1)),
        "right brow, tail",
        *(f"right brow, lower edge {i}" for i in range(1, 4)),
        "right brow, lower head",
    ),
    "nose_bridge": ("nose bridge, between the eyes", "nose bridge, upper", "nose bridge, lower", "nose tip"),
    "nose_outline": (
        "nose, left root",
        "nose, left side",
        "nose, left wing",
        "nose, left nostril, outer",
        "nose, left nostril, inner",
        "nose, below the tip",
        "nose, right nostril, inner",
        "nose, right nostril, outer",
        "nose, right wing",
        "nose, right side",
        "nose, right root",
    ),
    "left_eye": (
        "left eye, outer corner",
        *(f"left eye, upper lid {i}" for i in range(1, 4)),
        "left eye, inner corner",
        *(f"left eye, lower lid {i}" for i in range(3, 0, -1)),
    ),
    "right_eye": (
        "right eye, inner corner",
        *(f"right eye, upper lid {i}" for i in range(3, 0, -1)),
        "right eye, outer corner",
        *(f"right eye, lower lid {i}" for i in range(1, 4)),
    ),
    "left_eye_center": ("left eye, centre",),
    "right_eye_center": ("right eye, centre",),
    "outer_lip": (
        "mouth, left corner",
        "upper lip, left 1",
        "upper lip, left peak",
        "upper lip, middle",
        "upper lip, right peak",
        "upper lip, right 1",
        "mouth, right corner",
        "lower lip, right 1",
        "lower lip, right 2",
        "lower lip, middle",
        "lower lip, left 2",
        "lower lip, left 1",
    ),
    "inner_lip": (
        "inner mouth, left corner",
        "inner mouth, upper left",
        "inner mouth, upper middle",
        "inner mouth, upper right",
        "inner mouth, right corner",
        "inner mouth, lower right",
        "inner mouth, lower middle",
        "inner mouth, lower left",
    ),
    "left_pupil": ("left pupil",),
    "right_pupil": ("right pupil",),
}


def _points() -> tuple[Point, ...]:
    points = [
        Point(index, name, part.name, int(FLIP[index]))
        for part in PARTS.values()
        for index, name in zip(part.indices, _POINT_NAMES[part.name], strict=True)
    ]
    return tuple(sorted(points, key=lambda point: point.index))


def _edges() -> tuple[tuple[int, int], ...]:
    edges: list[tuple[int, int]] = []
    for part in PARTS.values():
        edges += zip(part.indices, part.indices[1:], strict=False)
        if part.closed:
            edges.append((part.indices[-1], part.indices[0]))
    return tuple(edges)


POINTS: Final[tuple[Point, ...]] = _points()

EDGES: Final[tuple[tuple[int, int], ...]] = _edges()
"""Pairs of points to join with a line when the parts are drawn."""

DUPLICATES: Final = ((74, 104), (83, 105))
"""Pairs at one place: the centre of an eye and its pupil coincide in every known LaPa file."""

LEFT_EYE_OUTER: Final = 66
RIGHT_EYE_OUTER: Final = 79

IBUG_68: Final[npt.NDArray[np.int64]] = _read_only(
    [
        *range(0, 33, 2),
        *_span(33, 37),
        *_span(42, 46),
        *_span(51, 54),
        *_span(58, 62),
        *(66, 67, 69, 70, 71, 73),
        *(75, 76, 78, 79, 80, 82),
        *_span(84, 95),
        *_span(96, 103),
    ],
    np.int64,
)
"""Where 300W's 68 points, in their own order, sit among the 106: points_68 = points[IBUG_68]."""

CATEGORIES: Final[tuple[Category, ...]] = (
    Category(0, "background", (0, 0, 0), mirror=0),
    Category(1, "skin", (0, 153, 255), mirror=1),
    Category(2, "left_brow", (102, 255, 153), mirror=3),
    Category(3, "right_brow", (0, 204, 153), mirror=2),
    Category(4, "left_eye", (255, 255, 102), mirror=5),
    Category(5, "right_eye", (255, 255, 204), mirror=4),
    Category(6, "nose", (255, 153, 0), mirror=6),
    Category(7, "upper_lip", (255, 102, 255), mirror=7),
    Category(8, "inner_mouth", (102, 0, 51), mirror=8),
    Category(9, "lower_lip", (255, 204, 255), mirror=9),
    Category(10, "hair", (255, 0, 102), mirror=10),
)

CATEGORY_FLIP: Final[npt.NDArray[np.int64]] = _read_only([category.mirror for category in CATEGORIES], np.int64)
"""mirrored_map = CATEGORY_FLIP[map[:, ::-1]], as uint8."""

FUSION_ORDER: Final[tuple[int, ...]] = (1, 2, 3, 4, 5, 6, 7, 9, 8, 10, 0)
"""Category ids in the order in which they are painted: skin, facial parts, hair, background; a later one hides an
earlier one. On a turned head the nose stands before the far eye."""

MEAN_FACE: Final[npt.NDArray[np.float32]] = _read_only(MEAN_FACE_ROWS, np.float32)
"""(106, 2), upright and symmetric about x = 0.5; the longer side of the points' rectangle spans [0, 1] and the other
one is centred, so the aspect ratio is a face's."""


def _rows(values: list[str]) -> str:
    return "".join(f"  {value},\n" for value in values)


def typescript() -> str:
    """Returns the front end's copy of this module, as the text of a TypeScript file."""

    def quote(value: object) -> str:
        return json.dumps(value, ensure_ascii=False)

    points = [
        f"{{ index: {p.index}, name: {quote(p.name)}, part: {quote(p.part)}, mirror: {p.mirror} }}" for p in POINTS
    ]
    parts = [
        f"{p.name}: {{ name: {quote(p.name)}, indices: {quote(p.indices)}, closed: {quote(p.closed)}, "
        f"mirror: {quote(p.mirror)} }}"
        for p in PARTS.values()
    ]
    categories = [
        f"{{ id: {c.id}, name: {quote(c.name)}, colour: {quote(c.colour)}, mirror: {c.mirror} }}" for c in CATEGORIES
    ]
    mean_face = [quote([round(float(x), 6), round(float(y), 6)]) for x, y in MEAN_FACE]
    return f"""\
// Generated from ml/schema.py by `python -m ml.schema frontend/src/schema/schema.generated.ts`. Do not edit.
// "left" is the image's left, that is smaller x; the centre of the top-left pixel is (0, 0).

export const SCHEMA_VERSION = {quote(SCHEMA_VERSION)};
export const N_POINTS = {N_POINTS};
export const N_CATEGORIES = {N_CATEGORIES};

export type PartName =
{"".join(f"  | {quote(name)}{chr(10)}" for name in PARTS).rstrip()};

export interface SchemaPoint {{
  readonly index: number;
  readonly name: string;
  readonly part: PartName;
  readonly mirror: number;
}}

export interface SchemaPart {{
  readonly name: PartName;
  readonly indices: readonly number[];
  readonly closed: boolean;
  readonly mirror: PartName;
}}

export interface SchemaCategory {{
  readonly id: number;
  readonly name: string;
  /** Red, green, blue, 0 to 255. */
  readonly colour: readonly [number, number, number];
  readonly mirror: number;
}}

export const POINTS: readonly SchemaPoint[] = [
{_rows(points)}];

export const PARTS: Readonly<Record<PartName, SchemaPart>> = {{
{_rows(parts)}}};

/** Pairs of points to join with a line when the parts are drawn. */
export const EDGES: readonly (readonly [number, number])[] = [
{_rows([quote(edge) for edge in EDGES])}];

/** mirrored[i] = original[FLIP[i]], with x replaced by width - 1 - x. */
export const FLIP: readonly number[] = {quote(FLIP.tolist())};

/** Pairs of points that lie at one place. */
export const DUPLICATES: readonly (readonly [number, number])[] = {quote(DUPLICATES)};

export const LEFT_EYE_OUTER = {LEFT_EYE_OUTER};
export const RIGHT_EYE_OUTER = {RIGHT_EYE_OUTER};

export const CATEGORIES: readonly SchemaCategory[] = [
{_rows(categories)}];

/** Category ids in painting order: a later one hides an earlier one. */
export const FUSION_ORDER: readonly number[] = {quote(FUSION_ORDER)};

/** 106 points in the unit square, upright and symmetric about x = 0.5. */
export const MEAN_FACE: readonly (readonly [number, number])[] = [
{_rows(mean_face)}];
"""


def main(arguments: list[str]) -> int:
    """Writes the front end's copy to the one path given; returns the exit status."""
    if len(arguments) != 1:
        sys.stderr.write("usage: python -m ml.schema PATH.ts\n")
        return 2
    Path(arguments[0]).write_text(typescript(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main(sys.argv[1:]))
