"""What a reader raises."""

from pathlib import Path


class DataError(ValueError):
    """A file of a data set is missing, unreadable or breaks its format.

    Attributes:
        source: the file, or the name that the caller gave to the bytes.
        problem: what is wrong with it, as a phrase.
    """

    def __init__(self, source: Path | str, problem: str) -> None:
        super().__init__(f"{source}: {problem}")
        self.source = str(source)
        self.problem = problem
