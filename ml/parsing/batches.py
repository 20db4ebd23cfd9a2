"""Batches of augmented crops, made by a few threads while the network works on the ones before."""

from collections.abc import Callable, Generator
from contextlib import closing

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from ml.crop_loading import load_crops
from ml.distributed import Ranks
from ml.parsing.augment import Crop


class Schedule:
    """Which photos each step sees. Every batch has the same size: the last one of an epoch is filled up from its start.

    Batch norm and a compiled step want it so.

    Args:
        photos: how many there are.
        batch_size: of all processes together.
        seed: of the order.
        processes: among which a batch is shared out evenly.
    """

    def __init__(self, photos: int, batch_size: int, seed: int, processes: int = 1) -> None:
        # Of one photo, the pyramid's mean over the whole picture has no spread to be normalised by.
        own = max(2, min(batch_size, photos) // processes)
        self.batch_size = own * processes
        self.steps_an_epoch = -(-photos // self.batch_size)
        self._photos, self._seed = photos, seed

    def chosen(self, step: int) -> tuple[int, npt.NDArray[np.int64]]:
        """Returns the epoch of a step, and the photos that are seen in it."""
        epoch, place = divmod(step, self.steps_an_epoch)
        order = np.random.default_rng([self._seed, epoch]).permutation(self._photos)
        filled = np.resize(order, self.steps_an_epoch * self.batch_size)
        return epoch, filled[place * self.batch_size : (place + 1) * self.batch_size]


def batches(
    schedule: Schedule,
    crop: Callable[[int, int], Crop],
    first: int,
    total: int,
    *,
    here: Ranks,
    threads: int = 2,
    pinned: bool = False,
) -> Generator[tuple[Tensor, Tensor], None, None]:
    """Yields the steps from `first` up to `total`: images (N, S, S, 3) and label maps (N, S, S), both uint8.

    Args:
        schedule: which photos a step sees.
        crop: makes the crop of an epoch and a photo; called from several threads.
        first: step to begin with.
        total: all steps of the training.
        here: this process, which takes its share of each batch.
        threads: how many work ahead.
        pinned: whether the tensors lie where a GPU fetches them without a copy in between.
    """

    def collate(crops: list[Crop]) -> tuple[Tensor, Tensor]:
        images, label_maps = (torch.from_numpy(np.stack(part)) for part in zip(*crops, strict=True))
        return (images.pin_memory(), label_maps.pin_memory()) if pinned else (images, label_maps)

    with closing(load_crops(schedule.chosen, crop, first, total, here=here, threads=threads)) as loaded:
        for crops in loaded:
            yield collate(crops)
