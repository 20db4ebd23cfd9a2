"""What is saved is appended, what is refused is kept, nothing is overwritten."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from sqlalchemy import event, select, update

from backend.annotations.tables import Draft, LandmarkRevision
from backend.installation import Installation
from backend.jobs.tables import Job
from tests.backend.team import Team, lease_headers, move_operation


def take(team: Team, project_id: int) -> dict[str, Any]:
    taken: dict[str, Any] = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    return taken


def operation(kind: str, payload: Any, **changes: Any) -> dict[str, Any]:
    return {
        "op_id": str(uuid4()),
        "base_revision": 1,
        "kind": kind,
        "payload": payload,
        "at": datetime.now(UTC).isoformat(),
    } | changes


def test_a_stale_write_is_refused_and_kept(team: Team, facet: Installation) -> None:
    taken = take(team, team.seeded_project(1))
    task = f"/tasks/{taken['task']['id']}"
    first = [move_operation({10: (11.5, 12.25)})]
    saved = team.annotator.post(
        f"{task}/revisions", 200, json={"operations": first}, headers=lease_headers(taken)
    ).json()
    assert saved["etag"] == '"2"' and saved["revision"]["parent"] == 1

    # A second tab that still shows revision 1.
    for path in ("revisions", "submit", "draft"):
        late = [move_operation({10: (99.0, 99.0)})]
        answer = team.annotator.request(
            "PUT" if path == "draft" else "POST",
            f"{task}/{path}",
            412,
            json={"operations": late} | ({"base_revision": 1} if path == "draft" else {}),
            headers=lease_headers(taken),
        ).json()
        assert answer["code"] == "stale-revision"
        assert answer["current"]["number"] == 2
        assert answer["current"]["points"][10] == [11.5, 12.25]
        draft = team.annotator.get(task).json()["draft"]
        assert (draft["base_revision"], draft["operations"][0]["op_id"]) == (1, late[0]["op_id"])
    present = team.annotator.get(task).json()
    assert (present["task"]["state"], present["revision"]["number"]) == ("in_progress", 2)
    with facet.db.reading() as session:
        assert len(session.scalars(select(LandmarkRevision)).all()) == 2

    # Saving on the present revision takes the draft away.
    headers = lease_headers(taken) | {"If-Match": '"2"'}
    team.annotator.post(f"{task}/revisions", 200, json={"operations": late}, headers=headers)
    with facet.db.reading() as session:
        assert session.scalar(select(Draft)) is None


def test_writes_need_if_match(team: Team) -> None:
    taken = take(team, team.seeded_project(1))
    task = f"/tasks/{taken['task']['id']}"
    token = {"X-Lease-Token": taken["lease"]["token"]}
    for method, path in (("PUT", "draft"), ("POST", "revisions"), ("POST", "submit")):
        body = {"operations": [], "base_revision": 1}
        answer = team.annotator.request(method, f"{task}/{path}", 428, json=body, headers=token).json()
        assert answer["code"] == "precondition-missing"
        team.annotator.request(method, f"{task}/{path}", 422, json=body, headers={"If-Match": '"1"'})
        # Weak and unquoted forms mean the same; proxies make them.
    team.annotator.post(f"{task}/revisions", 200, json={"operations": []}, headers=token | {"If-Match": 'W/"1"'})


def test_repeating_a_request_changes_nothing(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(1)
    taken = take(team, project_id)
    task = f"/tasks/{taken['task']['id']}"
    operations = [move_operation({10: (11, 12)}), move_operation({11: (13, 14)})]
    saves = [
        team.annotator.post(f"{task}/revisions", 200, json={"operations": operations}, headers=lease_headers(taken))
        for _ in range(3)
    ]
    assert {answer.json()["etag"] for answer in saves} == {'"2"'}

    more = {"operations": [move_operation({12: (15, 16)}, base_revision=2)]}
    headers = lease_headers(taken) | {"If-Match": '"2"'}
    submissions = [team.annotator.post(f"{task}/submit", 200, json=more, headers=headers).json() for _ in range(3)]
    assert submissions[0] == submissions[1] == submissions[2]
    assert submissions[0]["state"] == "fitting" and submissions[0]["revision"]["number"] == 3
    with facet.db.reading() as session:
        assert len(session.scalars(select(LandmarkRevision)).all()) == 3
        assert len(session.scalars(select(Job).where(Job.kind == "fitting")).all()) == 1
    insights = team.annotator.get(f"/projects/{project_id}/insights").json()
    assert insights["mine"]["submitted"] == 1
    # Something else under the same lease is no repetition.
    other = {"operations": [move_operation({12: (1, 1)}, base_revision=2)]}
    answer = team.annotator.post(f"{task}/submit", json=other, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (409, "lease-lost")


def test_submitting_an_untouched_proposal_needs_no_revision(team: Team) -> None:
    project_id = team.seeded_project(1)
    taken = take(team, project_id)
    task = f"/tasks/{taken['task']['id']}"
    answers = [
        team.annotator.post(f"{task}/submit", 200, json={"operations": []}, headers=lease_headers(taken)).json()
        for _ in range(2)
    ]
    assert answers[0] == answers[1]
    assert answers[0]["revision"]["number"] == 1 and answers[0]["revision"]["corrected_points"] == 0
    assert team.annotator.get(task).json()["author"]["name"] == "Anna"


def test_revisions_are_appended_and_listed(team: Team) -> None:
    taken = take(team, team.seeded_project(1))
    task = f"/tasks/{taken['task']['id']}"
    headers = lease_headers(taken)
    begin = datetime(2026, 1, 1, tzinfo=UTC)
    # 4 s + 30 s of work; 61 s of coffee between them do not count, 60 s would.
    times = [0, 4, 65, 95]
    operations = [
        move_operation({20: (30 + second / 100, 40)}, at=(begin + timedelta(seconds=second)).isoformat())
        for second in times
    ]
    first = team.annotator.post(f"{task}/revisions", 200, json={"operations": operations}, headers=headers).json()
    assert first["revision"]["active_seconds"] == 34.0
    assert first["revision"]["corrected_points"] == 1
    undo = operation("move_points", {"points": {"20": [64, 64]}, "undoes": operations[0]["op_id"]}, base_revision=2)
    hide = operation("set_visibility", {"visibility": {"0": 1, "105": 0}}, base_revision=2)
    second = team.annotator.post(
        f"{task}/revisions", 200, json={"operations": [undo, hide]}, headers=headers | {"If-Match": first["etag"]}
    ).json()
    assert second["revision"]["corrected_points"] == 0

    listed = team.annotator.get(f"{task}/revisions").json()["items"]
    assert [(item["number"], item["parent"], item["source"]) for item in listed] == [
        (1, None, "mean_face"),
        (2, 1, "annotator"),
        (3, 2, "annotator"),
    ]
    assert listed[0]["author"] is None and listed[1]["author"]["name"] == "Anna"
    old = team.reviewer.get(f"{task}/revisions/2").json()
    assert old["points"][20] == [pytest.approx(30.95, abs=1e-3), 40.0]
    assert old["visibility"] == [2] * 106
    new = team.reviewer.get(f"{task}/revisions/3").json()
    assert new["points"][20] == [64.0, 64.0]
    assert (new["visibility"][0], new["visibility"][105], new["visibility"][1]) == (1, 0, 2)
    team.reviewer.get(f"{task}/revisions/4", 404)
    assert team.annotator.get(task).json()["initial"]["number"] == 1


def test_points_outside_the_photo_are_legal_and_tiny_moves_are_no_corrections(team: Team) -> None:
    taken = take(team, team.seeded_project(1))
    moves = move_operation({0: (-30.5, -2), 1: (64.0099, 64), 2: (64.0101, 64), 3: (5000, 64)})
    saved = team.annotator.post(
        f"/tasks/{taken['task']['id']}/revisions", 200, json={"operations": [moves]}, headers=lease_headers(taken)
    ).json()
    assert saved["revision"]["corrected_points"] == 3
    points = team.annotator.get(f"/tasks/{taken['task']['id']}").json()["revision"]["points"]
    assert points[0] == [-30.5, -2.0] and points[3] == [5000.0, 64.0]


BAD_OPERATIONS = {
    "index 106": operation("move_points", {"points": {"106": [1, 2]}}),
    "negative index": operation("move_points", {"points": {"-1": [1, 2]}}),
    "three numbers": operation("move_points", {"points": {"1": [1, 2, 3]}}),
    "absurdly far": operation("move_points", {"points": {"1": [1e6, 2]}}),
    "no points": operation("move_points", {"points": {}}),
    "other kind's payload": operation("move_points", {"visibility": {"1": 2}}),
    "visibility 3": operation("set_visibility", {"visibility": {"1": 3}}),
    "unknown kind": operation("draw_hair", {"points": {"1": [1, 2]}}),
    "naive time": operation("move_points", {"points": {"1": [1, 2]}}, at="2026-01-01T00:00:00"),
    "no uuid": operation("move_points", {"points": {"1": [1, 2]}}, op_id="7"),
    "base 0": operation("move_points", {"points": {"1": [1, 2]}}, base_revision=0),
    "base of the future": operation("move_points", {"points": {"1": [1, 2]}}, base_revision=2),
}


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_bad_operations_are_refused(team: Team) -> None:
    taken = take(team, team.seeded_project(1))
    path = f"/tasks/{taken['task']['id']}/revisions"
    for name, bad in BAD_OPERATIONS.items():
        body = {"operations": [move_operation({1: (1, 2)}), bad]}
        answer = team.annotator.post(path, json=body, headers=lease_headers(taken))
        assert answer.status_code == 422, f"{name}: {answer.text}"
        assert answer.json()["code"] == "invalid"
    # JSON has no such numbers, but Python's parser takes them.
    for number in ("NaN", "Infinity", "-Infinity", "1e999"):
        text = f'{{"operations": [{{"op_id": "{uuid4()}", "base_revision": 1, "kind": "move_points", '
        text += f'"payload": {{"points": {{"1": [{number}, 2]}}}}, "at": "2026-01-01T00:00:00Z"}}]}}'
        headers = lease_headers(taken) | {"Content-Type": "application/json"}
        assert team.annotator.post(path, content=text, headers=headers).status_code == 422, number
    assert team.annotator.get(f"/tasks/{taken['task']['id']}").json()["etag"] == '"1"'


def test_drafts_travel_to_another_computer(team: Team) -> None:
    project_id = team.seeded_project(1)
    taken = take(team, project_id)
    operations = [move_operation({5: (6, 7)}), operation("set_visibility", {"visibility": {"5": 1}})]
    for count in (1, 2):
        saved = team.annotator.put(
            f"/tasks/{taken['task']['id']}/draft",
            200,
            json={"base_revision": 1, "operations": operations[:count]},
            headers=lease_headers(taken),
        ).json()
        assert saved["operations"] == count
        assert saved["lease"]["expires_at"] >= taken["lease"]["expires_at"]
    elsewhere = take(team, project_id)
    draft = elsewhere["draft"]
    assert [item["op_id"] for item in draft["operations"]] == [item["op_id"] for item in operations]
    assert draft["operations"][1]["payload"]["visibility"] == {"5": 1}
    # What came back can be sent as it is.
    team.annotator.post(
        f"/tasks/{taken['task']['id']}/submit",
        200,
        json={"operations": draft["operations"]},
        headers=lease_headers(elsewhere),
    )
    assert team.reviewer.get(f"/tasks/{taken['task']['id']}").json()["draft"] is None


def test_label_map_and_its_cache(team: Team) -> None:
    project_id = team.seeded_project(1)
    taken = take(team, project_id)
    path = f"/tasks/{taken['task']['id']}/label-map"
    team.annotator.get(path, 404)
    team.annotator.delete(f"/tasks/{taken['task']['id']}/lease", 204, headers=lease_headers(taken))
    team.submitted(project_id)
    answer = team.annotator.get(path)
    assert answer.headers["content-type"] == "image/png"
    assert team.annotator.get(path, 304, headers={"If-None-Match": answer.headers["etag"]}).content == b""
    assert team.annotator.get(f"{path}?revision=2").content == answer.content
    team.annotator.get(f"{path}?revision=1", 404)


def test_stored_points_are_exact(team: Team, facet: Installation) -> None:
    taken = take(team, team.seeded_project(1))
    place = (0.1 + 0.2, 1 / 3)
    team.annotator.post(
        f"/tasks/{taken['task']['id']}/revisions",
        200,
        json={"operations": [move_operation({50: place})]},
        headers=lease_headers(taken),
    )
    with facet.db.reading() as session:
        points = session.scalars(select(LandmarkRevision.points).where(LandmarkRevision.number == 2)).one()
    assert points.dtype == np.float32 and points[50].tolist() == np.float32(place).tolist()


def test_a_revision_tells_moved_carried_and_confirmed_points_apart(team: Team) -> None:
    taken = take(team, team.seeded_project(1))
    task = f"/tasks/{taken['task']['id']}"
    assert taken["revision"]["origins"] == [0] * 106
    proposed = taken["initial"]["points"]
    payload = {
        "points": {"16": [61.5, 90.25]},
        "carried": {"15": [55.5, 88.125], "17": [66.0, 87.0]},
        "confirmed": {"54": proposed[54]},
    }
    body = {"operations": [operation("move_points", payload)]}
    saved = team.annotator.post(f"{task}/revisions", 200, json=body, headers=lease_headers(taken)).json()
    assert saved["revision"]["corrected_points"] == 1

    kept = team.annotator.get(f"{task}/revisions/2").json()
    assert {index: origin for index, origin in enumerate(kept["origins"]) if origin} == {16: 1, 54: 2}
    assert [kept["points"][index] for index in (15, 16, 17)] == [[55.5, 88.125], [61.5, 90.25], [66.0, 87.0]]

    # An undo gives the points back as nobody's, also on a later revision.
    undo = {
        "points": {},
        "carried": {index: proposed[int(index)] for index in ("15", "16", "17", "54")},
        "undoes": body["operations"][0]["op_id"],
    }
    body = {"operations": [operation("move_points", undo)]}
    headers = lease_headers(taken) | {"If-Match": saved["etag"]}
    saved = team.annotator.post(f"{task}/revisions", 200, json=body, headers=headers).json()
    assert saved["revision"]["corrected_points"] == 0
    assert team.annotator.get(task).json()["revision"]["origins"] == [0] * 106


@pytest.mark.parametrize(
    "payload",
    [{"points": {}}, {"points": {"3": [1, 1]}, "carried": {"3": [2, 2]}}, {"points": {}, "carried": {"3": [1e9, 0]}}],
)
def test_impossible_moves_are_refused(team: Team, payload: dict[str, Any]) -> None:
    taken = take(team, team.seeded_project(1))
    body = {"operations": [operation("move_points", payload)]}
    path = f"/tasks/{taken['task']['id']}/revisions"
    team.annotator.post(path, 422, json=body, headers=lease_headers(taken))


def test_a_save_reads_no_operations_of_before(team: Team, facet: Installation) -> None:
    taken = take(team, team.seeded_project(1))
    task = f"/tasks/{taken['task']['id']}"
    for origin, point in (("points", 1), ("confirmed", 2), ("carried", 1), ("points", 3)):
        read: list[str] = []

        def note(_c: Any, _cursor: Any, statement: str, *_rest: Any, read: list[str] = read) -> None:
            read += re.findall(r"landmark_revisions\.operations\b", statement) if statement.startswith("SELECT") else []

        event.listen(facet.db.engine, "before_cursor_execute", note)
        body = {"operations": [operation("move_points", {"points": {}, origin: {str(point): [9.0, 9.0]}})]}
        saved = team.annotator.post(f"{task}/revisions", 200, json=body, headers=lease_headers(taken)).json()
        event.remove(facet.db.engine, "before_cursor_execute", note)
        assert read == []
        taken["etag"] = saved["etag"]
    told = team.annotator.get(task).json()["revision"]["origins"]
    assert {index: origin for index, origin in enumerate(told) if origin} == {2: 2, 3: 1}

    # Revisions of an older release kept no origins: their operations tell the same, also to the next save.
    with facet.db.transaction() as session:
        session.execute(update(LandmarkRevision).values(origins=None))
    assert team.annotator.get(task).json()["revision"]["origins"] == told
    body = {"operations": [operation("move_points", {"points": {"4": [9.0, 9.0]}})]}
    team.annotator.post(f"{task}/revisions", 200, json=body, headers=lease_headers(taken))
    told[4] = 1
    assert team.annotator.get(task).json()["revision"]["origins"] == told
