"""From light to a photo: exposure, colour cast, lens blur, motion, grain, low resolution, JPEG."""

import cv2
import numpy as np
import numpy.typing as npt

from ml.synthetic.texture import FloatImage


def develop(light: FloatImage, rng: np.random.Generator, clean: bool) -> npt.NDArray[np.uint8]:
    """Returns the (H, W, 3) uint8 RGB photo of linear light.

    Args:
        light: (H, W, 3).
        rng: consumed; up to the grain, what is drawn does not depend on the size.
        clean: only mild faults.
    """
    size = light.shape[0]
    much = 0.35 if clean else 1.0
    exposure = float(np.exp(np.clip(rng.normal(0, 0.22 * much + 0.05), -0.8, 0.45)))
    low_light = not clean and rng.random() < 0.10
    if low_light:
        exposure *= rng.uniform(0.15, 0.45)
    elif not clean and rng.random() < 0.06:
        exposure *= rng.uniform(1.5, 2.2)
    cast = np.exp(np.clip(rng.normal(0, 0.06 * much, 3), -0.3, 0.3))
    if not clean and rng.random() < 0.08:
        cast = np.exp(rng.normal(0, 0.35, 3))
    values = light * (exposure * cast).astype(np.float32)
    haze = rng.uniform(0, 0.06) * much
    values = values * np.float32(1 - haze) + np.float32(haze * 0.3)

    # A lens is never perfectly sharp.
    blur = (
        size
        / 512
        * (rng.uniform(0.5, 0.9) if clean or rng.random() < 0.6 else np.exp(rng.uniform(np.log(0.9), np.log(3.8))))
    )
    values = np.asarray(cv2.GaussianBlur(values, (0, 0), max(float(blur), 0.55)), dtype=np.float32)
    if not clean and rng.random() < 0.08:
        values = np.asarray(
            cv2.filter2D(values, -1, _streak(int(size * rng.uniform(0.01, 0.04)) | 1, rng.uniform(0, np.pi))),
            dtype=np.float32,
        )
    values = np.clip(values, 0, None)
    # Highlights roll off instead of clipping at once.
    values = np.where(values < 0.7, values, 0.7 + 0.3 * (1 - np.exp(-(values - 0.7) / 0.3))).astype(np.float32)
    picture = values ** np.float32(1 / 2.2)
    contrast = np.float32(np.exp(rng.normal(0, 0.12 * much)))
    picture = (picture - 0.45) * contrast + 0.45
    saturation = np.float32(np.exp(rng.normal(-0.05, 0.25 * much)))
    if not clean and rng.random() < 0.06:
        saturation = np.float32(0.0)
    gray = picture @ np.array([0.30, 0.59, 0.11], np.float32)
    picture = gray[..., None] + (picture - gray[..., None]) * saturation

    grain = rng.uniform(0.004, 0.015) if clean or not low_light else rng.uniform(0.015, 0.04)
    if not clean and rng.random() < 0.10:
        grain = rng.uniform(0.015, 0.035)
    share = float(np.exp(rng.uniform(np.log(0.16), np.log(0.7)))) if not clean and rng.random() < 0.25 else 1.0
    quality = int(rng.integers(25, 92)) if not clean and rng.random() < 0.6 else 0
    if share < 1:
        small = max(int(size * share), 40)
        picture = np.asarray(cv2.resize(picture, (small, small), interpolation=cv2.INTER_AREA), dtype=np.float32)
    noise = rng.standard_normal(picture.shape, dtype=np.float32)
    noise = noise * 0.6 + noise[..., 1:2] * 0.6
    picture = picture + noise * np.float32(grain)
    image = np.clip(picture * 255 + 0.5, 0, 255).astype(np.uint8)
    if quality:
        ok, data = cv2.imencode(".jpg", image[..., ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
        assert ok
        image = np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), dtype=np.uint8)[..., ::-1]
    if share < 1:
        way = cv2.INTER_LINEAR if rng.random() < 0.5 else cv2.INTER_CUBIC
        image = np.asarray(cv2.resize(image, (size, size), interpolation=way), dtype=np.uint8)
    return np.ascontiguousarray(image)


def _streak(length: int, angle: float) -> FloatImage:
    kernel = np.zeros((length, length), np.float32)
    middle = (length - 1) / 2
    reach = np.array([np.cos(angle), np.sin(angle)]) * middle
    a, b = (tuple(round(float(v)) for v in (middle + k * reach)) for k in (-1, 1))
    cv2.line(kernel, a, b, 1.0, 1, cv2.LINE_AA)
    return np.asarray(kernel / max(float(kernel.sum()), 1e-6))
