"""A line plot as an SVG file: what a benchmark's table says, to look at. No plotting library is needed for it."""

import math
from collections.abc import Mapping, Sequence
from html import escape
from typing import Final

_WIDTH: Final = 720
_HEIGHT: Final = 420
_LEFT, _TOP, _RIGHT, _BOTTOM = 80, 48, 24, 60
COLOURS: Final = ("#0072b2", "#d55e00", "#009e73", "#cc79a7", "#56b4e9", "#e69f00")
"""Okabe and Ito's: told apart with every kind of colour vision."""


def line_plot(series: Mapping[str, Sequence[tuple[float, float]]], *, title: str, x_label: str, y_label: str) -> str:
    """Returns an SVG document with one line a series; x is logarithmic, y starts at zero.

    Args:
        series: points (x, y) by name; x over 0, y finite and at least 0.

    Raises:
        ValueError: there are no points, or one that the axes cannot show.
    """
    points = [point for line in series.values() for point in line]
    if not points or any(x <= 0 or y < 0 or not math.isfinite(x + y) for x, y in points):
        raise ValueError("a plot needs points with x over 0 and a finite y of at least 0")
    xs = sorted({x for x, _ in points})
    top = max(y for _, y in points) * 1.1 or 1.0
    low, span = math.log(xs[0]), math.log(xs[-1] / xs[0]) or 1.0

    def place(x: float, y: float) -> tuple[float, float]:
        across = (math.log(x) - low) / span * (_WIDTH - _LEFT - _RIGHT)
        return round(_LEFT + across, 1), round(_HEIGHT - _BOTTOM - y / top * (_HEIGHT - _TOP - _BOTTOM), 1)

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" font-size="13">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="#fff"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">{escape(title)}</text>',
        f'<text x="{(_LEFT + _WIDTH - _RIGHT) / 2}" y="{_HEIGHT - 14}" text-anchor="middle">{escape(x_label)}</text>',
        f'<text transform="translate(20 {_HEIGHT / 2}) rotate(-90)" text-anchor="middle">{escape(y_label)}</text>',
    ]
    for tick in range(6):
        _, y = place(xs[0], top * tick / 5)
        parts.append(f'<path d="M{_LEFT} {y}H{_WIDTH - _RIGHT}" stroke="#ddd"/>')
        parts.append(f'<text x="{_LEFT - 8}" y="{y + 4}" text-anchor="end">{top * tick / 5:.3g}</text>')
    for x in xs:
        across, bottom = place(x, 0)
        parts.append(f'<text x="{across}" y="{bottom + 18}" text-anchor="middle">{x:,.0f}</text>')
    for number, (name, line) in enumerate(series.items()):
        colour = COLOURS[number % len(COLOURS)]
        places = [place(x, y) for x, y in sorted(line)]
        path = " ".join(f"{x},{y}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        parts += [f'<circle cx="{x}" cy="{y}" r="3.5" fill="{colour}"/>' for x, y in places]
        parts.append(
            f'<text x="{_WIDTH - _RIGHT}" y="{_TOP + 16 + 18 * number}" text-anchor="end" fill="{colour}">'
            f"{escape(name)}</text>"
        )
    return "\n".join([*parts, "</svg>", ""])
