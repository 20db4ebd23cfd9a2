"""Pictures drawn by all processors, each in a process of its own."""

import multiprocessing
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from typing import Any

from cli.console import progress_bar


def draw_all(
    label: str,
    seeds: Sequence[int],
    draw: Callable[[int], None],
    prepare: Callable[..., None] | None = None,
    arguments: tuple[Any, ...] = (),
) -> None:
    """Calls `draw` with every seed, in any order, and shows how far it is; what it raises ends the drawing.

    Args:
        label: of the bar.
        seeds: of the pictures.
        draw: picklable.
        prepare: called once in each process before anything is drawn.
        arguments: of that.
    """
    if not seeds:
        return
    # Spawned, for a fork would inherit the threads of torch in the middle of what they do.
    spawn = multiprocessing.get_context("spawn")
    pool = ProcessPoolExecutor(os.cpu_count(), spawn, initializer=prepare, initargs=arguments)
    with progress_bar(label, len(seeds)) as told, pool:
        waiting = [pool.submit(draw, seed) for seed in seeds]
        for number, done in enumerate(as_completed(waiting), start=1):
            done.result()
            told(number, len(seeds))
