"""Scoring a network on labeled photos, through the same code that parses photos in use."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np

from ml.parsing.confusion import COARSE, FASSEG, FINE, HELEN, LAPA, Column, Confusion
from ml.parsing.predict import Parser
from ml.parsing.regions import CropKind, Region, jitter
from ml.parsing.samples import Sample, region_of

Scored = Callable[[int, int], None]
"""Called with the number of photos scored so far, and of all photos."""

_CHUNK: Final = 16
_JITTER_SEED: Final = 11


def evaluate(parser: Parser, photos: Sequence[Sample], progress: Scored | None = None) -> Confusion:
    """Counts the network's pixels against the true ones, in the photos' own resolution.

    A crop around a head or points comes from the truth, off by about 3 % in place, 5 % in size and 3 degrees, the same
    error in every run: it compares networks without the luck, and without the help, of whatever finds the crop in use.
    A network that merges categories is held against the truth merged likewise.

    Args:
        parser: the network.
        photos: read one after the other; never more than a few are in memory.
        progress: told after every few photos.

    Raises:
        ValueError: there are no photos, or the crop is made from points and a photo has none.
    """
    if not len(photos):
        raise ValueError("there are no photos to score on")
    confusion = Confusion()
    for start in range(0, len(photos), _CHUNK):
        chunk = [photos[i] for i in range(start, min(start + _CHUNK, len(photos)))]
        regions = [shown_region(photo, start + i, parser.architecture.crop) for i, photo in enumerate(chunk)]
        found = parser.parse([photo.image for photo in chunk], regions)
        for photo, label_map in zip(chunk, found, strict=True):
            own = parser.categories.from_schema(photo.label_map)
            known = own < len(parser.categories)
            truth = np.where(known, parser.categories.to_schema(np.where(known, own, 0)), own)
            confusion.add(truth, label_map)
        if progress is not None:
            progress(confusion.photos, len(photos))
    return confusion


def shown_region(photo: Sample, index: int, crop: CropKind) -> Region:
    """Returns the region of the index-th photo of a set for scoring: the whole photo, or the true one a little off.

    Raises:
        ValueError: the crop is made from points, and the photo has none.
    """
    region = region_of(photo, crop)
    if crop == "photo":
        return region
    return jitter(region, np.random.default_rng([_JITTER_SEED, index]), 0.03, 0.05, float(np.deg2rad(3)))


def tables(confusion: Confusion, categories: int) -> dict[str, dict[str, float | None]]:
    """Returns the scores that make sense for a network of that many categories, by the name of the table."""
    chosen: dict[str, tuple[Column, ...]] = {
        2: {"coarse": COARSE},
        3: {"fine": FINE},
        11: {"lapa": LAPA, "helen": HELEN, "fasseg": FASSEG},
    }[categories]
    return {name: confusion.scores(columns) for name, columns in chosen.items()}


def metrics(confusion: Confusion, categories: int) -> dict[str, Any]:
    """Returns what a model file keeps: the photos, the F1 of every category, their mean ("mean" or "head"), and the counts
    of the confusion matrix, from which every table can be made again.
    """
    main = next(iter(tables(confusion, categories).values()))
    return {
        "photos": confusion.photos,
        "f1": main,
        "mean_f1": main.get("mean", main.get("head")),
        "confusion": confusion.counts.tolist(),
    }
