"""A person before a studio backdrop, drawn in flat colours, with hand-placed lines and the label map that is true."""

import json
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from PIL import Image as Pillow

from ml.data.lapa import format_landmarks
from ml.geometry import Image, Points
from ml.schema import MEAN_FACE

SIZE, FACE = 400, 130.0
BACKDROP, SKIN, HAIR, SHIRT = (205, 210, 212), (205, 150, 125), (60, 42, 34), (70, 90, 160)


@dataclass(frozen=True)
class StudioPerson:
    image: Image
    points: Points
    lines: dict[str, np.ndarray]
    label_map: Image


def studio_person(seed: int = 0) -> StudioPerson:
    """Hair around the face down to the ears; neck and shirt are background, as the backdrop is."""
    rng = np.random.default_rng(seed)
    points = (MEAN_FACE * FACE + (135, 140)).astype(np.float32)
    (left, top), right, chin = points[0], points[32, 0], points[16]
    middle, half = (left + right) / 2, (right - left) / 2
    brows = float(points[33:51, 1].min())
    forehead = [(middle - half * np.cos(a), top - (top - brows + 45) * np.sin(a)) for a in np.linspace(0, np.pi, 11)]
    hairline = np.array(forehead)
    hair_axes = (half + 28, top - brows + 85)
    outer = np.array(
        [
            (middle - hair_axes[0] * np.cos(a), top - hair_axes[1] * np.sin(a))
            for a in np.linspace(-0.3, np.pi + 0.3, 13)
        ]
    )
    image = np.empty((SIZE, SIZE, 3), np.float32)
    image[:] = BACKDROP
    image += np.linspace(-14, 14, SIZE)[:, None, None]
    label_map = np.zeros((SIZE, SIZE), np.uint8)

    def paint(colour: tuple[int, ...], category: int, polygon: np.ndarray) -> None:
        mask = np.zeros((SIZE, SIZE), np.uint8)
        cv2.fillPoly(mask, [np.rint(polygon).astype(np.int32)], 1)
        image[mask > 0], label_map[mask > 0] = colour, category

    def ellipse(x: float, y: float, a: float, b: float) -> np.ndarray:
        turn = np.linspace(0, 2 * np.pi, 60)
        return np.column_stack([x + a * np.cos(turn), y + b * np.sin(turn)])

    paint(HAIR, 10, ellipse(middle, top, *hair_axes))
    neck = np.array(
        [(middle - 35, chin[1] - 20), (middle + 35, chin[1] - 20), (middle + 38, SIZE), (middle - 38, SIZE)]
    )
    paint(SKIN, 0, neck)
    paint(SHIRT, 0, ellipse(middle, SIZE + 10, 170, 60))
    # Down to the lobes, hair; beside the neck, the backdrop again.
    paint(BACKDROP, 0, np.array([(0, chin[1] - 45), (left + 12, chin[1] - 45), (left + 12, chin[1]), (0, chin[1])]))
    paint(
        BACKDROP,
        0,
        np.array([(SIZE, chin[1] - 45), (right - 12, chin[1] - 45), (right - 12, chin[1]), (SIZE, chin[1])]),
    )
    paint(SKIN, 1, np.vstack([points[:33], hairline[::-1]]))
    for k in range(33, 104):
        cv2.circle(image, tuple(int(v) for v in np.rint(points[k])), 1, (120, 60, 60), -1)
    image += rng.normal(0, 2, image.shape).astype(np.float32)
    ears = {
        name: np.array([(x, top), (x + side * 9, top + 20), (x, top + 40)])
        for name, x, side in (("ear_left", left, -1), ("ear_right", right, 1))
    }
    return StudioPerson(
        np.clip(image, 0, 255).astype(np.uint8), points, {"hairline": hairline, "hair": outer, **ears}, label_map
    )


def write_people(folder: Path, count: int) -> Path:
    """The first people as images/, landmarks/ and outlines/."""
    for part in ("images", "landmarks", "outlines"):
        (folder / part).mkdir(parents=True)
    for seed in range(count):
        person = studio_person(seed)
        Pillow.fromarray(person.image).save(folder / "images" / f"{seed}.png")
        (folder / "landmarks" / f"{seed}.txt").write_text(format_landmarks(person.points))
        lines = {name: line.tolist() for name, line in person.lines.items()}
        (folder / "outlines" / f"{seed}.json").write_text(json.dumps(lines))
    return folder
