"""Whether a new model may replace the old one."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Decision:
    """The gate's answer.

    Attributes:
        promote: whether the new model becomes the active one.
        reason: one sentence with the figures of both.
    """

    promote: bool
    reason: str


def gate(new: Mapping[str, Any], old: Mapping[str, Any] | None) -> Decision:
    """Promotes a model that is not worse than the active one, in mean error and in failures.

    Args:
        new: its `Metrics`.
        old: those of the active model on the same photos, or None when there is no active model.
    """
    nme, failures = float(new["nme_rect"]), float(new["fr_008"])
    figures = f"mean error {nme:.2%} of the face, failures {failures:.1%}, on {int(new['photos'])} held-out photos"
    if old is None:
        return Decision(True, f"Promoted as the first model: {figures}.")
    old_nme, old_failures = float(old["nme_rect"]), float(old["fr_008"])
    # Written so that a NaN does not pass.
    promote = nme <= old_nme and failures <= old_failures
    verdict = "Promoted" if promote else "Not promoted"
    return Decision(promote, f"{verdict}: {figures}; the active model has {old_nme:.2%} and {old_failures:.1%}.")
