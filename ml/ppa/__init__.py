"""Pixel-level parsing annotation: from 106 points to the facial parts of a label map (NumPy and OpenCV only)."""

from ml.ppa.fusion import fuse
from ml.ppa.parts import FittingError, outlines
from ml.ppa.pipeline import FITTER_VERSION, fit_parts
from ml.ppa.raster import RULES, Rule, fill_mask

__all__ = ["FITTER_VERSION", "RULES", "FittingError", "Rule", "fill_mask", "fit_parts", "fuse", "outlines"]
