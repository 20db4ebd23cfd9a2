"""Who may call what: every operation of the API times every kind of caller, and what credentials are worth."""

import re
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import select, text, update

from backend.accounts.access import SESSION_COOKIE
from backend.accounts.service import sha256_of
from backend.accounts.tables import ApiToken, User, UserSession
from backend.db import now
from backend.installation import Installation
from backend.main import create_app
from backend.problems import MEDIA_TYPE
from backend.ratelimit import LoginLimit, TooManyAttempts
from backend.settings import Settings
from tests.backend.team import PASSWORD, Caller, Team, lease_headers, make_user, photo_bytes

PUBLIC = {
    ("GET", "/health"),
    ("GET", "/session"),
    ("POST", "/session"),
    ("GET", "/join/{token}"),
    ("POST", "/join/{token}"),
}
RANK = {"public": 0, "user": 1, "annotator": 1, "reviewer": 2, "admin": 3}
NOWHERE = "987654321"


def operations(app: Any) -> Iterator[tuple[str, str, str, dict[str, Any]]]:
    """(method, path, access, operation) of every operation; paths without the /api/v1 in front."""
    for path, methods in app.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix("/api/v1"), operation["x-facet-access"], operation


def filled(path: str, **ids: object) -> str:
    return re.sub(r"{(\w+)}", lambda match: str(ids.get(match[1], NOWHERE)), path)


def arguments(operation: dict[str, Any]) -> dict[str, Any]:
    """Headers that let a request past the schema's required ones, and a body that fits no schema but an empty one."""
    required = [item["name"] for item in operation.get("parameters", []) if item["in"] == "header"]
    headers = {name: '"1"' if name == "If-Match" else "x" for name in required if name != "Last-Event-ID"}
    return {"headers": headers} | ({"json": {}} if "requestBody" in operation else {})


def test_public_routes_are_pinned(app: Any) -> None:
    assert {(method, path) for method, path, access, _ in operations(app) if access == "public"} == PUBLIC


def test_every_operation_lets_in_exactly_its_level(team: Team) -> None:
    """Signing out comes last: the walk needs the sessions."""
    # Made-up ids make all else a 404, 409 or 422, so that nothing below changes anything that the walk needs.
    callers: list[tuple[Caller, int]] = [
        (team.annotator.by_token(), 1),
        (team.stranger, 0),
        (team.annotator, 1),
        (team.reviewer, 2),
        (team.admin, 3),
    ]
    walked = 0
    signing_out = ("DELETE", "/session")
    for method, path, access, operation in sorted(operations(team.app), key=lambda item: item[:2] == signing_out):
        for caller, rank in callers:
            answer = caller.request(method, filled(path), **arguments(operation))
            where = f"{method} {path} ({access}) as rank {rank}: {answer.status_code} {answer.text[:200]}"
            assert answer.status_code < 500, where
            if access != "public":
                expected = {0: {401}}.get(rank, {403}) if rank < RANK[access] else None
                if expected:
                    assert answer.status_code in expected, where
                    assert answer.headers["content-type"] == MEDIA_TYPE, where
                    assert answer.json()["code"] in ("not-signed-in", "forbidden"), where
                else:
                    assert answer.status_code not in (401, 403), where
            walked += 1
    assert walked > 5 * 50


def test_others_projects_do_not_exist(team: Team) -> None:
    """Outsiders get, for real ids, exactly what they get for made-up ones."""
    project_id = team.ready_project(1)
    task_id = team.submitted(project_id)
    team.judged(project_id)
    photo = team.annotator.get(f"/projects/{project_id}/photos").json()["items"][0]
    snapshot_id = team.admin.post(f"/projects/{project_id}/snapshots", 202, json={}).json()["id"]
    job_id = team.reviewer.get(f"/projects/{project_id}/jobs").json()["items"][0]["id"]
    ids = {
        "project_id": project_id,
        "task_id": task_id,
        "photo_id": photo["id"],
        "job_id": job_id,
        "snapshot_id": snapshot_id,
        "number": 1,
        "comment_id": 1,
    }
    outsiders = [team.join("annotator", "Otto"), team.join("reviewer", "Olga")]
    scoped = 0
    for method, path, access, operation in operations(team.app):
        if access == "admin" or not any(f"{{{name}}}" in path for name in ids if name not in ("number", "comment_id")):
            continue
        given = arguments(operation)
        if path.endswith("/reviews") and method == "POST":
            given["json"] = {"verdict": "approved"}
        elif path.endswith("/skip"):
            given["json"] = {"reason": "dark"}
        elif "json" in given:
            given["json"] = {"operations": [], "base_revision": 1}
        for outsider in outsiders:
            answer = outsider.request(method, filled(path, **ids), **given)
            if outsider is outsiders[0] and access == "reviewer":
                assert answer.status_code == 403
            else:
                assert answer.status_code == 404, f"{method} {path}: {answer.status_code} {answer.text}"
        scoped += 1
    assert scoped >= 25
    for outsider in outsiders:
        assert outsider.get("/projects").json()["items"] == []


def test_unsafe_cookie_requests_need_the_csrf_token(team: Team) -> None:
    token = team.annotator.http.headers.pop("X-CSRF-Token")
    for headers in ({}, {"X-CSRF-Token": "wrong"}, {"X-CSRF-Token": "fälschung".encode("latin-1")}):
        answer = team.annotator.post("/tokens", 403, json={"name": "script"}, headers=headers)
        assert answer.json()["code"] == "csrf-mismatch"
    assert team.annotator.get("/session").json()["csrf_token"] == token
    created = team.annotator.post("/tokens", 201, json={"name": "script"}, headers={"X-CSRF-Token": token}).json()
    # A bearer token is not sent by itself, so it needs no CSRF token.
    script = Caller(team.app, token=created["token"])
    script.delete(f"/tokens/{created['id']}", 204)
    script.get("/projects", 401)


def test_a_one_time_password_opens_nothing_but_its_change(team: Team, facet: Installation) -> None:
    with facet.db.transaction() as session:
        session.execute(update(User).where(User.id == team.admin.user_id).values(must_change_password=True))
    for method, path, access, operation in operations(team.app):
        if access in ("public", "user"):
            continue
        answer = team.admin.request(method, filled(path), **arguments(operation))
        assert (answer.status_code, answer.json()["code"]) == (403, "password-change-required"), path
    assert team.admin.get("/session").json()["user"]["must_change_password"] is True
    change = {"current_password": PASSWORD, "new_password": "another horse battery"}
    team.admin.post("/password", 204, json=change)
    team.admin.get("/users", 200)


def test_disabled_users_are_out_at_once(team: Team) -> None:
    script = team.annotator.by_token()
    team.annotator.get("/projects", 200)
    team.admin.patch(f"/users/{team.annotator.user_id}", 200, json={"disabled": True})
    team.annotator.get("/projects", 401)
    script.get("/projects", 401)
    told = team.stranger.post("/session", 403, json={"email": team.annotator.email, "password": PASSWORD}).json()
    assert (told["code"], told["detail"]) == ("account-disabled", "Ask an admin to enable your account again.")
    # Only to whoever knows the password: nobody else learns of the account, nor that it is disabled.
    guess = {"email": team.annotator.email, "password": "wrong"}
    stranger = {"email": "nobody@example.org", "password": "wrong"}
    answers = [team.stranger.post("/session", 401, json=tried).json() for tried in (guess, stranger)]
    assert answers[0] == answers[1] and answers[0]["code"] == "wrong-credentials"
    team.admin.patch(f"/users/{team.annotator.user_id}", 200, json={"disabled": False})
    # The old session stays ended; the person signs in anew.
    team.annotator.get("/projects", 401)
    team.stranger.post("/session", 200, json={"email": team.annotator.email, "password": PASSWORD})


def test_a_lost_role_counts_at_once(team: Team) -> None:
    project_id = team.project()
    team.reviewer.get(f"/projects/{project_id}/members", 200)
    team.admin.patch(f"/users/{team.reviewer.user_id}", 200, json={"role": "annotator"})
    team.reviewer.get(f"/projects/{project_id}/members", 403)
    team.admin.delete(f"/projects/{project_id}/members/{team.reviewer.user_id}", 204)
    team.reviewer.get(f"/projects/{project_id}", 404)


def test_secrets_are_shown_once_and_stored_as_hashes(team: Team, facet: Installation) -> None:
    signed_in = team.stranger.post("/session", 200, json={"email": "ANNA@example.org ", "password": PASSWORD})
    flags = signed_in.headers["set-cookie"].lower()
    assert "httponly" in flags and "samesite=lax" in flags and "path=/" in flags
    assert signed_in.headers["cache-control"] == "no-store"
    cookie = team.stranger.http.cookies[SESSION_COOKIE]
    secret = team.annotator.post("/tokens", 201, json={"name": "script"}).json()["token"]
    listed = team.annotator.get("/tokens").json()["items"][0]
    assert "token" not in listed and secret.startswith(listed["prefix"]) and len(listed["prefix"]) < 12
    invitation = team.admin.post("/invitations", 201, json={"role": "annotator"}).json()["link"].removeprefix("/join/")
    lease = team.annotator.post(f"/projects/{team.seeded_project(1)}/tasks/next", 200).json()["lease"]["token"]

    with facet.db.reading() as session:
        assert session.scalar(select(ApiToken.token_sha256)) == sha256_of(secret)
        assert sha256_of(cookie) in set(session.scalars(select(UserSession.token_sha256)))
        rows = [
            str(row)
            for table in ("user_sessions", "api_tokens", "invitations", "tasks", "events", "users")
            for row in session.execute(text(f"SELECT * FROM {table}"))  # noqa: S608
        ]
    everything = "\n".join(rows)
    for hidden in (secret, cookie, invitation, lease, PASSWORD):
        assert hidden not in everything


def test_expired_credentials_fail(team: Team, facet: Installation) -> None:
    script = team.annotator.by_token(expires_in_days=1)
    script.get("/projects", 200)
    past = now() - timedelta(seconds=1)
    with facet.db.transaction() as session:
        session.execute(update(ApiToken).values(expires_at=past))
        session.execute(
            update(UserSession).where(UserSession.user_id == team.annotator.user_id).values(expires_at=past)
        )
    script.get("/projects", 401)
    team.annotator.get("/projects", 401)
    assert team.annotator.get("/session").json()["user"] is None
    team.reviewer.get("/projects", 200)


def test_a_token_may_not_be_revoked_by_others(team: Team) -> None:
    token_id = team.annotator.post("/tokens", 201, json={"name": "script"}).json()["id"]
    team.admin.delete(f"/tokens/{token_id}", 404)
    assert team.admin.get("/tokens").json()["items"] == []


def test_signing_out_ends_the_session_on_the_server(team: Team) -> None:
    cookie = team.annotator.http.cookies[SESSION_COOKIE]
    team.annotator.delete("/session", 204)
    replayed = TestClient(team.app, base_url="http://testserver/api/v1", cookies={SESSION_COOKIE: cookie})
    assert replayed.get("projects").status_code == 401


def test_while_redis_is_down_guesses_are_counted_here() -> None:
    limit = LoginLimit(Settings(broker_url="redis://127.0.0.1:1/0", login_attempts="2/minute"))
    for _ in range(2):
        limit.check("10.0.0.1", "anna@example.org")
    with pytest.raises(TooManyAttempts):
        limit.check("10.0.0.1", "anna@example.org")


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_guessing_passwords_is_slowed_down(settings: Settings) -> None:
    app = create_app(settings.model_copy(update={"login_attempts": "3/minute"}))
    facet = app.state.installation
    make_user(app, facet, "annotator", "Anna")
    stranger = Caller(app)
    guess = {"email": "anna@example.org", "password": "wrong"}
    for _ in range(3):
        assert stranger.post("/session", 401, json=guess).json()["code"] == "wrong-credentials"
    # The right password is refused too: a guesser must not learn when to stop.
    answer = stranger.post("/session", 429, json={"email": " Anna@example.org", "password": PASSWORD})
    assert answer.json()["code"] == "too-many-attempts"
    assert int(answer.headers["retry-after"]) > 0
    # Other accounts are not locked out by it, and unknown ones answer like known ones.
    unknown = stranger.post("/session", 401, json={"email": "nobody@example.org", "password": "wrong"}).json()
    assert unknown["code"] == "wrong-credentials"
    facet.close()


def test_leases_and_photos_stay_with_their_callers(team: Team) -> None:
    """A lease's token is worth nothing in another person's hands; an address of a photo nothing without an account."""
    project_id = team.seeded_project(1)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    stolen = team.reviewer.post(
        f"/tasks/{taken['task']['id']}/submit", json={"operations": []}, headers=lease_headers(taken)
    )
    assert (stolen.status_code, stolen.json()["code"]) == (409, "lease-lost")
    image = taken["task"]["photo"]["image_url"].removeprefix("/api/v1")
    team.annotator.get(image, 200)
    team.stranger.get(image, 401)


def test_hostile_text_and_numbers_are_refused_not_crashed_on(team: Team) -> None:
    project_id = team.seeded_project(1)
    huge = 10**30
    for path in (f"/projects/{huge}", f"/tasks/{huge}", f"/photos/{huge}/image", f"/tasks/1/revisions/{huge}"):
        assert team.admin.get(path, None).status_code in (404, 422), path
    assert team.admin.get(f"/projects/{project_id}/photos?after={huge}", None).status_code in (200, 422)
    assert team.admin.post(f"/projects/{project_id}/imports", json={"expected": huge}).status_code == 422
    nul = "a\x00b"
    assert team.stranger.post("/session", json={"email": nul, "password": nul}).status_code in (401, 422)
    assert team.admin.post("/projects", json={"name": nul}).status_code == 422
    assert team.admin.post("/projects", json={"name": "x", "description": nul}).status_code == 422
    assert team.annotator.post("/tokens", json={"name": nul}).status_code == 422
    invited = {"role": "annotator", "email": "a\x00b@example.org"}
    assert team.admin.post("/invitations", json=invited).status_code == 422
    assert team.admin.post("/invitations", json={"role": "annotator", "project_ids": [huge]}).status_code == 422
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task = f"/tasks/{taken['task']['id']}"
    for etag in ('"99999999999999999999"', f'"{"9" * 5000}"', "x"):
        headers = lease_headers(taken) | {"If-Match": etag}
        answer = team.annotator.post(f"{task}/revisions", json={"operations": []}, headers=headers)
        assert answer.status_code in (412, 422), etag
    draft = {"base_revision": huge, "operations": []}
    assert team.annotator.put(f"{task}/draft", json=draft, headers=lease_headers(taken)).status_code == 422
    assert team.annotator.post(f"{task}/skip", json={"reason": nul}, headers=lease_headers(taken)).status_code == 422


def test_an_uploads_name_is_only_ever_shown(team: Team) -> None:
    project_id = team.project()
    (item,) = team.import_photos(project_id, {"../../<script>\x07.jpg": photo_bytes(1)})
    assert item["outcome"] == "imported"
    photo = team.annotator.get(f"/projects/{project_id}/photos").json()["items"][0]
    assert "script" not in photo["image_url"] and "\x07" not in photo["name"]
