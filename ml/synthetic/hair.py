"""Hair of all kinds: where it grows, how it falls, and how it lets the head shine through at its edges."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.synthetic.anatomy import Material
from ml.synthetic.lighting import Lights
from ml.synthetic.meshes import Array, Mesh, ball, smoothstep, tube
from ml.synthetic.rasterizer import Fragments
from ml.synthetic.shells import Skull, curtain
from ml.synthetic.skin import Complexion
from ml.synthetic.texture import FloatImage, noise, sample

_HAIR_LABEL = 10


@dataclass(frozen=True)
class Hair:
    """A hairdo.

    Attributes:
        meshes: its layers, in the head's space.
        edges: for each of them (V,) how far inside its edge a point is.
        colour: (3,) linear.
        curl: 0 straight, 1 frizzy.
        wisps: how far strands reach over the edge, in face widths.
        contrast: between strands.
        shine: strength of the reflection.
    """

    meshes: list[Mesh]
    edges: list[Array]
    colour: Array
    curl: float
    wisps: float
    contrast: float
    shine: float


def _hairline(rng: np.random.Generator, skull: Skull, style: str, age: float, masculine: bool, lowest: float) -> Array:
    """Returns (V,) how far inside the hair each point of the head is."""
    x, y, z = skull.rest.T
    across = np.abs(x)
    height = rng.uniform(-0.40, -0.24)
    front = height + rng.uniform(0.1, 0.5) * across**2 * 2.2
    if style == "receding" or (masculine and rng.random() < 0.25):
        recess = rng.uniform(0.1, 0.35)
        front -= recess * np.exp(-(((across - 0.24) / 0.11) ** 2)) + (0.25 * recess if style == "receding" else 0)
    sideburn = rng.uniform(0.05, 0.32 if masculine else 0.2)
    temple = np.where(across > 0.40, (across - 0.40) / 0.13, 0) ** 2
    front = front + np.minimum(temple, 1) * (sideburn - front)
    nape = rng.uniform(0.45, 0.75)
    back = np.interp(-z, [-0.25, 0.02, 0.09, 0.25, 0.55], [sideburn, sideburn, 0.05, nape - 0.1, nape])
    weight = smoothstep(z, 0.0, 0.16)
    line = front * weight + back * (1 - weight)
    if style == "bangs":
        fringe = rng.uniform(-0.10, 0.13) + rng.uniform(-0.5, 0.5) * x * (rng.random() < 0.5)
        fringe = np.minimum(fringe, lowest)
        parted = rng.uniform(0.0, 0.25) if rng.random() < 0.3 else 0.0
        fringe -= parted * np.exp(-(((x - rng.uniform(-0.2, 0.2)) / 0.10) ** 2))
        reach = smoothstep(0.50 - across, 0.0, 0.08)
        line = np.maximum(line, fringe * reach + line * (1 - reach))
    if style == "swept":
        start = rng.choice([-1, 1])
        swept = np.minimum(rng.uniform(-0.08, 0.12) - 0.9 * np.maximum(0.35 - start * x, 0), lowest)
        line = np.maximum(line, np.where(across < 0.47, swept, line))
    return np.asarray(line - y)


def sample_hair(
    rng: np.random.Generator, head: Array, look: Complexion, *, easy: bool = False, pressed: bool = False
) -> Hair:
    """Draws a hairdo.

    Args:
        rng: consumed.
        head: (V, 3) points of the head.
        look: of the person.
        easy: the hair leaves brows and cheeks free.
        pressed: there is a hat over it.
    """
    if look.masculine:
        bald = 0.10 + 0.18 * look.age
        chances = {
            "bald": bald,
            "shaved": 0.14,
            "short": 0.34,
            "receding": 0.05 + 0.2 * look.age,
            "swept": 0.12,
            "bangs": 0.08,
            "long": 0.07,
            "curly": 0.10,
            "afro": 0.03,
        }
    else:
        chances = {
            "bald": 0.01,
            "shaved": 0.02,
            "short": 0.12,
            "swept": 0.10,
            "bangs": 0.14,
            "long": 0.40,
            "curly": 0.12,
            "afro": 0.06,
            "tied": 0.16,
        }
    p = np.array(list(chances.values()))
    style = str(rng.choice(list(chances), p=p / p.sum()))
    dark = float(look.tone[0]) < 0.25
    curl = float(np.clip(rng.normal(0.75 if dark else 0.25, 0.2), 0, 1))
    if style in ("afro", "curly"):
        curl = float(rng.uniform(0.7, 1.0))
    colour, shine = np.asarray(look.hair), float(rng.uniform(0.1, 0.7) * (1 - 0.7 * curl))
    contrast = float(rng.uniform(0.2, 0.5))
    if style == "bald":
        return Hair([], [], colour, curl, 0.0, contrast, shine)

    skull = Skull(head)
    inside = _hairline(rng, skull, style, look.age, look.masculine, lowest=-0.10 if easy else 1.0)
    y = skull.rest[:, 1]
    on_top = smoothstep(-y, -0.15, 0.45)
    low, high = {
        "shaved": (0.008, 0.009), "short": (0.03, 0.12), "receding": (0.02, 0.06), "swept": (0.05, 0.13),
        "bangs": (0.05, 0.10), "long": (0.04, 0.11), "curly": (0.10, 0.22), "afro": (0.20, 0.45), "tied": (0.015, 0.05),
    }[style]  # fmt: skip
    volume = rng.uniform(low, high)
    sides = rng.uniform(0.25, 0.9) if style in ("short", "swept", "receding") else 0.8
    if pressed:
        volume = min(volume, 0.03)
    thickness = volume * (sides + (1 - sides) * on_top)
    lumps = rng.normal(0, 1, (14, 3))
    centers = skull.rest[rng.integers(0, len(skull.rest), 14)]
    bells = np.exp(-((skull.rest[:, None] - centers[None]) ** 2).sum(axis=-1) / 0.03) @ lumps[:, 0]
    thickness = thickness * np.clip(1 + 0.22 * bells, 0.4, 1.8)
    if style in ("bangs", "swept"):
        thickness = np.maximum(thickness, 0.035)
    mesh, edge = skull.shell(inside, thickness, _HAIR_LABEL, Material.HAIR)
    meshes, edges = [mesh], [edge]
    if style == "long" or (style in ("bangs", "curly", "swept") and not look.masculine and rng.random() < 0.75):
        opening = max(rng.uniform(0.65, 1.5), 1.1 if easy else 0.0)
        bottom = rng.choice([rng.uniform(0.45, 0.9), rng.uniform(0.9, 1.8)])
        mesh, edge = curtain(
            skull.size,
            opening,
            -0.42,
            bottom,
            max(volume, 0.04) + 0.02,
            rng.uniform(-0.06, 0.16),
            _HAIR_LABEL,
            Material.HAIR,
        )
        meshes.append(mesh)
        edges.append(edge)
    if style == "tied":
        at = np.array([0.0, rng.choice([-0.68, -0.3, 0.1]), -0.55]) * (1, skull.size[1], skull.size[2])
        if rng.random() < 0.6:
            knot = ball(at, rng.uniform(0.12, 0.24, 3), _HAIR_LABEL, Material.HAIR)
        else:
            t = np.linspace(0, 1, 12)[:, None]
            swing = rng.normal(0, 0.25)
            line = at + t * (0.0, 1.3, -0.1) + np.sin(t * 1.6) * (swing, -0.1, -0.25)
            knot = tube(
                line, 0.10 * np.sin(np.pi * np.clip(t[:, 0] * 0.9 + 0.1, 0, 1)) + 0.03, _HAIR_LABEL, Material.HAIR
            )
        meshes.append(knot)
        edges.append(np.full(len(knot.points), 0.3))
    wisps = {"shaved": 0.03, "short": 0.03, "bangs": 0.05}.get(style, 0.04)
    return Hair(meshes, edges, colour, curl, wisps, contrast, shine)


def hair_coverage(hair: Hair, uv: FloatImage, edge: FloatImage, facing: FloatImage) -> FloatImage:
    """Returns (n,) how much of what lies behind is hidden by the hair."""
    straight = sample(noise(1.6, 8.0), uv[:, 0] * 640, uv[:, 1] * 230, wrap=True)
    frizz = sample(noise(2.0), uv[:, 0] * 300, uv[:, 1] * 230, wrap=True)
    strands = straight * (1 - hair.curl) + frizz * hair.curl
    cover = np.clip((edge + strands * hair.wisps * 0.6) / max(hair.wisps, 0.01) + 0.5, 0, 1)
    rim = np.clip((np.abs(facing) - 0.08 + (0.05 + 0.10 * hair.curl) * frizz) / 0.20, 0, 1)
    return np.asarray(cover * rim, dtype=np.float32)


def shade_hair(
    hair: Hair, uv: FloatImage, normals: FloatImage, lit: npt.NDArray[np.float32], lights: Lights
) -> FloatImage:
    """Returns the (n, 3) linear light of hair with (n, 3) normals towards the viewer."""
    straight = sample(noise(0.9, 8.0), uv[:, 0] * 620, uv[:, 1] * 230, wrap=True) + 0.7 * sample(
        noise(6.0, 2.5), uv[:, 0] * 500, uv[:, 1] * 160, wrap=True
    )
    curls = sample(noise(2.0), uv[:, 0] * 330, uv[:, 1] * 200, wrap=True) + 0.6 * sample(
        noise(6.0), uv[:, 0] * 300, uv[:, 1] * 200, wrap=True
    )
    strands = straight * (1 - hair.curl) + curls * hair.curl
    upness = 0.5 - 0.5 * normals[:, 1:2]
    light = lights.sky.astype(np.float32) * upness + lights.ground.astype(np.float32) * (1 - upness)
    gloss = np.zeros((len(uv), 3), np.float32)
    for k, (direction, tint) in enumerate(
        zip(lights.directions.astype(np.float32), lights.colours.astype(np.float32), strict=True)
    ):
        facing = np.clip((normals @ direction + 0.25) / 1.25, 0, 1) * (lit if k == 0 else 1.0)
        light += facing[:, None] * tint
        half = direction + np.array([0, 0, 1], np.float32)
        half /= np.float32(max(float(np.linalg.norm(half)), 1e-6))
        # Strands run down: the reflection is a band across them.
        band = np.clip(1 - (normals[:, 1] - half[1]) ** 2 / 0.05, 0, 1) * np.clip(normals @ half, 0, 1)
        gloss += (band * np.clip(0.5 + 0.5 * strands, 0, 2) * facing)[:, None] * tint
    albedo = hair.colour.astype(np.float32) * np.exp(np.float32(hair.contrast) * strands)[:, None]
    return np.asarray(
        albedo * light * 1.1 + gloss * np.float32(hair.shine * 0.10) * (0.3 + hair.colour.astype(np.float32)),
        dtype=np.float32,
    )


def interpolate_hair(mesh: Mesh, hair: Hair, normals: Array, lit: FloatImage, fragments: Fragments) -> FloatImage:
    """Returns (n, 7): normal, uv, edge and light of the fragments of the hair's merged meshes."""
    attributes = np.column_stack([normals, mesh.uv, np.concatenate(hair.edges), lit]).astype(np.float32)
    return fragments.interpolate(mesh.triangles, attributes)
