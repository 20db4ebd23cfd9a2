"""Projects, their policy, and who may see them."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts.tables import User
from backend.db import affected, now
from backend.events.service import record
from backend.problems import Conflict, NotFound
from backend.projects.counters import start_counters
from backend.projects.tables import Project, ProjectMember
from ml.schema import SCHEMA_VERSION

if TYPE_CHECKING:
    from backend.accounts.access import Principal


class NameTaken(Conflict):
    code = "name-taken"
    title = "There is a project with this name"


def visible_project(session: Session, caller: "Principal", project_id: int) -> Project:
    """The project, when the caller may see it: admins see all, others those that they are members of.

    Raises:
        NotFound: no such project, or not the caller's business; strangers cannot tell which.
    """
    project = session.get(Project, project_id)
    if project is None or not may_see(session, caller, project_id):
        raise NotFound(f"There is no project {project_id} among yours.")
    return project


def may_see(session: Session, caller: "Principal", project_id: int) -> bool:
    return caller.is_admin or session.get(ProjectMember, (project_id, caller.user_id)) is not None


def visible_projects(session: Session, caller: "Principal") -> list[Project]:
    statement = select(Project).order_by(Project.name)
    if not caller.is_admin:
        statement = statement.join(ProjectMember, ProjectMember.project_id == Project.id).where(
            ProjectMember.user_id == caller.user_id
        )
    return list(session.scalars(statement))


def names_of(session: Session, project_ids: list[int]) -> list[str]:
    return list(session.scalars(select(Project.name).where(Project.id.in_(project_ids)).order_by(Project.name)))


def find_by_name(session: Session, name: str) -> Project:
    project = session.scalar(select(Project).where(Project.name == name))
    if project is None:
        known = ", ".join(session.scalars(select(Project.name).order_by(Project.name).limit(20))) or "none yet"
        raise NotFound(f"There is no project '{name}'. Projects: {known}.")
    return project


def create_project(session: Session, actor_id: int | None, name: str, **policy: Any) -> Project:
    project = Project(name=name, schema_version=SCHEMA_VERSION, created_by=actor_id, **policy)
    try:
        with session.begin_nested():
            session.add(project)
            session.flush()
    except IntegrityError as error:
        raise NameTaken(f"'{name}' exists already; choose another name.") from error
    start_counters(session, project.id)
    record(session, "project.created", project.id, ("project", project.id), actor_id=actor_id, name=name)
    return project


def change_project(session: Session, project: Project, changes: dict[str, Any], actor_id: int) -> None:
    try:
        with session.begin_nested():
            for field, value in changes.items():
                setattr(project, field, value)
            session.flush()
    except IntegrityError as error:
        raise NameTaken(f"'{changes.get('name')}' exists already; choose another name.") from error
    record(session, "project.changed", project.id, ("project", project.id), actor_id=actor_id, **changes)


def labels_since_training(project: Project, approved: int) -> int:
    return max(0, approved - project.labels_at_last_training)


def list_members(session: Session, project_id: int) -> list[tuple[User, ProjectMember]]:
    statement = (
        select(User, ProjectMember)
        .join(ProjectMember, ProjectMember.user_id == User.id)
        .where(ProjectMember.project_id == project_id)
        .order_by(User.name, User.id)
    )
    return [(row[0], row[1]) for row in session.execute(statement)]


def add_member(session: Session, project_id: int, user_id: int, actor_id: int) -> None:
    if session.get(User, user_id) is None:
        raise NotFound(f"There is no user {user_id}.")
    if session.get(ProjectMember, (project_id, user_id)) is None:
        session.add(ProjectMember(project_id=project_id, user_id=user_id, added_at=now()))
        record(session, "member.added", project_id, ("user", user_id), actor_id=actor_id)


def remove_member(session: Session, project_id: int, user_id: int, actor_id: int) -> None:
    gone = delete(ProjectMember).where(ProjectMember.project_id == project_id, ProjectMember.user_id == user_id)
    if affected(session, gone) == 0:
        raise NotFound(f"User {user_id} is no member of this project.")
    record(session, "member.removed", project_id, ("user", user_id), actor_id=actor_id)
