"""A second, independent label of a photo: who gets it, who sees what, which one counts."""

from typing import Any

import pytest
from sqlalchemy import select

from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.installation import Installation
from backend.jobs.tables import Job
from backend.snapshots.tables import SnapshotItem
from backend.tasks.tables import Task
from tests.backend.team import Caller, Team, draw_label_maps, lease_headers, move_operation

Situation = tuple[int, int, dict[str, Any], Caller]


def ask(team: Team, project_id: int, expect: int = 204) -> dict[str, Any]:
    """The reviewer takes the next submission and asks for a second label of it. Returns the assignment."""
    taken: dict[str, Any] = team.reviewer.post(f"/projects/{project_id}/reviews/next", 200).json()
    path = f"/tasks/{taken['task']['id']}/second-label"
    taken["answer"] = team.reviewer.post(path, expect, headers=lease_headers(taken))
    return taken


def counts(team: Team, project_id: int) -> dict[str, int]:
    """The states that have photos."""
    found: dict[str, int] = team.admin.get(f"/projects/{project_id}").json()["counts"]
    return {state: count for state, count in found.items() if count}


def photos(caller: Caller, project_id: int) -> dict[str, tuple[int, str]]:
    """Task and state of every photo as the caller meets them in the list; every photo once."""
    items = caller.get(f"/projects/{project_id}/photos").json()["items"]
    assert len({photo["name"] for photo in items}) == len(items)
    return {photo["name"]: (photo["task_id"], photo["state"]) for photo in items}


@pytest.fixture
def asked(team: Team) -> Situation:
    """A project of one photo, its first label, the review that asked for a second, and the second annotator."""
    project_id = team.seeded_project(1)
    bea = team.join("annotator", "Bea")
    team.add(project_id, bea)
    first = team.submitted(project_id, moved=84)
    return project_id, first, ask(team, project_id), bea


@pytest.fixture
def both(team: Team, asked: Situation) -> tuple[int, int, int, dict[str, Any]]:
    """Both labels are there: the project, the two tasks, and the review that compares them."""
    project_id, first, _, bea = asked
    second = team.submitted(project_id, by=bea, moved=16)
    return project_id, first, second, team.reviewer.post(f"/projects/{project_id}/reviews/next", 200).json()


def test_the_second_annotator_starts_anew_and_knows_nothing(team: Team, asked: Situation) -> None:
    project_id, first, review, bea = asked
    assert counts(team, project_id) == {"ready": 1}
    team.reviewer.post(f"/projects/{project_id}/reviews/next", 204)
    # Neither who made the first label nor who asked for the second gets it.
    for caller in (team.annotator, team.reviewer):
        caller.post(f"/projects/{project_id}/tasks/next", 204)
        caller.get(f"/projects/{project_id}/tasks/next", 204)

    taken = bea.post(f"/projects/{project_id}/tasks/next", 200).json()
    second = taken["task"]["id"]
    assert second != first
    assert taken["revision"]["number"] == 1 and taken["etag"] == '"1"'
    assert taken["revision"]["points"] == review["initial"]["points"]
    assert taken["revision"]["source"] == review["initial"]["source"]
    assert taken["comments"] == [] and taken["other"] is None and taken["task"]["skips"] == 0
    assert taken["author"] is None and taken["fitted_map_url"] is None and taken["label_map_url"] is None

    # To each of the two there is one task, their own; no address leads to the other's.
    assert list(photos(bea, project_id).values()) == [(second, "in_progress")]
    assert list(photos(team.annotator, project_id).values()) == [(first, "in_review")]
    assert list(photos(team.admin, project_id).values()) == [(second, "in_progress")]
    for caller, hidden in ((bea, first), (team.annotator, second)):
        for path in ("", "/revisions", "/revisions/1", "/label-map", "/reviews"):
            caller.get(f"/tasks/{hidden}{path}", 404)
        caller.post(f"/tasks/{hidden}/lease", 404)
    # A third annotator meets the open task alone.
    carl = team.join("annotator", "Carl")
    team.add(project_id, carl)
    carl.get(f"/tasks/{second}", 200)
    carl.get(f"/tasks/{first}", 404)
    # The first label rests: its annotator cannot take it back.
    team.annotator.get(f"/tasks/{first}", 200)
    team.annotator.post(f"/tasks/{first}/lease", 409)


def test_whoever_asked_cannot_take_it_by_hand(team: Team, asked: Situation, facet: Installation) -> None:
    with facet.db.reading() as session:
        second = session.scalars(select(Task.id).where(Task.kept_beside.is_(None))).one()
    assert team.reviewer.post(f"/tasks/{second}/lease", 409).json()["code"] == "task-leased"


def test_the_reviewer_sees_both(team: Team, both: tuple[int, int, int, dict[str, Any]]) -> None:
    project_id, first, second, review = both
    assert counts(team, project_id) == {"in_review": 1}
    assert review["task"]["id"] == second
    assert review["author"]["name"] == "Bea"
    other = review["other"]
    assert (other["task_id"], other["author"]["name"]) == (first, "Anna")
    assert other["revision"]["points"][84] == [50.0, 60.0] != review["revision"]["points"][84]
    assert review["revision"]["points"][16] == [50.0, 60.0] != other["revision"]["points"][16]
    assert team.reviewer.http.get(other["label_map_url"].removeprefix("/api/v1/")).status_code == 200
    # No third label.
    answer = team.reviewer.post(f"/tasks/{second}/second-label", 409, headers=lease_headers(review))
    assert answer.json()["code"] == "second-label-asked"


@pytest.mark.parametrize("prefer_other", [False, True])
def test_one_of_the_two_is_approved(
    team: Team, both: tuple[int, int, int, dict[str, Any]], facet: Installation, prefer_other: bool
) -> None:
    project_id, first, second, review = both
    better = first if prefer_other else second
    body = {"verdict": "approved", "prefer_other": prefer_other}
    answer = team.reviewer.post(f"/tasks/{second}/reviews", 200, json=body, headers=lease_headers(review)).json()
    assert answer == {"task_id": better, "state": "approved"}
    assert counts(team, project_id) == {"approved": 1}
    team.reviewer.post(f"/projects/{project_id}/reviews/next", 204)
    # From now on everybody meets the label that counts.
    for caller in (team.annotator, team.reviewer, team.admin):
        assert list(photos(caller, project_id).values()) == [(better, "approved")]
    # Whose label it is counts as approved; both have submitted one.
    days = team.admin.get(f"/projects/{project_id}/insights").json()["days"]
    assert [(day["submitted"], day["approved"]) for day in days] == [(2, 1)]
    mine = team.annotator.get(f"/projects/{project_id}/insights").json()["mine"]
    assert (mine["submitted"], mine["approved"]) == (1, int(prefer_other))

    snapshot_id = team.admin.post(f"/projects/{project_id}/snapshots", 202, json={}).json()["id"]
    with facet.db.reading() as session:
        (item,) = session.scalars(select(SnapshotItem).where(SnapshotItem.snapshot_id == snapshot_id))
        task = session.get_one(Task, better)
        revision = team.admin.get(f"/tasks/{better}/revisions/{task.head_number}").json()
        assert item.photo_id == task.photo_id
        assert team.admin.get(f"/tasks/{better}").json()["revision"]["points"] == revision["points"]
    assert revision["points"][84 if prefer_other else 16] == [50.0, 60.0]


def test_a_rejection_returns_the_second_and_keeps_the_first(
    team: Team, both: tuple[int, int, int, dict[str, Any]], asked: Situation
) -> None:
    project_id, first, second, review = both
    bea = asked[3]
    body = {"verdict": "rejected", "prefer_other": True, "comments": [{"body": "neither"}]}
    answer = team.reviewer.post(f"/tasks/{second}/reviews", 422, json=body, headers=lease_headers(review))
    assert answer.json()["code"] == "no-other-label"
    body["prefer_other"] = False
    team.reviewer.post(f"/tasks/{second}/reviews", 200, json=body, headers=lease_headers(review))
    assert counts(team, project_id) == {"ready": 1}
    back = bea.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert back["task"]["id"] == second and back["other"] is None
    bea.post(f"/tasks/{second}/submit", 200, json={"operations": []}, headers=lease_headers(back))
    draw_label_maps(team.facet)
    again = team.reviewer.post(f"/projects/{project_id}/reviews/next", 200).json()
    assert again["other"]["task_id"] == first


def test_two_labels_are_compared_by_a_person_whatever_the_share(team: Team, asked: Situation) -> None:
    project_id, _, _, bea = asked
    team.admin.patch(f"/projects/{project_id}", 200, json={"review_share": 0})
    team.submitted(project_id, by=bea)
    assert counts(team, project_id) == {"in_review": 1}


def test_nobody_judges_a_pair_that_holds_their_own_label(team: Team) -> None:
    project_id = team.seeded_project(1)
    rita = team.join("reviewer", "Rita")
    team.add(project_id, rita)
    team.submitted(project_id, by=rita)
    ask(team, project_id)
    team.submitted(project_id, by=team.annotator)
    # Rita's label rests: the one in review is another's, and still none of hers to judge.
    rita.post(f"/projects/{project_id}/reviews/next", 204)
    team.reviewer.post(f"/projects/{project_id}/reviews/next", 200)


def test_without_another_person_nothing_is_asked(team: Team) -> None:
    project_id = team.seeded_project(1)
    # The admin could do it; then there is nobody.
    team.submitted(project_id)
    taken = team.admin.post(f"/projects/{project_id}/reviews/next", 200).json()
    team.admin.delete(f"/projects/{project_id}/members/{team.reviewer.user_id}", 204)
    path = f"/tasks/{taken['task']['id']}/second-label"
    assert team.admin.post(path, 409, headers=lease_headers(taken)).json()["code"] == "nobody-else"
    assert counts(team, project_id) == {"in_review": 1}
    # The review goes on.
    body = {"verdict": "approved", "prefer_other": True}
    path = f"/tasks/{taken['task']['id']}/reviews"
    assert team.admin.post(path, 422, json=body, headers=lease_headers(taken)).json()["code"] == "no-other-label"
    team.admin.post(path, 200, json={"verdict": "approved"}, headers=lease_headers(taken))


def test_only_a_held_review_asks(team: Team) -> None:
    project_id = team.seeded_project(1)
    bea = team.join("annotator", "Bea")
    team.add(project_id, bea)
    task_id = team.submitted(project_id)
    headers = {"X-Lease-Token": "made up"}
    assert team.reviewer.post(f"/tasks/{task_id}/second-label", 409, headers=headers).json()["code"] == "lease-lost"
    bea.post(f"/tasks/{task_id}/second-label", 403, headers=headers)


def test_what_nobody_has_opened_is_withdrawn_by_whoever_asked(
    team: Team, asked: Situation, facet: Installation
) -> None:
    project_id, first, _, bea = asked
    ((second, _state),) = photos(team.reviewer, project_id).values()
    carl = team.join("reviewer", "Carl")
    team.add(project_id, carl)
    # Whoever could be given it is told nothing, and neither is who made the first one.
    for caller in (bea, team.annotator, carl):
        assert caller.get(f"/tasks/{photos(caller, project_id)['seed0.jpg'][0]}").json()["second_label"] is None
    carl.delete(f"/tasks/{second}/second-label", 404)
    for caller in (team.reviewer, team.admin):
        assert caller.get(f"/tasks/{second}").json()["second_label"] == "waiting"

    team.reviewer.delete(f"/tasks/{second}/second-label", 204)
    assert counts(team, project_id) == {"in_review": 1}
    team.admin.get(f"/tasks/{second}", 404)
    bea.post(f"/projects/{project_id}/tasks/next", 204)
    assert photos(team.admin, project_id) == {"seed0.jpg": (first, "in_review")}
    # The review goes on, and may ask again.
    again = ask(team, project_id)
    assert again["task"]["id"] == first and again["other"] is None
    # By the address that was asked, too.
    team.admin.delete(f"/tasks/{first}/second-label", 204)
    team.admin.delete(f"/tasks/{first}/second-label", 404)
    assert team.judged(project_id) == first
    with facet.db.reading() as session:
        assert session.scalars(select(Task.id)).all() == [first]


@pytest.mark.parametrize("how", ["held", "left with a draft", "skipped with a draft", "submitted"])
def test_a_second_label_that_somebody_has_begun_stays(team: Team, asked: Situation, how: str) -> None:
    project_id, _, _, bea = asked
    taken = bea.post(f"/projects/{project_id}/tasks/next", 200).json()
    path, headers = f"/tasks/{taken['task']['id']}", lease_headers(taken)
    if "draft" in how:
        draft = {"base_revision": 1, "operations": [move_operation({4: (1, 2)})]}
        bea.put(f"{path}/draft", 200, json=draft, headers=headers)
    if how == "left with a draft":
        bea.delete(f"{path}/lease", 204, headers=headers)
    elif how == "skipped with a draft":
        bea.post(f"{path}/skip", 204, json={"reason": "dark"}, headers=headers)
    elif how == "submitted":
        bea.post(f"{path}/submit", 200, json={"operations": []}, headers=headers)
    awaited = how != "submitted"
    assert team.reviewer.get(path).json()["second_label"] == ("begun" if awaited else None)
    answer = team.reviewer.delete(f"{path}/second-label", 409 if awaited else 404).json()
    assert answer["code"] == ("second-label-begun" if awaited else "not-found")


def test_a_second_label_that_everybody_skips_is_no_dead_end(team: Team, asked: Situation) -> None:
    project_id, first, _, bea = asked
    taken = bea.post(f"/projects/{project_id}/tasks/next", 200).json()
    path = f"/tasks/{taken['task']['id']}"
    bea.post(f"{path}/skip", 204, json={"reason": "dark"}, headers=lease_headers(taken))
    assert team.reviewer.get(path).json()["second_label"] == "waiting"
    team.reviewer.delete(f"{path}/second-label", 204)
    assert photos(team.admin, project_id) == {"seed0.jpg": (first, "in_review")}


def test_the_second_annotator_starts_from_the_same_map(team: Team, facet: Installation) -> None:
    """One that came without it would tell that it is a second label."""
    project_id = team.seeded_project(1)
    bea = team.join("annotator", "Bea")
    team.add(project_id, bea)
    with facet.db.transaction() as session:
        (proposal,) = session.scalars(select(LandmarkRevision))
        session.add(
            LabelMap(task_id=proposal.task_id, revision_id=proposal.id, blob_sha256="5" * 64, fitter="the proposal's")
        )
    team.submitted(project_id)
    ask(team, project_id)
    taken = bea.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert "5" * 16 in taken["label_map_url"]


def test_a_map_that_was_asked_for_dies_with_a_withdrawn_label(
    team: Team, asked: Situation, facet: Installation
) -> None:
    project_id, _, _, _ = asked
    ((second, _state),) = photos(team.reviewer, project_id).values()
    job_id = team.reviewer.post(f"/tasks/{second}/revisions/1/label-map", 202).json()["id"]
    team.reviewer.delete(f"/tasks/{second}/second-label", 204)
    team.run_jobs()
    with facet.db.reading() as session:
        job = session.get_one(Job, job_id)
        assert (job.state, job.error) == ("failed", "The label was withdrawn before its map was drawn.")


def test_the_second_label_comes_before_photos_that_were_imported_later(team: Team) -> None:
    project_id = team.seeded_project(3)
    bea = team.join("annotator", "Bea")
    team.add(project_id, bea)
    team.submitted(project_id)
    ask(team, project_id)
    taken = bea.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert taken["task"]["photo"]["name"] == "seed0.jpg"
    # The first annotator goes on with what nobody has done.
    mine = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert mine["task"]["photo"]["name"] == "seed1.jpg"


def test_the_proposals_map_is_drawn_for_whoever_compares(team: Team) -> None:
    project_id = team.seeded_project(1)
    path = f"/tasks/{team.submitted(project_id)}"
    team.annotator.post(f"{path}/revisions/1/label-map", 403)
    team.reviewer.get(f"{path}/label-map?revision=1", 404)
    job = team.reviewer.post(f"{path}/revisions/1/label-map", 202).json()
    assert team.reviewer.post(f"{path}/revisions/1/label-map", 202).json()["id"] == job["id"]
    draw_label_maps(team.facet)
    team.reviewer.post(f"{path}/revisions/1/label-map", 204)
    team.reviewer.get(f"{path}/label-map?revision=1", 200)
    team.reviewer.post(f"{path}/revisions/9/label-map", 404)
    # The submission waits for its review as before.
    assert counts(team, project_id) == {"in_review": 1}
    assert team.reviewer.get(path).json()["etag"] == '"2"'


def test_what_was_of_a_withdrawn_label_meets_no_later_one(team: Team, asked: Situation, facet: Installation) -> None:
    """Neither its address, which a tab may still show and a browser keep edits for, nor a job for its map."""
    project_id, _, _, bea = asked
    ((withdrawn, _state),) = photos(team.reviewer, project_id).values()
    team.reviewer.post(f"/tasks/{withdrawn}/revisions/1/label-map", 202)
    team.reviewer.delete(f"/tasks/{withdrawn}/second-label", 204)
    ask(team, project_id)
    ((second, _state),) = photos(team.reviewer, project_id).values()
    assert second != withdrawn
    bea.get(f"/tasks/{withdrawn}", 404)
    taken = bea.post(f"/projects/{project_id}/tasks/next", 200).json()
    bea.post(f"/tasks/{second}/submit", 200, json={"operations": []}, headers=lease_headers(taken))
    with facet.db.reading() as session:
        queued = session.scalars(select(Job).where(Job.kind == "fitting", Job.state == "queued"))
        assert {job.payload["task_id"] for job in queued} == {withdrawn, second}
