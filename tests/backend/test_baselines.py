"""The eleven-category baseline of a snapshot: who starts it, which one is active, and what reviewers get from it."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from backend.annotations.tables import LabelMap
from backend.baselines import service
from backend.baselines.service import Opinion
from backend.baselines.tables import Disagreement, ParsingBaseline
from backend.events.tables import Event
from backend.installation import Installation
from backend.jobs import service as jobs
from backend.jobs.failures import clean_up
from backend.jobs.tables import Job
from backend.tasks.tables import Task
from tests.backend.team import Team

COLUMNS = ("hair", "skin", "l-brow", "r-brow", "l-eye", "r-eye", "nose", "u-lip", "in-mouth", "l-lip", "mean")
USUAL = [None, 0.1, *[0.3] * 8, 0.2]


def scores(mean: float = 0.8) -> dict[str, Any]:
    return {
        "photos": 1,
        "tables": {"lapa": dict.fromkeys(COLUMNS, mean), "helen": {"overall": 0.9}},
        "confusion": [[100 * (row == column) for column in range(11)] for row in range(11)],
    }


def opinion(baseline_id: int, share: float) -> Opinion:
    by_category = [None, 0.1, *[None] * 7, 0.5, 0.2]
    return Opinion(baseline_id, share, by_category, USUAL, 9, (40.0, 50.5))


def snapshot_of(team: Team, labels: int = 5, **policy: Any) -> tuple[int, int]:
    """A project with approved labels in both learning splits (the fifth photo is a held-out one), and its snapshot."""
    project_id = team.seeded_project(labels + 3, **policy)
    team.approved(project_id, labels)
    return project_id, team.admin.post(f"/projects/{project_id}/snapshots", 202, json={}).json()["id"]


def trained(facet: Installation, team: Team, project_id: int, snapshot_id: int, mean: float = 0.8) -> int:
    """A training from its start to its end, without the training. Returns the baseline's id."""
    path = f"/projects/{project_id}/baselines"
    job_id = team.admin.post(path, 202, json={"snapshot_id": snapshot_id}).json()["id"]
    with facet.db.transaction() as session:
        job = jobs.claim(session, job_id)
        assert job is not None and job.claim is not None
        baseline = session.get_one(ParsingBaseline, job.payload["baseline_id"])
        jobs.finish(session, job, job.claim)
        service.finish_training(session, baseline, f"{baseline.number:064x}", scores(mean))
        return baseline.id


def test_a_training_is_queued_on_the_snapshot_with_settings_for_a_cpu(team: Team, facet: Installation) -> None:
    project_id, snapshot_id = snapshot_of(team)
    path = f"/projects/{project_id}/baselines"
    assert team.reviewer.get(path).json() == {"items": []}
    job = team.admin.post(path, 202, json={"snapshot_id": snapshot_id}).json()
    assert (job["kind"], job["queue"], job["state"]) == ("train_baseline", "train", "queued")
    (baseline,) = team.reviewer.get(path).json()["items"]
    assert {key: baseline[key] for key in ("number", "state", "is_active", "labels", "snapshot_number")} == {
        "number": 1,
        "state": "training",
        "is_active": False,
        # Of five labels one is held out.
        "labels": 4,
        "snapshot_number": 1,
    }
    assert (baseline["depth"], baseline["input_size"], baseline["epochs"], baseline["scores"]) == (18, 129, 30, None)
    # One at a time, and landmarks do not wait for it.
    assert team.admin.post(path, 409, json={"snapshot_id": snapshot_id}).json()["code"] == "training-running"
    team.admin.post(f"/projects/{project_id}/training", 202)


@pytest.mark.parametrize(
    "wrong", [{"depth": 34}, {"input_size": 128}, {"input_size": 25}, {"epochs": 0}, {"snapshot_id": "one"}]
)
@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_settings_that_no_network_has_are_refused(team: Team, wrong: dict[str, Any]) -> None:
    project_id = team.project()
    answer = team.admin.post(f"/projects/{project_id}/baselines", 422, json={"snapshot_id": 1} | wrong).json()
    assert answer["code"] == "invalid" and next(iter(wrong)) in str(answer["errors"])


def test_a_snapshot_without_a_held_out_label_is_refused(team: Team, facet: Installation) -> None:
    project_id, snapshot_id = snapshot_of(team, labels=4)
    path = f"/projects/{project_id}/baselines"
    answer = team.admin.post(path, 409, json={"snapshot_id": snapshot_id}).json()
    assert answer["code"] == "not-enough-labels" and "0 in val" in answer["detail"]
    team.admin.post(path, 404, json={"snapshot_id": 987654321})
    other = team.project("Others")
    team.admin.post(f"/projects/{other}/baselines", 404, json={"snapshot_id": snapshot_id})
    with facet.db.reading() as session:
        assert session.scalars(select(ParsingBaseline)).all() == []


def test_the_newest_is_active_until_an_admin_chooses(team: Team, facet: Installation) -> None:
    project_id, snapshot_id = snapshot_of(team)
    first = trained(facet, team, project_id, snapshot_id, 0.7)
    second = trained(facet, team, project_id, snapshot_id, 0.8)
    path = f"/projects/{project_id}/baselines"
    items = team.reviewer.get(path).json()["items"]
    assert [(item["number"], item["is_active"]) for item in items] == [(1, False), (2, True)]
    assert items[1]["scores"]["lapa"]["mean"] == 0.8 and items[1]["scores"]["helen"] == {"overall": 0.9}
    assert len(items[1]["scores"]["confusion"]) == 11 and items[1]["scores"]["photos"] == 1

    items = team.admin.put(f"{path}/active", 200, json={"baseline_id": first}).json()["items"]
    assert [item["is_active"] for item in items] == [True, False]
    # Again is no change, and no entry.
    team.admin.put(f"{path}/active", 200, json={"baseline_id": first})
    items = team.admin.put(f"{path}/active", 200, json={"baseline_id": None}).json()["items"]
    assert [item["is_active"] for item in items] == [False, False]
    with facet.db.reading() as session:
        told = session.scalars(select(Event).where(Event.kind == "baseline.activated").order_by(Event.id))
        assert [event.data["number"] for event in told] == [1, 2, 1, None]
    team.admin.put(f"{path}/active", 404, json={"baseline_id": 987654321})
    other = team.project("Others")
    team.admin.put(f"/projects/{other}/baselines/active", 404, json={"baseline_id": second})


def test_a_failed_training_is_marked_and_may_be_tried_again(team: Team, facet: Installation) -> None:
    project_id, snapshot_id = snapshot_of(team)
    path = f"/projects/{project_id}/baselines"
    job_id = team.admin.post(path, 202, json={"snapshot_id": snapshot_id}).json()["id"]
    with facet.db.transaction() as session:
        job = jobs.claim(session, job_id)
        assert job is not None and job.claim is not None
        assert jobs.give_up(session, job, job.claim, "out of memory", final=True)
        clean_up(session, job)
    (baseline,) = team.reviewer.get(path).json()["items"]
    assert baseline["state"] == "failed"
    answer = team.admin.put(f"{path}/active", 409, json={"baseline_id": baseline["id"]}).json()
    assert answer["code"] == "model-not-ready"
    team.admin.post(path, 202, json={"snapshot_id": snapshot_id})


def test_the_database_takes_no_second_one_in_training_and_no_second_active_one(team: Team, facet: Installation) -> None:
    project_id, snapshot_id = snapshot_of(team)
    trained(facet, team, project_id, snapshot_id)
    team.admin.post(f"/projects/{project_id}/baselines", 202, json={"snapshot_id": snapshot_id})
    fixed = {"project_id": project_id, "snapshot_id": snapshot_id, "labels": 4} | {
        "depth": 18,
        "input_size": 33,
        "epochs": 1,
    }
    with facet.db.transaction() as session:
        session.add(ParsingBaseline(number=3, state="failed", **fixed))
    for wrong in ({"state": "training"}, {"state": "ready", "is_active": True}):
        with pytest.raises(IntegrityError), facet.db.transaction() as session:
            session.add(ParsingBaseline(number=4, **fixed, **wrong))


def test_reviewers_may_get_the_most_doubted_map_first_and_are_told_where(team: Team, facet: Installation) -> None:
    project_id, snapshot_id = snapshot_of(team)
    baseline_id = trained(facet, team, project_id, snapshot_id)
    waiting = [team.submitted(project_id) for _ in range(3)]
    with facet.db.transaction() as session:
        for task_id, share in zip(waiting, (0.05, 0.4, None), strict=True):
            task = session.get_one(Task, task_id)
            label_map = session.scalars(select(LabelMap).where(LabelMap.task_id == task_id)).one()
            said = opinion(baseline_id, share) if share is not None else None
            service.note_opinion(session, task, label_map.revision_id, said)
    queue = f"/projects/{project_id}/reviews/next"

    def next_one(order: str) -> int:
        taken = team.reviewer.post(queue, 200, params={"order": order}).json()
        headers = {"X-Lease-Token": taken["lease"]["token"]}
        task_id: int = taken["task"]["id"]
        team.reviewer.delete(f"/tasks/{task_id}/lease", 204, headers=headers)
        return task_id

    assert next_one("oldest") == waiting[0]
    assert next_one("most_disagreement") == waiting[1]
    team.reviewer.post(queue, 422, params={"order": "newest"})

    told = team.reviewer.get(f"/tasks/{waiting[1]}/second-opinion").json()["disagreement"]
    assert (told["baseline_number"], told["share"], told["worst"], told["place"]) == (1, 0.4, 9, [40.0, 50.5])
    assert told["categories"] == [
        {"category": 1, "share": 0.1, "usual": 0.1},
        {"category": 9, "share": 0.5, "usual": 0.3},
        {"category": 10, "share": 0.2, "usual": 0.2},
    ]
    # Nobody was asked about this one. It comes last, and there is nothing to be told.
    assert team.reviewer.get(f"/tasks/{waiting[2]}/second-opinion").json() == {"disagreement": None}
    with facet.db.transaction() as session:
        # Drawn twice, as after a worker's death: what was said first stays.
        task = session.get_one(Task, waiting[1])
        label_map = session.scalars(select(LabelMap).where(LabelMap.task_id == task.id)).one()
        service.note_opinion(session, task, label_map.revision_id, opinion(baseline_id, 0.4))
    with facet.db.reading() as session:
        assert len(session.scalars(select(Disagreement)).all()) == 2
        assert session.get_one(Task, waiting[1]).agreement == pytest.approx(0.6)
        assert len(session.scalars(select(Job).where(Job.kind == "train_baseline")).all()) == 1
