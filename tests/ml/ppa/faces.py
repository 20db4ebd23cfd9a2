"""Faces to fit: every hypothesis example is the mean face, moved and bent as annotators' points are."""

import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from ml.schema import MEAN_FACE

Points = NDArray[np.float64]


def mean_face(size: float = 200.0, left: float = 60.0, top: float = 70.0) -> Points:
    """The mean face, `size` pixels between brow and chin."""
    return np.asarray(MEAN_FACE, dtype=np.float64) * size + (left, top)


@st.composite
def faces(draw: st.DrawFn, noise: float = 4.0) -> Points:
    """Mean faces with a roll, an open mouth or a shut one, and unsteady points; they may reach out of a 320 px photo."""
    points = mean_face(draw(st.floats(60, 260)), draw(st.floats(-60, 120)), draw(st.floats(-60, 120)))
    size = np.ptp(points[:, 1])
    opening = draw(st.floats(-0.1, 0.25)) * size
    points[[91, 92, 93, 94, 95, 101, 102, 103], 1] += opening
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    points += rng.normal(0, draw(st.floats(0, noise)) * size / 200, points.shape)
    angle, centre = draw(st.floats(-np.pi, np.pi)), points.mean(axis=0)
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return (points - centre) @ turn + centre
