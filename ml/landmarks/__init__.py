"""Landmarks: find the face, propose its 106 points, learn from the approved ones."""
