"""How the errors of a proposal hang together over the face, and where the other points go once some are fixed."""

from ml.shape.learning import default_shape_model, fit
from ml.shape.model import ShapeModel

__all__ = ["ShapeModel", "default_shape_model", "fit"]
