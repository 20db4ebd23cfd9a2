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

from backend.accounts.service import create_user, hash_password
from backend.accounts.tables import Role
from backend.installation import Installation
from backend.jobs.tables import Job

PASSWORD = "correct horse battery"
# Argon2 is slow on purpose: hash once.
PASSWORD_HASH = hash_password(PASSWORD)


class Caller:
    """A client with its own cookies, signed in as one user, that sends the CSRF token by itself."""

    def __init__(self, app: Any, email: str | None = None, user_id: int | None = None) -> None:
        self.http = TestClient(app, base_url="http://testserver/api/v1", raise_server_exceptions=False)
        self.user_id = user_id
        self.email = email
        if email is not None:
            answer = self.http.post("session", json={"email": email, "password": PASSWORD})
            assert answer.status_code == 200, answer.text
            self.http.headers["X-CSRF-Token"] = answer.json()["csrf_token"]

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
