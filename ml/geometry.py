"""Similarity transforms, square crops, rectangles and mirroring.

A transform is a (2, 3) float64 matrix [A | t] that takes a column (x, y) to A (x, y) + t. Pixel centres lie on whole
numbers, so pixel i covers [i - 0.5, i + 0.5]; every crop keeps to that and shifts nothing by half a pixel.
"""

from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from ml.schema import CATEGORY_FLIP, FLIP, N_CATEGORIES, N_POINTS

Matrix = npt.NDArray[np.float64]
Points = npt.NDArray[np.float32]
Image = npt.NDArray[np.uint8]


class Rectangle(NamedTuple):
    """An upright rectangle in image pixels: its corner of least x and y, and its extent."""

    x: float
    y: float
    width: float
    height: float


def estimate_similarity(source: npt.ArrayLike, target: npt.ArrayLike, weights: npt.ArrayLike | None = None) -> Matrix:
    """Returns the rotation, uniform scale and shift that take source to target with the least squared error.

    The closed form of Umeyama (1991), which never answers with a reflection.

    Args:
        source: (N, 2) points, N at least 2.
        target: (N, 2) points, in the same order.
        weights: (N,) non-negative importance of each pair; equal when absent.

    Raises:
        ValueError: the shapes differ, the weights are unusable, or the source points that count are all at one place.
    """
    a = np.asarray(source, dtype=np.float64)
    b = np.asarray(target, dtype=np.float64)
    if a.shape != b.shape or a.ndim != 2 or a.shape[1] != 2 or len(a) < 2:
        raise ValueError(f"two (N, 2) arrays with N of at least 2 are needed, not {a.shape} and {b.shape}")
    w = np.ones(len(a)) if weights is None else np.asarray(weights, dtype=np.float64)
    if w.shape != (len(a),) or not np.isfinite(w).all() or (w < 0).any() or w.sum() <= 0:
        raise ValueError("one finite, non-negative weight a pair is needed, and not all of them zero")
    w = w / w.sum()

    mean_a, mean_b = w @ a, w @ b
    a, b = a - mean_a, b - mean_b
    variance = float(w @ (a**2).sum(axis=1))
    if not variance > 1e-12 * (1.0 + float(mean_a @ mean_a)):
        raise ValueError("the source points are all at one place")
    u, singular, vt = np.linalg.svd((b * w[:, None]).T @ a)
    signs = np.array([1.0, np.sign(np.linalg.det(u) * np.linalg.det(vt))])
    linear = (singular @ signs) / variance * (u * signs) @ vt
    return np.column_stack([linear, mean_b - linear @ mean_a])


def similarity(scale: float, angle: float, shift: tuple[float, float]) -> Matrix:
    """Returns scale times the rotation by angle (radians, from the x axis towards the y axis), then the shift."""
    c, s = scale * np.cos(angle), scale * np.sin(angle)
    return np.array([[c, -s, shift[0]], [s, c, shift[1]]], dtype=np.float64)


def transform_points(matrix: Matrix, points: npt.ArrayLike) -> Points:
    """Returns (..., 2) float32 points, transformed in float64."""
    values = np.asarray(points, dtype=np.float64)
    return (values @ matrix[:, :2].T + matrix[:, 2]).astype(np.float32)


def invert_transform(matrix: Matrix) -> Matrix:
    """Returns the transform that undoes matrix.

    Raises:
        numpy.linalg.LinAlgError: the transform flattens the plane and cannot be undone.
    """
    linear = np.linalg.inv(matrix[:, :2])
    return np.column_stack([linear, -linear @ matrix[:, 2]])


def compose_transforms(first: Matrix, second: Matrix) -> Matrix:
    """Returns the transform that applies first and then second."""
    linear = second[:, :2] @ first[:, :2]
    return np.column_stack([linear, second[:, :2] @ first[:, 2] + second[:, 2]])


def transform_scale(matrix: Matrix) -> float:
    """Returns the factor by which a similarity makes lengths grow."""
    return float(np.sqrt(abs(np.linalg.det(matrix[:, :2]))))


def bounding_rectangle(points: npt.ArrayLike) -> Rectangle:
    """Returns the least rectangle that holds the (N, 2) points.

    Raises:
        ValueError: there are no points.
    """
    values = np.asarray(points, dtype=np.float64)
    if values.ndim != 2 or values.shape[1] != 2 or len(values) == 0:
        raise ValueError(f"at least one point is needed, as an (N, 2) array, not {values.shape}")
    low, high = values.min(axis=0), values.max(axis=0)
    return Rectangle(float(low[0]), float(low[1]), float(high[0] - low[0]), float(high[1] - low[1]))


def square_crop(rectangle: Rectangle, size: int, margin: float = 0.0, angle: float = 0.0) -> Matrix:
    """Returns the transform from image pixels to the pixels of a square crop around a rectangle.

    Args:
        rectangle: what the crop shall show; its longer side decides.
        size: side of the crop in pixels.
        margin: room on every side, as a share of the rectangle's longer side; negative cuts in.
        angle: radians by which the content is turned about the rectangle's centre, from the x towards the y axis.

    Raises:
        ValueError: the crop would have no area.
    """
    side = max(rectangle.width, rectangle.height) * (1.0 + 2.0 * margin)
    if not (side > 0 and size > 0):
        raise ValueError(f"a crop of side {size} px around {rectangle} with margin {margin} has no area")
    center = np.array([rectangle.x + rectangle.width / 2, rectangle.y + rectangle.height / 2])
    matrix = similarity(size / side, angle, (0.0, 0.0))
    matrix[:, 2] = (size - 1) / 2 - matrix[:, :2] @ center
    return matrix


def warp_image(image: Image, matrix: Matrix, size: tuple[int, int], fill: int = 0) -> Image:
    """Returns the image seen through a transform, interpolated linearly.

    When the transform shrinks, the image is low-passed first, so that a small crop of a large photo does not alias.

    Args:
        image: (H, W) or (H, W, 3) uint8.
        matrix: from image pixels to result pixels.
        size: width and height of the result.
        fill: value of what lies outside the image.
    """
    # pyrDown keeps every second pixel from the first one on, so a pixel x of its result is pixel 2x of its input.
    while transform_scale(matrix) <= 0.5 and min(image.shape[:2]) > 1:
        image = np.asarray(cv2.pyrDown(image), dtype=np.uint8)
        matrix = compose_transforms(similarity(2.0, 0.0, (0.0, 0.0)), matrix)
    return _warp(image, matrix, size, cv2.INTER_LINEAR, fill)


def warp_label_map(label_map: Image, matrix: Matrix, size: tuple[int, int], fill: int = 0) -> Image:
    """Returns a label map seen through a transform, taking the nearest pixel; arguments as for warp_image."""
    return _warp(label_map, matrix, size, cv2.INTER_NEAREST, fill)


def _warp(image: Image, matrix: Matrix, size: tuple[int, int], interpolation: int, fill: int) -> Image:
    border = (fill,) * 4
    warped = cv2.warpAffine(
        image, matrix, size, flags=interpolation, borderMode=cv2.BORDER_CONSTANT, borderValue=border
    )
    return np.asarray(warped, dtype=np.uint8)


def mirror_points(points: npt.ArrayLike, width: int) -> Points:
    """Returns the (106, 2) points of the mirrored image, still in the schema's order; width in pixels."""
    values = np.asarray(points, dtype=np.float32)
    if values.shape != (N_POINTS, 2):
        raise ValueError(f"({N_POINTS}, 2) points are needed, not {values.shape}")
    mirrored = values[FLIP]
    mirrored[:, 0] = width - 1 - mirrored[:, 0]
    return mirrored


def mirror_visibility(visibility: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint8]:
    """Returns the (106,) flags in the order of the mirrored points; any other per-point array works too."""
    return visibility[FLIP]


def mirror_image(image: Image) -> Image:
    """Returns the (H, W) or (H, W, 3) image, left and right exchanged."""
    return np.ascontiguousarray(image[:, ::-1])


def mirror_label_map(label_map: Image) -> Image:
    """Returns the (H, W) label map, left and right exchanged in place and in name."""
    if label_map.size and int(label_map.max()) >= N_CATEGORIES:
        raise ValueError(f"the label map holds {int(label_map.max())}, but ids end at {N_CATEGORIES - 1}")
    return CATEGORY_FLIP.astype(np.uint8)[label_map[:, ::-1]]
