"""Hair, skin and background of a photo whose 106 points are known."""

from ml.parsing.canvas import HairSkin
from ml.parsing.graphcut import segment_hair_skin

__all__ = ["HairSkin", "segment_hair_skin"]
