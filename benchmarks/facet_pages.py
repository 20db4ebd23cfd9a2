"""Facet's own adapter for the editor's benchmark: an installation with rendered faces, and its editor's page."""

from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np
from playwright.sync_api import BrowserContext, Page
from sqlalchemy import select

from backend.accounts.access import SESSION_COOKIE
from backend.accounts.service import create_user, open_session
from backend.annotations.service import propose
from backend.annotations.tables import LabelMap
from backend.installation import Installation
from backend.photos.service import IncomingFile, import_files, start_import
from backend.projects.service import add_member, create_project
from backend.tasks.tables import Task
from benchmarks.annotation_pages import FacePhoto
from benchmarks.installations import running
from ml.data.lapa import encode_label_map

DRAGGED = 38

# The photo's middle is opaque, and so is the place of every point on the layer of the points.
_DRAWN = """(() => {
  const editor = document.querySelector("[data-testid=editor]");
  if (editor === null || window.__facet === undefined) return null;
  const photo = editor.querySelector("canvas");
  const points = editor.querySelector("[data-testid=points-layer]");
  const { left, top } = points.getBoundingClientRect();
  const alpha = (canvas, pixels, x, y) =>
    pixels[4 * (Math.round(devicePixelRatio * (y - top)) * canvas.width + Math.round(devicePixelRatio * (x - left))) + 3];
  const middle = photo.getContext("2d").getImageData(photo.width / 2, photo.height / 2, 1, 1).data;
  if (middle[3] === 0) return null;
  const ink = points.getContext("2d").getImageData(0, 0, points.width, points.height).data;
  const places = window.__facet.points().map(([x, y]) => window.__facet.imageToScreen(x, y));
  return places.every(([x, y]) => alpha(points, ink, x, y) > 0) ? editor.dataset.taskId : null;
})()"""


class FacetPage:
    """One annotator of a running installation; each queue is a project."""

    drawn = _DRAWN

    def __init__(self, url: str, cookie: str, projects: list[int]) -> None:
        self._url = url
        self._cookie = cookie
        self._projects = projects

    def sign_in(self, context: BrowserContext) -> None:
        context.add_cookies([{"name": SESSION_COOKIE, "value": self._cookie, "url": self._url}])

    def open(self, page: Page, queue: int) -> None:
        page.goto(f"{self._url}/projects/{self._projects[queue]}/annotate", wait_until="commit")

    def point(self, page: Page) -> tuple[float, float]:
        x, y = page.evaluate("index => window.__facet.imageToScreen(...window.__facet.points()[index])", DRAGGED)
        return x, y

    def show_label_map(self, page: Page) -> None:
        page.keyboard.press("m")
        page.wait_for_function(
            """() => {
              const layer = document.querySelectorAll("[data-testid=editor] canvas")[1];
              const { data } = layer.getContext("2d").getImageData(0, 0, layer.width, layer.height);
              return data.some((value, i) => i % 4 === 3 && value > 0);
            }"""
        )

    def take_brush(self, page: Page) -> bool:
        page.keyboard.press("w")
        page.wait_for_function("() => document.querySelector('[data-testid=btn-brush][aria-pressed=true]') !== null")
        return True

    def submit(self, page: Page) -> None:
        page.get_by_test_id("btn-submit").click()


@contextmanager
def serve(queues: list[list[FacePhoto]]) -> Iterator[FacetPage]:
    """An API process on SQLite, without a worker: the proposals are the rendered faces' own points."""
    with running("sqlite") as api:
        facet = api.facet
        with facet.db.transaction() as session:
            user = create_user(session, "annotator@example.org", "Annotator", "no password", "annotator")
            cookie, _ = open_session(session, user.id, facet.settings.session_days)
            user_id = user.id
        projects = [_add_queue(facet, f"Queue {number}", photos, user_id) for number, photos in enumerate(queues)]
        yield FacetPage(f"http://127.0.0.1:{api.port}", cookie, projects)


def _add_queue(facet: Installation, name: str, photos: list[FacePhoto], user_id: int) -> int:
    with facet.db.transaction() as session:
        project = create_project(session, None, name)
        add_member(session, project.id, user_id, user_id)
        import_id = start_import(session, project.id, None, len(photos)).id
        project_id = project.id
    for photo in photos:
        (item,) = import_files(facet, import_id, [IncomingFile(photo.name, photo.jpeg)])
        label_map = facet.blobs.put(encode_label_map(photo.label_map))
        with facet.db.transaction() as session:
            task = session.scalars(select(Task).where(Task.photo_id == item.photo_id)).one()
            confidence = np.full(len(photo.points), 0.9, np.float32)
            revision = propose(session, task, photo.points, confidence=confidence, model_version_id=None)
            assert revision is not None
            session.flush()
            session.add(LabelMap(task_id=task.id, revision_id=revision.id, blob_sha256=label_map, fitter="rendered"))
    return project_id
