"""Stacked bars as an SVG file: what each whole is made of. No plotting library is needed for it."""

import math
from collections.abc import Mapping
from html import escape
from typing import Final

from benchmarks.line_plot import COLOURS

_WIDTH: Final = 850
_LEFT, _TOP, _RIGHT, _BOTTOM = 240, 76, 70, 48
_ROW, _BAR = 26, 16


def bar_plot(bars: Mapping[str, Mapping[str, float]], *, title: str, x_label: str) -> str:
    """Returns an SVG document with one bar a row, cut into parts, and its whole written behind it; x starts at zero.

    Args:
        bars: sizes of the parts by their name, by the bar's name; all finite and at least 0. At most six kinds of parts.
        title: above the bars.
        x_label: of the axis, with its unit.

    Raises:
        ValueError: there are no bars, a part cannot be drawn, or there are more kinds of parts than colours.
    """
    kinds = list(dict.fromkeys(kind for parts in bars.values() for kind in parts))
    sizes = [size for parts in bars.values() for size in parts.values()]
    if not sizes or any(size < 0 or not math.isfinite(size) for size in sizes):
        raise ValueError("a plot needs bars with finite parts of at least 0")
    if len(kinds) > len(COLOURS):
        raise ValueError(f"{len(kinds)} kinds of parts, but only {len(COLOURS)} colours to tell them apart")
    top = max(sum(parts.values()) for parts in bars.values()) * 1.02 or 1.0
    unit = (_WIDTH - _LEFT - _RIGHT) / top
    height = _TOP + _ROW * len(bars) + _BOTTOM
    colour = dict(zip(kinds, COLOURS, strict=False))

    svg = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {height}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{height}" fill="#fff"/>',
        f'<text x="16" y="24" font-size="16">{escape(title)}</text>',
        f'<text x="{_LEFT + unit * top / 2:.1f}" y="{height - 10}" text-anchor="middle">{escape(x_label)}</text>',
    ]
    for number, kind in enumerate(kinds):
        x = _LEFT + number * (_WIDTH - _LEFT) / len(COLOURS)
        svg.append(f'<rect x="{x:.1f}" y="40" width="12" height="12" fill="{colour[kind]}"/>')
        svg.append(f'<text x="{x + 17:.1f}" y="51">{escape(kind)}</text>')
    for tick in range(6):
        x = _LEFT + unit * top * tick / 5
        svg.append(f'<path d="M{x:.1f} {_TOP - 8}V{height - _BOTTOM}" stroke="#ddd"/>')
        svg.append(f'<text x="{x:.1f}" y="{height - _BOTTOM + 16}" text-anchor="middle">{top * tick / 5:.3g}</text>')
    for row, (name, parts) in enumerate(bars.items()):
        x, y = float(_LEFT), _TOP + _ROW * row
        svg.append(f'<text x="{_LEFT - 8}" y="{y + 13}" text-anchor="end">{escape(name)}</text>')
        for kind, size in parts.items():
            svg.append(f'<rect x="{x:.2f}" y="{y}" width="{unit * size:.2f}" height="{_BAR}" fill="{colour[kind]}"/>')
            x += unit * size
        svg.append(f'<text x="{x + 6:.1f}" y="{y + 13}">{sum(parts.values()):.3g}</text>')
    return "\n".join([*svg, "</svg>", ""])
