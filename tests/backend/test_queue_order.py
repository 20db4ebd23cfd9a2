"""The order of the queue: a project's choice, which counts from the next photo on, on both databases."""

import pytest
from sqlalchemy import select, text, update

from backend.annotations.service import propose
from backend.installation import Installation
from backend.tasks.tables import Task
from tests.backend.team import Team, lease_headers


def _score(facet: Installation, project_id: int, doubts: list[float]) -> list[int]:
    """Gives the project's tasks, in the order of import, their doubts with a new proposal each."""
    with facet.db.transaction() as session:
        tasks = list(session.scalars(select(Task).where(Task.project_id == project_id).order_by(Task.id)))
        points = [[64.0, 64.0]] * 106
        for task, doubt in zip(tasks, doubts, strict=True):
            shipped = "a" * 64
            propose(
                session,
                task,
                points,  # type: ignore[arg-type]  # as the column takes it
                confidence=None,
                model_version_id=None,
                shipped_sha256=shipped,
                doubt=doubt,
            )
        return [task.id for task in tasks]


def _next(team: Team, project_id: int) -> int:
    """Takes the queue's first and leaves it to others, so that the next call gives the second."""
    given = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    task_id: int = given["task"]["id"]
    team.annotator.post(f"/tasks/{task_id}/skip", 204, headers=lease_headers(given), json={"reason": "next"})
    return task_id


@pytest.mark.parametrize(("order", "places"), [("import", [0, 1, 2, 3]), ("least_doubtful", [3, 0, 1, 2])])
def test_the_queue_follows_the_projects_order(team: Team, facet: Installation, order: str, places: list[int]) -> None:
    project_id = team.seeded_project(4)
    # The first two stand alike: they come as they were imported.
    tasks = _score(facet, project_id, [0.5, 0.5, 0.9, 0.1])
    assert team.admin.patch(f"/projects/{project_id}", 200, json={"queue_order": order}).json()["queue_order"] == order
    assert [_next(team, project_id) for _ in tasks] == [tasks[place] for place in places]


def test_a_change_counts_at_once_and_leaves_opened_photos_alone(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(3)
    tasks = _score(facet, project_id, [0.5, 0.9, 0.1])
    begun = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    assert begun["task"]["id"] == tasks[0]
    team.admin.patch(f"/projects/{project_id}", 200, json={"queue_order": "least_doubtful"})
    assert team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()["task"]["id"] == tasks[0]
    other = team.join("annotator", "Otto")
    team.add(project_id, other)
    assert other.post(f"/projects/{project_id}/tasks/next", 200).json()["task"]["id"] == tasks[2]


def test_an_unknown_order_is_refused(team: Team) -> None:
    project_id = team.seeded_project(1)
    assert team.admin.get(f"/projects/{project_id}").json()["queue_order"] == "import"
    team.admin.patch(f"/projects/{project_id}", 422, json={"queue_order": "random"})


def test_the_order_reads_its_index(team: Team, facet: Installation) -> None:
    project_id = team.seeded_project(2)
    queue = select(Task.id).where(Task.project_id == project_id, text("state IN ('ready', 'in_progress')"))
    with facet.db.transaction() as session:
        session.execute(update(Task).where(Task.project_id == project_id).values(doubt=0.5))
        query = queue.order_by(text("doubt, priority, id")).limit(1)
        asked = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
        if session.get_bind().dialect.name == "postgresql":
            # Two rows are read sooner without an index: asked is whether the index can give the order.
            session.execute(text("SET LOCAL enable_seqscan = off"))
            session.execute(text("SET LOCAL enable_sort = off"))
            plan = session.execute(text(f"EXPLAIN {asked}"))
        else:
            plan = session.execute(text(f"EXPLAIN QUERY PLAN {asked}"))
        said = " ".join(str(row) for row in plan)
    assert "ix_tasks_queue_least_doubtful" in said
    assert "TEMP B-TREE" not in said and "Sort" not in said
