"""What commands say to a person on the standard error: why they end, and how far they are."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

# The name of a file may read like the code of an emoji.
console = Console(stderr=True, emoji=False)


class CommandFailed(Exception):
    """What ends a command; its text names the file and says what to do."""


def failed(failure: CommandFailed) -> int:
    """Says why a command ended, on the standard error; returns its exit code."""
    console.print(str(failure), style="red", markup=False, soft_wrap=True)
    return 1


@contextmanager
def progress_bar(what: str, total: int) -> Iterator[Callable[[int, int], None]]:
    """Shows a bar with the time left, where a person is looking; yields what moves it."""
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done, of: bar.update(task, completed=done, total=of)
