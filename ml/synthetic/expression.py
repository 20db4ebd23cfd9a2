"""What a face does: lids, gaze, brows, mouth and jaw, as displacements of the face at rest."""

from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from ml.synthetic import relief
from ml.synthetic.anatomy import Kind, anatomy
from ml.synthetic.identity import Places
from ml.synthetic.meshes import Array, smoothstep
from ml.synthetic.part_outlines import MOUTH_HALF_WIDTH, lid, seam

_HINGE = np.array([0.30, 0.02])
"""y and z of the axis about which the jaw opens."""


@dataclass(frozen=True)
class Expression:
    """The state of a face.

    Attributes:
        weights: of the modes, by name.
        gaze: where the pupils are on the eyeballs, from the eyes' middles.
    """

    weights: dict[str, float]
    gaze: tuple[float, float]


def _blink(p: Places, side: int) -> tuple[Array, Array]:
    """Returns the motion of the lids to their meeting, and the way around the eyeball half-way there."""
    upper, lower = lid(p.x, upper=True), lid(p.x, upper=False)
    within = smoothstep(p.across, 0.085, 0.121) * (1 - smoothstep(p.across, 0.315, 0.365)) * (p.x * side > 0)
    above = np.clip((p.y - 0.07) / np.maximum(upper - 0.07, 1e-3), 0, 1) * (p.y <= (upper + lower) / 2 + 1e-9)
    below = np.clip((0.30 - p.y) / np.maximum(0.30 - lower, 1e-3), 0, 1) * (p.y > (upper + lower) / 2 + 1e-9)
    opening = np.maximum(lower - upper, 0)
    fall = 0.82 * opening * above**1.5 - 0.18 * opening * below**1.5
    fall *= within * p.front
    there = p.y + fall
    z = np.where(np.abs(fall) > 0, relief.eyeball_depth(p.x, there) - relief.eyeball_depth(p.x, p.y), 0.0)
    z *= np.maximum(above, below) ** 1.5
    return p.move(y=fall, z=z), p.move(z=0.012 * within * np.maximum(above, below) * p.front)


def _between_corners(p: Places) -> Array:
    """Returns 1 in the middle of the mouth and 0 beyond its corners.

    Where the lips meet it is a parabola, so that an opening is bounded by two; it ends at the corners in a bend that is
    the softer the farther from there, for the skin around is drawn along.
    """
    parabola = 1 - (p.x / MOUTH_HALF_WIDTH) ** 2
    softness = 0.5 * np.minimum(np.abs(p.y - seam(p.x)) / 0.03, 1)
    return np.asarray((parabola + np.hypot(parabola, softness)) / (1 + np.hypot(1, softness)))


def _jaw(p: Places, below: npt.NDArray[np.bool_]) -> Array:
    """Returns how far each point follows the jaw: all of it below the mouth, half at its corners, nothing above."""
    around = smoothstep(p.y, 0.40, 0.88)
    inner = np.where(below, 1.0, 0.0)
    share = 1 - _between_corners(p)
    near = inner * (1 - share) + around * share
    far_above = smoothstep(p.y, 0.50, 0.62)
    return np.asarray(np.where(below, near, near * far_above) * smoothstep(p.z, -0.25, 0.15))


def _fields() -> dict[str, Array]:
    body = anatomy()
    p = Places(body.places, body.mesh.points)
    skin = (body.kind == Kind.SURFACE).astype(np.float64)
    s, x, z = p.side, p.x, p.z
    above_seam = ~body.below
    middle = _between_corners(p)
    lip_band = p.mouth()
    brow = {side: p.brow(side) for side in (-1, 1)}
    corner = p.spot(0.18, 0.66, 0.10, 0.08)
    cheek = p.spot(0.27, 0.42, 0.10, 0.09)
    fields = {}
    for side, name in ((-1, "left"), (1, "right")):
        half = smoothstep(x * side, -0.06, 0.06)
        fields[f"blink_{name}"], fields[f"blink_{name}_round"] = _blink(p, side)
        fields[f"brow_up_{name}"] = p.move(y=-brow[side])
        fields[f"brow_inner_{name}"] = p.move(y=-brow[side] * p.spot(0.10, 0.05, 0.09, 0.3))
        fields[f"frown_{name}"] = p.move(
            x=-s * 0.8 * brow[side] * p.spot(0.10, 0.05, 0.08, 0.3),
            y=brow[side] * (0.4 + p.spot(0.10, 0.05, 0.09, 0.3)),
        )
        fields[f"smile_{name}"] = half[:, None] * (
            p.move(x=s * 0.055 * corner, y=-0.050 * corner, z=-0.055 * corner)
            + p.move(y=-0.028 * cheek, z=0.028 * cheek)
            + p.move(y=-0.010 * p.spot(0.22, 0.25, 0.10, 0.04))
            + p.move(y=0.010 * lip_band * middle, z=-0.012 * lip_band * middle)
            + p.move(x=s * 0.010 * p.spot(0.12, 0.44, 0.04, 0.05))
        )
        fields[f"sad_{name}"] = half[:, None] * p.move(y=0.030 * corner, x=-s * 0.005 * corner)
    upper_lip = lip_band * above_seam * middle
    lower_lip = lip_band * ~above_seam * middle
    fields["lips_up"] = p.move(y=-0.030 * upper_lip)
    fields["lips_down"] = p.move(y=0.030 * lower_lip)
    fields["pucker"] = p.move(x=-0.38 * x * lip_band, z=0.05 * lip_band, y=0.1 * (p.y - seam(p.x)) * lip_band)
    fields["press"] = p.move(y=-(p.y - seam(p.x)) * 0.5 * lip_band, z=-0.02 * lip_band)
    fields["sneer"] = p.move(y=-0.018 * p.spot(0.12, 0.44, 0.06, 0.05))
    fields["puff"] = p.move(x=s * 0.05 * p.spot(0.33, 0.62, 0.10, 0.12), z=0.04 * p.spot(0.28, 0.62, 0.1, 0.12))
    for name in fields:
        fields[name] = fields[name] * skin[:, None]

    shares = [_jaw(p, body.below), np.ones(len(x)), smoothstep(p.y, 0.5, 0.9)]
    follows = np.select([body.kind == k for k in (Kind.SURFACE, Kind.LOWER_MOUTH, Kind.CAVITY)], shares, 0.0)
    y, z = body.mesh.points[:, 1] - _HINGE[0], z - _HINGE[1]
    fields["jaw"] = p.move(y=follows * z, z=-follows * y)
    fields["jaw_side"] = p.move(x=follows)
    return fields


@cache
def _basis() -> tuple[tuple[str, ...], Array]:
    fields = _fields()
    return tuple(fields), np.stack(list(fields.values()))


def sample_expression(rng: np.random.Generator, easy: bool) -> Expression:
    """Draws a state: neutral, talking, smiling with and without teeth, shouting, eyes closed or wide, brows up or knit.

    Args:
        rng: consumed, alike for easy faces and others.
        easy: the eyes stay open, and the lips are together or clearly apart.
    """
    w: dict[str, float] = {}
    open_lids = 0.0
    kind = rng.choice(["neutral", "talk", "smile", "grin", "shout", "pucker", "press", "odd"],
                      p=[0.22, 0.18, 0.14, 0.18, 0.07, 0.05, 0.05, 0.11])  # fmt: skip
    one_sided = rng.uniform(0.2, 1.0) if rng.random() < 0.12 else 1.0
    if kind == "talk":
        w |= {"jaw": rng.uniform(0.02, 0.22), "lips_up": rng.uniform(0, 0.7), "lips_down": rng.uniform(0, 0.9)}
        w["pucker"] = rng.uniform(-0.2, 0.5)
    if kind in ("smile", "grin"):
        smile = rng.uniform(0.3, 1.25)
        w |= {"smile_left": smile, "smile_right": smile * one_sided}
        open_lids -= 0.22 * smile
        if kind == "grin":
            w |= {"jaw": rng.choice([0.0, 0.0, 1.0]) * rng.uniform(0.0, 0.20), "lips_up": rng.uniform(0.35, 1.1)}
            w["lips_down"] = rng.uniform(0.1, 0.8)
    if kind == "shout":
        w |= {"jaw": rng.uniform(0.2, 0.42), "lips_up": rng.uniform(0.0, 0.8), "lips_down": rng.uniform(0, 0.6)}
        w["pucker"] = rng.uniform(-0.3, 0.6)
    if kind in ("pucker", "press"):
        w |= {kind: rng.uniform(0.4, 1.0)}
    if kind == "odd":
        w |= {"sad_left": rng.uniform(0, 1.5), "smile_right": rng.uniform(0, 0.6), "jaw_side": rng.normal(0, 0.02)}
        w |= {"sad_right": w["sad_left"] * rng.uniform(0, 1.2), "sneer": rng.uniform(0, 1), "puff": rng.uniform(0, 1)}
        w["jaw"] = max(rng.normal(0, 0.08), 0.0)
    # Lips that hardly part are a common case.
    w["jaw"] = w.get("jaw", 0.0) + (rng.uniform(0.015, 0.04) if rng.random() < 0.25 else 0.0)

    parted = 0.75 * w["jaw"] + 0.03 * (w.get("lips_up", 0.0) + w.get("lips_down", 0.0))
    drop = rng.uniform(0.06, 0.20) if rng.random() < 0.35 else 0.0
    if easy and parted < 0.035:
        w |= {"jaw": drop, "lips_up": 0.0, "lips_down": 0.0}

    raised = rng.normal(0, 0.010) + (rng.uniform(0.015, 0.05) if rng.random() < 0.15 else 0.0)
    for side in ("left", "right"):
        w[f"brow_up_{side}"] = raised + rng.normal(0, 0.004)
        w[f"frown_{side}"] = rng.uniform(0.005, 0.03) if rng.random() < 0.2 else 0.0
        w[f"brow_inner_{side}"] = rng.uniform(0.0, 0.02) if rng.random() < 0.15 else 0.0
    if rng.random() < 0.05:
        w["brow_up_left"] += rng.uniform(0.02, 0.05)
    blink = (
        rng.uniform(0.8, 1.0) if rng.random() < 0.10 else float(np.clip(rng.normal(-0.05, 0.25), -0.9, 0.7)) - open_lids
    )
    wink = rng.random() < 0.03
    w["blink_left"] = float(np.clip(blink, -0.9, 1.0))
    w["blink_right"] = 1.0 if wink else float(np.clip(blink + rng.normal(0, 0.03), -0.9, 1.0))
    for side in ("left", "right"):
        if easy:
            w[f"blink_{side}"] = min(w[f"blink_{side}"], 0.25)
        k = w[f"blink_{side}"]
        w[f"blink_{side}_round"] = 4 * k * (1 - k) if 0 < k < 1 else 0.0
    spread = 0.022 if rng.random() < 0.35 else 0.008
    gaze = (
        float(np.clip(rng.normal(0, spread), -0.045, 0.045)),
        float(np.clip(rng.normal(0, spread * 0.4), -0.02, 0.02)),
    )
    return Expression({name: float(value) for name, value in w.items()}, gaze)


def express(points: Array, expression: Expression) -> Array:
    """Returns the (V, 3) points of a head at rest, moved by an expression."""
    names, field = _basis()
    weights = np.array([expression.weights.get(name, 0.0) for name in names])
    return np.asarray(points + np.tensordot(weights, field, axes=1))
