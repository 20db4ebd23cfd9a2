"""Invitations, the last admin, and passwords."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from backend.accounts.service import first_admin
from backend.accounts.tables import Invitation, User
from backend.db import now
from backend.installation import Installation
from tests.backend.team import PASSWORD, Caller, Team

JOINING = {"email": "nina@example.org", "name": "Nina", "password": "a long password"}


def invite(team: Team, **body: object) -> str:
    """The link's path below the API."""
    link: str = team.admin.post("/invitations", 201, json={"role": "annotator"} | body).json()["link"]
    assert link.startswith("/join/")
    return link


def test_an_invitation_from_link_to_account(team: Team) -> None:
    project_id = team.project("Faces of Kyoto")
    team.project("Others")
    link = invite(team, project_ids=[project_id], expires_in_days=3)
    (listed,) = team.admin.get("/invitations").json()["items"]
    assert "link" not in listed and listed["accepted_at"] is None
    seen = team.stranger.get(link).json()
    assert (seen["role"], seen["email"], seen["projects"]) == ("annotator", None, ["Faces of Kyoto"])

    newcomer = Caller(team.app)
    joined = newcomer.post(link, 201, json=JOINING | {"email": " Nina@Example.org "}).json()
    assert (joined["user"]["email"], joined["user"]["role"]) == ("nina@example.org", "annotator")
    # Signed in by it, into the invitation's projects alone.
    assert [project["name"] for project in newcomer.get("/projects").json()["items"]] == ["Faces of Kyoto"]
    newcomer.http.headers["X-CSRF-Token"] = joined["csrf_token"]
    newcomer.post("/tokens", 201, json={"name": "script"})

    for answer in (
        team.stranger.get(link, 404),
        team.stranger.post(link, 404, json=JOINING | {"email": "second@example.org"}),
    ):
        assert answer.json()["code"] == "invitation-invalid"
    (listed,) = team.admin.get("/invitations").json()["items"]
    assert listed["accepted_at"] is not None
    team.admin.delete(f"/invitations/{listed['id']}", 404)
    team.stranger.post("/session", 200, json={"email": "nina@example.org", "password": JOINING["password"]})


def test_invitations_that_cannot_be_used(team: Team, facet: Installation) -> None:
    bound = invite(team, email="Nina@example.org")
    assert team.stranger.post(bound, 404, json=JOINING | {"email": "otto@example.org"}).json()["code"] == (
        "invitation-invalid"
    )
    # Neither a weak password nor a taken address uses the link up.
    assert team.stranger.post(bound, 422, json=JOINING | {"password": "short"}).json()["code"] == "invalid"
    taken = invite(team)
    assert team.stranger.post(taken, 409, json=JOINING | {"email": "ANNA@example.org"}).json()["code"] == "email-taken"
    team.stranger.post(bound, 201, json=JOINING)

    withdrawn = invite(team)
    newest = team.admin.get("/invitations").json()["items"][0]["id"]
    team.admin.delete(f"/invitations/{newest}", 204)
    team.stranger.get(withdrawn, 404)

    with facet.db.transaction() as session:
        session.execute(update(Invitation).values(expires_at=now() - timedelta(seconds=1)))
    team.stranger.get(taken, 404)
    team.stranger.post(taken, 404, json=JOINING | {"email": "late@example.org"})
    team.stranger.get("/join/made-up", 404)
    assert team.admin.post("/invitations", 422, json={"role": "annotator", "project_ids": [99]}).json()["code"] == (
        "invalid"
    )
    team.admin.post("/invitations", 422, json={"role": "owner"})
    team.admin.post("/invitations", 422, json={"role": "annotator", "email": "no address"})


def test_two_people_race_for_one_link(team: Team, facet: Installation) -> None:
    for round_number in range(3):
        link = invite(team)
        bodies = [JOINING | {"email": f"racer{round_number}{person}@example.org"} for person in range(2)]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda body, link=link: Caller(team.app).post(link, json=body), bodies))
        assert sorted(answer.status_code for answer in answers) == [201, 404]
        with facet.db.reading() as session:
            racers = select(User.email).where(User.email.like(f"racer{round_number}%"))
            assert len(session.scalars(racers).all()) == 1


def test_the_last_admin_stays(team: Team) -> None:
    me = f"/users/{team.admin.user_id}"
    for change in ({"role": "reviewer"}, {"disabled": True}):
        assert team.admin.patch(me, 409, json=change).json()["code"] == "last-admin"
    team.admin.patch(me, 200, json={"name": "Ada L."})
    second = team.join("admin", "Bea")
    # A disabled admin is no other admin.
    team.admin.patch(f"/users/{second.user_id}", 200, json={"disabled": True})
    team.admin.patch(me, 409, json={"role": "annotator"})
    team.admin.patch(f"/users/{second.user_id}", 200, json={"disabled": False})
    team.admin.patch(me, 200, json={"role": "annotator"})
    team.admin.get("/users", 403)
    team.admin.get("/projects", 200)


def test_two_admins_cannot_depose_each_other_at_once(team: Team) -> None:
    for number in range(5):
        second = team.join("admin", f"Rival{number}")
        pairs = [(team.admin, second.user_id), (second, team.admin.user_id)]
        with ThreadPoolExecutor(2) as pool:
            answers = list(pool.map(lambda pair: pair[0].patch(f"/users/{pair[1]}", json={"role": "annotator"}), pairs))
        assert sorted(answer.status_code for answer in answers) in ([200, 403], [200, 409])
        winner = next(pair[0] for pair, answer in zip(pairs, answers, strict=True) if answer.status_code == 200)
        team.admin = winner


def test_changing_the_password_ends_the_other_sessions(team: Team) -> None:
    laptop = Caller(team.app, team.annotator.email, team.annotator.user_id)
    phone = Caller(team.app, team.annotator.email, team.annotator.user_id)
    new = "another horse battery"
    wrong = laptop.post("/password", 401, json={"current_password": "guess", "new_password": new}).json()
    assert wrong["code"] == "wrong-credentials"
    short = laptop.post("/password", 422, json={"current_password": PASSWORD, "new_password": "short"}).json()
    assert "at least 10" in short["detail"]
    laptop.post("/password", 204, json={"current_password": PASSWORD, "new_password": new})
    laptop.get("/projects", 200)
    phone.get("/projects", 401)
    team.annotator.get("/projects", 401)
    team.reviewer.get("/projects", 200)
    team.stranger.post("/session", 401, json={"email": team.annotator.email, "password": PASSWORD})
    team.stranger.post("/session", 200, json={"email": team.annotator.email, "password": new})


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_the_first_admin_is_made_once(facet: Installation, app: object) -> None:
    with facet.db.transaction() as session:
        password = first_admin(session)
    with facet.db.transaction() as session:
        assert first_admin(session) is None
    assert password is not None and len(password) == 16
    body = {"email": "admin@localhost", "password": password}
    signed_in = Caller(app).post("/session", 200, json=body).json()
    assert signed_in["user"]["role"] == "admin" and signed_in["user"]["must_change_password"] is True


def test_membership(team: Team) -> None:
    project_id = team.admin.post("/projects", 201, json={"name": "Faces"}).json()["id"]
    members = f"/projects/{project_id}/members"
    team.annotator.get(f"/projects/{project_id}", 404)
    for _ in range(2):
        team.add(project_id, team.annotator)
    assert [member["name"] for member in team.admin.get(members).json()["items"]] == ["Anna"]
    team.annotator.get(f"/projects/{project_id}", 200)
    team.admin.put(f"{members}/9999", 404)
    team.admin.delete(f"{members}/{team.annotator.user_id}", 204)
    team.admin.delete(f"{members}/{team.annotator.user_id}", 404)
    team.annotator.get(f"/projects/{project_id}", 404)
    taken = team.admin.post("/projects", 409, json={"name": " Faces "}).json()
    assert taken["code"] == "name-taken"
    other = team.admin.post("/projects", 201, json={"name": "Others"}).json()["id"]
    assert team.admin.patch(f"/projects/{other}", 409, json={"name": "Faces"}).json()["code"] == "name-taken"
    changed = team.admin.patch(f"/projects/{other}", 200, json={"review_share": 0.25, "lease_seconds": 60}).json()
    assert (changed["review_share"], changed["lease_seconds"], changed["name"]) == (0.25, 60, "Others")
    for bad in ({"review_share": 1.5}, {"retrain_every": 0}, {"lease_seconds": 1}, {"train_width": 100}, {"name": " "}):
        team.admin.patch(f"/projects/{other}", 422, json=bad)
