"""Scoring proposals on labeled photos, through the same code that proposes points to annotators."""

from collections.abc import Callable, Sequence
from typing import Final, Literal

import numpy as np

from ml.landmarks.boxes import FaceBox, box_of_points, jitter
from ml.landmarks.mean_face import Proposal, place_mean_face
from ml.landmarks.metrics import Metrics, summarise
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import LabeledFace

BoxSource = Literal["truth", "jittered", "found"]

_CHUNK: Final = 8
_JITTER_SEED: Final = 106


Scored = Callable[[int, int], None]
"""Called with the number of photos scored so far, and of all photos."""


def evaluate(
    landmarker: Landmarker,
    faces: Sequence[LabeledFace],
    boxes: BoxSource = "jittered",
    progress: Scored | None = None,
) -> Metrics:
    """Scores a model; never holds more than a few photos in memory.

    Args:
        landmarker: the model.
        faces: the photos.
        boxes: where the crops come from. "truth" is the box of the true points. "jittered" is that box, off
            by about 5 % in place, 8 % in size and 6 degrees, the same error in every run: it compares models without a
            finder's luck, and without the true box's help. "found" is the product's own path; a photo without a face
            found counts like the others, with the points that an annotator would get.
        progress: told after every few photos.

    Raises:
        ValueError: there are no photos, or a photo's known points span no rectangle.
    """

    def propose(chunk: Sequence[LabeledFace], start: int) -> list[Proposal]:
        images = [face.image for face in chunk]
        if boxes == "found":
            return landmarker.predict(images)
        return landmarker.predict_in_boxes(images, [_box(face, start + i, boxes) for i, face in enumerate(chunk)])

    return _score(faces, propose, progress)


def evaluate_mean_face(faces: Sequence[LabeledFace]) -> Metrics:
    """Scores what annotators start from without a model: the mean face where a face is found.

    Args:
        faces: the photos.

    Raises:
        ValueError: there are no photos, or a photo's known points span no rectangle.
    """
    return _score(faces, lambda chunk, _: [place_mean_face(face.image) for face in chunk])


def _score(
    faces: Sequence[LabeledFace],
    propose: Callable[[Sequence[LabeledFace], int], list[Proposal]],
    progress: Scored | None = None,
) -> Metrics:
    predicted, true, known = [], [], []
    for start in range(0, len(faces), _CHUNK):
        chunk = [faces[i] for i in range(start, min(start + _CHUNK, len(faces)))]
        predicted += [proposal.points for proposal in propose(chunk, start)]
        true += [face.points for face in chunk]
        known += [face.known for face in chunk]
        if progress is not None:
            progress(len(true), len(faces))
    return summarise(predicted, true, known)


def _box(face: LabeledFace, index: int, boxes: BoxSource) -> FaceBox:
    box = box_of_points(face.points, face.known)
    if boxes == "truth":
        return box
    rng = np.random.default_rng([_JITTER_SEED, index])
    return jitter(box, rng, shift=0.05, scale=0.08, turn=float(np.deg2rad(6.0)))
