"""What people wear on their heads and hold before their faces: glasses, hats, hoods, masks, hands, phones, microphones."""

from dataclasses import dataclass, field

import numpy as np

from ml.synthetic.anatomy import Material, anatomy
from ml.synthetic.meshes import Array, Mesh, ball, clip, grid_mesh, smoothstep, tube
from ml.synthetic.shells import Skull, curtain


@dataclass
class Accessories:
    """Things in the head's space; all are background in the label map.

    Attributes:
        solid: what hides what is behind it.
        glass: clear lenses.
        covers_hair: whether none of the hair is to be seen.
        presses_hair: whether a hat is worn over it.
    """

    solid: list[Mesh] = field(default_factory=list)
    glass: list[Mesh] = field(default_factory=list)
    covers_hair: bool = False
    presses_hair: bool = False


def sample_accessories(rng: np.random.Generator, head: Array, easy: bool) -> Accessories:
    """Draws what a person wears; of easy faces only glasses, rarely."""
    worn = Accessories()
    if rng.random() < 0.26 * (0.6 if easy else 1.0):
        _glasses(rng, head, worn, dark=not easy and rng.random() < 0.3)
    if rng.random() < 0.13 and not easy:
        style = str(rng.choice(["cap", "beanie", "hood", "band"], p=[0.35, 0.25, 0.25, 0.15]))
        _headwear(rng, Skull(head), worn, style)
    if rng.random() < 0.15:
        for side in (-1, 1):
            worn.solid.append(
                ball((side * 0.56, 0.54, -0.03), (0.022, rng.uniform(0.02, 0.07), 0.022), 0, Material.OBJECT, 7, 10)
            )
    if not easy:
        if rng.random() < 0.025:
            worn.solid.append(_mask(head))
        if rng.random() < 0.11:
            worn.solid += _hand(rng)
        if rng.random() < 0.05:
            worn.solid += _microphone(rng)
        if rng.random() < 0.04:
            worn.solid.append(_board(rng))
    return worn


def _lens_outline(rng: np.random.Generator) -> tuple[Array, float]:
    width, height = rng.uniform(0.155, 0.20), rng.uniform(0.085, 0.15)
    power = rng.uniform(2.0, 4.5)
    t = np.linspace(0, 2 * np.pi, 40)
    c, s = np.cos(t), np.sin(t)
    x = width * np.sign(c) * np.abs(c) ** (2 / power)
    y = height * np.sign(s) * np.abs(s) ** (2 / power)
    return np.column_stack([x, y * (1 + 0.15 * np.sign(y))]), width


def _glasses(rng: np.random.Generator, head: Array, worn: Accessories, dark: bool) -> None:
    body = anatomy()
    outline, width = _lens_outline(rng)
    if dark:
        outline, width = outline * 1.12, width * 1.12
    eyes = head[list(body.pupils)]
    level = float(eyes[:, 1].mean()) + rng.uniform(-0.01, 0.045)
    depth = float(eyes[:, 2].mean()) + rng.uniform(0.085, 0.12)
    apart = float(np.abs(eyes[:, 0]).mean()) + rng.uniform(-0.01, 0.015)
    apart = max(apart, width + 0.025)
    rimless = rng.random() < 0.12
    rim = rng.uniform(0.004, 0.006) if rimless or rng.random() < 0.3 else rng.uniform(0.007, 0.02)
    lobes = np.linspace(0, 1, 6)[:, None, None]
    for side in (-1, 1):
        loop = np.column_stack(
            [
                side * apart + side * outline[:, 0],
                level + outline[:, 1],
                depth - 0.35 * np.maximum(outline[:, 0], 0) ** 1.5,
            ]
        )
        center = loop[:-1].mean(axis=0) + np.array([0.0, 0.0, 0.012])
        lens = grid_mesh(center + (loop - center) * lobes, 0, Material.DARK_LENS if dark else Material.LENS)
        lens.uv = np.column_stack(
            [(lens.points[:, 0] - center[0]) / width, (lens.points[:, 1] - center[1]) / 0.15 * 0.5 + 0.5]
        )
        (worn.solid if dark else worn.glass).append(lens)
        if not rimless or dark:
            worn.solid.append(tube(loop, rim, 0, Material.OBJECT, 6))
        hinge = np.array([side * (apart + width), level - 0.03, depth - 0.35 * width**1.5])
        tip = np.array([side * 0.565, level + 0.0, -0.10])
        t = np.linspace(0, 1, 9)[:, None]
        worn.solid.append(
            tube(
                hinge * (1 - t) + tip * t + (side * 0.035, 0, 0) * np.sin(np.pi * t),
                max(rim * 0.8, 0.007),
                0,
                Material.OBJECT,
                6,
            )
        )
    t = np.linspace(-1, 1, 7)[:, None]
    arch = np.hstack([t * max(apart - width, 0.02), level - 0.02 - 0.03 * (1 - t**2), depth + 0.01 + 0 * t])
    worn.solid.append(tube(arch, max(rim, 0.006), 0, Material.OBJECT, 6))


def _headwear(rng: np.random.Generator, skull: Skull, worn: Accessories, style: str) -> None:
    x, y, z = skull.rest.T
    line = rng.uniform(-0.26, -0.08)
    slope = rng.uniform(0.05, 0.35)
    if style == "band":
        inside = np.minimum(line + 0.02 - y, y - (line - rng.uniform(0.08, 0.16)))
        worn.solid.append(_cut(skull, inside, np.full(len(x), 0.13), Material.FABRIC))
        return
    if style == "hood":
        oval = (np.hypot(x / rng.uniform(0.44, 0.54), (y - 0.30) / rng.uniform(0.56, 0.72)) - 1) * 0.4
        inside = np.where(z < 0.05, 0.3, oval)
        inside = np.where((y > 0.75) & (z < 0.45), 0.2, inside)
        worn.solid.append(_cut(skull, inside, np.full(len(x), rng.uniform(0.04, 0.12)), Material.FABRIC))
        worn.solid.append(
            curtain(skull.size, 0.02, 0.80, 1.7, rng.uniform(0.05, 0.12), rng.uniform(0.0, 0.35), 0, Material.FABRIC)[0]
        )
        worn.covers_hair = True
        return
    inside = line + slope * np.clip(-z + 0.3, 0, 0.9) - y
    volume = (
        rng.uniform(0.12, 0.2) if style == "cap" else rng.uniform(0.10, 0.25) * (0.6 + 0.6 * smoothstep(-y, 0.2, 0.6))
    )
    worn.solid.append(_cut(skull, inside, np.broadcast_to(volume, len(x)), Material.FABRIC))
    worn.presses_hair = True
    if style == "cap":
        v, a = np.meshgrid(np.linspace(0, 1, 8), np.linspace(-1.15, 1.15, 20), indexing="ij")
        length = rng.uniform(0.25, 0.45)
        brim_x = (0.545 * skull.size[0]) * np.sin(a) * (1 + 0.10 * v)
        brim_z = 0.02 + 0.66 * np.cos(a) + length * v * np.cos(a)
        brim_y = line - 0.02 + rng.uniform(-0.05, 0.18) * v + 0.10 * np.sin(a) ** 2
        worn.solid.append(grid_mesh(np.stack([brim_x, brim_y, brim_z], axis=-1), 0, Material.FABRIC))


def _cut(skull: Skull, inside: Array, thickness: Array, material: int) -> Mesh:
    """Returns a layer that is as thick at its edge as elsewhere, cut off where inside crosses zero."""
    mesh, edge = skull.shell(np.where(inside > 0, inside + 0.12, inside), thickness, 0, material)
    return clip(mesh, np.where(edge > 0, edge - 0.12, edge))


def _mask(head: Array) -> Mesh:
    tip = float(head[anatomy().surface.landmarks[54], 2])
    v, u = np.meshgrid(np.linspace(0, 1, 14), np.linspace(-1, 1, 22), indexing="ij")
    y = 0.30 + 0.74 * v + 0.10 * u**2 * (1 - v) - 0.22 * u**2 * v
    z = (tip + 0.03 - 0.25 * np.clip(0.25 - v, 0, 1) - 0.12 * v**3) * np.maximum(1 - u**2, 0) ** 0.55
    return grid_mesh(np.stack([0.51 * u, y, z], axis=-1), 0, Material.OBJECT)


def _hand(rng: np.random.Generator) -> list[Mesh]:
    """Returns a palm and fingers somewhere over cheek, mouth, chin, brow or ear."""
    x, y = [(0.38, 0.55), (0.1, 0.68), (0.15, 0.95), (0.30, 0.05), (0.48, 0.30), (0.42, 0.80)][int(rng.integers(6))]
    side = rng.choice([-1.0, 1.0])
    depth = np.interp(x, [0.0, 0.2, 0.4, 0.5], [0.88, 0.82, 0.62, 0.40])
    at = np.array([side * x, y, depth]) + rng.normal(0, 0.04, 3)
    angle = rng.uniform(-0.9, 0.9) + (np.pi if rng.random() < 0.15 else 0.0)
    along = np.array([-side * np.sin(angle), -np.cos(angle), 0.05])
    across = np.array([np.cos(angle), -side * np.sin(angle), 0.0])
    parts = []
    t = np.linspace(0, 1, 8)[:, None]
    for k in range(4):
        root = at + across * (k - 1.5) * rng.uniform(0.10, 0.125)
        length = rng.uniform(0.32, 0.46) * (1.0 if k in (1, 2) else 0.82)
        bend = np.array([0.0, 0.0, rng.uniform(-0.12, 0.02)])
        line = root + along * length * t + bend * t**2
        radius = 0.058 * np.sqrt(np.clip(1 - np.abs(2 * t[:, 0] - 1) ** 6, 0.02, 1))
        parts.append(tube(line, radius, 0, Material.HAND, 10))
    palm = at - along * 0.20
    parts.append(ball(palm, (0.25, 0.25, 0.09), 0, Material.HAND))
    wrist = palm - along * np.linspace(0.1, 1.6, 8)[:, None] - (0.0, 0.0, 0.25) * np.linspace(0, 1, 8)[:, None]
    parts.append(tube(wrist, 0.17, 0, Material.HAND if rng.random() < 0.5 else Material.CLOTH, 12))
    return parts


def _microphone(rng: np.random.Generator) -> list[Mesh]:
    at = np.array([rng.uniform(-0.35, 0.35), rng.uniform(0.75, 1.0), rng.uniform(0.95, 1.15)])
    down = np.array([rng.uniform(-0.4, 0.4), 1.2, 0.25])
    r = rng.uniform(0.09, 0.15)
    rod = at + down * np.linspace(0.05, 1, 6)[:, None]
    return [ball(at, (r, r, r), 0, Material.OBJECT), tube(rod, r * 0.6, 0, Material.OBJECT, 10)]


def _board(rng: np.random.Generator) -> Mesh:
    """Returns a phone, a cup or a card: a plate before the face, or beside it."""
    at = np.array([rng.choice([-1, 1]) * rng.uniform(0.2, 0.65), rng.uniform(0.1, 1.0), rng.uniform(0.85, 1.1)])
    angle = rng.normal(0, 0.4)
    a = np.array([np.cos(angle), np.sin(angle), rng.normal(0, 0.2)]) * rng.uniform(0.12, 0.35)
    b = np.array([-np.sin(angle), np.cos(angle), rng.normal(0, 0.2)]) * rng.uniform(0.2, 0.5)
    v, u = np.meshgrid(np.linspace(-1, 1, 4), np.linspace(-1, 1, 4), indexing="ij")
    return grid_mesh(at + u[..., None] * a + v[..., None] * b, 0, Material.OBJECT)
