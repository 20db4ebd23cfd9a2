"""The fixture that keeps the browser's shape model equal to the server's: `python -m ml.shape.golden OUT`."""

import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from ml.schema import MEAN_FACE, N_POINTS
from ml.shape import default_shape_model


def _cases() -> list[dict[str, Any]]:
    """Turned and jittered mean faces, with one to all points fixed: [{proposal, fixed: {index: place}, carried}]."""
    generator = np.random.default_rng(106)
    cases = []
    for count in (1, 2, 5, 20, N_POINTS):
        angle = generator.uniform(-np.pi, np.pi)
        turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
        proposal = np.round(300 * MEAN_FACE @ turn.T + 200 + generator.normal(0, 4, (N_POINTS, 2)), 3)
        chosen = generator.permutation(N_POINTS)[:count].tolist()
        fixed = {index: np.round(proposal[index] + generator.normal(0, 12, 2), 3).tolist() for index in chosen}
        carried = default_shape_model().carry(proposal, fixed)
        cases.append({"proposal": proposal.tolist(), "fixed": fixed, "carried": np.round(carried, 4).tolist()})
    return cases


def golden() -> str:
    """The fixture as JSON: the model's document and the cases."""
    return json.dumps({"model": default_shape_model().to_document(), "cases": _cases()}, separators=(",", ":")) + "\n"


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(golden(), encoding="utf-8")
