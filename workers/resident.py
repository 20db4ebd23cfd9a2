"""Networks that stay loaded between jobs. New weights have another hash, so no restart is needed to notice them."""

import threading
from collections.abc import Callable
from typing import Generic, TypeVar

T = TypeVar("T")


class Resident(Generic[T]):
    """The last model file used, loaded. One a process and kind of network; threads share it.

    Args:
        load: makes the network out of a model file's bytes.
    """

    def __init__(self, load: Callable[[bytes], T]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._loaded: tuple[str, T] | None = None

    def get(self, sha256: str, read: Callable[[], bytes]) -> T:
        """Returns the network of the model file of this hash, which is read only when another one was used last."""
        with self._lock:
            if self._loaded is None or self._loaded[0] != sha256:
                self._loaded = sha256, self._load(read())
            return self._loaded[1]
