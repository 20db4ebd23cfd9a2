"""Work is claimed once, finished once, found when lost, and tidied up when it cannot be done."""

import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.db import now
from backend.installation import Installation
from backend.jobs import failures, service
from backend.jobs.failures import clean_up
from backend.jobs.kinds import KINDS
from backend.jobs.service import ClaimLost, JobNotRetryable
from backend.jobs.tables import Job
from backend.tasks.tables import Task
from tests.backend.team import Team, draw_label_maps, lease_headers, move_operation
from workers.execution import Execution, run_job
from workers.failures import JobRefused


def add_job(facet: Installation, project_id: int, key: str = "test", kind: str = "repredict") -> int:
    with facet.db.transaction() as session:
        return service.enqueue(session, kind, project_id, {}, key).id


def claimed(facet: Installation, job_id: int) -> Job | None:
    with facet.db.transaction() as session:
        return service.claim(session, job_id)


def job_of(facet: Installation, job_id: int) -> Job:
    with facet.db.reading() as session:
        return session.get_one(Job, job_id)


def age(facet: Installation, job_id: int, **columns: float) -> None:
    """Sets time columns of a job so many seconds back."""
    values = {name: now() - timedelta(seconds=seconds) for name, seconds in columns.items()}
    with facet.db.transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(**values))


def test_a_job_is_claimed_once(team: Team, facet: Installation) -> None:
    job_id = add_job(facet, team.project())
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: claimed(facet, job_id), range(8)))
    assert sum(claim is not None for claim in claims) == 1
    assert job_of(facet, job_id).attempts == 1
    assert claimed(facet, 987654) is None


def test_live_work_is_asked_for_once(team: Team, facet: Installation) -> None:
    project_id = team.project()
    with ThreadPoolExecutor(8) as pool:
        ids = set(pool.map(lambda _: add_job(facet, project_id, "same"), range(8)))
    assert len(ids) == 1
    (job_id,) = ids
    job = claimed(facet, job_id)
    assert job is not None and job.claim is not None
    assert add_job(facet, project_id, "same") == job_id
    with facet.db.transaction() as session:
        service.finish(session, job, job.claim)
    assert add_job(facet, project_id, "same") != job_id


def test_a_lost_claim_stores_nothing(team: Team, facet: Installation) -> None:
    project_id = team.project(name="Faces")
    job_id = add_job(facet, project_id)
    slow = claimed(facet, job_id)
    assert slow is not None and slow.claim is not None
    age(facet, job_id, heartbeat_at=3600)
    with facet.db.transaction() as session:
        assert service.reconcile(session, facet.settings) == []
    quick = claimed(facet, job_id)
    assert quick is not None and quick.claim is not None and quick.claim != slow.claim

    # The first execution wakes up: whatever it says, and whatever it computed, is dropped.
    with pytest.raises(ClaimLost), facet.db.transaction() as session:
        service.heartbeat(session, job_id, slow.claim)
    with pytest.raises(ClaimLost), facet.db.transaction() as session:
        service.report_progress(session, slow, slow.claim, 1, 2, "")
    with pytest.raises(ClaimLost), Execution(facet, slow, threading.Event()).finishing() as session:
        session.add(Job(kind="train", queue="train", project_id=project_id, payload={}, dedupe_key="x"))
    for end in (
        lambda session: service.give_up(session, slow, slow.claim, "late", final=True),
        lambda session: service.put_back(session, slow, slow.claim),
    ):
        with pytest.raises(ClaimLost), facet.db.transaction() as session:
            end(session)
    with facet.db.reading() as session:
        assert session.scalars(select(Job.kind)).all() == ["repredict"]
    with facet.db.transaction() as session:
        service.finish(session, quick, quick.claim)
    done = job_of(facet, job_id)
    assert (done.state, done.claim, done.error, done.attempts) == ("succeeded", None, None, 2)
    with pytest.raises(ClaimLost), facet.db.transaction() as session:
        service.finish(session, quick, quick.claim)


def test_results_and_the_end_of_a_job_are_stored_together(team: Team, facet: Installation) -> None:
    project_id = team.project()
    job_id = add_job(facet, project_id)
    job = claimed(facet, job_id)
    assert job is not None
    with pytest.raises(ZeroDivisionError), Execution(facet, job, threading.Event()).finishing() as session:
        session.add(Job(kind="train", queue="train", project_id=project_id, payload={}, dedupe_key="x"))
        session.flush()
        raise ZeroDivisionError
    assert job_of(facet, job_id).state == "running"
    with facet.db.reading() as session:
        assert len(session.scalars(select(Job)).all()) == 1


def test_lost_messages_are_sent_again_later_and_later(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    monkeypatch.setattr(facet.celery, "send_task", lambda _name, args, **_: rung.append(args[0]))
    job_id = add_job(facet, team.project())
    assert rung == [job_id]

    def reconciled(seconds: float) -> int:
        age(facet, job_id, sent_at=seconds)
        rung.clear()
        with facet.db.transaction() as session:
            service.reconcile(session, facet.settings)
        return len(rung)

    patience = facet.settings.job_resend_seconds
    assert reconciled(patience - 1) == 0
    assert reconciled(patience + 1) == 1
    assert reconciled(patience + 1) == 0
    assert reconciled(2 * patience + 1) == 1
    assert job_of(facet, job_id).sends == 3


def test_a_broker_that_is_down_loses_nothing(team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch) -> None:
    def unreachable(*_: object, **__: object) -> None:
        raise OSError("connection refused")

    project_id = team.project()
    monkeypatch.setattr(facet.celery, "send_task", unreachable)
    job_id = add_job(facet, project_id)
    assert job_of(facet, job_id).state == "queued"


def test_a_job_whose_workers_all_die_fails_and_is_tidied_up(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(1)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task_id = taken["task"]["id"]
    body = {"operations": [move_operation({3: (1, 2)})]}
    team.annotator.post(f"/tasks/{task_id}/submit", 200, json=body, headers=lease_headers(taken))
    with facet.db.reading() as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == "fitting")).one()
    for attempt in range(1, KINDS["fitting"].max_attempts + 1):
        assert claimed(facet, job_id) is not None
        age(facet, job_id, heartbeat_at=3600)
        with facet.db.transaction() as session:
            failed = service.reconcile(session, facet.settings)
            for job in failed:
                clean_up(session, job)
        assert job_of(facet, job_id).attempts == attempt
    assert [job.id for job in failed] == [job_id]
    ended = team.reviewer.get(f"/jobs/{job_id}").json()
    assert ended["state"] == "failed" and "5 attempts" in ended["error"] and ended["finished_at"]

    # The task is back with its annotator, with a word from Facet itself.
    mine = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert mine["task"]["id"] == task_id and mine["revision"]["number"] == 2
    (comment,) = mine["comments"]
    assert comment["author"] is None and "could not be drawn" in comment["body"]


def test_a_fitting_that_is_refused_returns_the_task_at_once(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers import handlers

    def refuse(_execution: Execution) -> None:
        raise JobRefused("the left eye has no area")

    monkeypatch.setitem(handlers.HANDLERS, "fitting", refuse)
    project_id = team.seeded_project(1)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    team.annotator.post(
        f"/tasks/{taken['task']['id']}/submit", 200, json={"operations": []}, headers=lease_headers(taken)
    )
    assert team.run_jobs() == 1
    job = team.reviewer.get(f"/projects/{project_id}/jobs?state=failed").json()["items"][0]
    assert (job["attempts"], job["error"]) == (1, "the left eye has no area")
    mine = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert mine["comments"][0]["body"].endswith("the left eye has no area")
    # Tried again while its annotator is at it: the task stays with them.
    team.reviewer.post(f"/jobs/{job['id']}/retry", 403)
    team.admin.post(f"/jobs/{job['id']}/retry", 202)
    draw_label_maps(facet)
    assert job_of(facet, job["id"]).state == "succeeded"
    assert team.annotator.get(f"/tasks/{taken['task']['id']}").json()["task"]["state"] == "in_progress"


def test_after_an_outage_the_map_is_drawn_and_nobody_submits_again(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from workers import handlers

    def unreachable(_execution: Execution) -> None:
        raise ConnectionError("the store is down")

    project_id = team.seeded_project(1)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    path = f"/tasks/{taken['task']['id']}"
    team.annotator.post(f"{path}/submit", 200, json={"operations": []}, headers=lease_headers(taken))
    with facet.db.reading() as session:
        job_id = session.scalars(select(Job.id).where(Job.kind == "fitting")).one()
    with monkeypatch.context() as outage:
        outage.setitem(handlers.HANDLERS, "fitting", unreachable)
        for _ in range(KINDS["fitting"].max_attempts):
            run_job(facet, job_id, threading.Event())
    assert job_of(facet, job_id).state == "failed"
    waiting = team.annotator.get(path).json()
    assert waiting["task"]["state"] == "fitting" and waiting["comments"] == []
    team.admin.post(f"/jobs/{job_id}/retry", 202)
    draw_label_maps(facet)
    assert team.annotator.get(path).json()["task"]["state"] == "in_review"


def test_a_map_drawn_for_an_older_revision_moves_nothing(team: Team, facet: Installation) -> None:
    from backend.annotations.fitting import fitting_done, fitting_failed

    project_id = team.seeded_project(1)
    task_id = team.submitted(project_id)
    back = team.annotator.post(f"/tasks/{task_id}/lease", 200).json()
    body = {"operations": [move_operation({4: (1, 2)}, base_revision=2)]}
    team.annotator.post(f"/tasks/{task_id}/submit", 200, json=body, headers=lease_headers(back))
    with facet.db.transaction() as session:
        old = session.scalars(select(LandmarkRevision.id).where(LandmarkRevision.number == 2)).one()
        fitting_done(session, task_id, old, "0" * 64, "late")
        fitting_failed(session, task_id, old, "late")
    with facet.db.reading() as session:
        assert session.get_one(Task, task_id).state == "fitting"
        assert session.scalars(select(LabelMap.fitter)).all() == ["test"]


def test_what_cannot_be_tidied_up_holds_up_no_other_job(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise LookupError("gone")

    monkeypatch.setattr(failures, "fitting_failed", broken)
    project_id = team.project()
    with facet.db.transaction() as session:
        payload = {"task_id": 1, "revision_id": 1}
        last = service.enqueue(session, "fitting", project_id, payload, "last").id
    with facet.db.transaction() as session:
        session.execute(update(Job).where(Job.id == last).values(attempts=KINDS["fitting"].max_attempts - 1))
    other = add_job(facet, project_id, "other")
    for job_id in (last, other):
        assert claimed(facet, job_id) is not None
        age(facet, job_id, heartbeat_at=3600)
    with facet.db.transaction() as session:
        for job in service.reconcile(session, facet.settings):
            clean_up(session, job)
    assert (job_of(facet, last).state, job_of(facet, other).state) == ("failed", "queued")


def test_a_long_queue_does_not_keep_a_lost_message_from_being_sent_again(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    project_id = team.project()
    waiting = {"kind": "prelabel", "queue": "prelabel", "project_id": project_id, "payload": {}, "sends": 7}
    with facet.db.transaction() as session:
        # Sent often and not long ago: none of them is due.
        since = now() - timedelta(seconds=10 * facet.settings.job_resend_seconds)
        session.add_all(Job(**waiting, dedupe_key=f"long {number}", sent_at=since) for number in range(600))
    lost = add_job(facet, project_id, "lost")
    age(facet, lost, sent_at=2 * facet.settings.job_resend_seconds)
    sent: list[int] = []
    monkeypatch.setattr(facet.celery, "send_task", lambda _name, args, **_: sent.extend(args))
    with facet.db.transaction() as session:
        service.reconcile(session, facet.settings)
    assert sent == [lost]


def test_retry_is_for_failed_jobs(team: Team, facet: Installation) -> None:
    project_id = team.project()
    job_id = add_job(facet, project_id, "same")
    assert team.admin.post(f"/jobs/{job_id}/retry", 409).json()["code"] == "job-not-retryable"
    job = claimed(facet, job_id)
    assert job is not None and job.claim is not None
    with facet.db.transaction() as session:
        assert service.give_up(session, job, job.claim, "no luck", final=True)
    second = add_job(facet, project_id, "same")
    # Asked for again since: two live jobs of one kind of work must not be.
    with pytest.raises(JobNotRetryable), facet.db.transaction() as session:
        service.retry(session, session.get_one(Job, job_id))
    job = claimed(facet, second)
    assert job is not None and job.claim is not None
    with facet.db.transaction() as session:
        service.finish(session, job, job.claim)
    retried = team.admin.post(f"/jobs/{job_id}/retry", 202).json()
    assert (retried["state"], retried["attempts"], retried["error"]) == ("queued", 0, None)


def test_a_queued_job_is_stopped_at_once(team: Team, facet: Installation) -> None:
    job_id = add_job(facet, team.project())
    team.reviewer.post(f"/jobs/{job_id}/stop", 403)
    assert team.reviewer.get(f"/jobs/{job_id}").json()["stoppable"]
    stopped = team.admin.post(f"/jobs/{job_id}/stop", 200).json()
    assert (stopped["state"], stopped["error"], stopped["stoppable"]) == ("failed", "Stopped by Ada.", False)
    assert team.run_jobs() == 0
    assert claimed(facet, job_id) is None
    assert team.admin.post(f"/jobs/{job_id}/stop", 409).json()["code"] == "job-not-stoppable"
    # Stopped is not lost: whoever wants it after all tries it again.
    team.admin.post(f"/jobs/{job_id}/retry", 202)
    assert team.run_jobs() == 1
    assert job_of(facet, job_id).state == "succeeded"


def test_a_running_job_is_stopped_at_its_next_report(
    team: Team, facet: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    job_id = add_job(facet, team.project())
    reports: list[int] = []

    def endless(execution: Execution) -> None:
        for done in range(5):
            reports.append(done)
            if done == 2:
                team.admin.post(f"/jobs/{job_id}/stop", 200)
            execution.progress(done, 5)

    from workers import handlers

    monkeypatch.setitem(handlers.HANDLERS, "repredict", endless)
    run_job(facet, job_id, threading.Event())
    job = job_of(facet, job_id)
    assert reports == [0, 1, 2]
    assert (job.state, job.claim, job.done, job.error) == ("failed", None, 1, "Stopped by Ada.")
    with facet.db.transaction() as session:
        assert service.reconcile(session, facet.settings) == []


def test_what_a_photo_waits_for_is_not_stopped(team: Team, facet: Installation) -> None:
    project_id = team.project()
    for kind in ("prelabel", "fitting", "freeze"):
        job_id = add_job(facet, project_id, kind, kind)
        assert team.admin.post(f"/jobs/{job_id}/stop", 409).json()["code"] == "job-not-stoppable"
        assert job_of(facet, job_id).state == "queued"


def test_jobs_are_listed_newest_first_in_pages(team: Team, facet: Installation) -> None:
    project_id = team.project()
    ids = [add_job(facet, project_id, f"job{number}") for number in range(5)]
    path = f"/projects/{project_id}/jobs?limit=2"
    seen, after = [], ""
    while True:
        page = team.reviewer.get(path + after).json()
        seen += [job["id"] for job in page["items"]]
        if page["next"] is None:
            break
        after = f"&after={page['next']}"
    assert seen == ids[::-1]
    assert team.reviewer.get(f"/projects/{project_id}/jobs?state=failed").json()["items"] == []
    team.reviewer.get(f"/projects/{project_id}/jobs?state=lost", 422)


def test_a_doubled_message_does_nothing(team: Team, facet: Installation) -> None:
    job_id = add_job(facet, team.project())
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: run_job(facet, job_id, threading.Event()), range(4)))
    job = job_of(facet, job_id)
    assert (job.state, job.attempts) == ("succeeded", 1)
