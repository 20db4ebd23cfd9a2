"""Rendered faces whose landmarks and label maps are exact: for tests, the demo and pre-training.

A head in three dimensions whose points are places on its surface, seen through a z-buffer, with NumPy and OpenCV alone.
"""

from ml.synthetic.render import RenderedFace, render_face

__all__ = ["RenderedFace", "render_face"]
