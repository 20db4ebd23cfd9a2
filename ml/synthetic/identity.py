"""What makes one head another: modes of form, each a smooth displacement of the neutral head."""

from functools import cache

import numpy as np

from ml.schema import MEAN_FACE
from ml.synthetic.anatomy import Kind, anatomy
from ml.synthetic.meshes import Array, smoothstep
from ml.synthetic.part_outlines import seam


class Places:
    """Smooth functions over the head, from which modes are built."""

    def __init__(self, places: Array, points: Array) -> None:
        self.x, self.y = places.T
        self.z = points[:, 2]
        self.points = points
        self.across = np.abs(self.x)
        self.side = np.tanh(self.x / 0.03)
        self.front = smoothstep(self.z, -0.05, 0.35)

    def spot(self, x: float, y: float, sx: float, sy: float) -> Array:
        """Returns a bell about a place and its mirror image."""
        return np.asarray(np.exp(-0.5 * (((self.across - x) / sx) ** 2 + ((self.y - y) / sy) ** 2))) * self.front

    def move(self, x: Array | float = 0.0, y: Array | float = 0.0, z: Array | float = 0.0) -> Array:
        """Returns (V, 3) displacements."""
        return np.stack([np.broadcast_to(np.asarray(v, dtype=np.float64), self.x.shape) for v in (x, y, z)], axis=1)

    def brow(self, side: float = 0.0) -> Array:
        """Returns 1 on the brows, falling off around them; of one side if side is -1 or 1.

        Beyond the eye it reaches lower, to where the tail is: a brow moves as one.
        """
        below = self.y - 0.07 * smoothstep(self.across, 0.32, 0.41)
        band = smoothstep(self.y, -0.10, -0.01) * (1 - smoothstep(below, 0.075, 0.125))
        both = band * (1 - smoothstep(self.across, 0.43, 0.50)) * self.front
        return both if side == 0 else both * smoothstep(self.x * side, -0.04, 0.06)

    def eye(self, side: float = 0.0) -> Array:
        """Returns 1 on the eyes and their lids, falling off around them."""
        d = np.hypot((self.across - 0.2205) / 0.15, (self.y - 0.17) / 0.10)
        both = (1 - smoothstep(d, 0.75, 1.35)) * self.front
        return both if side == 0 else both * (self.x * side > 0)

    def nose(self) -> Array:
        """Returns 1 on the nose, falling off around it."""
        wide = 0.06 + 0.09 * smoothstep(self.y, 0.2, 0.42)
        return (
            (1 - smoothstep(self.across / wide, 0.9, 1.7))
            * smoothstep(self.y, 0.10, 0.24)
            * (1 - smoothstep(self.y, 0.495, 0.57))
            * self.front
        )

    def mouth(self) -> Array:
        """Returns 1 on the lips, falling off around them."""
        d = np.hypot(self.x / 0.19, (self.y - 0.665) / 0.085)
        return np.asarray((1 - smoothstep(d, 0.85, 1.5)) * self.front)


def _brow_spine(x: Array) -> Array:
    brow = MEAN_FACE[42:51].astype(np.float64) - (0.5, 0.0)
    return np.asarray(np.polynomial.Polynomial.fit(brow[:, 0], brow[:, 1], 3)(np.clip(x, 0.08, 0.44)))


def _modes(p: Places) -> dict[str, tuple[float, Array]]:
    """Returns each mode's standard deviation and displacement."""
    x, y, z, s = p.points[:, 0], p.y, p.z, p.side
    lower = smoothstep(y, 0.35, 0.9)
    eye, nose, mouth, brow = p.eye(), p.nose(), p.mouth(), p.brow()
    arch = p.spot(0.29, 0.0, 0.09, 0.2)
    lips_y = y - seam(p.x)
    return {
        "width": (0.045, p.move(x=x)),
        "lower_length": (0.050, p.move(y=np.maximum(y - 0.3, 0))),
        "upper_length": (0.060, p.move(y=np.minimum(y - 0.05, 0))),
        "depth": (0.050, p.move(z=z)),
        "jaw_width": (0.085, p.move(x=x * lower)),
        "temple_width": (0.035, p.move(x=x * (1 - smoothstep(y, 0.0, 0.45)))),
        "chin_length": (0.032, p.move(y=smoothstep(y, 0.72, 1.0) * p.front)),
        "chin_depth": (0.032, p.move(z=p.spot(0, 0.92, 0.20, 0.11))),
        "chin_width": (0.12, p.move(x=x * p.spot(0.17, 0.93, 0.10, 0.09))),
        "overbite": (0.020, p.move(z=p.spot(0, 0.64, 0.17, 0.10))),
        "cheeks": (0.034, p.move(x=s * p.spot(0.36, 0.62, 0.11, 0.16), z=0.8 * p.spot(0.30, 0.55, 0.12, 0.16))),
        "cheekbones": (0.018, p.move(x=s * p.spot(0.42, 0.33, 0.08, 0.10), z=p.spot(0.33, 0.33, 0.09, 0.08))),
        "jowls": (0.016, p.move(x=s * p.spot(0.34, 0.82, 0.10, 0.09), y=p.spot(0.30, 0.88, 0.10, 0.08))),
        "forehead": (0.045, p.move(z=p.spot(0, -0.35, 0.35, 0.17))),
        "brow_ridge": (0.018, p.move(z=p.spot(0.20, 0.02, 0.16, 0.05))),
        "eye_size": (0.090, p.move(x=s * eye * (p.across - 0.2205), y=eye * (y - 0.172))),
        "eye_opening": (0.18, p.move(y=eye * (y - 0.178))),
        "eye_spacing": (0.010, p.move(x=s * eye)),
        "eye_height": (0.011, p.move(y=eye)),
        "eye_slant": (0.09, p.move(y=-eye * (p.across - 0.2205))),
        "eye_depth": (0.016, p.move(z=-p.spot(0.2, 0.15, 0.15, 0.09))),
        "nose_width": (0.13, p.move(x=x * nose)),
        "ala_width": (0.013, p.move(x=s * p.spot(0.12, 0.45, 0.05, 0.05))),
        "nose_length": (0.022, p.move(y=p.spot(0, 0.45, 0.17, 0.10))),
        "nose_depth": (0.026, p.move(z=p.spot(0, 0.40, 0.07, 0.10))),
        "nose_bridge": (0.024, p.move(z=p.spot(0, 0.22, 0.05, 0.09))),
        "nose_hump": (0.014, p.move(z=p.spot(0, 0.29, 0.04, 0.05))),
        "nose_tip": (0.018, p.move(y=-p.spot(0, 0.40, 0.06, 0.05), z=0.3 * p.spot(0, 0.40, 0.06, 0.05))),
        "mouth_width": (0.085, p.move(x=x * mouth)),
        "mouth_height": (0.018, p.move(y=p.spot(0, 0.66, 0.26, 0.10))),
        "mouth_slant": (0.05, p.move(y=mouth * (p.across - 0.09))),
        "upper_lip": (0.22, p.move(y=mouth * np.minimum(lips_y, 0))),
        "lower_lip": (0.20, p.move(y=mouth * np.maximum(lips_y, 0))),
        "lip_fullness": (0.012, p.move(z=p.spot(0, 0.66, 0.12, 0.06))),
        "brow_height": (0.017, p.move(y=brow)),
        "brow_tilt": (0.085, p.move(y=-brow * (p.across - 0.25))),
        "brow_arch": (0.013, p.move(y=-brow * (arch - 0.6))),
        "brow_thickness": (0.26, p.move(y=brow * (y - _brow_spine(p.across)))),
        "brow_spacing": (0.012, p.move(x=s * brow * p.spot(0.12, 0.05, 0.09, 0.2))),
        "brow_length": (0.016, p.move(x=s * brow * p.spot(0.41, 0.1, 0.08, 0.2))),
        "ear_size": (0.09, p.move(y=(y - 0.3), z=z)),
        "ear_flare": (0.30, p.move(x=x - 0.52 * s)),
        "twist": (0.010, p.move(x=p.front * (y - 0.3))),
        "uneven_eyes": (0.005, p.move(y=eye * s)),
        "uneven_brows": (0.007, p.move(y=brow * s)),
        "uneven_mouth": (0.008, p.move(y=mouth * s * p.across / 0.18)),
        "crooked_nose": (0.008, p.move(x=p.spot(0, 0.38, 0.10, 0.10))),
        "child": (0.0, p.move(
            x=0.06 * x + s * eye * 0.22 * (p.across - 0.2205) - 0.12 * x * nose - 0.08 * x * lower,
            y=eye * 0.25 * (y - 0.172) - 0.10 * np.maximum(y - 0.3, 0) + 0.10 * np.minimum(y - 0.05, 0) - 0.02 * brow,
            z=-0.07 * p.spot(0, 0.36, 0.08, 0.12) - 0.02 * p.spot(0.2, 0.02, 0.16, 0.05) + 0.03 * p.spot(0, -0.3, 0.4, 0.2),
        )),
    }  # fmt: skip


@cache
def form_basis() -> tuple[tuple[str, ...], Array, Array]:
    """Returns the names of K modes of form, their (K,) standard deviations, and (K, V, 3) displacements in face widths."""
    body = anatomy()
    modes = _modes(Places(body.places, body.mesh.points))
    ears = body.kind == Kind.EAR
    field = np.stack([displacement for _, displacement in modes.values()])
    names = tuple(modes)
    for k, name in enumerate(names):
        if name.startswith("ear_"):
            field[k, ~ears] = 0
        elif name == "jaw_width":
            field[k, ears] = 0
    return names, np.array([deviation for deviation, _ in modes.values()]), field


def sample_form(rng: np.random.Generator) -> Array:
    """Returns the (V, 3) points of another person's head, the face at rest."""
    names, deviations, field = form_basis()
    weights = np.clip(rng.standard_t(6, len(names)), -2.4, 2.4) * 0.8 * deviations
    weights[names.index("child")] = rng.uniform(0.4, 1.0) if rng.random() < 0.12 else 0.0
    # Builds: a heavy face is wide below and full in the cheeks, a lean one the opposite.
    build = rng.normal(0, 0.7)
    for name, share in (("jaw_width", 0.06), ("cheeks", 0.026), ("jowls", 0.012), ("width", 0.02)):
        weights[names.index(name)] += build * share
    body = anatomy()
    moved = body.mesh.points + np.tensordot(weights, field, axes=1)
    return np.asarray(moved + _individual(rng, body.places, body.kind))


def _individual(rng: np.random.Generator, places: Array, kind: np.ndarray) -> Array:
    """Returns a soft displacement like no mode, and not the same left and right."""
    centers = np.column_stack([rng.uniform(-0.5, 0.5, 9), rng.uniform(-0.3, 1.0, 9)])
    bells = np.exp(-0.5 * ((places[:, None] - centers[None]) ** 2).sum(axis=-1) / rng.uniform(0.08, 0.25, 9) ** 2)
    field = bells @ rng.normal(0, 1, (9, 3)) * (0.006, 0.006, 0.012)
    return np.asarray(np.where((kind == Kind.EAR)[:, None], 0.0, field))
