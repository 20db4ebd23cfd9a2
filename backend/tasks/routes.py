from typing import Annotated, Any

from fastapi import APIRouter, Header, Query, Response

from backend.accounts.access import Annotator, Reading, Writing
from backend.annotations.routes import LeaseToken
from backend.annotations.schemas import Assignment, LeaseView, SkipBody
from backend.annotations.views import TaskPending, assignment, lease_view
from backend.problems import problem_responses
from backend.projects.service import visible_project
from backend.tasks import leases, service
from backend.tasks.leases import LeaseLost

router = APIRouter(tags=["tasks"])

_NOTHING: dict[int | str, dict[str, Any]] = {204: {"description": "Nothing to do at present."}}


@router.post("/projects/{project_id}/tasks/next", response_model=Assignment, responses=_NOTHING)
def lease_next(project_id: int, caller: Annotator, session: Writing) -> Assignment | Response:
    """Leases the task that this person should do now, and sends all that the editor needs to open it."""
    taken = service.lease_next(session, caller, visible_project(session, caller, project_id))
    return Response(status_code=204) if taken is None else assignment(session, taken[0], caller, taken[1])


@router.get("/projects/{project_id}/tasks/next", response_model=Assignment, responses=_NOTHING)
def look_ahead(
    project_id: int,
    caller: Annotator,
    session: Reading,
    besides: Annotated[int | None, Query(ge=1, description="The task in hand, which is not to be shown.")] = None,
) -> Assignment | Response:
    """Shows the task that this person will probably get next, so that it can be fetched ahead; nobody holds it yet."""
    task = service.look_ahead(session, caller, visible_project(session, caller, project_id), besides)
    return Response(status_code=204) if task is None else assignment(session, task, caller, None)


@router.get("/tasks/{task_id}", responses=problem_responses(TaskPending))
def read_task(task_id: int, caller: Annotator, session: Reading) -> Assignment:
    """The task to look at, without a lease."""
    return assignment(session, service.visible_task(session, caller, task_id), caller, None)


@router.post("/tasks/{task_id}/lease", responses=problem_responses(service.TaskLeased))
def lease_task(task_id: int, caller: Annotator, session: Writing) -> Assignment:
    task = service.visible_task(session, caller, task_id, lock=True)
    lease = service.lease_task(session, caller, task)
    return assignment(session, task, caller, lease)


@router.post("/tasks/{task_id}/lease/renew", responses=problem_responses(LeaseLost))
def renew_lease(task_id: int, caller: Annotator, session: Writing, token: LeaseToken) -> LeaseView:
    task = service.visible_task(session, caller, task_id, lock=True)
    project = service.check_lease(session, task, caller, token, task.state)
    return lease_view(leases.renew(task, token, project.lease_seconds))


@router.delete("/tasks/{task_id}/lease", status_code=204, responses=problem_responses(LeaseLost))
def give_back(
    task_id: int,
    caller: Annotator,
    session: Writing,
    token: Annotated[str | None, Header(alias="X-Lease-Token", max_length=100)] = None,
) -> None:
    """Ends the lease; the draft stays. An admin may end anybody's without the token."""
    service.give_back(session, service.visible_task(session, caller, task_id, lock=True), caller, token)


@router.post("/tasks/{task_id}/skip", status_code=204, responses=problem_responses(LeaseLost))
def skip(task_id: int, body: SkipBody, caller: Annotator, session: Writing, token: LeaseToken) -> None:
    """Leaves the task to others."""
    task = service.visible_task(session, caller, task_id, lock=True)
    service.skip(session, task, caller, token, body.reason)
