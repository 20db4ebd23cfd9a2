"""Everything that moves with the skull, in one set of points: the head's surface, eyeballs, teeth, tongue and ears."""

from dataclasses import dataclass
from enum import IntEnum
from functools import cache

import numpy as np
import numpy.typing as npt

from ml.synthetic import relief
from ml.synthetic.meshes import Array, Mesh, grid_mesh, merge, whole
from ml.synthetic.part_outlines import seam
from ml.synthetic.template import REST_DISTANCE, Template, template


class Material(IntEnum):
    """What paints a triangle; from HAIR on, what is no part of the body but can cover it (a hand included)."""

    SKIN = 0
    EYE = 1
    TEETH = 2
    CAVITY = 3
    TONGUE = 4
    EAR = 5
    NECK = 6
    CLOTH = 7
    HAIR = 8
    OBJECT = 9
    LENS = 10
    FABRIC = 11
    HAND = 12
    DARK_LENS = 13


class Kind(IntEnum):
    """Which motions a point takes part in."""

    SURFACE = 0
    EYEBALL = 1
    UPPER_MOUTH = 2
    LOWER_MOUTH = 3
    EAR = 4
    CAVITY = 5


@dataclass(frozen=True)
class Anatomy:
    """The neutral head with all that belongs to it.

    Attributes:
        mesh: the triangles; uv are template places, of the eyes they are measured from the eye's middle.
        cull: (M,) whether a triangle is seen from its front only.
        places: (V, 2) template places of all points, the lips together.
        below: (V,) whether a point is below the line on which the lips meet.
        kind: (V,) Kind of each point.
        surface: the head's own mesh; its points come first, then those of its inside around the mouth.
        lined: rows of the surface's points that its inside has again, in its order.
        pupils: rows of the two points at the eyes' middles, image-left first.
    """

    mesh: Mesh
    cull: npt.NDArray[np.bool_]
    places: Array
    below: npt.NDArray[np.bool_]
    kind: npt.NDArray[np.uint8]
    surface: Template
    lined: npt.NDArray[np.int64]
    pupils: tuple[int, int]


def _eyeball(side: int) -> Mesh:
    v, u = np.meshgrid(np.linspace(-1, 1, 11), np.linspace(-1, 1, 13), indexing="ij")
    x, y = side * relief.EYE[0] + 0.118 * u, relief.EYE[1] + 0.085 * v
    mesh = grid_mesh(
        np.stack([x, y, relief.eyeball_depth(x, y)], axis=-1), 4 if side < 0 else 5, Material.EYE, cull=True
    )
    mesh.uv = np.stack([0.118 * u, 0.085 * v], axis=-1).reshape(-1, 2)
    return mesh


def _arch(top: float, bottom: float, depth: float, bend: float, half: float, material: Material) -> Mesh:
    """Returns a row of teeth, or the tongue: a strip bent backwards at both sides."""
    v, u = np.meshgrid(np.linspace(0, 1, 5), np.linspace(-1, 1, 17), indexing="ij")
    x = half * np.sin(u * 1.35) / np.sin(1.35)
    y = top + (bottom - top) * v + 0.01 * u**2
    z = depth - bend * u**2 + 0.008 * (1 - (2 * v - 1) ** 2)
    return grid_mesh(np.stack([x, y, z], axis=-1), 8, material)


def _tongue() -> Mesh:
    v, u = np.meshgrid(np.linspace(0, 1, 7), np.linspace(-1, 1, 9), indexing="ij")
    points = np.stack([0.10 * u, 0.682 + 0.02 * u**2 + 0.05 * v, 0.60 + 0.10 * np.sqrt(v) - 0.05 * u**2], axis=-1)
    return grid_mesh(points, 8, Material.TONGUE)


def _cavity() -> Mesh:
    v, u = np.meshgrid(np.linspace(-1, 1, 7), np.linspace(-1, 1, 13), indexing="ij")
    # A bowl: at the corners of the mouth it comes forward, so that no gap opens beside it.
    depth = 0.50 + 0.13 * u**4 * (1 - v**2) - 0.14 * u**2 * v**2
    points = np.stack([0.225 * u, 0.69 + 0.20 * v, depth], axis=-1)
    return grid_mesh(points, 8, Material.CAVITY)


def _ear(side: int) -> Mesh:
    r, t = np.meshgrid(np.linspace(0, 1, 9), np.linspace(0, 2 * np.pi, 24, endpoint=False), indexing="ij")
    lower = np.clip(np.sin(t), 0, 1)
    back = 0.115 + 0.125 * r * np.cos(t) * (1 - 0.35 * lower)
    down = 0.295 + 0.225 * r * np.sin(t)
    slant = 0.16 * (0.295 - down)
    rim = 0.030 * np.exp(-(((r - 0.86) / 0.12) ** 2)) * (1 - 0.6 * lower)
    antihelix = 0.022 * np.exp(-(((r - 0.55) / 0.13) ** 2)) * np.clip(np.cos(t) + 0.5, 0, 1)
    concha = -0.035 * np.exp(-((r / 0.4) ** 2))
    out = 0.498 + 0.42 * back + rim + antihelix + concha
    points = np.stack([side * out, down, 0.035 - back - slant], axis=-1)
    if side < 0:
        points = points[:, ::-1]
    mesh = grid_mesh(points, 1, Material.EAR, closed=True)
    mesh.uv = np.stack([r if side > 0 else r[:, ::-1], t], axis=-1).reshape(-1, 2)
    return mesh


def _lining(head: Template) -> tuple[Mesh, npt.NDArray[np.int64]]:
    """Returns the inside of cheeks and lips, which only shows through an open mouth, and its points' rows in the head."""
    near = (np.abs(head.shut[:, 0]) < 0.34) & (np.abs(head.shut[:, 1] - 0.68) < 0.24)
    inside = head.triangles[near[head.triangles].all(axis=1)][:, ::-1]
    rows, triangles = np.unique(inside, return_inverse=True)
    mesh = whole(head.points[rows], triangles.reshape(-1, 3), head.places[rows], 8, Material.CAVITY, cull=True)
    return mesh, rows


@cache
def anatomy() -> Anatomy:
    """Returns the neutral head with eyes, teeth, tongue and ears, built once a process."""
    head = template()
    n = len(head.triangles)
    surface = Mesh(head.points, head.triangles, head.places, head.label, np.full(n, Material.SKIN, np.uint8), cull=True)
    lining, lined = _lining(head)
    parts = [
        (surface, Kind.SURFACE),
        (lining, Kind.SURFACE),
        (_eyeball(-1), Kind.EYEBALL),
        (_eyeball(1), Kind.EYEBALL),
        (_arch(0.600, 0.668, 0.735, 0.19, 0.150, Material.TEETH), Kind.UPPER_MOUTH),
        (_arch(0.672, 0.740, 0.722, 0.19, 0.140, Material.TEETH), Kind.LOWER_MOUTH),
        (_tongue(), Kind.LOWER_MOUTH),
        (_cavity(), Kind.CAVITY),
        (_ear(-1), Kind.EAR),
        (_ear(1), Kind.EAR),
    ]
    for mesh, kind in parts[2:]:
        shrink = (REST_DISTANCE - mesh.points[:, 2]) / (REST_DISTANCE - 0.55)
        if kind != Kind.EAR:
            mesh.points[:, :2] = relief.CENTER + (mesh.points[:, :2] - relief.CENTER) * shrink[:, None]
    merged, cull = merge([mesh for mesh, _ in parts])
    kinds = np.concatenate([np.full(len(mesh.points), kind, np.uint8) for mesh, kind in parts])
    places = merged.points[:, :2].copy()
    skin = np.concatenate([np.arange(len(head.places)), lined])
    places[: len(skin)] = head.shut[skin]
    below = places[:, 1] > seam(places[:, 0])
    below[: len(skin)] = (head.places[:, 1] > seam(head.places[:, 0]) + 1e-9)[skin]
    middle = 13 * 5 + 6
    first = len(skin)
    return Anatomy(merged, cull, places, below, kinds, head, lined, (first + middle, first + 143 + middle))
