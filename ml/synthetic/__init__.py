"""Rendered faces whose landmarks and label maps are exact: for tests, the demo and pre-training.

A drawing in two dimensions of a mean face under smooth changes, nearly frontal, with NumPy and OpenCV alone.
"""

from ml.synthetic.render import RenderedFace, render_face

__all__ = ["RenderedFace", "render_face"]
