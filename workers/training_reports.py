"""What a training tells of its steps, often enough for people and seldom enough for the database."""

import time
from collections.abc import Callable

from workers.execution import Execution

REPORT_SECONDS = 1.0


def reporting(execution: Execution) -> Callable[[int, int, dict[str, float]], None]:
    """Returns what a training calls after each step: it stops the job when the worker is being stopped."""
    last_report = 0.0

    def report(done: int, total: int, figures: dict[str, float]) -> None:
        nonlocal last_report
        execution.check_stopping()
        if done == total or time.monotonic() - last_report >= REPORT_SECONDS:
            last_report = time.monotonic()
            execution.progress(done, total, f"step {done} of {total}, loss {figures['loss']:.4g}")

    return report
