"""What the editor's benchmark asks of a tool's page. Whoever measures another tool writes one class like this."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from playwright.sync_api import BrowserContext, Page


@dataclass(frozen=True)
class FacePhoto:
    """`jpeg` as it is imported; `points` (106, 2) in its pixels; `label_map` (height, width) of ids 0..10."""

    name: str
    jpeg: bytes
    points: np.ndarray
    label_map: np.ndarray

    @property
    def megapixels(self) -> float:
        return float(self.label_map.size / 1e6)


class AnnotationPage(Protocol):
    """One tool that serves queues of photos to one annotator. Screen places are CSS pixels of the window."""

    # A JavaScript expression: which task is on the screen, as a string, once its photo and all its points are painted;
    # null until then. It is asked once a frame, and only while a photo is awaited.
    drawn: str

    def sign_in(self, context: BrowserContext) -> None:
        """Gives a new browser what it needs to see the tasks, without opening a page."""

    def open(self, page: Page, queue: int) -> None:
        """Goes to where the annotator works through queue number `queue`, from 0; returns at once."""

    def point(self, page: Page) -> tuple[float, float]:
        """Where on the screen a point lies that a mouse can take and drag; the same point each time."""

    def show_label_map(self, page: Page) -> None:
        """Lays the label map over the photo and waits until that is painted."""

    def take_brush(self, page: Page) -> bool:
        """From now on the mouse paints; False where the tool has no brush."""

    def submit(self, page: Page) -> None:
        """One click or key that submits the open task, after which the tool shows the queue's next photo by itself."""


# Serves the queues while its context is open.
ServeTool = Callable[[list[list[FacePhoto]]], AbstractContextManager[AnnotationPage]]
