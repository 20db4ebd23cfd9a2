"""Hair, skin and facial parts become one label map, later wins: skin, parts, hair, background, a person's brush."""

import numpy as np
from numpy.typing import NDArray

BACKGROUND, SKIN, HAIR = 0, 1, 10

UNPAINTED = 255
"""In a layer of hand-painted pixels: nobody painted this one."""


def fuse(
    hair_skin: NDArray[np.uint8], parts: NDArray[np.uint8], certain_background: NDArray[np.bool_] | None = None
) -> NDArray[np.uint8]:
    """Fuses the two halves of the annotation in the paper's order.

    Hair hides a part (a fringe over a brow), and background hides everything (sunglasses, a hand): a part that is
    hidden is absent from the map. Background is also what a segmentation answers where it has no idea, though, so only
    the background that it vouches for may cut into parts which a person placed.

    Args:
        hair_skin: (height, width) of 0 background, 1 skin, 10 hair.
        parts: (height, width) of 0 nothing, 2 to 9 the facial parts, as `fit_parts` draws them.
        certain_background: (height, width), where the background of `hair_skin` is sure enough to hide a part. None
            trusts all of it, as the paper does with its network.

    Returns:
        The label map, uint8 (height, width), ids 0 to 10.

    Raises:
        ValueError: The maps differ in shape, or hold other values.
    """
    if hair_skin.shape != parts.shape or hair_skin.ndim != 2:
        raise ValueError(f"hair and skin are {hair_skin.shape}, the parts {parts.shape}: not one photo's maps")
    if certain_background is not None and certain_background.shape != parts.shape:
        raise ValueError(f"the certain background is {certain_background.shape}, the parts {parts.shape}")
    if not np.isin(hair_skin, (BACKGROUND, SKIN, HAIR)).all():
        raise ValueError("a hair and skin map holds 0, 1 and 10 only")
    if (parts == SKIN).any() or parts.max(initial=0) >= HAIR:
        raise ValueError("a map of facial parts holds 0 and 2 to 9 only")
    label_map = np.where(parts > 0, parts, hair_skin)
    label_map[hair_skin == HAIR] = HAIR
    hiding = hair_skin == BACKGROUND
    if certain_background is not None:
        hiding &= certain_background
    label_map[hiding] = BACKGROUND
    return label_map.astype(np.uint8, copy=False)


def lay_over(label_map: NDArray[np.uint8], painting: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Lays what a person painted over a fused map: last of all, because a person has seen what no rule foresaw.

    Args:
        label_map: uint8 (height, width), ids 0 to 10.
        painting: uint8 (height, width), ids 0 to 10 where a person painted, UNPAINTED elsewhere.

    Raises:
        ValueError: The two differ in shape, or the painting holds other values.
    """
    if label_map.shape != painting.shape:
        raise ValueError(f"the label map is {label_map.shape}, the painting {painting.shape}")
    painted = painting != UNPAINTED
    if painting[painted].max(initial=0) > HAIR:
        raise ValueError("a painting holds 0 to 10 and 255 only")
    return np.where(painted, painting, label_map)
