"""Leases: nobody does another's work, nothing waits for ever, and what was typed survives."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from backend.db import now
from backend.installation import Installation
from backend.tasks.tables import Task, TaskSkip
from tests.backend.team import Team, lease_headers, move_operation, photo_bytes


def expire_lease(facet: Installation, task_id: int) -> None:
    with facet.db.transaction() as session:
        past = now() - timedelta(seconds=1)
        session.execute(update(Task).where(Task.id == task_id).values(lease_expires_at=past))


def state_of(team: Team, task_id: int) -> str:
    state: str = team.admin.get(f"/tasks/{task_id}").json()["task"]["state"]
    return state


def test_a_hundred_racing_calls_lease_a_hundred_tasks(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(100)
    people = [team.join("annotator", f"Racer{number}") for number in range(100)]
    for person in people:
        team.add(project_id, person)
    with ThreadPoolExecutor(32) as pool:
        answers = list(pool.map(lambda person: person.post(f"/projects/{project_id}/tasks/next"), people))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.json()["task"]["id"] for answer in answers}) == 100
    with facet.db.reading() as session:
        holders = select(func.count(func.distinct(Task.lease_user_id))).where(Task.state == "in_progress")
        assert session.scalar(holders) == 100
    assert team.annotator.post(f"/projects/{project_id}/tasks/next").status_code == 204
    counts = team.admin.get(f"/projects/{project_id}").json()["counts"]
    assert (counts["ready"], counts["in_progress"]) == (0, 100)


def test_two_people_reach_for_the_same_task(team: Team) -> None:
    project_id = team.seeded_project(1)
    other = team.join("annotator", "Otto")
    team.add(project_id, other)
    task_id = team.admin.get(f"/projects/{project_id}/photos").json()["items"][0]["task_id"]
    with ThreadPoolExecutor(2) as pool:
        answers = list(pool.map(lambda person: person.post(f"/tasks/{task_id}/lease"), (team.annotator, other)))
    assert sorted(answer.status_code for answer in answers) == [200, 409]
    loser = next(answer for answer in answers if answer.status_code == 409)
    assert loser.json()["code"] == "task-leased"


def test_next_resumes_ones_own_task_with_a_fresh_token(team: Team) -> None:
    project_id = team.seeded_project(3)
    first = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    again = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert again["task"]["id"] == first["task"]["id"]
    # The other tab's token is void: one writer at a time, even of one person.
    renew = f"/tasks/{first['task']['id']}/lease/renew"
    assert team.annotator.post(renew, 409, headers=lease_headers(first)).json()["code"] == "lease-lost"
    renewed = team.annotator.post(renew, 200, headers=lease_headers(again)).json()
    assert renewed["expires_at"] > again["lease"]["expires_at"]


def test_an_expired_lease_lets_others_in_and_keeps_the_losers_work(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(1)
    other = team.join("annotator", "Otto")
    team.add(project_id, other)
    lost = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task = f"/tasks/{lost['task']['id']}"
    assert other.post(f"/projects/{project_id}/tasks/next").status_code == 204
    expire_lease(facet, lost["task"]["id"])

    # Expired, but nobody took it: a late save is as good as an early one, and renews.
    saved = team.annotator.post(
        f"{task}/revisions", 200, json={"operations": [move_operation({1: (3, 4)})]}, headers=lease_headers(lost)
    ).json()
    assert saved["lease"]["expires_at"] > now().isoformat()
    assert other.post(f"/projects/{project_id}/tasks/next").status_code == 204

    expire_lease(facet, lost["task"]["id"])
    taken = other.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert taken["task"]["id"] == lost["task"]["id"]
    assert taken["revision"]["number"] == 2
    stale = lease_headers(lost) | {"If-Match": saved["etag"]}
    operations = [move_operation({2: (5, 6)}, base_revision=2)]
    for path, body in (
        ("draft", {"base_revision": 2, "operations": operations}),
        ("revisions", {"operations": operations}),
        ("submit", {"operations": operations}),
    ):
        answer = team.annotator.request(
            "PUT" if path == "draft" else "POST", f"{task}/{path}", json=body, headers=stale
        )
        assert (answer.status_code, answer.json()["code"]) == (409, "lease-lost")
        draft = team.annotator.get(task).json()["draft"]
        assert (draft["base_revision"], draft["operations"][0]["op_id"]) == (2, operations[0]["op_id"])
    assert other.get(task).json()["draft"] is None
    assert other.get(task).json()["revision"]["number"] == 2


def test_skipped_tasks_are_not_offered_again(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(2)
    offered = []
    for _ in range(2):
        taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
        offered.append(taken["task"]["id"])
        team.annotator.post(
            f"/tasks/{offered[-1]}/skip", 204, json={"reason": "too dark"}, headers=lease_headers(taken)
        )
    assert len(set(offered)) == 2
    assert team.annotator.post(f"/projects/{project_id}/tasks/next").status_code == 204
    # Reviewers see who skipped what, and why; annotators, how often.
    for caller, reasons in ((team.reviewer, ["Anna: too dark"]), (team.annotator, [])):
        items = caller.get(f"/projects/{project_id}/photos").json()["items"]
        assert [(photo["skips"], photo["skip_reasons"]) for photo in items] == [(1, reasons)] * 2
    other = team.reviewer.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert (other["task"]["id"], other["task"]["skips"]) == (offered[0], 1)
    team.reviewer.delete(f"/tasks/{offered[0]}/lease", 204, headers=lease_headers(other))
    # By hand it can be taken all the same, and skipped once more.
    again = team.annotator.post(f"/tasks/{offered[0]}/lease", 200).json()
    team.annotator.post(f"/tasks/{offered[0]}/skip", 204, json={"reason": "still dark"}, headers=lease_headers(again))
    with facet.db.reading() as session:
        assert session.scalars(select(TaskSkip.reason).where(TaskSkip.task_id == offered[0])).all() == ["still dark"]


def test_giving_back_and_breaking_leases(team: Team) -> None:
    project_id = team.seeded_project(1)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    lease = f"/tasks/{taken['task']['id']}/lease"
    operations = [move_operation({7: (1, 2)})]
    draft = {"base_revision": 1, "operations": operations}
    team.annotator.put(f"/tasks/{taken['task']['id']}/draft", 200, json=draft, headers=lease_headers(taken))

    # Only the holder by token, or an admin; not a reviewer, not with a made-up token.
    assert team.reviewer.delete(lease).status_code == 409
    assert team.reviewer.delete(lease, headers=lease_headers(taken)).status_code == 409
    assert team.annotator.delete(lease, headers={"X-Lease-Token": "made-up"}).status_code == 409
    team.annotator.delete(lease, 204, headers=lease_headers(taken))
    assert state_of(team, taken["task"]["id"]) == "ready"

    # The draft outlives the lease.
    resumed = team.annotator.post(lease, 200).json()
    assert [item["op_id"] for item in resumed["draft"]["operations"]] == [operations[0]["op_id"]]
    team.admin.delete(lease, 204)
    assert state_of(team, taken["task"]["id"]) == "ready"
    team.admin.delete(lease, 204)
    lost = team.annotator.post(f"{lease}/renew", headers=lease_headers(resumed))
    assert (lost.status_code, lost.json()["code"]) == (409, "lease-lost")


def test_review_leases(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(2)
    second = team.join("reviewer", "Rolf")
    team.add(project_id, second)
    submitted = [team.submitted(project_id) for _ in range(2)]
    first = team.reviewer.post(f"/projects/{project_id}/reviews/next", 200).json()
    assert first["task"]["id"] == submitted[0]
    assert first["task"]["state"] == "in_review" and first["label_map_url"]
    other = second.post(f"/projects/{project_id}/reviews/next", 200).json()
    assert other["task"]["id"] == submitted[1]
    # A lapsed review lease falls to the other reviewer, and the first one's verdict no longer counts.
    expire_lease(facet, submitted[0])
    second.delete(f"/tasks/{submitted[1]}/lease", 204, headers=lease_headers(other))
    assert state_of(team, submitted[1]) == "in_review"
    taken_over = second.post(f"/projects/{project_id}/reviews/next", 200).json()
    assert taken_over["task"]["id"] == submitted[0]
    late = team.reviewer.post(
        f"/tasks/{submitted[0]}/reviews", json={"verdict": "approved"}, headers=lease_headers(first)
    )
    assert (late.status_code, late.json()["code"]) == (409, "lease-lost")
    # While a reviewer looks, the annotator cannot pull the task away.
    assert team.annotator.post(f"/tasks/{submitted[0]}/lease").status_code == 409
    silent = {"verdict": "rejected", "comments": []}
    refused = second.post(f"/tasks/{submitted[0]}/reviews", json=silent, headers=lease_headers(taken_over))
    assert (refused.status_code, refused.json()["code"]) == (422, "comment-missing")
    second.post(f"/tasks/{submitted[0]}/reviews", 200, json={"verdict": "approved"}, headers=lease_headers(taken_over))
    verdicts = team.annotator.get(f"/tasks/{submitted[0]}/reviews").json()["items"]
    assert [(review["verdict"], review["reviewer"]["name"], review["revision"]) for review in verdicts] == [
        ("approved", "Rolf", 2)
    ]
    twice = second.post(
        f"/tasks/{submitted[0]}/reviews", json={"verdict": "approved"}, headers=lease_headers(taken_over)
    )
    assert twice.status_code == 409


def test_nobody_reviews_their_own_work_but_admins(team: Team) -> None:
    project_id = team.seeded_project(2)
    team.submitted(project_id, by=team.reviewer)
    assert team.reviewer.post(f"/projects/{project_id}/reviews/next").status_code == 204
    task_id = team.submitted(project_id, by=team.admin)
    other = team.admin.post(f"/projects/{project_id}/reviews/next", 200).json()
    team.admin.post(
        f"/tasks/{other['task']['id']}/reviews", 200, json={"verdict": "approved"}, headers=lease_headers(other)
    )
    own = team.admin.post(f"/projects/{project_id}/reviews/next", 200).json()
    assert own["task"]["id"] == task_id and own["author"]["name"] == "Ada"
    team.admin.post(f"/tasks/{task_id}/reviews", 200, json={"verdict": "approved"}, headers=lease_headers(own))


def test_a_rejected_task_waits_for_its_annotator_first(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(2)
    other = team.join("annotator", "Otto")
    team.add(project_id, other)
    task_id = team.submitted(project_id)
    team.judged(project_id, "rejected", comment="The mouth is off.")
    busy = other.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert busy["task"]["id"] != task_id
    other.post(f"/tasks/{busy['task']['id']}/skip", 204, json={"reason": "too dark"}, headers=lease_headers(busy))
    assert other.post(f"/tasks/{task_id}/lease").status_code == 409
    assert other.post(f"/projects/{project_id}/tasks/next").status_code == 204

    mine = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert mine["task"]["id"] == task_id
    assert [comment["body"] for comment in mine["comments"]] == ["The mouth is off."]
    comment_id = mine["comments"][0]["id"]
    resolved = team.annotator.post(f"/tasks/{task_id}/comments/{comment_id}/resolve", 200).json()
    assert resolved["resolved_at"] is not None
    team.annotator.post(f"/tasks/{task_id}/comments/{comment_id + 1}/resolve", 404)
    team.annotator.delete(f"/tasks/{task_id}/lease", 204, headers=lease_headers(mine))

    # When the reservation lapses, anybody may.
    with facet.db.transaction() as session:
        past = now() - timedelta(seconds=1)
        session.execute(update(Task).where(Task.id == task_id).values(reserved_until=past))
    assert other.post(f"/projects/{project_id}/tasks/next", 200).json()["task"]["id"] == task_id


def test_taking_back_ones_own_submission(team: Team) -> None:
    project_id = team.seeded_project(1)
    task_id = team.submitted(project_id)
    assert team.reviewer.post(f"/tasks/{task_id}/lease").status_code == 409
    back = team.annotator.post(f"/tasks/{task_id}/lease", 200).json()
    assert back["task"]["state"] == "in_progress" and back["revision"]["number"] == 2
    assert team.reviewer.post(f"/projects/{project_id}/reviews/next").status_code == 204
    team.annotator.post(f"/tasks/{task_id}/submit", 200, json={"operations": []}, headers=lease_headers(back))
    assert team.run_jobs() == 1
    assert state_of(team, task_id) == "in_review"
    review = team.reviewer.post(f"/projects/{project_id}/reviews/next", 200).json()
    team.reviewer.post(f"/tasks/{task_id}/reviews", 200, json={"verdict": "approved"}, headers=lease_headers(review))
    assert team.annotator.post(f"/tasks/{task_id}/lease").status_code == 409


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_people_without_work_get_nothing(team: Team) -> None:
    project_id = team.project()
    for caller in (team.annotator, team.admin):
        assert caller.post(f"/projects/{project_id}/tasks/next").status_code == 204
    assert team.reviewer.post(f"/projects/{project_id}/reviews/next").status_code == 204
    # A pending task has nothing to show yet.
    team.import_photos(project_id, {"a.jpg": photo_bytes(1)})
    pending = team.admin.get(f"/projects/{project_id}/photos?state=pending").json()["items"][0]["task_id"]
    assert team.annotator.get(f"/tasks/{pending}", 409).json()["code"] == "task-pending"
    assert team.annotator.post(f"/projects/{project_id}/tasks/next").status_code == 204
