"""Neck, shoulders and what covers them."""

import numpy as np

from ml.synthetic.anatomy import Material
from ml.synthetic.meshes import Array, Mesh, grid_mesh, smoothstep, whole

# y, half width, half depth, and depth of the middle of each ring down the body.
_RINGS = np.array([
    (0.45, 0.30, 0.30, -0.22), (0.62, 0.335, 0.31, -0.20), (0.80, 0.345, 0.31, -0.17), (0.98, 0.345, 0.30, -0.17),
    (1.10, 0.38, 0.31, -0.18), (1.20, 0.55, 0.33, -0.18), (1.27, 0.85, 0.36, -0.18), (1.36, 1.12, 0.40, -0.16),
    (1.52, 1.28, 0.46, -0.12), (1.80, 1.35, 0.52, -0.08), (3.0, 1.40, 0.55, -0.05),
])  # fmt: skip


def make_body(rng: np.random.Generator) -> list[Mesh]:
    """Returns a neck, and a garment with its neckline; uv run round and down, in face widths."""
    thick, broad = rng.uniform(0.86, 1.15), rng.uniform(0.85, 1.15)
    rings = _RINGS.copy()
    neck = 1 - smoothstep(rings[:, 0], 1.0, 1.3)
    rings[:, 1] *= neck * thick + (1 - neck) * broad
    rings[:, 2] *= neck * thick + (1 - neck)
    fine = np.concatenate([np.linspace(0.45, 1.6, 36), np.linspace(1.7, 3.0, 6)])
    y, half, depth, middle = (np.interp(fine, rings[:, 0], rings[:, k]) for k in range(4))
    t = np.linspace(0, 2 * np.pi, 48, endpoint=False)
    x = half[:, None] * np.cos(t)
    z = middle[:, None] - depth[:, None] * np.sin(t)
    points = np.stack([x, np.broadcast_to(y[:, None], x.shape), z], axis=-1)
    body = grid_mesh(points, 0, Material.NECK, closed=True)
    body.uv = np.stack([np.broadcast_to(t / np.pi, x.shape), points[..., 1]], axis=-1).reshape(-1, 2)
    return [body, _garment(rng, points)]


def _garment(rng: np.random.Generator, points: Array) -> Mesh:
    """Returns the body's lower part a little larger, cut off at a neckline that dips in front."""
    collar = rng.uniform(0.92, 1.22)
    dip = rng.choice([0.03, 0.12, 0.35], p=[0.4, 0.35, 0.25]) * rng.uniform(0.5, 1.4)
    sharp = rng.uniform(0.8, 2.5)
    cloth = points.copy()
    center = cloth.mean(axis=1, keepdims=True)
    cloth = center + (cloth - center) * (1.05, 1.0, 1.05)
    front = np.clip((cloth[..., 2] - center[..., 2]) / 0.3, 0, 1)
    # Rows above the neckline are pulled down onto it.
    line = collar + dip * front**sharp
    cloth[..., 1] = np.maximum(cloth[..., 1], line)
    for column in range(cloth.shape[1]):
        row = int(np.searchsorted(points[:, column, 1], line[:, column].max()))
        row = min(row, len(points) - 1)
        cloth[:row, column, 0] = cloth[row, column, 0]
        cloth[:row, column, 2] = cloth[row, column, 2]
        cloth[:row, column, 1] = line[row, column]
    mesh = grid_mesh(cloth, 0, Material.CLOTH, closed=True)
    mesh.uv = cloth[..., :2].reshape(-1, 2).copy()
    return whole(mesh.points, mesh.triangles, mesh.uv, 0, Material.CLOTH)
