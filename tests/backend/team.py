"""The API as its callers meet it: signed-in clients of every role, photos, and jobs that run when they are told to."""

import io
import threading
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

import numpy as np
from fastapi.testclient import TestClient
from PIL import Image
from sqlalchemy import select

from backend.accounts.access import SESSION_COOKIE
from backend.accounts.service import create_user, hash_password, open_session
from backend.accounts.tables import Role
from backend.annotations.fitting import fitting_done
from backend.annotations.service import propose
from backend.installation import Installation
from backend.jobs import service as jobs
from backend.jobs.tables import Job
from backend.photos.tables import Import, Photo
from backend.projects.counters import note_move
from backend.tasks.tables import Task
from ml.data.lapa import encode_label_map

PASSWORD = "correct horse battery"
# Argon2 is slow on purpose: hash once.
PASSWORD_HASH = hash_password(PASSWORD)


class Caller:
    """A client with its own cookies, signed in as one user, that sends the CSRF token by itself.

    Its session is opened in the database: argon2 is slow on purpose, and test_accounts.py tests signing in itself.
    """

    def __init__(self, app: Any, email: str = "", user_id: int = 0, token: str | None = None) -> None:
        self.http = TestClient(app, base_url="http://testserver/api/v1", raise_server_exceptions=False)
        self.app = app
        self.user_id = user_id
        self.email = email
        if token is not None:
            self.http.headers["Authorization"] = f"Bearer {token}"
        elif user_id:
            with app.state.installation.db.transaction() as session:
                secret, row = open_session(session, user_id, 14)
            self.http.cookies.set(SESSION_COOKIE, secret)
            self.http.headers["X-CSRF-Token"] = row.csrf_token

    def by_token(self, **options: Any) -> "Caller":
        """The same person with an API token instead of a browser."""
        token = self.post("/tokens", 201, json={"name": "script", **options}).json()["token"]
        return Caller(self.app, self.email, self.user_id, token)

    def request(self, method: str, path: str, expect: int | None = None, **kwargs: Any) -> Any:
        answer = self.http.request(method, path.lstrip("/"), **kwargs)
        if expect is not None:
            assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def get(self, path: str, expect: int | None = 200, **kwargs: Any) -> Any:
        return self.request("GET", path, expect, **kwargs)

    def post(self, path: str, expect: int | None = None, **kwargs: Any) -> Any:
        return self.request("POST", path, expect, **kwargs)

    def put(self, path: str, expect: int | None = None, **kwargs: Any) -> Any:
        return self.request("PUT", path, expect, **kwargs)

    def patch(self, path: str, expect: int | None = None, **kwargs: Any) -> Any:
        return self.request("PATCH", path, expect, **kwargs)

    def delete(self, path: str, expect: int | None = None, **kwargs: Any) -> Any:
        return self.request("DELETE", path, expect, **kwargs)


@dataclass
class Team:
    """An app with one person of each role; `join` adds more annotators or reviewers."""

    app: Any
    facet: Installation
    admin: Caller
    reviewer: Caller
    annotator: Caller
    stranger: Caller

    def join(self, role: Role, name: str) -> Caller:
        return make_user(self.app, self.facet, role, name)

    def project(self, name: str = "Faces", **policy: Any) -> int:
        """A project with the team's reviewer and annotator as members."""
        project_id = self.admin.post("/projects", 201, json={"name": name, **policy}).json()["id"]
        for member in (self.reviewer, self.annotator):
            self.add(project_id, member)
        return project_id

    def add(self, project_id: int, member: Caller) -> None:
        self.admin.put(f"/projects/{project_id}/members/{member.user_id}", 204)

    def import_photos(self, project_id: int, photos: dict[str, bytes]) -> list[dict[str, Any]]:
        started = self.admin.post(f"/projects/{project_id}/imports", 201, json={"expected": len(photos)}).json()
        items: list[dict[str, Any]] = []
        names = list(photos)
        for start in range(0, len(names), 8):
            files = [("files", (name, photos[name], "application/octet-stream")) for name in names[start : start + 8]]
            answer = self.admin.post(f"/projects/{project_id}/imports/{started['id']}/files", 200, files=files)
            items += answer.json()["items"]
        return items

    def run_jobs(self) -> int:
        return run_jobs(self.facet)

    def submitted(self, project_id: int, by: Caller | None = None, moved: int = 84) -> int:
        """Takes the next task, moves one point, submits, and has the map drawn. Returns the task's id."""
        caller = by or self.annotator
        taken = caller.post(f"/projects/{project_id}/tasks/next", 200).json()
        operations = [move_operation({moved: (50.0, 60.0)}, taken["revision"]["number"])]
        task_id: int = taken["task"]["id"]
        caller.post(f"/tasks/{task_id}/submit", 200, json={"operations": operations}, headers=lease_headers(taken))
        draw_label_maps(self.facet)
        return task_id

    def judged(self, project_id: int, verdict: str = "approved", comment: str = "The mouth is off.") -> int:
        """The reviewer takes the next submission and judges it. Returns the task's id."""
        taken = self.reviewer.post(f"/projects/{project_id}/reviews/next", 200).json()
        body = {"verdict": verdict, "comments": [{"body": comment}] if verdict == "rejected" else []}
        task_id: int = taken["task"]["id"]
        self.reviewer.post(f"/tasks/{task_id}/reviews", 200, json=body, headers=lease_headers(taken))
        return task_id

    def approved(self, project_id: int, count: int = 1) -> list[int]:
        """`count` tasks on their whole way from the queue to approval."""
        for _ in range(count):
            self.submitted(project_id)
        return [self.judged(project_id) for _ in range(count)]

    def seeded_project(self, tasks: int = 3, **policy: Any) -> int:
        """A project with ready tasks whose photos were never decoded: the queue's matter, cheaply."""
        project_id = self.project(**policy)
        seed_tasks(self.facet, project_id, tasks)
        return project_id

    def ready_project(self, photos: int = 3, **policy: Any) -> int:
        """A project whose photos are imported and prelabelled."""
        project_id = self.project(**policy)
        self.import_photos(project_id, {f"face{i}.jpg": photo_bytes(i) for i in range(photos)})
        self.run_jobs()
        return project_id


def make_user(app: Any, facet: Installation, role: Role, name: str) -> Caller:
    email = f"{name.lower()}@example.org"
    with facet.db.transaction() as session:
        user_id = create_user(session, email, name, PASSWORD_HASH, role).id
    return Caller(app, email, user_id)


def photo_bytes(seed: int, size: int = 128, format: str = "JPEG", **options: Any) -> bytes:
    """A small photo-like picture of its own; no face in it, so the mean face lands in the middle."""
    generator = np.random.default_rng(seed)
    coarse = generator.integers(0, 255, (8, 8, 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(coarse).resize((size, size), Image.Resampling.BICUBIC).save(buffer, format, **options)
    return buffer.getvalue()


def run_jobs(facet: Installation) -> int:
    """Runs all queued jobs in this process, as a worker would, until none is left. Returns how many ran."""
    from workers.execution import run_job

    ran = 0
    while True:
        with facet.db.reading() as session:
            queued = list(session.scalars(select(Job.id).where(Job.state == "queued").order_by(Job.id)))
        if not queued:
            return ran
        for job_id in queued:
            run_job(facet, job_id, threading.Event())
            ran += 1


def seed_tasks(facet: Installation, project_id: int, count: int) -> None:
    """Ready tasks on photos of 128 x 128 px that share one blob."""
    data = photo_bytes(0)
    sha256 = facet.blobs.put(data)
    with facet.db.transaction() as session:
        source = Import(project_id=project_id, state="open")
        session.add(source)
        session.flush()
        for number in range(count):
            photo = Photo(
                project_id=project_id,
                import_id=source.id,
                name=f"seed{number}.jpg",
                stem=f"seed{number}",
                width=128,
                height=128,
                blob_sha256=sha256,
                thumbnail_sha256=sha256,
                pixels_sha256=f"{number:064x}",
                split="val" if number % 5 == 4 else "train",
            )
            session.add(photo)
            session.flush()
            task = Task(project_id=project_id, photo_id=photo.id, priority=float(photo.id))
            session.add(task)
            session.flush()
            note_move(session, project_id, None, "pending")
            propose(session, task, np.full((106, 2), 64, np.float32), confidence=None, model_version_id=None)


def draw_label_maps(facet: Installation) -> None:
    """Ends the queued fitting jobs as the worker does, with a label map of background alone."""
    sha256 = facet.blobs.put(encode_label_map(np.zeros((128, 128), np.uint8)))
    with facet.db.reading() as session:
        queued = list(session.scalars(select(Job.id).where(Job.state == "queued", Job.kind == "fitting")))
    for job_id in queued:
        with facet.db.transaction() as session:
            job = jobs.claim(session, job_id)
            if job is None or job.claim is None:
                # Another thread draws it.
                continue
            jobs.finish(session, job, job.claim)
            fitting_done(session, job.payload["task_id"], job.payload["revision_id"], sha256, "test")


def move_operation(
    points: dict[int, tuple[float, float]], base_revision: int = 1, at: str | None = None
) -> dict[str, Any]:
    """A move_points operation as the editor sends it."""
    return {
        "op_id": str(uuid4()),
        "base_revision": base_revision,
        "kind": "move_points",
        "payload": {"points": {str(index): list(place) for index, place in points.items()}},
        "at": at or datetime.now(UTC).isoformat(),
    }


def lease_headers(assignment: dict[str, Any]) -> dict[str, str]:
    return {"X-Lease-Token": assignment["lease"]["token"], "If-Match": assignment["etag"]}
