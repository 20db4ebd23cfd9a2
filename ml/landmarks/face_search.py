"""Finding the main face: the cascades propose places, the landmark network says which of them is a face, and where exactly.

A network that has learned where 106 points are has learned what a face is: on anything else its heatmaps stay flat, or its
points do not lie like a face's. And it corrects the place it was shown: points that it found tell a better box than the one
they were found in. So a search is a conversation: it asks for looks at places, is told what the network saw there, and ends
with one face. Many photos' searches take turns, and their looks go through the network together.
"""

from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from ml.geometry import Image, Points, invert_transform, transform_points
from ml.landmarks.boxes import FaceBox, box_of_points, moved_box
from ml.landmarks.detect import likely_faces, prominence
from ml.landmarks.mean_face import default_box
from ml.landmarks.photo_copies import PhotoCopies
from ml.landmarks.shipped import shipped_shapes

# Of `Sighting.score`, with the shipped weights: between what faces and what clutter have in pictures that no benchmark uses.
# benchmarks/face_search.py says what they let through; docs/decisions/0010 what they cost.
_CERTAIN: Final = 2.3
_FACE: Final = 2.1

# A place is looked at again where its own points tell another one: beyond what the network is trained to bear.
_SHIFT: Final = 0.1
_SCALE: Final = np.log(1.15)
_TURN: Final = np.deg2rad(12.0)
_REFINEMENTS: Final = 2
_WORSE: Final = 0.2
_REFINED_A_ROUND: Final = 4
_SMALLEST_BOX: Final = 4.0

# A face whose points are less sure than this on average is looked at twice. Studio portraits are not, frames of videos are.
_SURE: Final = 0.88
_CLOSER: Final = 0.92


class Look(NamedTuple):
    """A place for the network to look at: a picture, a box in its pixels, and whether to show it in a mirror."""

    image: Image
    box: FaceBox
    mirrored: bool = False


class Seen(NamedTuple):
    """What it saw: (106, 2) points in the picture's pixels, and their (106,) confidence in [0, 1]."""

    points: Points
    confidence: npt.NDArray[np.float32]


class MainFace(NamedTuple):
    """The end of a search.

    Attributes:
        points: (106, 2), pixels of the photo.
        confidence: (106,) in [0, 1].
        found: whether the network takes it for a face at all.
    """

    points: Points
    confidence: npt.NDArray[np.float32]
    found: bool


@dataclass(frozen=True)
class Sighting:
    """What was seen at one place, in pixels of the photo; the score says how much like a face (`FaceShapes.log_density`)."""

    box: FaceBox
    points: Points
    confidence: npt.NDArray[np.float32]
    score: float


Search = Generator[list[Look], list[Seen], MainFace]
_Sightings = Generator[list[Look], list[Seen], list[Sighting]]


def search_together(searches: Sequence[Search], look: Callable[[Sequence[Look]], list[Seen]]) -> list[MainFace]:
    """Runs searches side by side: what they ask for at the same time goes through the network together.

    Args:
        searches: as `search_face` starts them; used up.
        look: the network.
    """
    ended: dict[int, MainFace] = {}
    asked: dict[int, list[Look]] = {}

    def advance(number: int, answer: list[Seen] | None) -> None:
        try:
            asked[number] = next(searches[number]) if answer is None else searches[number].send(answer)
        except StopIteration as end:
            ended[number] = end.value

    for number in range(len(searches)):
        advance(number, None)
    while asked:
        turn, asked = asked, {}
        answers = iter(look([each for looks in turn.values() for each in looks]))
        for number, looks in turn.items():
            advance(number, [next(answers) for _ in looks])
    return [ended[number] for number in range(len(searches))]


def search_face(photo: PhotoCopies) -> Search:
    """Searches a photo for its main face: large before small, central before marginal.

    Places are asked for in rounds, the cheap and likely first: those that cascades find, large and then small, and at last the
    middle of the photo. The first round with a certain face ends the search. Where none has one, the main one of the doubtful
    faces is it; where nothing passes for a face, the likeliest place stands for one, and `found` is false.
    """
    sightings: list[Sighting] = []
    copy = photo.coarse
    for places in chain(
        likely_faces(copy.image, small=False), likely_faces(copy.image, small=True), [_grid(copy.image)]
    ):
        refined = yield from _look_closely(photo, [moved_box(place, copy.to_photo) for place in places], sightings)
        if certain := [sighting for sighting in refined if sighting.score >= _CERTAIN]:
            return (yield from _looked_at_twice(_main_face(certain, photo), photo))
    if doubtful := [sighting for sighting in sightings if sighting.score >= _FACE]:
        return (yield from _looked_at_twice(_main_face(doubtful, photo), photo))
    likeliest = max(sightings, key=lambda sighting: sighting.score)
    return MainFace(likeliest.points, likeliest.confidence, found=False)


def _look_closely(photo: PhotoCopies, places: Sequence[FaceBox], sightings: list[Sighting]) -> _Sightings:
    """Looks at places that are new, and again at the best of them; adds to what was seen, and returns the best."""
    fresh = [place for place in places if not any(_alike(place, known.box) for known in sightings)]
    seen = yield from _sight(photo, fresh)
    refined = []
    for sighting in sorted(seen, key=lambda each: each.score, reverse=True)[:_REFINED_A_ROUND]:
        better = yield from _refine(photo, sighting)
        refined.append(better)
    # A refined sighting stands for the one that it started from, or the rougher one could win by its larger box.
    sightings += [*(each for each in seen if each.score < _FACE), *refined]
    return refined


def _grid(image: Image) -> list[FaceBox]:
    """Places that need no finding: the middle of the photo, upright and turned, large and small."""
    middle = default_box(image)
    return [
        FaceBox(middle.center, middle.size * scale, float(np.deg2rad(degrees)))
        for degrees in (0, -40, 40)
        for scale in (1.0, 1.5, 0.67)
    ]


def _sight(photo: PhotoCopies, places: Sequence[FaceBox], *, mirrored: bool = False) -> _Sightings:
    if not places:
        return []
    copies = [photo.showing(place) for place in places]
    seen = yield [
        Look(copy.image, moved_box(place, invert_transform(copy.to_photo)), mirrored)
        for place, copy in zip(places, copies, strict=True)
    ]
    shapes = shipped_shapes()
    sightings = []
    for place, copy, (points, confidence) in zip(places, copies, seen, strict=True):
        score = shapes.log_density(points, confidence)
        sightings.append(Sighting(place, transform_points(copy.to_photo, points), confidence, score))
    return sightings


def _refine(photo: PhotoCopies, sighting: Sighting) -> Generator[list[Look], list[Seen], Sighting]:
    for _ in range(_REFINEMENTS):
        place = box_of_points(sighting.points)
        if place.size < _SMALLEST_BOX or _alike(place, sighting.box):
            break
        (again,) = yield from _sight(photo, [place])
        if again.score < sighting.score - _WORSE:
            break
        sighting = again
    return sighting


def _alike(a: FaceBox, b: FaceBox) -> bool:
    """Whether the network sees much the same in both."""
    away = np.hypot(a.center[0] - b.center[0], a.center[1] - b.center[1]) / max(a.size, b.size)
    turn = abs((a.angle - b.angle + np.pi) % (2 * np.pi) - np.pi)
    return bool(away < _SHIFT and abs(np.log(a.size / b.size)) < _SCALE and turn < _TURN)


def _main_face(faces: Sequence[Sighting], photo: PhotoCopies) -> Sighting:
    """The large and central one; but one that the network believes in less must be as much larger."""
    return max(faces, key=lambda face: face.score * prominence(face.box, *photo.coarse.size))


def _looked_at_twice(face: Sighting, photo: PhotoCopies) -> Search:
    """Ends the search; where the network is not sure of the face, with the mean of two looks at it.

    The second is in a mirror and from a little closer, so that its errors are not all those of the first.
    """
    sure = MainFace(face.points, face.confidence, found=True)
    box = box_of_points(face.points)
    if face.confidence.mean() >= _SURE or box.size < _SMALLEST_BOX:
        return sure
    place = FaceBox(box.center, box.size * _CLOSER, box.angle)
    (again,) = yield from _sight(photo, [place], mirrored=True)
    if again.score < face.score - _WORSE:
        return sure
    trust = face.confidence + again.confidence
    share = (again.confidence / np.maximum(trust, np.finfo(np.float32).tiny))[:, None]
    points = face.points + share * (again.points - face.points)
    return MainFace(points.astype(np.float32), (trust / 2).astype(np.float32), found=True)
