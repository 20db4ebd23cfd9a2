"""Random walks through the state machine: whatever people do in whatever order, the books are right."""

import random
from collections import Counter, defaultdict
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, update

from backend.annotations.tables import LabelMap, LandmarkRevision
from backend.db import now
from backend.events.tables import Event
from backend.insights.tables import DayCount
from backend.installation import Installation
from backend.photos.tables import Photo
from backend.projects.tables import Project, TaskCounter
from backend.reviews.tables import Review
from backend.tasks.service import _MOVES, WrongState, move
from backend.tasks.tables import STATES, Task
from tests.backend.team import Caller, Team, draw_label_maps, lease_headers, move_operation

STEPS = 200
TASKS = 12


class Walk:
    """People who do something at random, knowing only what the API told them, some of it long stale."""

    def __init__(
        self, team: Team, project_id: int, people: list[Caller], seed: int, second_labels: float = 0.0
    ) -> None:
        self.team = team
        self.project_id = project_id
        self.people = people
        self.random = random.Random(seed)
        # How often a step asks for a second label; from dice of its own, so that a seed stays the walk that it was.
        self.second_labels, self.dice = second_labels, random.Random(seed)
        self.held: list[tuple[Caller, dict[str, Any]]] = []
        self.answers: Counter[int] = Counter()
        self.actions = [
            (6, self.take),
            (3, self.take_by_id),
            (5, self.save),
            (8, self.submit),
            (2, self.skip),
            (2, self.give_back),
            (1, self.break_lease),
            (6, self.take_review),
            (8, self.judge),
            (6, self.fit),
            (2, self.expire),
        ]

    def step(self) -> None:
        weights, actions = zip(*self.actions, strict=True)
        chosen = self.random.choices(actions, weights)[0]
        answer = self.ask_second_label() if self.dice.random() < self.second_labels else chosen()
        if answer is not None:
            self.answers[answer.status_code] += 1
            assert answer.status_code < 500, answer.text

    def remember(self, caller: Caller, answer: Any) -> Any:
        if answer.status_code == 200:
            self.held.append((caller, answer.json()))
        return answer

    def write(self, method: str, path: str, body: Any) -> Any:
        """A write under any lease ever taken: many are void by now."""
        if not self.held:
            return None
        caller, taken = self.random.choice(self.held[-6:])
        return caller.request(method, f"/tasks/{taken['task']['id']}/{path}", json=body, headers=lease_headers(taken))

    def operations(self) -> dict[str, Any]:
        count = self.random.choice((0, 1, 2))
        return {"operations": [move_operation({self.random.randrange(106): (3.0, 4.0)}) for _ in range(count)]}

    def anybody(self) -> Caller:
        return self.random.choice(self.people)

    def take(self) -> Any:
        caller = self.anybody()
        return self.remember(caller, caller.post(f"/projects/{self.project_id}/tasks/next"))

    def take_by_id(self) -> Any:
        caller = self.anybody()
        return self.remember(caller, caller.post(f"/tasks/{self.random.randint(1, TASKS)}/lease"))

    def take_review(self) -> Any:
        caller = self.random.choice(self.people[1:3])
        return self.remember(caller, caller.post(f"/projects/{self.project_id}/reviews/next"))

    def save(self) -> Any:
        return self.write("POST", "revisions", self.operations())

    def submit(self) -> Any:
        return self.write("POST", "submit", self.operations())

    def skip(self) -> Any:
        return self.write("POST", "skip", {"reason": "dark"})

    def give_back(self) -> Any:
        return self.write("DELETE", "lease", None)

    def break_lease(self) -> Any:
        return self.team.admin.delete(f"/tasks/{self.random.randint(1, TASKS)}/lease")

    def judge(self) -> Any:
        verdict = self.random.choice(("approved", "rejected"))
        comments = [{"body": "look again"}] if verdict == "rejected" else []
        prefer = any(taken.get("other") for _, taken in self.held[-6:]) and self.dice.random() < 0.5
        return self.write("POST", "reviews", {"verdict": verdict, "comments": comments, "prefer_other": prefer})

    def ask_second_label(self) -> Any:
        return self.write("POST", "second-label", None)

    def fit(self) -> None:
        draw_label_maps(self.team.facet)

    def expire(self) -> None:
        with self.team.facet.db.transaction() as session:
            past = now() - timedelta(seconds=1)
            gone = update(Task).where(Task.id == self.random.randint(1, TASKS))
            session.execute(gone.values(lease_expires_at=past, reserved_until=past))


def a_project_of_four(team: Team) -> tuple[int, list[Caller]]:
    project_id = team.seeded_project(TASKS, review_share=0.8)
    with team.facet.db.transaction() as session:
        # Who is looked at is drawn at random; a walk must be the same every time.
        session.get_one(Project, project_id).review_seed = "review"
    people = [team.annotator, team.reviewer, team.admin, team.join("annotator", "Otto")]
    team.add(project_id, people[3])
    return project_id, people


def audit(facet: Installation, project_id: int) -> None:
    """Recounts by SQL what the services counted on the way."""
    with facet.db.reading() as session:
        in_force = select(Task.state, func.count()).where(Task.kept_beside.is_(None)).group_by(Task.state)
        recount = dict(session.execute(in_force).all())
        assert sum(recount.values()) == session.scalar(select(func.count()).select_from(Photo))
        resting = session.scalars(select(Task).where(Task.kept_beside.is_not(None))).all()
        assert all(task.state == "in_review" and task.lease_user_id is None for task in resting)
        counters = {row.state: row.count for row in session.scalars(select(TaskCounter))}
        assert counters == {state: recount.get(state, 0) for state in STATES}

        # The event log alone tells every task's state, by legal moves.
        told: dict[int, str] = defaultdict(lambda: "pending")
        submissions: Counter[int | None] = Counter()
        submitted: set[int] = set()
        for event in session.scalars(select(Event).where(Event.subject_type == "task").order_by(Event.id)):
            assert event.subject_id is not None
            if "state" in event.data:
                assert (told[event.subject_id], event.data["state"]) in _MOVES
                told[event.subject_id] = event.data["state"]
            if event.kind == "task.submitted" and event.subject_id not in submitted:
                # A label is counted once, however often it comes back.
                submitted.add(event.subject_id)
                submissions[event.actor_id] += 1
        tasks = session.scalars(select(Task)).all()
        assert dict(told) == {task.id: task.state for task in tasks}

        work = session.execute(select(DayCount.user_id, func.sum(DayCount.submitted)).group_by(DayCount.user_id)).all()
        assert {user: count for user, count in work if count} == {user: n for user, n in submissions.items() if n}
        assert sum(session.scalars(select(DayCount.approved))) == recount.get("approved", 0)

        for task in tasks:
            numbers = session.scalars(
                select(LandmarkRevision.number).where(LandmarkRevision.task_id == task.id).order_by("number")
            ).all()
            assert numbers == list(range(1, task.head_number + 1))
            verdicts = session.scalars(select(Review).where(Review.task_id == task.id)).all()
            assert sum(review.verdict == "approved" for review in verdicts) == (task.state == "approved")
            held = task.lease_user_id is not None
            assert held if task.state == "in_progress" else (not held or task.state == "in_review")
            if task.state in ("in_review", "approved"):
                head = select(LabelMap).join(LandmarkRevision, LandmarkRevision.id == LabelMap.revision_id)
                head = head.where(LandmarkRevision.task_id == task.id, LandmarkRevision.number == task.head_number)
                assert len(session.scalars(head).all()) == 1
                assert task.annotator_id is not None and task.submitted_at is not None


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
@pytest.mark.parametrize("seed", range(4))
def test_random_walks_keep_the_books(team: Team, facet: Installation, seed: int) -> None:
    walk = Walk(team, *a_project_of_four(team), seed)
    for number in range(STEPS):
        walk.step()
        if number % 20 == 0:
            audit(facet, walk.project_id)
    audit(facet, walk.project_id)
    # The walk went somewhere: both what is allowed and what is refused was met.
    assert walk.answers[200] > 25 and walk.answers[409] > 5, walk.answers
    with facet.db.reading() as session:
        kinds = set(session.scalars(select(Event.kind)))
    assert {"task.leased", "task.submitted", "task.in_review", "task.approved", "task.rejected"} <= kinds


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_second_labels_keep_the_books_too(team: Team, facet: Installation) -> None:
    walk = Walk(team, *a_project_of_four(team), seed=2, second_labels=0.15)
    for number in range(STEPS):
        walk.step()
        if number % 20 == 0:
            audit(facet, walk.project_id)
    audit(facet, walk.project_id)
    with facet.db.reading() as session:
        assert session.scalar(select(func.count()).where(Task.kept_beside.is_not(None)))


def test_many_at_once_keep_the_books_too(team: Team, facet: Installation) -> None:
    """Walks side by side, while an admin freezes, trains and changes members: no crash, no deadlock, no lost count."""
    project_id, people = a_project_of_four(team)

    def walk(seed: int) -> Counter[int]:
        one = Walk(team, project_id, people, seed)
        # Sessions of their own: a person with many tabs.
        one.people = [Caller(team.app, person.email, person.user_id) for person in people]
        for _ in range(40):
            one.step()
        return one.answers

    def govern(_: int) -> Counter[int]:
        admin = Caller(team.app, team.admin.email, team.admin.user_id)
        answers: Counter[int] = Counter()
        for number in range(8):
            for answer in (
                admin.post(f"/projects/{project_id}/snapshots", json={}),
                admin.post(f"/projects/{project_id}/training"),
                admin.patch(f"/projects/{project_id}", json={"description": f"round {number}"}),
                admin.patch(f"/users/{people[3].user_id}", json={"role": ("annotator", "reviewer")[number % 2]}),
            ):
                answers[answer.status_code] += 1
                assert answer.status_code < 500, answer.text
        return answers

    with ThreadPoolExecutor(7) as pool:
        walks = [pool.submit(walk, seed) for seed in range(6)]
        governing = pool.submit(govern, 0)
        total = sum((each.result(timeout=120) for each in [*walks, governing]), Counter())
    audit(facet, project_id)
    assert total[200] > 50, total


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_no_other_moves_exist(team: Team, facet: Installation) -> None:
    team.seeded_project(1)
    for old in STATES:
        for new in STATES:
            with facet.db.transaction() as session:
                session.execute(update(Task).values(state=old))
            if (old, new) not in _MOVES:
                with pytest.raises(WrongState), facet.db.transaction() as session:
                    move(session, session.scalars(select(Task)).one(), new, "task.moved", None)
    assert all(old != "approved" for old, _ in _MOVES)


def test_a_resubmission_adds_only_what_was_done_since(team: Team) -> None:
    project_id = team.seeded_project(1)
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task_id = taken["task"]["id"]
    first = [move_operation({i: (10.0 + i, 20.0)}, at=f"2026-11-01T10:00:{10 * i:02d}+00:00") for i in range(4)]
    team.annotator.post(f"/tasks/{task_id}/submit", 200, json={"operations": first}, headers=lease_headers(taken))
    draw_label_maps(team.facet)
    team.judged(project_id, "rejected")
    again = team.annotator.post(f"/tasks/{task_id}/lease", 200).json()
    second = [
        move_operation({9: (50.0, 50.0 + i)}, base_revision=2, at=f"2026-11-01T11:00:0{i}+00:00") for i in range(3)
    ]
    team.annotator.post(f"/tasks/{task_id}/submit", 200, json={"operations": second}, headers=lease_headers(again))
    insights = team.annotator.get(f"/projects/{project_id}/insights").json()
    pace = {"submitted": 1, "approved": 0, "active_seconds_mean": 32.0}
    assert insights["mine"] == {**pace, "begun": 0, "sent_back": 0, "first_sent_back": None, "skipped": 0}
    assert insights["corrected_points_mean"] == 5.0


def test_a_look_that_changes_nothing_counts_as_work_and_ones_pace_is_ones_own(team: Team) -> None:
    project_id = team.seeded_project(2)
    looks = {team.annotator: ("10:00:00", "10:00:24"), team.reviewer: ("11:00:00", "11:00:40")}
    for caller, (began, ended) in looks.items():
        taken = caller.post(f"/projects/{project_id}/tasks/next", 200).json()
        times = {"began_at": f"2026-11-01T{began}+00:00", "ended_at": f"2026-11-01T{ended}+00:00"}
        body = {"operations": [], **times}
        for _ in range(2):
            caller.post(f"/tasks/{taken['task']['id']}/submit", 200, json=body, headers=lease_headers(taken))
    mine, theirs = (caller.get(f"/projects/{project_id}/insights").json() for caller in looks)
    assert (mine["mine"]["active_seconds_mean"], mine["active_seconds_mean"]) == (24.0, None)
    assert (theirs["mine"]["active_seconds_mean"], theirs["active_seconds_mean"]) == (40.0, 32.0)
