"""Whether a new model may replace what predicts now."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

_WORTH_TELLING: Final = 0.0005
"""A part's error must have grown by this share of the face to be named: below, it is the luck of the photos."""


@dataclass(frozen=True)
class Decision:
    """The gate's answer.

    Attributes:
        promote: whether the new model becomes the active one.
        reason: the figures of both, how far apart they are, and which parts became worse.
    """

    promote: bool
    reason: str


def gate(new: Mapping[str, Any], old: Mapping[str, Any] | None) -> Decision:
    """Promotes a model that is not worse than what predicts now, in mean error and in failures.

    A part that became worse does not hold it back, but the reason names it.

    Args:
        new: its `Metrics`.
        old: those of what predicts now, on the same photos, or None when nothing does.
    """
    nme, failures = float(new["nme_rect"]), float(new["fr_008"])
    figures = f"mean error {nme:.2%} of the face, failures {failures:.1%}, on {int(new['photos'])} held-out photos"
    if old is None:
        return Decision(True, f"Promoted as the first model: {figures}.")
    old_nme, old_failures = float(old["nme_rect"]), float(old["fr_008"])
    # Written so that a NaN does not pass.
    promote = nme <= old_nme and failures <= old_failures
    verdict = "Promoted" if promote else "Not promoted"
    reason = (
        f"{verdict}: {figures}; before it was {old_nme:.2%} and {old_failures:.1%},"
        f" so the error changes by {_points(nme - old_nme)}."
    )
    grown = {part: change for part, change in part_changes(new, old).items() if change > _WORTH_TELLING}
    if grown:
        worst_first = sorted(grown, key=lambda part: -grown[part])
        told = [f"{part.replace('_', ' ')} {_points(grown[part])}" for part in worst_first]
        reason += f" Worse: {', '.join(told)}."
    return Decision(promote, reason)


def part_changes(new: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, float]:
    """How much the error of each part changes, as a fraction of the face; negative is better.

    Args:
        new: `Metrics`.
        old: those of what predicts now, on the same photos.

    Returns:
        The parts that both have a figure for, in the order of the schema.
    """
    before = old["per_part"]
    return {
        part: float(nme) - float(before[part])
        for part, nme in new["per_part"].items()
        if nme is not None and before.get(part) is not None
    }


def _points(change: float) -> str:
    return f"{100 * change:+.2f} points"
