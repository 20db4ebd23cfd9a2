"""Eyes, brows, nose and mouth, drawn through their landmarks.

Every function takes the canvas, the (106, 2) points in pixels and the length of one face unit in pixels.
"""

import cv2
import numpy as np

from ml.synthetic.appearance import Appearance, mix
from ml.synthetic.canvas import Canvas, FloatImage
from ml.synthetic.raster import Polygon, ellipse, ribbon, smooth_line, smooth_loop
from ml.synthetic.shape import Array


def _taper(n: int, start: float, middle: float, end: float) -> Array:
    return np.interp(np.linspace(0, 1, n), [0, 0.5, 1], [start, middle, end])


def draw_eye(canvas: Canvas, eye: Array, pupil: Array, category: int, appearance: Appearance, unit: float) -> None:
    """Draws one eye; eye holds its 8 points from the outline's left corner on, clockwise."""
    outline = smooth_loop(eye, corners=(0, 4))
    upper, lower = smooth_line(eye[:5]), smooth_line(np.vstack([eye[4:], eye[:1]]))
    width = float(np.linalg.norm(eye[4] - eye[0]))
    up = np.array([eye[4, 1] - eye[0, 1], -(eye[4, 0] - eye[0, 0])]) / width
    level = appearance.exposure

    canvas.darken(ribbon(upper + up * 0.034 * unit, _taper(len(upper), 0.006, 0.014, 0.006) * unit), 0.34, 0.008 * unit)
    canvas.label(outline, category)
    sclera = mix((226, 219, 214), appearance.skin, 0.18) * level
    canvas.paint(outline, sclera)
    for corner in (eye[0], eye[4]):
        canvas.paint(ellipse(corner, (0.02 * unit, 0.014 * unit)), (188, 120, 112), 0.5, 0.008 * unit, outline)

    radius = 0.235 * width
    canvas.paint(ellipse(pupil, (radius, radius)), appearance.iris * 0.38, 1.0, 0.004 * unit, outline)
    canvas.paint(ellipse(pupil, (0.80 * radius,) * 2), appearance.iris * 0.92, 1.0, 0.006 * unit, outline)
    glow = pupil - up * 0.35 * radius
    canvas.paint(ellipse(glow, (0.55 * radius, 0.40 * radius)), appearance.iris * 1.35 + 12, 0.6, 0.010 * unit, outline)
    canvas.paint(ellipse(pupil, (0.42 * radius,) * 2), (12, 10, 10), 1.0, 0.003 * unit, outline)
    canvas.darken(ribbon(upper - up * 0.008 * unit, 0.028 * unit), 0.45, 0.010 * unit, outline)
    spark = pupil + up * 0.38 * radius + np.array([appearance.light[0] * 0.8 - 0.1, 0]) * radius
    canvas.paint(ellipse(spark, (0.16 * radius,) * 2), (250, 250, 250), 0.9, 0.002 * unit, outline)

    lash = mix(appearance.brow * 0.35, (10, 8, 8), 0.5)
    canvas.paint(ribbon(upper, _taper(len(upper), 0.012, 0.022, 0.012) * unit), lash, 0.88, 0.0025 * unit)
    canvas.darken(ribbon(lower, _taper(len(lower), 0.006, 0.010, 0.010) * unit), (0.38, 0.50, 0.50), 0.004 * unit)
    canvas.darken(ribbon(lower - up * 0.045 * unit, 0.008 * unit), 0.10, 0.010 * unit)


def draw_brow(
    canvas: Canvas, outline: Polygon, category: int, appearance: Appearance, unit: float, rng: np.random.Generator
) -> None:
    """Draws one brow as a tint and many hairs within its outline."""
    canvas.label(outline, category)
    cover = canvas.cover(outline, 0.006 * unit)
    canvas.lay(cover, appearance.brow, 0.66)
    if not cover.alpha.size:
        return
    low, high = outline.min(axis=0), outline.max(axis=0)
    n = 90
    roots = low + rng.random((n, 2)) * (high - low)
    middle_x = float(canvas.size) / 2
    outwards = np.sign((low[0] + high[0]) / 2 - middle_x)
    lean = rng.normal(0.4, 0.25, n)
    length = rng.uniform(0.02, 0.05, n) * unit
    tips = roots + np.column_stack([outwards * np.cos(lean) * length, -np.sin(lean) * length])
    hairs = np.zeros(cover.alpha.shape, dtype=np.uint8)
    lines = ((np.stack([roots, tips], axis=1) - (cover.left, cover.top)) * 16).round().astype(np.int32)
    cv2.polylines(hairs, list(lines), False, 255, max(1, round(0.004 * unit)), cv2.LINE_AA, 4)
    drawn = cover._replace(alpha=cover.alpha * (hairs.astype(np.float32) / np.float32(255)))
    canvas.lay(drawn, appearance.brow * 0.6, 0.55)


def draw_nose(canvas: Canvas, p: Array, category: int, unit: float) -> None:
    """Draws the nose: its region, the shadows of wings and base, and the nostrils."""
    outline = smooth_line(p[55:66])
    canvas.label(np.vstack([outline, p[51]]), category)
    down = p[60] - p[54]
    down = down / max(float(np.linalg.norm(down)), 1e-9)
    for wing in (p[56:60], p[61:65][::-1]):
        line = smooth_line(wing)
        canvas.darken(ribbon(line, _taper(len(line), 0.004, 0.020, 0.010) * unit), (0.30, 0.36, 0.36), 0.010 * unit)
    base = smooth_line(p[58:63]) + down * 0.012 * unit
    canvas.darken(ribbon(base, _taper(len(base), 0.006, 0.036, 0.006) * unit), (0.28, 0.33, 0.33), 0.014 * unit)
    side = float(np.arctan2(p[62, 1] - p[58, 1], p[62, 0] - p[58, 0]))
    for outer, inner, turn in ((p[58], p[59], -0.3), (p[62], p[61], 0.3)):
        hole = 0.45 * outer + 0.55 * inner - down * 0.012 * unit
        canvas.darken(ellipse(hole, (0.026 * unit, 0.011 * unit), side + turn), (0.72, 0.8, 0.8), 0.005 * unit)


def draw_mouth(
    canvas: Canvas, p: Array, skin: FloatImage, appearance: Appearance, unit: float, categories: tuple[int, int, int]
) -> None:
    """Draws lips, and teeth and tongue where the mouth is open; categories of upper lip, inner mouth, lower lip.

    Both lips and the inner mouth share their edges, so that the label map has neither gap nor overlap between them.
    """
    outer_upper = smooth_line(p[84:91])
    outer_lower = smooth_line(np.vstack([p[90:96], p[84]]))
    inner_upper = smooth_line(p[96:101])
    inner_lower = smooth_line(np.vstack([p[100:104], p[96]]))
    upper = np.vstack([outer_upper, inner_upper[::-1]])
    lower = np.vstack([outer_lower, inner_lower[::-1]])
    hollow = np.vstack([inner_upper, inner_lower[1:-1]])
    down = p[93] - p[87]
    down = down / max(float(np.linalg.norm(down)), 1e-9)
    opening = float((p[102] - p[98]) @ down)

    tinted = skin * (appearance.lip / appearance.skin).astype(np.float32)
    canvas.darken(np.vstack([outer_upper, outer_lower]), (0.05, 0.12, 0.12), 0.014 * unit)
    canvas.paint(upper, tinted * np.float32(0.86), 0.94, 0.003 * unit)
    canvas.paint(lower, tinted * np.float32(1.02), 0.94, 0.003 * unit)
    gloss = (p[93] + p[102]) / 2 - down * 0.006 * unit
    side = float(np.arctan2(p[90, 1] - p[84, 1], p[90, 0] - p[84, 0]))
    canvas.paint(ellipse(gloss, (0.075 * unit, 0.012 * unit), side), (255, 236, 232), 0.20, 0.012 * unit, lower)

    for category, region in zip(categories, (upper, hollow, lower), strict=True):
        canvas.label(region, category)
    if opening > 0.004 * unit:
        canvas.paint(hollow, (58, 20, 22))
        if opening > 0.05 * unit:
            tongue = ellipse(p[102] - down * 0.10 * opening, (0.10 * unit, 0.38 * opening), side)
            canvas.paint(tongue, (150, 66, 66), 0.85, 0.012 * unit, hollow)
        _draw_teeth(canvas, inner_upper, hollow, down * min(0.65 * opening, 0.055 * unit), unit)
        canvas.darken(ribbon(np.vstack([hollow, hollow[:1]]), 0.014 * unit), 0.5, 0.006 * unit, hollow)
    canvas.darken(ribbon(inner_upper, _taper(len(inner_upper), 0.010, 0.007, 0.010) * unit), 0.55, 0.003 * unit)
    for corner in (p[84], p[90]):
        canvas.darken(ellipse(corner, (0.016 * unit, 0.014 * unit)), (0.25, 0.3, 0.3), 0.010 * unit)


def _draw_teeth(canvas: Canvas, edge: Array, hollow: Polygon, height: Array, unit: float) -> None:
    """Draws the upper row; edge is the upper lip's inner edge, height the vector from it to the row's lower end."""
    row = np.vstack([edge - height * 0.3, (edge + height)[::-1]])
    canvas.paint(row, (226, 218, 206), 0.96, 0.003 * unit, hollow)
    middle, half = (edge[0] + edge[-1]) / 2, (edge[-1] - edge[0]) / 2
    for place in (0.0, 0.2, -0.2, 0.37, -0.37, 0.52, -0.52, 0.66, -0.66):
        top = middle + half * place - height
        canvas.darken(ribbon(np.array([top, top + 3 * height]), 0.004 * unit), 0.2, 0.002 * unit, row)
