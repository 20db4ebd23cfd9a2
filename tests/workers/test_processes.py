"""Jobs never lie: processes are killed, messages lost and doubled, and each job still ends once, with the right result.

The tests of this module share one installation and run in their order, in one process (with xdist: --dist loadfile); each
leaves a living worker to the next.
"""

import signal
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import numpy as np
import pytest
from sqlalchemy import func, select, update

from backend.accounts.tables import User
from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.events.tables import Event
from backend.jobs.broker import RUN_JOB
from backend.jobs.kinds import KINDS
from backend.jobs.service import enqueue
from backend.jobs.tables import Job
from backend.modelzoo.tables import ModelVersion, Promotion
from backend.photos.tables import Import, ImportItem, Photo
from backend.reviews.tables import Comment
from backend.snapshots.tables import SnapshotItem
from backend.tasks.tables import Task
from ml.landmarks.predict import Landmarker
from ml.landmarks.train import train
from ml.synthetic import render_face
from tests.backend.team import lease_headers, move_operation, photo_bytes
from tests.workers.faces import approve_label, import_faces, new_project, share_out, zip_of_photos
from tests.workers.processes import Running, Stage, free_port, wait_until
from workers.handlers.train import plan_training

pytestmark = pytest.mark.slow

# uvicorn ends in order and then sends itself the signal again, for its parent to see.
ENDED_BY_SIGTERM = (0, -signal.SIGTERM)


class Cast:
    """Who is on stage: the API and its admin, the clock, and the one worker of the moment."""

    def __init__(self, stage: Stage) -> None:
        self.stage = stage
        self.api, self.address = stage.start_api()
        self.clock = stage.start("beat")
        self.worker: Running | None = None
        with stage.facet.db.reading() as session:
            self.admin_id = session.scalars(select(User.id)).one()
        self.admin = stage.client(self.address, self.admin_id)

    def new_worker(self) -> Running:
        assert self.worker is None or not self.worker.alive
        self.worker = self.stage.start("worker", "--concurrency=2")
        return self.worker

    def jobs(self, project_id: int, kind: str) -> list[Job]:
        with self.stage.facet.db.reading() as session:
            return list(
                session.scalars(select(Job).where(Job.project_id == project_id, Job.kind == kind).order_by(Job.id))
            )

    def task_state(self, task_id: int) -> str:
        with self.stage.facet.db.reading() as session:
            return session.get_one(Task, task_id).state

    def import_over_api(self, client: httpx.Client, project_id: int, photos: dict[str, bytes]) -> None:
        started = client.post(f"/projects/{project_id}/imports", json={"expected": len(photos)})
        files = [("files", (name, data, "image/jpeg")) for name, data in photos.items()]
        answer = client.post(f"/projects/{project_id}/imports/{started.json()['id']}/files", files=files)
        assert answer.status_code == 200, answer.text
        assert [item["outcome"] for item in answer.json()["items"]] == ["imported"] * len(photos)

    def submitted(self, project_id: int) -> tuple[int, int]:
        """The admin takes the next task and submits it. Returns the task and its fitting job."""
        taken = self.admin.post(f"/projects/{project_id}/tasks/next").json()
        operations = [move_operation({84: (60.0, 90.0)}, taken["revision"]["number"])]
        task_id: int = taken["task"]["id"]
        answer = self.admin.post(
            f"/tasks/{task_id}/submit", json={"operations": operations}, headers=lease_headers(taken)
        )
        assert answer.status_code == 200, answer.text
        assert answer.json()["state"] == "fitting"
        return task_id, self.jobs(project_id, "fitting")[-1].id


@pytest.fixture(scope="module")
def on(stage: Stage) -> Iterator[Cast]:
    cast = Cast(stage)
    yield cast
    cast.admin.close()


def test_a_job_runs_though_its_message_is_lost(on: Cast) -> None:
    project_id = new_project(on.stage.facet, "Lost messages")
    on.import_over_api(on.admin, project_id, {f"{i}.jpg": photo_bytes(i) for i in range(3)})
    (job,) = on.jobs(project_id, "prelabel")
    assert on.stage.forget_messages() > 0
    on.new_worker()
    assert on.stage.ended(job.id).attempts == 1
    with on.stage.facet.db.reading() as session:
        states = session.scalars(select(Task.state).where(Task.project_id == project_id)).all()
    assert states == ["ready"] * 3


def test_a_job_runs_once_however_often_its_message_comes(on: Cast) -> None:
    project_id = new_project(on.stage.facet, "Doubled messages")
    on.import_over_api(on.admin, project_id, {f"{i}.jpg": photo_bytes(10 + i, 256) for i in range(8)})
    (job,) = on.jobs(project_id, "prelabel")
    for _ in range(3):
        on.stage.facet.celery.send_task(RUN_JOB, args=[job.id], queue=job.queue)
    assert on.stage.ended(job.id).attempts == 1
    # Once more, after its end.
    on.stage.facet.celery.send_task(RUN_JOB, args=[job.id], queue=job.queue)
    assert on.worker is not None
    log = on.worker
    wait_until("the late message is answered", lambda: f"job_id={job.id}" in log.text().split("job.nothing_to_do")[-1])
    assert on.stage.told(job.id) == {"job.started": 1, "job.succeeded": 1}
    with on.stage.facet.db.reading() as session:
        statement = select(func.count()).select_from(LandmarkRevision).join(Task).where(Task.project_id == project_id)
        assert session.scalar(statement) == 8


def test_requests_succeed_while_the_broker_is_down(on: Cast) -> None:
    api, address = on.stage.start_api(free_port(), FACET_BROKER_URL=f"redis://127.0.0.1:{free_port()}/0")
    project_id = new_project(on.stage.facet, "Broker down")
    with on.stage.client(address, on.admin_id) as client:
        begun = time.monotonic()
        on.import_over_api(client, project_id, {"a.jpg": photo_bytes(30)})
        assert time.monotonic() - begun < 5
    assert "doorbell.broker_unreachable" in api.text()
    assert api.stop() in ENDED_BY_SIGTERM
    (job,) = on.jobs(project_id, "prelabel")
    assert on.stage.ended(job.id).attempts == 1


def test_a_submission_outlives_its_api(on: Cast) -> None:
    project_id = new_project(on.stage.facet, "API restarts", review_share=1.0)
    on.import_over_api(on.admin, project_id, {"a.jpg": photo_bytes(40, 256)})
    on.stage.ended(on.jobs(project_id, "prelabel")[0].id)
    assert on.worker is not None
    with on.stage.frozen(on.worker):
        task_id, job_id = on.submitted(project_id)
        on.api.kill()
        assert on.task_state(task_id) == "fitting"
        assert on.stage.job(job_id).state == "queued"
    on.stage.ended(job_id)
    on.api, _ = on.stage.start_api()
    task = on.admin.get(f"/tasks/{task_id}").json()
    assert "in_review" in (task.get("state"), task.get("task", {}).get("state"))
    assert on.admin.get(f"/tasks/{task_id}/label-map").headers["content-type"] == "image/png"


def test_a_worker_that_froze_and_woke_up_stores_nothing(on: Cast) -> None:
    """Thought dead, its job given to another: what it computes after that is dropped."""
    project_id = new_project(on.stage.facet, "Frozen")
    started = on.admin.post(f"/projects/{project_id}/imports", json={}).json()
    assert on.worker is not None
    archive = {"archive": ("photos.zip", zip_of_photos(64), "application/zip")}
    job_id = on.admin.post(f"/projects/{project_id}/imports/{started['id']}/archive", files=archive).json()["job"]["id"]
    wait_until("some photos are unpacked", lambda: on.stage.job(job_id).done >= 8, pause=0.005)
    with on.stage.frozen(on.worker):
        assert on.stage.job(job_id).state == "running"
        taker = on.stage.start("worker", "--concurrency=2")
        ended = on.stage.ended(job_id)
        assert ended.attempts == 2
    _check_unpacked(on, project_id, job_id, 64)
    assert on.stage.told(job_id)["job.succeeded"] == 1
    sleeper, on.worker = on.worker, taker
    wait_until("the sleeper notices", lambda: "job.claim_lost" in sleeper.text())
    assert sleeper.stop() == 0


def test_unpacking_goes_on_where_a_killed_worker_stopped(on: Cast) -> None:
    project_id = new_project(on.stage.facet, "Killed unpacking")
    started = on.admin.post(f"/projects/{project_id}/imports", json={}).json()
    archive = {"archive": ("photos.zip", zip_of_photos(96), "application/zip")}
    view = on.admin.post(f"/projects/{project_id}/imports/{started['id']}/archive", files=archive).json()
    job_id = view["job"]["id"]
    wait_until("some photos are unpacked", lambda: on.stage.job(job_id).done >= 16, pause=0.005)
    assert on.worker is not None
    on.worker.kill()
    dead = on.stage.job(job_id)
    assert dead.state == "running"
    assert 16 <= dead.done < 96
    on.new_worker()
    assert on.stage.ended(job_id).attempts == 2
    _check_unpacked(on, project_id, job_id, 96)
    with on.stage.facet.db.reading() as session:
        done = [
            event.data["done"]
            for event in session.scalars(
                select(Event).where(Event.kind == "job.progress", Event.subject_id == job_id).order_by(Event.id)
            )
        ]
    # Each batch was stored once, in order, by whichever of the two.
    assert done == list(range(8, 97, 8))
    assert on.stage.told(job_id)["job.started"] == 2


def _check_unpacked(on: Cast, project_id: int, job_id: int, photos: int) -> None:
    with on.stage.facet.db.reading() as session:
        row = session.scalars(select(Import).where(Import.job_id == job_id)).one()
        assert (row.state, row.imported, row.duplicates, row.refused) == ("done", photos, 0, 0)
        names = session.scalars(select(Photo.name).where(Photo.project_id == project_id)).all()
        assert sorted(names) == [f"photos/{number:04d}.jpg" for number in range(photos)]
        items = session.scalars(select(ImportItem.name).where(ImportItem.import_id == row.id)).all()
        assert sorted(items) == sorted(names)

    def all_ready() -> bool:
        with on.stage.facet.db.reading() as session:
            ready = select(func.count()).where(Task.project_id == project_id, Task.state == "ready")
            return session.scalar(ready) == photos

    wait_until("all photos are prelabelled", all_ready)


def test_a_training_survives_three_kills_and_a_stop(on: Cast, tmp_path: Path) -> None:
    """The clock starts it; three workers are killed, the fourth one stopped, the fifth one ends it: one version, and
    the figures of a training that nobody disturbed."""
    facet = on.stage.facet
    project_id = new_project(facet, "Training", retrain_every=10, holdout_share=0.5, train_width=16, train_epochs=60)
    faces = [render_face(seed, 128) for seed in range(12)]
    tasks = import_faces(facet, project_id, faces)
    share_out(facet, project_id)
    for task_id, face in list(zip(tasks, faces, strict=True))[:10]:
        approve_label(facet, task_id, face)

    (job,) = wait_until("the clock starts a training", lambda: on.jobs(project_id, "train"))
    folder = on.stage.settings.data_dir / "training"
    saved_at = 0
    worker = on.worker
    assert worker is not None
    for started in (1, 2, 3):
        wait_until(f"worker {started} takes it", lambda n=started: on.stage.told(job.id)["job.started"] == n)
        # What is killed has come further than the one before: its work would be lost without the state on disk.
        saved_at = wait_until("a newer state is saved", lambda before=saved_at: on.stage.training_saved_at(before))
        first_report = wait_until("it reports", lambda: on.stage.progress_since_start(job.id))
        # It went on from the state on disk; a training from the start would report its first step.
        assert (first_report[0] > 1) == (started > 1)
        killed = on.stage.job(job.id)
        worker.kill()
        assert (killed.state, killed.attempts) == ("running", started)
        assert killed.done < killed.total
        worker = on.new_worker()

    wait_until("the fourth worker takes it", lambda: on.stage.told(job.id)["job.started"] == 4)
    wait_until("it reports", lambda: on.stage.progress_since_start(job.id))
    assert worker.stop() == 0
    back = on.stage.job(job.id)
    assert (back.state, back.attempts, back.claim) == ("queued", 3, None)
    assert "job.put_back" in worker.text()

    on.new_worker()
    ended = on.stage.ended(job.id, seconds=180)
    assert (ended.attempts, ended.done) == (4, ended.total)
    assert on.stage.told(job.id)["job.succeeded"] == 1
    assert on.stage.told(job.id)["job.started"] == 5
    with facet.db.reading() as session:
        model = session.scalars(select(ModelVersion).where(ModelVersion.project_id == project_id)).one()
        assert model.state == "ready"
        assert model.checkpoint_sha256 is not None
        plan = plan_training(facet, session, model)
        landmarker = Landmarker.load(facet.blobs.get(model.checkpoint_sha256))
        promotions = session.scalars(select(Promotion).where(Promotion.project_id == project_id)).all()
        assert len(promotions) == (model.decision == "promoted")
        learned = select(func.count()).where(SnapshotItem.snapshot_id == model.snapshot_id)
        assert session.scalar(learned) == 10
    (proposal,) = landmarker.predict([faces[0].image])
    assert np.isfinite(proposal.points).all()
    wait_until("its folder is removed", lambda: not list(folder.iterdir()))
    undisturbed = train(
        replace(plan.config, threads=int(on.stage.environment["FACET_TORCH_THREADS"])),
        plan.train_set,
        plan.held_out,
        init=plan.init,
        work_dir=tmp_path,
        progress=lambda *_: None,
    )
    assert model.metrics is not None
    assert model.metrics["nme_rect"] == pytest.approx(undisturbed.metrics["nme_rect"], rel=1e-3)
    assert model.metrics["per_part"] == pytest.approx(undisturbed.metrics["per_part"], rel=1e-2)


def test_a_job_whose_worker_always_dies_fails_and_frees_its_task(on: Cast) -> None:
    facet = on.stage.facet
    project_id = new_project(facet, "Deadly")
    on.import_over_api(on.admin, project_id, {"a.jpg": photo_bytes(50, 1024)})
    on.stage.ended(on.jobs(project_id, "prelabel")[0].id)
    assert on.worker is not None
    with on.stage.frozen(on.worker):
        task_id, job_id = on.submitted(project_id)
        on.worker.kill()
    # All but its last two attempts are behind it.
    with facet.db.transaction() as session:
        session.execute(update(Job).where(Job.id == job_id).values(attempts=KINDS["fitting"].max_attempts - 2))
    for attempt in (KINDS["fitting"].max_attempts - 1, KINDS["fitting"].max_attempts):
        worker = on.new_worker()
        running = wait_until(
            f"attempt {attempt} runs",
            lambda attempt=attempt: (j := on.stage.job(job_id)).state == "running" and j.attempts == attempt,
            pause=0.002,
        )
        worker.kill()
        assert running
        assert on.task_state(task_id) == "fitting"
    on.new_worker()
    failed = on.stage.ended(job_id, "failed")
    assert failed.attempts == KINDS["fitting"].max_attempts
    assert failed.error is not None
    with facet.db.reading() as session:
        task = session.get_one(Task, task_id)
        assert (task.state, task.reserved_for) == ("ready", on.admin_id)
        (comment,) = session.scalars(select(Comment).where(Comment.task_id == task_id))
        assert "could not be drawn" in comment.body
        assert session.scalar(select(LabelMap.id).where(LabelMap.task_id == task_id)) is None
    assert on.stage.told(job_id)["job.failed"] == 1
    assert on.stage.told(job_id)["job.succeeded"] == 0
    # The annotator gets it back, and a second submission goes through.
    again_task, again_job = on.submitted(project_id)
    assert again_task == task_id
    on.stage.ended(again_job)


def test_the_event_log_tells_of_every_job_once(on: Cast) -> None:
    wait_until("nothing is left to do", lambda: not _live(on))
    with on.stage.facet.db.reading() as session:
        jobs = list(session.scalars(select(Job)))
    assert {job.kind for job in jobs} >= {"prelabel", "unpack", "fitting", "train", "freeze"}
    for job in jobs:
        told = on.stage.told(job.id)
        assert told["job.succeeded"] == (job.state == "succeeded"), (job.kind, told)
        assert told["job.failed"] == (job.state == "failed"), (job.kind, told)
        assert job.claim is None
        assert job.finished_at is not None
    with on.stage.facet.db.reading() as session:
        ids = list(session.scalars(select(Event.id).order_by(Event.id)))
    assert len(ids) == len(set(ids))


def _live(on: Cast) -> list[int]:
    with on.stage.facet.db.reading() as session:
        return list(session.scalars(select(Job.id).where(Job.state.in_(("queued", "running")))))


def test_all_processes_end_when_they_are_asked_to(on: Cast) -> None:
    assert on.worker is not None
    for process in (on.clock, on.worker, on.api):
        assert process.stop() in ENDED_BY_SIGTERM, process.text()
    for process in on.stage.processes:
        assert not process.alive
        assert "Traceback" not in process.text(), process.text()


def test_enqueue_needs_no_process_at_all(on: Cast) -> None:
    """After the last process is gone, asking for work still is a row, to be found by whoever starts next."""
    with on.stage.facet.db.transaction() as session:
        project_id = session.scalars(select(Task.project_id)).first()
        assert project_id is not None
        job_id = enqueue(session, "prelabel", project_id, {"task_ids": []}, "prelabel:none").id
    on.new_worker()
    on.clock = on.stage.start("beat")
    on.stage.ended(job_id)
