"""One running Facet with a project, for people who sign in without going through the pages that lead to the editor."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import cv2
import httpx
from playwright.sync_api import APIResponse, Browser, Page, Response, expect

from ml.synthetic import render_face
from tests.e2e.editor import EditorPage
from tests.e2e.people import LONG_PATIENCE, PASSWORD, PATIENCE, Person
from tests.e2e.setups import Embedded
from tests.workers.processes import wait_until

SECONDS = LONG_PATIENCE / 1000
PHOTOS = 5
PHOTO_SIZE = 512


class Studio:
    """An embedded installation with one project, an annotator's account, and rendered faces that have their proposals."""

    def __init__(self, folder: Path, chromium: Browser) -> None:
        self.chromium = chromium
        self.setup = Embedded(folder)
        self.project_id = 0

    @classmethod
    @contextmanager
    def opened(cls, folder: Path, chromium: Browser, photos: int = PHOTOS) -> Iterator["Studio"]:
        """One with so many photos, ended at the end, however far it came."""
        studio = cls(folder, chromium)
        try:
            studio._start(photos)
            yield studio
        finally:
            studio.setup.close()

    def _start(self, photos: int) -> None:
        one_time = self.setup.start()
        self.admin = httpx.Client(base_url=f"{self.setup.url}/api/v1/", timeout=60)
        self._sign_in(self.admin, "admin@localhost", one_time)
        self._post(self.admin, "password", {"current_password": one_time, "new_password": PASSWORD})
        self._sign_in(self.admin, "admin@localhost", PASSWORD)
        self.project_id = self._post(self.admin, "projects", {"name": "Lost and found"})["id"]
        self.join("annotator", "Anna").close()
        if photos > 0:
            self._import_faces(photos)

    def join(self, role: str, name: str) -> httpx.Client:
        """A new member of the project, signed in as a script."""
        invitation = {"role": role, "project_ids": [self.project_id]}
        token = self._post(self.admin, "invitations", invitation)["link"].rsplit("/", 1)[1]
        body = {"name": name, "email": f"{name.lower()}@example.org", "password": PASSWORD}
        newcomer = httpx.Client(base_url=self.admin.base_url, timeout=60)
        newcomer.headers["X-CSRF-Token"] = self._post(newcomer, f"join/{token}", body)["csrf_token"]
        return newcomer

    def open_editor(self) -> "Bench":
        """The annotator in a fresh browser, at the task that is theirs or the next."""
        return Bench(self, self.browser_of("Anna"))

    def browser_of(self, name: str) -> Person:
        """A member in a fresh browser, signed in."""
        person = Person(self.chromium, self.setup.url, name)
        answer = person.context.request.post("/api/v1/session", data={"email": person.email, "password": PASSWORD})
        assert answer.ok, answer.text()
        return person

    def take_from_queue(self, task_id: int) -> None:
        """The admin takes a task before anybody else can."""
        self._post(self.admin, f"tasks/{task_id}/lease", None)

    def state_of(self, task_id: int) -> str:
        state: str = self.admin.get(f"tasks/{task_id}").json()["task"]["state"]
        return state

    def _sign_in(self, client: httpx.Client, email: str, password: str) -> None:
        session = self._post(client, "session", {"email": email, "password": password})
        client.headers["X-CSRF-Token"] = session["csrf_token"]

    def _import_faces(self, photos: int) -> None:
        started = self._post(self.admin, f"projects/{self.project_id}/imports", {"expected": photos})
        files = []
        for seed in range(photos):
            image = cv2.cvtColor(render_face(seed, PHOTO_SIZE, pose="frontal").image, cv2.COLOR_RGB2BGR)
            encoded, data = cv2.imencode(".jpg", image)
            assert encoded
            files.append(("files", (f"face_{seed}.jpg", data.tobytes(), "image/jpeg")))
        path = f"projects/{self.project_id}/imports/{started['id']}/files"
        answer = self.admin.post(path, files=files)
        assert answer.is_success, answer.text

        def proposed() -> bool:
            counts: dict[str, int] = self.admin.get(f"projects/{self.project_id}").json()["counts"]
            return counts["ready"] == photos

        wait_until("all photos have their proposals", proposed, SECONDS, 0.2)

    @staticmethod
    def _post(client: httpx.Client, path: str, body: object) -> Any:
        answer = client.post(path, json=body)
        assert answer.is_success, f"{path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None


class Bench:
    """One browser of the annotator's, with the editor open."""

    def __init__(self, studio: Studio, person: Person) -> None:
        self.studio = studio
        self.person = person
        self._leases: list[Response] = []
        self.page = person.page
        self.editor = self.open(person.page)
        self.task_id = self.editor.task_id

    def open(self, page: Page) -> EditorPage:
        """Opens the task that is theirs, or the next, in this page."""
        page.on("response", self._note_lease)
        page.goto(f"/projects/{self.studio.project_id}/annotate")
        editor = EditorPage(page)
        editor.wait_for_task()
        return editor

    def new_tab(self) -> EditorPage:
        return self.open(self.person.context.new_page())

    def draft(self) -> dict[str, Any]:
        """What the server holds of the annotator's unsaved work on the open task."""
        draft: dict[str, Any] | None = self.task()["draft"]
        assert draft is not None, "the server holds no draft"
        return draft

    def task(self) -> dict[str, Any]:
        return self._json(self.person.context.request.get(f"/api/v1/tasks/{self.editor.task_id}"))

    def save_by_script(self, operations: list[dict[str, Any]], etag: str) -> None:
        """Saves a revision behind the page's back, with the page's own lease."""
        self._unsafe("POST", f"/api/v1/tasks/{self.editor.task_id}/revisions", {"operations": operations}, etag)

    def end_session(self) -> None:
        """The server forgets the session; the browser keeps its cookie."""
        cookies = self.person.context.cookies()
        self._unsafe("DELETE", "/api/v1/session")
        self.person.context.add_cookies(
            [{"name": each["name"], "value": each["value"], "url": self.studio.setup.url} for each in cookies]
        )

    def press(self, index: int, dx: float, dy: float) -> tuple[float, float]:
        """Takes a point in hand and moves it by about (dx, dy) image pixels without letting go; returns its place."""
        start = self.editor.points()[index]
        mouse = self.page.mouse
        x0, y0 = map(round, self.editor.on_screen(start))
        x1, y1 = map(round, self.editor.on_screen((start[0] + dx, start[1] + dy)))
        mouse.move(x0, y0)
        mouse.down()
        mouse.move(x1, y1, steps=6)
        place = self.editor.points()[index]
        assert place != start
        return place

    def expect_banner(self, text: str) -> None:
        expect(self.page.get_by_test_id("banner").filter(has_text=re.compile(text))).to_be_visible(timeout=PATIENCE)

    def close(self) -> None:
        self.person.close()

    def _unsafe(self, method: str, path: str, body: object = None, etag: str | None = None) -> None:
        request = self.person.context.request
        token = self._json(request.get("/api/v1/session"))["csrf_token"]
        headers = {"X-CSRF-Token": token, "X-Lease-Token": self._leases[-1].json()["lease"]["token"]}
        if etag is not None:
            headers["If-Match"] = etag
        answer = request.fetch(path, method=method, data=body, headers=headers)
        assert answer.ok, f"{path}: {answer.status} {answer.text()}"

    def _note_lease(self, response: Response) -> None:
        if response.request.method == "POST" and re.search(r"/tasks/(next|\d+/lease)$", response.url):
            self._leases.append(response)

    @staticmethod
    def _json(answer: APIResponse) -> Any:
        assert answer.ok, answer.text()
        return answer.json()
