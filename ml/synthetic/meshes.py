"""Triangle meshes and the simple ones among them: grids, tubes, balls."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[np.float64]
Triangles = npt.NDArray[np.int64]


@dataclass
class Mesh:
    """Triangles that are drawn together.

    Attributes:
        points: (V, 3): x to the image's right, y down, z towards the viewer.
        triangles: (M, 3) rows of points; seen from the front they turn clockwise.
        uv: (V, 2) place of each point on its surface, in the unit of whatever paints it.
        label: (M,) category of each triangle.
        material: (M,) what paints each triangle.
        cull: whether the back is invisible.
    """

    points: Array
    triangles: Triangles
    uv: Array
    label: npt.NDArray[np.uint8]
    material: npt.NDArray[np.uint8]
    cull: bool = False


def smoothstep(x: npt.ArrayLike, low: float, high: float) -> Array:
    """Returns 0 below low, 1 above high, and the cubic that joins them smoothly."""
    t = np.clip((np.asarray(x, dtype=np.float64) - low) / (high - low), 0, 1)
    return np.asarray(t * t * (3 - 2 * t))


def whole(points: Array, triangles: Triangles, uv: Array, label: int, material: int, cull: bool = False) -> Mesh:
    """Returns a mesh of one label and one material."""
    n = len(triangles)
    return Mesh(points, triangles, uv, np.full(n, label, dtype=np.uint8), np.full(n, material, dtype=np.uint8), cull)


def grid_triangles(rows: int, columns: int, closed: bool = False) -> Triangles:
    """Returns the triangles of a grid of points in row-major order; closed joins the last column to the first."""
    i, j = np.meshgrid(np.arange(rows - 1), np.arange(columns if closed else columns - 1), indexing="ij")
    k = (j + 1) % columns
    a, b, c, d = i * columns + j, i * columns + k, (i + 1) * columns + j, (i + 1) * columns + k
    quads = np.stack([np.stack([a, b, d], axis=-1), np.stack([a, d, c], axis=-1)], axis=-2)
    return quads.reshape(-1, 3).astype(np.int64)


def grid_mesh(points: Array, label: int, material: int, closed: bool = False, cull: bool = False) -> Mesh:
    """Returns the mesh of a (rows, columns, 3) grid; uv run from 0 to 1, u along the columns."""
    rows, columns = points.shape[:2]
    v, u = np.meshgrid(np.linspace(0, 1, rows), np.linspace(0, 1, columns), indexing="ij")
    uv = np.stack([u, v], axis=-1).reshape(-1, 2)
    return whole(points.reshape(-1, 3), grid_triangles(rows, columns, closed), uv, label, material, cull)


def tube(line: Array, radius: npt.ArrayLike, label: int, material: int, sides: int = 8) -> Mesh:
    """Returns a round rod along (N, 3) points; radius is one number or (N,)."""
    along = np.gradient(line, axis=0)
    along /= np.maximum(np.linalg.norm(along, axis=1), 1e-9)[:, None]
    helper = np.where(np.abs(along[:, 2:3]) < 0.9, [[0.0, 0.0, 1.0]], [[1.0, 0.0, 0.0]])
    side = np.cross(along, helper)
    side /= np.maximum(np.linalg.norm(side, axis=1), 1e-9)[:, None]
    up = np.cross(along, side)
    t = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    r = np.broadcast_to(np.asarray(radius, dtype=np.float64), len(line))[:, None, None]
    ring = np.cos(t)[None, :, None] * side[:, None] + np.sin(t)[None, :, None] * up[:, None]
    return grid_mesh(line[:, None] + r * ring, label, material, closed=True)


def ball(
    center: npt.ArrayLike, radii: npt.ArrayLike, label: int, material: int, rows: int = 13, columns: int = 20
) -> Mesh:
    """Returns an ellipsoid; radii along x, y, z."""
    v, u = np.meshgrid(np.linspace(0, np.pi, rows), np.linspace(0, 2 * np.pi, columns, endpoint=False), indexing="ij")
    unit = np.stack([np.sin(v) * np.cos(u), -np.cos(v), np.sin(v) * np.sin(u)], axis=-1)
    points = unit * np.asarray(radii, dtype=np.float64) + np.asarray(center, dtype=np.float64)
    return grid_mesh(points, label, material, closed=True)


def clip(mesh: Mesh, inside: Array) -> Mesh:
    """Returns the part of a mesh of one label and material where (V,) inside, linear over each triangle, is positive."""
    kept = inside[mesh.triangles] > 0
    count = kept.sum(axis=1)
    triangles = [mesh.triangles[count == 3]]
    points, uv, first = [mesh.points], [mesh.uv], len(mesh.points)
    for number in (1, 2):
        chosen = count == number
        # The corner that is alone on its side comes first.
        alone = np.argmax(kept[chosen] == (number == 1), axis=1)
        a, b, c = (np.take_along_axis(mesh.triangles[chosen], ((alone + k) % 3)[:, None], 1)[:, 0] for k in range(3))
        cuts = []
        for other in (b, c):
            share = (inside[a] / (inside[a] - inside[other]))[:, None]
            points.append(mesh.points[a] * (1 - share) + mesh.points[other] * share)
            uv.append(mesh.uv[a] * (1 - share) + mesh.uv[other] * share)
            cuts.append(first + np.arange(len(a)))
            first += len(a)
        if number == 1:
            triangles.append(np.column_stack([a, *cuts]))
        else:
            triangles += [np.column_stack([cuts[0], b, c]), np.column_stack([cuts[0], c, cuts[1]])]
    label, material = int(mesh.label[0]), int(mesh.material[0])
    return whole(np.concatenate(points), np.concatenate(triangles), np.concatenate(uv), label, material, mesh.cull)


def merge(meshes: list[Mesh]) -> tuple[Mesh, npt.NDArray[np.bool_]]:
    """Returns all of them as one mesh, and (M,) whether each triangle is invisible from behind."""
    starts = np.cumsum([0] + [len(mesh.points) for mesh in meshes[:-1]])
    merged = Mesh(
        np.concatenate([mesh.points for mesh in meshes]),
        np.concatenate([mesh.triangles + start for mesh, start in zip(meshes, starts, strict=True)]),
        np.concatenate([mesh.uv for mesh in meshes]),
        np.concatenate([mesh.label for mesh in meshes]),
        np.concatenate([mesh.material for mesh in meshes]),
    )
    return merged, np.concatenate([np.full(len(mesh.triangles), mesh.cull) for mesh in meshes])


def vertex_normals(points: Array, triangles: Triangles) -> Array:
    """Returns (V, 3) unit normals, the mean of the neighbouring triangles'; of clockwise ones they face the viewer."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    face = np.cross(b - a, c - a)
    normals = np.stack(
        [np.bincount(triangles.ravel(), weights=np.repeat(face[:, k], 3), minlength=len(points)) for k in range(3)],
        axis=1,
    )
    return normals / np.maximum(np.linalg.norm(normals, axis=1), 1e-12)[:, None]
