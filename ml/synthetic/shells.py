"""Layers that lie on the head: hair, caps, hoods grow out of its surface; curtains hang around it."""

import numpy as np

from ml.synthetic.anatomy import Anatomy, anatomy
from ml.synthetic.meshes import Array, Mesh, grid_mesh, smoothstep, vertex_normals, whole


class Skull:
    """The surface of one person's head, and where its places are on the neutral one.

    Attributes:
        points: (V, 3) of the person's head.
        rest: (V, 3) of the neutral head.
        normals: (V, 3).
        size: (3,) half width, height above the eyes and depth behind the ears, as shares of the neutral head's.
    """

    def __init__(self, head: Array) -> None:
        body: Anatomy = anatomy()
        n = len(body.surface.points)
        self.points, self.rest = head[:n], body.surface.points
        self.triangles = body.surface.triangles
        self.normals = vertex_normals(self.points, self.triangles)
        scalp = self.rest[:, 1] < 0.1
        a, b = self.points[scalp], self.rest[scalp]
        self.size = np.array(
            [np.ptp(a[:, 0]) / np.ptp(b[:, 0]), a[:, 1].min() / b[:, 1].min(), a[:, 2].min() / b[:, 2].min()]
        )

    def shell(self, edge: Array, thickness: Array, label: int, material: int) -> tuple[Mesh, Array]:
        """Returns the layer where edge is positive, and edge at its points.

        Args:
            edge: (V,) distance from the layer's edge, positive inside.
            thickness: (V,) of the layer; it thins out towards the edge.
            label: category.
            material: what paints it.
        """
        lifted = self.points + self.normals * (0.006 + thickness * smoothstep(edge, -0.02, 0.12))[:, None]
        kept = (edge[self.triangles] > -0.05).any(axis=1)
        triangles = self.triangles[kept]
        rows, inverse = np.unique(triangles, return_inverse=True)
        azimuth = np.arctan2(self.rest[rows, 0], self.rest[rows, 2] + 0.1)
        uv = np.column_stack([azimuth * 0.5, np.linalg.norm(self.rest[rows] - (0.0, -0.6, -0.15), axis=1)])
        mesh = whole(lifted[rows], inverse.reshape(-1, 3), uv, label, material)
        return mesh, edge[rows]


def curtain(
    size: Array, opening: float, top: float, bottom: float, thickness: float, spread: float, label: int, material: int
) -> tuple[Mesh, Array]:
    """Returns a sheet that hangs around the back of the head, and the distance of its points from its edges.

    Args:
        size: the skull's.
        opening: angle in radians from the front at which the sheet begins on both sides.
        top: y of its upper end.
        bottom: y of its lower end.
        thickness: from the skull.
        spread: how much wider it gets below.
        label: category.
        material: what paints it.
    """
    v, a = np.meshgrid(np.linspace(0, 1, 22), np.linspace(opening, 2 * np.pi - opening, 44), indexing="ij")
    y = top + (bottom - top) * v
    round_top = np.sqrt(np.maximum(1 - np.maximum((0.05 - y) / 0.74, 0) ** 2, 0))
    below = smoothstep(y, 0.05, 0.8)
    across = (0.548 + thickness) * round_top + spread * below
    back = np.where(np.cos(a) > 0, 0.40 + thickness, 0.56 + thickness) * round_top - 0.18 * below * (np.cos(a) < 0)
    points = np.stack(
        [across * np.sin(a) * size[0], y * np.where(y < 0, size[1], 1.0), -0.10 + back * np.cos(a) * size[2]], axis=-1
    )
    mesh = grid_mesh(points, label, material)
    mesh.uv = np.stack([a * 0.5, y + 0.6], axis=-1).reshape(-1, 2)
    from_side = np.minimum(a - opening, 2 * np.pi - opening - a) * 0.5
    edge = np.minimum(np.minimum(from_side, bottom - y), (y - top) * 2 + 0.02)
    return mesh, edge.reshape(-1)
