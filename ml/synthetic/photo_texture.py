"""Takes the skin and the eyes of a photo off it: onto the flat template, so that the head can be turned under them."""

from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
import numpy.typing as npt

from ml.schema import PARTS
from ml.synthetic import skin
from ml.synthetic.anatomy import Kind, anatomy
from ml.synthetic.curves import smooth_line, smooth_loop
from ml.synthetic.fitting import FittedHead
from ml.synthetic.meshes import Array, smoothstep, vertex_normals
from ml.synthetic.rasterizer import Fragments, rasterize
from ml.synthetic.relief import polar
from ml.synthetic.template import template
from ml.synthetic.texture import FloatImage, noise, sample, window

_GRAZING = (0.30, 0.60)
"""Cosines of the angle between surface and view below which a photo shows nothing, and above which it shows all."""
_MARGIN = 0.02
"""How far inside the face's outline the photo is trusted, in face widths."""
_FOREIGN_LUMINANCE = 0.75
_FOREIGN_CHROMA = 0.30
"""How far from the cheeks' colour, in logarithms, something at the face's edge is hair or cloth."""

_STUDIO_ALBEDO = np.float32(0.82)
"""What reflects less than all, yet is white in a studio's exposure."""


@dataclass(frozen=True)
class PhotoTexture:
    """What a photo shows of a face, in linear light.

    Attributes:
        skin: (HEIGHT, WIDTH, 3) on the template, as the painted skins are; what the photo does not show is filled in.
        eyes: (H, W, 3) the photo, outside the eyes continued from their edges.
        eye_uv: (V, 2) pixels of eyes at the anatomy's points.
        tone: (3,) colour of the cheeks.
    """

    skin: FloatImage
    eyes: FloatImage
    eye_uv: Array
    tone: Array


def take_texture(
    image: npt.NDArray[np.uint8], points: Array, fitted: FittedHead, hairline: Array | None = None
) -> PhotoTexture:
    """Returns the texture of a face in a photo.

    Args:
        image: (H, W, 3) uint8 RGB.
        points: (106, 2) pixels.
        fitted: the head that has these points.
        hairline: (N, 2) pixels from the left temple over the forehead to the right; without it hair is told from skin by
            its colour alone.
    """
    light = skin.linear(image).astype(np.float32)
    pixels = fitted.pixels()
    # Light fades towards the edge of a face; lights of the new picture will do it again.
    facing = _facing(fitted)
    texels, attributes = _unwrap(np.column_stack([pixels[: len(facing)], facing, template().places]))
    x, y, cosine, places = attributes[:, 0], attributes[:, 1], attributes[:, 2], attributes[:, 3:5]
    shading = 0.62 + 0.38 * np.clip(cosine, 0, 1)
    colour = sample(light, x, y) * (_STUDIO_ALBEDO / shading)[:, None]
    trust = smoothstep(cosine, *_GRAZING) * _inside(image.shape[:2], points, hairline, fitted.camera.scale, x, y)
    share = polar(places.astype(np.float64))[1]
    cheeks = (share < 0.75) & (np.abs(places[:, 0]) > 0.16) & (places[:, 1] > 0.30) & (places[:, 1] < 0.55)
    tone = np.median(colour[cheeks], axis=0).astype(np.float64)
    trust = trust * ~_foreign(colour, tone, places, share)
    canvas = np.zeros((skin.HEIGHT, skin.WIDTH, 3), np.float32)
    weight = np.zeros((skin.HEIGHT, skin.WIDTH), np.float32)
    canvas.reshape(-1, 3)[texels], weight.reshape(-1)[texels] = colour, trust
    # A wide margin of what is foreign or beyond the edge goes with it: hair has soft borders.
    weight = np.minimum(weight, cv2.erode(weight, np.ones((5, 5), np.uint8)) + _features())
    filled = fill(canvas, weight)
    return PhotoTexture(filled, _continued(light, points) * _STUDIO_ALBEDO, pixels, tone)


def _facing(fitted: FittedHead) -> Array:
    """Returns (V,) cosines between the normals of the head's surface and the direction to the camera."""
    surface = anatomy().surface
    posed = fitted.turn.head(fitted.head[: len(surface.points)])
    to_camera = np.array([0.0, 0.0, fitted.camera.distance]) - posed
    to_camera /= np.linalg.norm(to_camera, axis=1)[:, None]
    return np.asarray((vertex_normals(posed, surface.triangles) * to_camera).sum(axis=1))


@cache
def _layout() -> Fragments:
    """Returns which triangle of the template each texel is in."""
    surface = template()
    xy = (surface.places - (skin.LEFT, skin.TOP)) * skin.SCALE
    near = np.full(len(xy), 0.5)
    side = max(skin.HEIGHT, skin.WIDTH)
    return rasterize(xy, near, surface.triangles, np.zeros(len(surface.triangles), dtype=bool), side)


def _unwrap(values: Array) -> tuple[npt.NDArray[np.int64], FloatImage]:
    """Returns the flat indices of the texels that lie on the template, and (n, k) of (V, k) values there."""
    layout = _layout()
    side = max(skin.HEIGHT, skin.WIDTH)
    row, column = layout.pixels // side, layout.pixels % side
    found = layout.interpolate(template().triangles, values.astype(np.float32))
    kept = (row < skin.HEIGHT) & (column < skin.WIDTH)
    return (row * skin.WIDTH + column)[kept], found[kept]


def _inside(
    shape: tuple[int, ...], points: Array, hairline: Array | None, scale: float, x: FloatImage, y: FloatImage
) -> FloatImage:
    """Returns (n,) how surely pixels are within contour and hairline, 0 to 1."""
    left, right = points[0], points[32]
    if hairline is None:
        up = np.array([(right - left)[1], -(right - left)[0]])
        angle = np.linspace(np.pi, 0, 15)[1:-1, None]
        hairline = (left + right) / 2 + (right - left) / 2 * np.cos(angle) + up * 0.60 * np.sin(angle)
    outline = np.vstack([smooth_line(points[:33], 4), np.asarray(hairline)[::-1]])
    mask = np.zeros(shape, np.uint8)
    cv2.fillPoly(mask, [np.rint(outline).astype(np.int32)], 1)
    depth = cv2.distanceTransform(mask, cv2.DIST_L2, 5).astype(np.float32) / np.float32(scale)
    return smoothstep(sample(depth, x, y), _MARGIN * 0.5, _MARGIN * 2).astype(np.float32)


def _foreign(colour: FloatImage, tone: Array, places: FloatImage, share: Array) -> npt.NDArray[np.bool_]:
    """Returns (n,) whether something near the face's edge is not of the face's colour."""
    ratio = np.log(np.maximum(colour, 1e-4)) - np.log(np.maximum(tone, 1e-4)).astype(np.float32)
    luminance = ratio.mean(axis=1)
    chroma = np.abs(ratio - luminance[:, None]).max(axis=1)
    unlike = (np.abs(luminance) > _FOREIGN_LUMINANCE) | (chroma > _FOREIGN_CHROMA)
    # Brows, eyes and lips are of another colour rightly.
    y, across = places[:, 1], np.abs(places[:, 0])
    edge = (share > 0.80) & (y > 0.14) | (y < -0.10) | (across > 0.44)
    return np.asarray(unlike & edge)


@cache
def _features() -> FloatImage:
    """Returns 1 on the template around brows, eyes, nose and mouth, where nothing is cut off; 0 elsewhere."""
    mask = np.zeros((skin.HEIGHT, skin.WIDTH), np.uint8)
    for outline in template().outlines.values():
        if len(outline) and np.ptp(outline[:, 1]) < 0.6:
            place = np.rint((outline - (skin.LEFT, skin.TOP)) * skin.SCALE).astype(np.int32)
            cv2.fillPoly(mask, [place], 1)
    return cv2.dilate(mask, np.ones((7, 7), np.uint8)).astype(np.float32)


def fill(values: FloatImage, weight: FloatImage) -> FloatImage:
    """Returns (H, W, 3) values where (H, W) weight is 1, and continues them smoothly to where it is 0.

    Averages on ever coarser grids, each taking over where the finer one knows nothing (pull-push; Gortler et al., "The
    Lumigraph", SIGGRAPH 1996). What is filled in has the grain of skin.
    """
    smooth = _pull_push(values * weight[..., None], weight)
    rng = np.random.Generator(np.random.PCG64(106))
    grain = 1 + 0.035 * window(rng, noise(1.6), *weight.shape) + 0.03 * window(rng, noise(6.0), *weight.shape)
    w = weight[..., None]
    return np.asarray(values * w + smooth * grain[..., None] * (1 - w), dtype=np.float32)


def _pull_push(weighted: FloatImage, weight: FloatImage) -> FloatImage:
    height, width = weight.shape
    own = weighted / np.maximum(weight, 1e-6)[..., None]
    if min(height, width) <= 2:
        total = max(float(weight.sum()), 1e-6)
        mean = weighted.reshape(-1, 3).sum(axis=0) / total
        return np.where(weight[..., None] > 1e-3, own, mean).astype(np.float32)
    half = ((width + 1) // 2, (height + 1) // 2)
    small, small_weight = (
        np.asarray(cv2.resize(v, half, interpolation=cv2.INTER_AREA), dtype=np.float32) for v in (weighted, weight)
    )
    # A coarse texel that is half known is known.
    gain = np.asarray(np.minimum(small_weight * 2, 1) / np.maximum(small_weight, 1e-6), dtype=np.float32)
    coarse = _pull_push(small * gain[..., None], small_weight * gain)
    rough = np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
    w = np.clip(weight, 0, 1)[..., None]
    return np.asarray(own * w + rough * (1 - w), dtype=np.float32)


def _continued(light: FloatImage, points: Array) -> FloatImage:
    """Returns the photo in which everything outside the eyes is as the nearest place inside one."""
    inside = np.zeros(light.shape[:2], np.uint8)
    for name in ("left_eye", "right_eye"):
        loop = smooth_loop(points[_lids(name)], corners=(0, 4), samples=5)
        cv2.fillPoly(inside, [np.rint(loop).astype(np.int32)], 1)
    eroded = np.asarray(cv2.erode(inside, np.ones((3, 3), np.uint8)), dtype=np.uint8)
    # Eyes that are nearly shut keep what they have.
    inside = eroded if eroded.sum() > 30 else inside
    _, nearest = cv2.distanceTransformWithLabels(1 - inside, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    row, column = np.nonzero(inside)
    table = np.zeros((int(nearest.max()) + 1, 3), np.float32)
    table[nearest[row, column]] = light[row, column]
    spread = cv2.GaussianBlur(table[nearest], (0, 0), 1.2)
    return np.asarray(np.where(inside[..., None] > 0, light, spread), dtype=np.float32)


def _lids(name: str) -> list[int]:
    return [k for k in PARTS[name].indices if k not in (74, 83, 104, 105)]


def eye_rows() -> npt.NDArray[np.int64]:
    """Returns the rows of the anatomy's points that are on eyeballs."""
    return np.flatnonzero(anatomy().kind == Kind.EYEBALL)
