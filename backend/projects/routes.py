from fastapi import APIRouter
from sqlalchemy.orm import Session

from backend.accounts.access import Admin, Annotator, Reading, Reviewer, Writing
from backend.modelzoo.tables import ModelVersion
from backend.paging import Listing
from backend.problems import problem_responses
from backend.projects import service
from backend.projects.counters import task_counts
from backend.projects.schemas import ActiveModel, MemberView, NewProject, ProjectChange, ProjectView, TaskCounts
from backend.projects.tables import Project

router = APIRouter(tags=["projects"])


def _views(session: Session, projects: list[Project]) -> list[ProjectView]:
    counts = task_counts(session, [project.id for project in projects])
    views = []
    for project in projects:
        model = session.get(ModelVersion, project.active_model_id) if project.active_model_id else None
        by_state = counts[project.id]
        views.append(
            ProjectView(
                id=project.id,
                name=project.name,
                description=project.description,
                lease_seconds=project.lease_seconds,
                review_share=project.review_share,
                retrain_every=project.retrain_every,
                holdout_share=project.holdout_share,
                train_width=project.train_width,
                train_epochs=project.train_epochs,
                queue_order=project.queue_order,
                photos=sum(by_state.values()),
                counts=TaskCounts(**by_state),
                labels_since_training=service.labels_since_training(project, by_state["approved"]),
                active_model=ActiveModel(id=model.id, number=model.number) if model else None,
                created_at=project.created_at,
            )
        )
    return views


@router.get("/projects")
def list_projects(caller: Annotator, session: Reading) -> Listing[ProjectView]:
    return Listing(items=_views(session, service.visible_projects(session, caller)))


@router.post("/projects", status_code=201, responses=problem_responses(service.NameTaken))
def create_project(body: NewProject, caller: Admin, session: Writing) -> ProjectView:
    project = service.create_project(session, caller.user_id, **body.model_dump())
    session.flush()
    return _views(session, [project])[0]


@router.get("/projects/{project_id}")
def read_project(project_id: int, caller: Annotator, session: Reading) -> ProjectView:
    return _views(session, [service.visible_project(session, caller, project_id)])[0]


@router.patch("/projects/{project_id}", responses=problem_responses(service.NameTaken))
def change_project(project_id: int, body: ProjectChange, caller: Admin, session: Writing) -> ProjectView:
    project = service.visible_project(session, caller, project_id)
    changes = {key: value for key, value in body.model_dump(exclude_unset=True).items() if value is not None}
    service.change_project(session, project, changes, caller.user_id)
    return _views(session, [project])[0]


@router.get("/projects/{project_id}/members")
def list_members(project_id: int, caller: Reviewer, session: Reading) -> Listing[MemberView]:
    service.visible_project(session, caller, project_id)
    members = service.list_members(session, project_id)
    return Listing(
        items=[
            MemberView(user_id=user.id, name=user.name, email=user.email, role=user.role, added_at=member.added_at)
            for user, member in members
        ]
    )


@router.put("/projects/{project_id}/members/{user_id}", status_code=204)
def add_member(project_id: int, user_id: int, caller: Admin, session: Writing) -> None:
    service.visible_project(session, caller, project_id)
    service.add_member(session, project_id, user_id, caller.user_id)


@router.delete("/projects/{project_id}/members/{user_id}", status_code=204)
def remove_member(project_id: int, user_id: int, caller: Admin, session: Writing) -> None:
    service.visible_project(session, caller, project_id)
    service.remove_member(session, project_id, user_id, caller.user_id)
