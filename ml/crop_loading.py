"""Training crops, made by a few threads while the network works on the ones before."""

from collections import deque
from collections.abc import Callable, Generator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from ml.distributed import Ranks

_AHEAD: Final = 2

CropT = TypeVar("CropT")


def sample_generator(seed: int, epoch: int, index: int) -> np.random.Generator:
    """Returns the chance of one sample in one epoch: the same whichever thread draws it, in whatever order."""
    return np.random.default_rng([seed, epoch, index])


def load_crops(
    chosen: Callable[[int], tuple[int, npt.NDArray[np.int64]]],
    crop: Callable[[int, int], CropT],
    first: int,
    total: int,
    *,
    here: Ranks,
    threads: int,
) -> Generator[list[CropT], None, None]:
    """Yields this process's share of the crops of the steps from `first` up to `total`, step by step.

    Args:
        chosen: the epoch of a step, and the photos that all processes together see in it.
        crop: makes the crop of an epoch and a photo; called from several threads.
        first: step to begin with.
        total: all steps of the training.
        here: this process.
        threads: how many work ahead.
    """
    waiting: deque[list[Future[CropT]]] = deque()
    pool = ThreadPoolExecutor(threads, thread_name_prefix="crops")
    try:
        for step in range(first, total + _AHEAD):
            if step < total:
                epoch, photos = chosen(step)
                waiting.append([pool.submit(crop, epoch, int(photo)) for photo in here.share_of(photos)])
            if waiting and (step >= total or len(waiting) > _AHEAD):
                yield [future.result() for future in waiting.popleft()]
    finally:
        pool.shutdown(cancel_futures=True)
