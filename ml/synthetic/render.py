"""Puts a face together: from a seed to a picture, its points and its label map."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ml.synthetic.accessories import Accessories, sample_accessories
from ml.synthetic.anatomy import Material, anatomy
from ml.synthetic.background import make_background
from ml.synthetic.body import make_body
from ml.synthetic.camera import Camera, Pose, PoseRange, sample_camera, sample_pose
from ml.synthetic.expression import express, sample_expression
from ml.synthetic.hair import Hair, hair_coverage, interpolate_hair, sample_hair, shade_hair
from ml.synthetic.identity import sample_form
from ml.synthetic.landmarks import landmarks, visibility
from ml.synthetic.lighting import Lights, sample_lights, shade, shadows
from ml.synthetic.materials import Palette, colour, sample_palette
from ml.synthetic.meshes import Array, Mesh, merge, vertex_normals
from ml.synthetic.photo import develop
from ml.synthetic.rasterizer import Fragments, rasterize
from ml.synthetic.skin import sample_complexion
from ml.synthetic.texture import FloatImage

MIN_SIZE = 64
_HAIR = 10


@dataclass(frozen=True)
class RenderedFace:
    """A picture of a face and the truth about it.

    Attributes:
        image: (size, size, 3) uint8 RGB.
        points: (106, 2) float32 image pixels.
        visibility: (106,) uint8: 0 outside the image, 1 hidden by something nearer, 2 visible.
        label_map: (size, size) uint8 category ids; a pixel is of the part that its centre lies in.
    """

    image: npt.NDArray[np.uint8]
    points: npt.NDArray[np.float32]
    visibility: npt.NDArray[np.uint8]
    label_map: npt.NDArray[np.uint8]


def render_face(seed: int, size: int = 512, *, pose: PoseRange = "all") -> RenderedFace:
    """Renders the face of a seed, the same each time.

    Points and label map follow from double-precision arithmetic alone. The picture passes through OpenCV's filters, so
    another build of OpenCV may differ in a grey level here and there.

    Args:
        seed: any non-negative number. Faces of different seeds differ in everything.
        size: side of the square picture in pixels. It scales the same face, up to the grain.
        pose: "all" turns heads by up to 75 degrees, hides parts of faces and takes bad photos, as training needs them;
            "frontal" shows whole faces turned by at most 20 degrees, few of them hidden.

    Raises:
        ValueError: size is under 64, where the parts are narrower than a pixel, or seed is negative.
    """
    chance = streams_of_chance(seed, size)
    easy = pose == "frontal"

    body = anatomy()
    expression = sample_expression(next(chance), easy)
    head = express(sample_form(next(chance)), expression)
    rng = next(chance)
    turn = sample_pose(rng, pose)
    posed = turn.head(head)
    face = posed[body.surface.landmarks]
    camera = sample_camera(rng, pose, face, size)

    rng = next(chance)
    look = sample_complexion(rng)
    gaze = (0.005 + expression.gaze[0], -0.006 + expression.gaze[1])
    palette = sample_palette(rng, look, gaze)
    lights = sample_lights(next(chance))
    extras = sample_accessories(next(chance), head, easy)
    hairdo = sample_hair(next(chance), head, look, easy=easy, pressed=extras.presses_hair)
    scene = Scene(head, body.mesh, turn, camera, gaze, palette, lights, extras, hairdo, make_body(next(chance)))
    return draw(scene, next(chance), size, easy)


def streams_of_chance(seed: int, size: int) -> Iterator[np.random.Generator]:
    """Returns a picture's nine independent generators, so that a change of the hair leaves the light as it was.

    Raises:
        ValueError: size is under 64, or seed is negative.
    """
    if size < MIN_SIZE:
        raise ValueError(f"a face needs at least {MIN_SIZE} px, not {size}")
    if seed < 0:
        raise ValueError(f"a seed must be non-negative, not {seed}")
    return iter([np.random.Generator(np.random.PCG64(s)) for s in np.random.SeedSequence(seed).spawn(9)])


@dataclass(frozen=True)
class Scene:
    """All that is in a picture, before it is drawn.

    Attributes:
        head: (V, 3) points of the head after form and expression, before the pose.
        mesh: the anatomy's, for its triangles, uv, labels and materials.
        turn: how the head is held.
        camera: that looks at it.
        gaze: where the pupils are on the eyeballs, from the eyes' middles.
        palette: what the surfaces are painted with.
        lights: of the scene.
        extras: what is worn, and held before the face.
        hair: on the head.
        body: neck and garment.
    """

    head: Array
    mesh: Mesh
    turn: Pose
    camera: Camera
    gaze: tuple[float, float]
    palette: Palette
    lights: Lights
    extras: Accessories
    hair: Hair
    body: list[Mesh]


def draw(scene: Scene, rng: np.random.Generator, size: int, easy: bool) -> RenderedFace:
    """Draws a scene before a background, as a photo of it.

    Args:
        scene: what is drawn.
        rng: consumed, for the background and the camera's faults.
        size: side of the square picture in pixels.
        easy: a calm background and mild faults.
    """
    body, turn, camera, extras = anatomy(), scene.turn, scene.camera, scene.extras
    posed = turn.head(scene.head)
    solid_parts = [_replace(scene.mesh, posed)]
    solid_parts += [_replace(mesh, turn.body(mesh.points)) for mesh in scene.body]
    solid_parts += [_replace(mesh, turn.head(mesh.points)) for mesh in extras.solid]
    hair_parts = [] if extras.covers_hair else [_replace(mesh, turn.head(mesh.points)) for mesh in scene.hair.meshes]
    glass_parts = [_replace(mesh, turn.head(mesh.points)) for mesh in extras.glass]

    solid, _ = merge(solid_parts)
    cull = np.concatenate([body.cull, *(np.zeros(len(mesh.triangles), dtype=bool) for mesh in solid_parts[1:])])
    picture = make_background(rng, size, plain=easy and rng.random() < 0.6).reshape(-1, 3)
    labels = np.zeros(size * size, dtype=np.uint8)
    casters = merge(solid_parts + hair_parts)[0]
    lit = shadows(casters.points, casters, scene.lights)

    xy, near = camera.project(solid.points)
    fragments = rasterize(xy, near, solid.triangles, cull, size)
    picture[fragments.pixels] = _paint(solid, fragments, scene.palette, scene.lights, lit[: len(solid.points)])
    labels[fragments.pixels] = solid.label[fragments.triangle]
    front = fragments.depth
    covered = np.zeros(size * size, dtype=bool)
    covered[fragments.pixels] = solid.material[fragments.triangle] >= Material.HAIR

    if hair_parts:
        hair, _ = merge(hair_parts)
        lit_hair = lit[len(solid.points) :]
        front = _add_hair(hair, camera, scene.hair, scene.lights, lit_hair, picture, labels, front, size)
    if glass_parts:
        _add_glass(glass_parts, camera, scene.palette, scene.lights, picture, front, size)

    covered |= labels == _HAIR

    points = landmarks(body, posed, camera, turn.roll, scene.gaze)
    points_xy, points_near = camera.project(points)
    tolerance = np.full(len(points), 0.035)
    tolerance[:33] = 0.06
    seen = visibility(points_xy, points_near, front.reshape(size, size), covered.reshape(size, size), tolerance)
    image = develop(picture.reshape(size, size, 3), rng, easy)
    return RenderedFace(image, points_xy.astype(np.float32), seen, labels.reshape(size, size))


def _replace(mesh: Mesh, points: Array) -> Mesh:
    return Mesh(points, mesh.triangles, mesh.uv, mesh.label, mesh.material, mesh.cull)


def _toward_viewer(normals: FloatImage) -> FloatImage:
    normals = normals / np.maximum(np.linalg.norm(normals, axis=1), 1e-6)[:, None]
    return np.asarray(np.where(normals[:, 2:] < -0.15, -normals, normals), dtype=np.float32)


def _paint(mesh: Mesh, fragments: Fragments, palette: Palette, lights: Lights, lit: FloatImage) -> FloatImage:
    """Returns the (n, 3) linear light of the fragments of everything but hair and glass."""
    normals = vertex_normals(mesh.points, mesh.triangles)
    attributes = np.column_stack([normals, mesh.uv, lit]).astype(np.float32)
    values = fragments.interpolate(mesh.triangles, attributes)
    material = mesh.material[fragments.triangle]
    albedo = np.empty((len(values), 3), np.float32)
    shine, soft = np.empty(len(values), np.float32), np.empty(len(values), np.float32)
    for kind in np.unique(material):
        chosen = np.flatnonzero(material == kind)
        albedo[chosen], shine[chosen], soft[chosen] = colour(palette, int(kind), values[chosen, 3:5])
    return shade(albedo, _toward_viewer(values[:, :3]), values[:, 5], shine, soft, lights)


def _add_hair(
    mesh: Mesh,
    camera: Camera,
    hair: Hair,
    lights: Lights,
    lit: FloatImage,
    picture: FloatImage,
    labels: npt.NDArray[np.uint8],
    front: Array,
    size: int,
) -> Array:
    """Lays hair over picture and labels where nothing is nearer; returns the new nearest inverse depths."""
    xy, near = camera.project(mesh.points)
    fragments = rasterize(xy, near, mesh.triangles, np.zeros(len(mesh.triangles), dtype=bool), size)
    values = interpolate_hair(mesh, hair, vertex_normals(mesh.points, mesh.triangles), lit, fragments)
    values[:, :3] /= np.maximum(np.linalg.norm(values[:, :3], axis=1), 1e-6)[:, None]
    pixels = fragments.pixels
    depth = fragments.depth[pixels]
    # Hair lies on the head closely: it may be a little behind the skin and still be seen.
    shown = 1 / depth < 1 / np.maximum(front[pixels], 1e-9) + 0.004
    pixels, values, depth = pixels[shown], values[shown], depth[shown]
    cover = hair_coverage(hair, values[:, 3:5], values[:, 5], values[:, 2])
    normals = np.where(values[:, 2:3] < 0, -values[:, :3], values[:, :3])
    colours = shade_hair(hair, values[:, 3:5], normals, values[:, 6], lights)
    picture[pixels] += cover[:, None] * (colours - picture[pixels])
    mostly = cover > 0.5
    labels[pixels[mostly]] = mesh.label[0]
    result = front.copy()
    result[pixels[mostly]] = np.maximum(depth[mostly], front[pixels[mostly]])
    return result


def _add_glass(
    parts: list[Mesh], camera: Camera, palette: Palette, lights: Lights, picture: FloatImage, front: Array, size: int
) -> None:
    """Lays clear lenses over the picture: a tint, and the reflection of a window."""
    mesh, _ = merge(parts)
    xy, near = camera.project(mesh.points)
    fragments = rasterize(xy, near, mesh.triangles, np.zeros(len(mesh.triangles), dtype=bool), size)
    pixels = fragments.pixels
    shown = fragments.depth[pixels] > front[pixels]
    uv = fragments.interpolate(mesh.triangles, mesh.uv.astype(np.float32))[shown]
    pixels = pixels[shown]
    slant = uv[:, 0] * 0.8 + uv[:, 1] + np.float32(lights.directions[0, 0])
    streak = np.clip(1 - np.abs(slant - 0.7) / 0.25, 0, 1) * np.float32(palette.look.shine * 0.5 * lights.shadow)
    picture[pixels] = picture[pixels] * np.float32(0.93) + (streak + 0.012)[:, None] * lights.sky.astype(np.float32)
