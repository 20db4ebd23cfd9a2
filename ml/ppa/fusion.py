"""Hair, skin and facial parts become one label map, later wins: skin, parts, hair, background."""

import numpy as np
from numpy.typing import NDArray

BACKGROUND, SKIN, HAIR = 0, 1, 10


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
