"""Light on surfaces: a key light with soft shadows, fill lights, a sky and a ground, and shine."""

from dataclasses import dataclass

import numpy as np

from ml.synthetic.meshes import Array, Mesh
from ml.synthetic.rasterizer import rasterize
from ml.synthetic.texture import FloatImage

_SHADOW_SIZE = 144
_BIAS = 0.035


@dataclass(frozen=True)
class Lights:
    """The light of a scene.

    Attributes:
        directions: (L, 3) unit vectors towards the lights; the first one casts shadows.
        colours: (L, 3).
        sky: (3,) light from above.
        ground: (3,) light from below.
        shadow: how dark the key light's shadow is, 0 to 1.
    """

    directions: Array
    colours: Array
    sky: Array
    ground: Array
    shadow: float


def sample_lights(rng: np.random.Generator) -> Lights:
    """Draws a light: from flat and frontal to hard and from one side, warm or cold."""
    count = int(rng.integers(1, 4))
    directions = np.column_stack(
        [rng.normal(0, 0.8, count), rng.normal(-0.45, 0.45, count), rng.uniform(0.15, 1.2, count)]
    )
    if rng.random() < 0.12:
        directions[-1, 2] = -0.3
    directions /= np.linalg.norm(directions, axis=1)[:, None]
    warm = rng.normal(0, 0.10, count)[:, None] * np.array([1.0, 0.1, -1.0])
    strength = rng.uniform(0.3, 1.0, count) * (1.0, 0.5, 0.4)[:count]
    ambient = rng.uniform(0.18, 0.75)
    tint = rng.normal(0, 0.05) * np.array([1.0, 0.0, -1.0])
    total = float(strength.sum() * 0.65 + ambient)
    exposure = 1.25 / total
    return Lights(
        directions,
        np.exp(warm) * strength[:, None] * exposure,
        np.exp(tint) * ambient * exposure * 1.15,
        np.exp(-tint) * ambient * exposure * rng.uniform(0.4, 0.9),
        float(rng.uniform(0.3, 1.0)),
    )


def shadows(points: Array, mesh: Mesh, lights: Lights) -> FloatImage:
    """Returns (V,) how much of the key light reaches each point, 0 to 1, softly."""
    toward = lights.directions[0]
    side = np.cross(toward, (0.0, 1.0, 0.0) if abs(toward[1]) < 0.9 else (1.0, 0.0, 0.0))
    side /= np.linalg.norm(side)
    up = np.cross(side, toward)
    flat = np.column_stack([points @ side, points @ up])
    near = points @ toward
    middle = np.array([side, up]) @ np.array([0.0, 0.35, 0.2])
    xy = (flat - middle) * (_SHADOW_SIZE / 2.4) + _SHADOW_SIZE / 2
    depth = np.clip((near + 4) / 8, 0.001, 1)
    seen = rasterize(xy, depth, mesh.triangles, np.zeros(len(mesh.triangles), dtype=bool), _SHADOW_SIZE)
    front = seen.depth.reshape(_SHADOW_SIZE, _SHADOW_SIZE)
    lit = np.zeros(len(points), dtype=np.float32)
    for dx, dy in ((0, 0), (-1.6, 0.4), (1.6, -0.4), (0.4, 1.6), (-0.4, -1.6), (2.4, 2.4), (-2.4, -2.4)):
        column, row = np.clip(np.rint(xy + np.array([dx, dy])), 0, _SHADOW_SIZE - 1).astype(np.int64).T
        lit += np.clip((depth + (_BIAS * 1.6) / 8 - front[row, column]) * 8 / _BIAS, 0, 1)
    return np.asarray(1 - lights.shadow * (1 - lit / 7), dtype=np.float32)


def shade(
    albedo: FloatImage, normals: FloatImage, lit: FloatImage, shine: FloatImage, soft: FloatImage, lights: Lights
) -> FloatImage:
    """Returns the (n, 3) linear light that leaves the surface towards the viewer.

    Args:
        albedo: (n, 3) linear colour.
        normals: (n, 3) unit vectors; those that look away from the viewer are turned round by the caller.
        lit: (n,) share of the key light that arrives.
        shine: (n,) strength of the reflection.
        soft: (n,) how far light creeps round the edge of a shadow, more in red than in blue: 0 for cloth, 1 for skin.
        lights: the scene's.
    """
    upness = (0.5 - 0.5 * normals[:, 1:2]).astype(np.float32)
    light = lights.sky.astype(np.float32) * upness + lights.ground.astype(np.float32) * (1 - upness)
    gloss = np.zeros((len(albedo), 3), np.float32)
    for k, (direction, colour) in enumerate(
        zip(lights.directions.astype(np.float32), lights.colours.astype(np.float32), strict=True)
    ):
        facing = normals @ direction
        wrap = soft[:, None] * np.array([0.32, 0.18, 0.14], np.float32)
        diffuse = np.clip((facing[:, None] + wrap) / (1 + wrap), 0, None)
        half = direction + np.array([0, 0, 1], np.float32)
        half /= np.float32(max(float(np.linalg.norm(half)), 1e-6))
        highlight = np.clip(normals @ half, 0, 1) ** 18
        arrives = lit if k == 0 else np.ones_like(lit)
        light += diffuse * arrives[:, None] * colour
        gloss += (highlight * arrives * shine * np.clip(facing * 4, 0, 1))[:, None] * colour
    return np.asarray(albedo * light + gloss, dtype=np.float32)
