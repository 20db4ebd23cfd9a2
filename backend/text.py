"""Text that every database can keep."""

from pydantic import AfterValidator


def _without_nul(text: str) -> str:
    if "\x00" in text:
        raise ValueError("holds a NUL character, which no text here may have")
    return text


# SQLite would take it and PostgreSQL would not: both refuse it at the door.
NoNul = AfterValidator(_without_nul)
