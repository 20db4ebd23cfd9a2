"""The contract as written down, and the shape of every error."""

import json
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from backend.main import create_app
from backend.openapi import document
from backend.problems import MEDIA_TYPE
from backend.settings import REPOSITORY, Settings
from tests.backend.team import Caller, Team

COMMITTED = REPOSITORY / "frontend" / "src" / "api" / "openapi.json"


def test_the_committed_document_is_current() -> None:
    text = document()
    assert text == document()
    assert text == COMMITTED.read_text(encoding="utf-8"), (
        "the API has changed: run 'python -m backend.openapi frontend/src/api/openapi.json' and make the types anew"
    )


def test_every_operation_is_named_once_and_declares_its_access() -> None:
    paths = json.loads(document())["paths"]
    operations = [operation for methods in paths.values() for operation in methods.values()]
    names = [operation["operationId"] for operation in operations]
    assert len(names) == len(set(names)) and all(name.isidentifier() for name in names)
    assert {operation["x-facet-access"] for operation in operations} == {
        "public",
        "user",
        "annotator",
        "reviewer",
        "admin",
    }
    assert all(path.startswith("/api/v1/") for path in paths)


def test_errors_are_problem_documents(team: Team) -> None:
    project_id = team.project()
    cases = [
        (404, "not-found", team.admin, "GET", "/projects/999", None),
        (404, "not-found", team.admin, "GET", "/no-such-route", None),
        (401, "not-signed-in", team.stranger, "GET", "/projects", None),
        (403, "forbidden", team.annotator, "GET", "/users", None),
        (422, "invalid", team.admin, "POST", "/projects", {"name": ""}),
        (422, "invalid", team.admin, "POST", "/projects", ["no object"]),
        (422, "invalid", team.admin, "POST", "/projects", {"name": "A", "review_share": 1.01}),
        (422, "invalid", team.admin, "PATCH", f"/projects/{project_id}", {"lease_seconds": 29}),
        (422, "invalid", team.admin, "PATCH", f"/projects/{project_id}", {"train_epochs": 1001}),
        (422, "invalid", team.admin, "GET", "/projects/seven", None),
        (409, "nothing-approved", team.admin, "POST", f"/projects/{project_id}/snapshots", {}),
    ]
    for status, code, caller, method, path, body in cases:
        answer = caller.request(method, path, status, **({"json": body} if body is not None else {}))
        problem = answer.json()
        assert answer.headers["content-type"] == MEDIA_TYPE, path
        assert (problem["status"], problem["code"], problem["type"]) == (status, code, f"urn:facet:{code}")
        assert problem["title"] and problem["detail"]
    wrong_method = team.admin.request("PUT", "/projects", json={})
    assert wrong_method.status_code == 405 and wrong_method.headers["content-type"] == MEDIA_TYPE
    broken = team.admin.request(
        "POST", "/projects", 422, content=b"{no json", headers={"Content-Type": "application/json"}
    )
    assert broken.headers["content-type"] == MEDIA_TYPE
    assert "secret horse" not in team.stranger.post("/session", 422, json={"email": 7, "password": "secret horse"}).text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_a_crash_tells_nothing_but_that(team: Team, monkeypatch: pytest.MonkeyPatch) -> None:
    from backend.projects import service

    def crash(*_: object) -> None:
        raise RuntimeError("secret connection string")

    monkeypatch.setattr(service, "visible_projects", crash)
    answer = team.admin.get("/projects", 500)
    assert answer.headers["content-type"] == MEDIA_TYPE and answer.json()["code"] == "server-error"
    assert "secret" not in answer.text


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_front_end_answers_for_its_own_paths_only(settings: Settings, tmp_path: Path) -> None:
    dist = tmp_path / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<title>Facet</title>")
    (dist / "assets" / "app-1a2b.js").write_text("console.log(1)")
    (tmp_path / "secret.txt").write_text("secret")
    app = create_app(settings.model_copy(update={"frontend_dir": dist}))
    browser = TestClient(app, raise_server_exceptions=False)
    html = {"Accept": "text/html"}
    for path in ("/", "/projects/7/photos", "/join/abc"):
        page = browser.get(path, headers=html)
        assert page.status_code == 200 and "<title>Facet</title>" in page.text, path
        assert "frame-ancestors 'none'" in page.headers["content-security-policy"]
        assert page.headers["x-content-type-options"] == "nosniff"
    script = browser.get("/assets/app-1a2b.js")
    assert script.headers["cache-control"] == "public, max-age=31536000, immutable"
    for path in ("/api/v1/no-such-route", "/api/no-such-route", "/api/v1/projects/1/no-such", "/api"):
        for headers in ({}, html):
            answer = browser.get(path, headers=headers)
            assert (answer.status_code, answer.headers["content-type"]) == (404, MEDIA_TYPE), (path, headers)
            assert answer.json()["code"] == "not-found"
    for path in ("/../secret.txt", "/%2e%2e/secret.txt", "/assets/..%2f..%2fsecret.txt"):
        assert "secret" not in browser.get(path).text
    app.state.installation.close()


def test_health_and_metrics(team: Team, settings: Settings) -> None:
    health = team.stranger.get("/health").json()
    assert health["status"] == "ok"
    assert health["database"] == ("sqlite" if settings.is_sqlite else "postgresql")
    project_id = team.seeded_project(3)
    team.annotator.post(f"/projects/{project_id}/tasks/next", 200)
    lines = team.admin.get("/metrics").text.splitlines()
    assert f'facet_tasks{{project="{project_id}",state="ready"}} 2.0' in lines
    assert "facet_live_leases 1.0" in lines
    assert 'facet_jobs{queue="train",state="queued"} 0.0' in lines
    assert Caller(team.app).get("/metrics", 401)
