"""Beat's scheduler. It keeps no file of what it sent when: everything it sends is due again within seconds."""

from pathlib import Path
from typing import Any

from celery.beat import Scheduler

from backend.settings import Settings, get_settings


def sign_of_life(settings: Settings) -> Path:
    """The file that a living clock touches every few seconds; `facet health --beat` looks at its age."""
    return settings.data_dir.resolve() / "beat-alive"


class Clock(Scheduler):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._sign = sign_of_life(get_settings())

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """Sends what is due; returns the seconds until something is again."""
        wait: float = super().tick(*args, **kwargs)
        self._sign.touch()
        return wait
