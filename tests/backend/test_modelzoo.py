"""What happens around a training: when it starts, which version predicts, and what the review share lets through."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from backend.accounts.service import change_user, create_user
from backend.annotations.fitting import needs_review
from backend.annotations.tables import LandmarkRevision
from backend.installation import Installation
from backend.jobs import service as jobs
from backend.jobs.failures import clean_up
from backend.jobs.tables import Job
from backend.modelzoo import service
from backend.modelzoo.tables import ModelState, ModelVersion
from backend.projects.tables import Project
from backend.reviews.tables import Review
from backend.snapshots.tables import Snapshot
from backend.tasks.tables import Task
from tests.backend.team import PASSWORD_HASH, Team, draw_label_maps, lease_headers


def metrics(nme: float) -> dict[str, Any]:
    return {
        "nme_rect": nme,
        "nme_interocular": nme * 2,
        "auc_008": 0.5,
        "fr_008": 0.1,
        "photos": 4,
        "per_part": {"nose": nme},
    }


def learnable_project(team: Team, labels: int = 5, **policy: Any) -> int:
    """Approved labels in both learning splits: the fifth seeded photo is a held-out one."""
    project_id = team.seeded_project(labels + 2, **policy)
    team.approved(project_id, labels)
    return project_id


def trained(facet: Installation, project_id: int, nme: float, *, promote: bool = True) -> int:
    """A training from its start to its end, without the training. Returns the model's id."""
    with facet.db.transaction() as session:
        job_id = service.start_training(session, project_id, None).id
    with facet.db.transaction() as session:
        job = jobs.claim(session, job_id)
        assert job is not None and job.claim is not None
        model = session.get_one(ModelVersion, job.payload["model_id"])
        jobs.finish(session, job, job.claim)
        service.finish_training(
            session,
            model,
            f"{model.number:064x}",
            metrics(nme),
            metrics(0.09),
            "mean_face",
            promote=promote,
            reason="the gate's",
        )
        return model.id


def due(facet: Installation) -> list[int]:
    with facet.db.reading() as session:
        return [project.id for project in service.projects_due(session)]


def fail(facet: Installation, job_id: int) -> None:
    with facet.db.transaction() as session:
        job = jobs.claim(session, job_id)
        assert job is not None and job.claim is not None
        assert jobs.give_up(session, job, job.claim, "out of memory", final=True)
        clean_up(session, job)


def test_versions_are_promoted_kept_and_rolled_back(team: Team, facet: Installation) -> None:
    project_id = learnable_project(team)
    path = f"/projects/{project_id}/models"
    assert team.reviewer.get(path).json() == {"items": [], "promotions": [], "start": "mean_face"}
    first = trained(facet, project_id, 0.05)
    kept = trained(facet, project_id, 0.07, promote=False)
    trained(facet, project_id, 0.04)

    zoo = team.reviewer.get(path).json()
    assert [(item["number"], item["decision"], item["is_active"], item["parent_number"]) for item in zoo["items"]] == [
        (1, "promoted", False, None),
        (2, "kept", False, 1),
        (3, "promoted", True, 1),
    ]
    assert zoo["items"][2]["metrics"]["nme_rect"] == 0.04 and zoo["items"][2]["baseline"]["nme_rect"] == 0.09
    assert zoo["items"][2]["labels"] == 5
    assert team.annotator.get(f"/projects/{project_id}").json()["active_model"]["number"] == 3

    back = team.admin.post(f"{path}/{first}/activate", 200, json={"reason": "worse on profiles"}).json()
    assert back["is_active"] is True
    team.admin.post(f"{path}/{kept}/activate", 200, json={"reason": "a try"})
    # Again is no change, and no entry.
    team.admin.post(f"{path}/{kept}/activate", 200, json={"reason": "a try"})
    history = team.reviewer.get(path).json()["promotions"]
    assert [(item["model_number"], item["action"], item["reason"]) for item in history] == [
        (2, "promoted", "a try"),
        (1, "rolled_back", "worse on profiles"),
        (3, "promoted", "the gate's"),
        (1, "promoted", "the gate's"),
    ]
    assert [item["by"] and item["by"]["name"] for item in history] == ["Ada", "Ada", None, None]
    curve = team.annotator.get(f"/projects/{project_id}/insights").json()["nme_curve"]
    assert [(point["model_number"], point["nme_rect"]) for point in curve] == [(1, 0.05), (2, 0.07), (3, 0.04)]
    # Each change asks once for new proposals of what nobody has opened.
    with facet.db.reading() as session:
        queued = select(func.count()).where(Job.kind == "repredict", Job.state == "queued")
        assert session.scalar(queued) == 1


def test_a_promotion_by_hand_during_a_training_wins(team: Team, facet: Installation) -> None:
    project_id = learnable_project(team)
    first = trained(facet, project_id, 0.05)
    second = trained(facet, project_id, 0.04)
    job = team.admin.post(f"/projects/{project_id}/training", 202).json()
    team.admin.post(f"/projects/{project_id}/models/{first}/activate", 200, json={"reason": "back"})
    with facet.db.transaction() as session:
        model = session.scalars(select(ModelVersion).where(ModelVersion.number == 3)).one()
        assert model.parent_id == second
        service.finish_training(
            session, model, "3" * 64, metrics(0.03), metrics(0.04), "model", promote=True, reason="better"
        )
    # Measured against a version that is not active any more: an admin may promote it, the gate may not.
    newest = team.reviewer.get(f"/projects/{project_id}/models").json()["items"][2]
    assert (newest["decision"], newest["is_active"], job["kind"]) == ("kept", False, "train")


def test_versions_that_cannot_predict_are_not_activated(team: Team, facet: Installation) -> None:
    project_id = learnable_project(team)
    job = team.admin.post(f"/projects/{project_id}/training", 202).json()
    (model,) = team.reviewer.get(f"/projects/{project_id}/models").json()["items"]
    assert model["state"] == "training"
    path = f"/projects/{project_id}/models/{model['id']}/activate"
    assert team.admin.post(path, 409, json={"reason": "now"}).json()["code"] == "model-not-ready"
    fail(facet, job["id"])
    (model,) = team.reviewer.get(f"/projects/{project_id}/models").json()["items"]
    assert model["state"] == "failed" and model["metrics"] is None
    assert team.admin.post(path, 409, json={"reason": "now"}).json()["code"] == "model-not-ready"
    other = team.project("Others")
    team.admin.post(f"/projects/{other}/models/{model['id']}/activate", 404, json={"reason": "now"})
    # A failed training does not lock the project.
    assert team.admin.post(f"/projects/{project_id}/training", 202).json()["id"] != job["id"]


def test_trainings_need_labels_in_both_splits(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(6)
    training = f"/projects/{project_id}/training"
    assert team.admin.post(training, 409).json()["code"] == "not-enough-labels"
    team.approved(project_id, 4)
    answer = team.admin.post(training, 409).json()
    assert answer["code"] == "not-enough-labels" and "val" in answer["detail"]
    with facet.db.reading() as session:
        assert session.scalars(select(Snapshot)).all() == []
    team.approved(project_id, 1)
    team.admin.post(training, 202)
    assert team.admin.post(training, 409).json()["code"] == "training-running"


def test_two_requests_start_one_training(team: Team, facet: Installation) -> None:
    project_id = learnable_project(team)
    with ThreadPoolExecutor(6) as pool:
        answers = list(pool.map(lambda _: team.admin.post(f"/projects/{project_id}/training"), range(6)))
    assert sorted(answer.status_code for answer in answers) == [202] + [409] * 5
    with facet.db.reading() as session:
        assert len(session.scalars(select(Job).where(Job.kind == "train")).all()) == 1
        assert len(session.scalars(select(ModelVersion)).all()) == 1
        assert len(session.scalars(select(Snapshot)).all()) == 1


def test_the_database_takes_no_second_version_in_training(team: Team, facet: Installation) -> None:
    """Whoever asks and however: here without the job that usually says so."""
    project_id = learnable_project(team)
    team.admin.post(f"/projects/{project_id}/training", 202)
    with facet.db.reading() as session:
        (first,) = session.scalars(select(ModelVersion)).all()

    def another(state: ModelState) -> ModelVersion:
        newest = first.number + 1
        return ModelVersion(
            project_id=project_id, number=newest, snapshot_id=first.snapshot_id, labels=first.labels, state=state
        )

    with pytest.raises(IntegrityError), facet.db.transaction() as session:
        session.add(another("training"))
    with facet.db.transaction() as session:
        session.delete(session.scalars(select(Job).where(Job.kind == "train")).one())
    answer = team.admin.post(f"/projects/{project_id}/training", 409)
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["code"] == "training-running"
    with facet.db.reading() as session:
        assert len(session.scalars(select(ModelVersion)).all()) == 1
        assert len(session.scalars(select(Snapshot)).all()) == 1
    # Trained ones are as many as wanted, and other projects do not wait.
    with facet.db.transaction() as session:
        session.add(another("failed"))
    other = learnable_project(team, name="Others")
    team.admin.post(f"/projects/{other}/training", 202)


def test_back_to_what_the_project_started_from(team: Team, facet: Installation) -> None:
    facet.settings.shipped_weights = True
    project_id = learnable_project(team)
    path = f"/projects/{project_id}/models"
    trained(facet, project_id, 0.05)
    zoo = team.admin.post(f"{path}/start/activate", 200, json={"reason": "worse on profiles"}).json()
    assert zoo == team.reviewer.get(path).json()
    assert zoo["start"] == "shipped"
    assert [item["is_active"] for item in zoo["items"]] == [False]
    assert team.annotator.get(f"/projects/{project_id}").json()["active_model"] is None
    # Again is no change; a reason is not needed.
    team.admin.post(f"{path}/start/activate", 200, json={})
    team.admin.post(f"{path}/{zoo['items'][0]['id']}/activate", 200, json={})
    history = team.reviewer.get(path).json()["promotions"]
    assert [(item["model_number"], item["action"], item["reason"]) for item in history] == [
        (1, "promoted", ""),
        (None, "rolled_back", "worse on profiles"),
        (1, "promoted", "the gate's"),
    ]
    with facet.db.reading() as session:
        assert session.scalar(select(func.count()).where(Job.kind == "repredict", Job.state == "queued")) == 1


def test_a_project_is_due_when_enough_labels_are_new(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(9, retrain_every=3)

    def fresh() -> int:
        number: int = team.admin.get(f"/projects/{project_id}").json()["labels_since_training"]
        return number

    team.approved(project_id, 2)
    assert (fresh(), due(facet)) == (2, [])
    team.approved(project_id, 3)
    assert (fresh(), due(facet)) == (5, [project_id])
    with facet.db.transaction() as session:
        job_id = service.start_training(session, project_id, None).id
    assert (fresh(), due(facet)) == (0, [])
    team.approved(project_id, 3)
    # Due again by its labels, but one training at a time.
    assert (fresh(), due(facet)) == (3, [])
    fail(facet, job_id)
    assert due(facet) == [project_id]


def test_unopened_tasks_alone_get_new_proposals(team: Team, facet: Installation) -> None:
    from backend.annotations.service import propose

    project_id = team.seeded_project(2)
    opened = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()["task"]["id"]
    with facet.db.transaction() as session:
        for task in session.scalars(select(Task).where(Task.project_id == project_id).order_by(Task.id)):
            points = session.scalars(select(LandmarkRevision.points).where(LandmarkRevision.task_id == task.id)).one()
            made = propose(session, task, points + 1, confidence=None, model_version_id=None)
            assert (made is None) == (task.id == opened)
    with facet.db.reading() as session:
        heads = dict(session.execute(select(Task.id, Task.head_number)).all())
    assert heads.pop(opened) == 1 and set(heads.values()) == {2}


def test_the_review_share_is_kept() -> None:
    chosen = {share: [needs_review("seed", task, 2, share) for task in range(4000)] for share in (0.0, 0.25, 0.5, 1.0)}
    assert not any(chosen[0.0]) and all(chosen[1.0])
    assert abs(sum(chosen[0.25]) / 4000 - 0.25) < 0.03
    # More share means more tasks, never others.
    assert all(half for quarter, half in zip(chosen[0.25], chosen[0.5], strict=True) if quarter)
    # A corrected submission is drawn anew, and another project's draw tells nothing.
    assert [needs_review("other", task, 2, 0.5) for task in range(100)] != chosen[0.5][:100]
    assert [needs_review("seed", task, 3, 0.5) for task in range(100)] != chosen[0.5][:100]


@pytest.mark.parametrize("share", [0.0, 0.5])
def test_what_needs_no_review_is_approved_by_itself(team: Team, facet: Installation, share: float) -> None:
    project_id = team.seeded_project(12, review_share=share)
    for _ in range(12):
        taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
        body: dict[str, Any] = {"operations": []}
        team.annotator.post(f"/tasks/{taken['task']['id']}/submit", 200, json=body, headers=lease_headers(taken))
    draw_label_maps(facet)
    counts = team.admin.get(f"/projects/{project_id}").json()["counts"]
    with facet.db.reading() as session:
        tasks = session.scalars(select(Task)).all()
        seed = session.get_one(Project, project_id).review_seed
        expected = sum(needs_review(seed, task.id, task.head_number, share) for task in tasks)
        assert session.get_one(Project, project_id).review_share == share
        unseen = session.scalars(select(Review).where(Review.reviewer_id.is_(None))).all()
    assert (counts["in_review"], counts["approved"]) == (expected, 12 - expected)
    assert len(unseen) == 12 - expected and {review.verdict for review in unseen} == {"approved"}
    insights = team.annotator.get(f"/projects/{project_id}/insights").json()
    assert (insights["mine"]["submitted"], insights["mine"]["approved"]) == (12, 12 - expected)
    if share == 0.0:
        task_id = tasks[0].id
        (review,) = team.annotator.get(f"/tasks/{task_id}/reviews").json()["items"]
        assert review["reviewer"] is None and review["verdict"] == "approved"


@pytest.mark.parametrize("settings", ["postgresql"], indirect=True)
def test_who_freezes_or_deposes_holds_up_nobody(team: Team, facet: Installation) -> None:
    """The event log is written under a lock: whoever waits for a row meanwhile would wait in a circle."""
    project_id = learnable_project(team)

    def work(_: object) -> int:
        taken = team.admin.post(f"/projects/{project_id}/tasks/next", 200).json()
        answer = team.admin.post(
            f"/tasks/{taken['task']['id']}/submit", json={"operations": []}, headers=lease_headers(taken)
        )
        status: int = answer.status_code
        return status

    with ThreadPoolExecutor(1) as pool:
        with facet.db.transaction() as session:
            service.start_training(session, project_id, None)
            assert pool.submit(work, None).result(timeout=5) == 200
        with facet.db.transaction() as session:
            second = create_user(session, "bea@example.org", "Bea", PASSWORD_HASH, "admin").id
        with facet.db.transaction() as session:
            change_user(session, second, name=None, role="annotator", disabled=None, actor_id=second)
            assert pool.submit(work, None).result(timeout=5) == 200
