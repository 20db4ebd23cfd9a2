from fastapi import APIRouter
from sqlalchemy.orm import Session

from backend.accounts.access import Admin, Facet, Reading, Reviewer, Writing
from backend.annotations.revision_views import person
from backend.installation import Installation
from backend.jobs.schemas import JobView
from backend.modelzoo import service
from backend.modelzoo.schemas import ActivateBody, Metrics, Models, ModelView, PromotionView
from backend.modelzoo.tables import ModelVersion
from backend.problems import problem_responses
from backend.projects.service import visible_project
from backend.projects.tables import Project

router = APIRouter(tags=["models"])


def _view(project: Project, model: ModelVersion, numbers: dict[int, int]) -> ModelView:
    return ModelView(
        id=model.id,
        number=model.number,
        state=model.state,
        is_active=project.active_model_id == model.id,
        labels=model.labels,
        parent_number=numbers.get(model.parent_id) if model.parent_id else None,
        snapshot_id=model.snapshot_id,
        metrics=Metrics.model_validate(model.metrics) if model.metrics else None,
        baseline=Metrics.model_validate(model.baseline) if model.baseline else None,
        baseline_source=model.baseline_source,
        decision=model.decision,
        created_at=model.created_at,
    )


@router.get("/projects/{project_id}/models")
def list_models(project_id: int, caller: Reviewer, session: Reading, facet: Facet) -> Models:
    """All versions, oldest first, and every change of the active one, newest first."""
    return _models(session, visible_project(session, caller, project_id), facet)


def _models(session: Session, project: Project, facet: Installation) -> Models:
    models = service.list_models(session, project.id)
    numbers = {model.id: model.number for model in models}
    promotions = [
        PromotionView(
            model_number=numbers[row.model_version_id] if row.model_version_id else None,
            action=row.action,
            by=person(session, row.user_id),
            at=row.at,
            reason=row.reason,
        )
        for row in service.list_promotions(session, project.id)
    ]
    return Models(
        items=[_view(project, model, numbers) for model in models],
        promotions=promotions,
        start="shipped" if facet.settings.shipped_weights else "mean_face",
    )


@router.post("/projects/{project_id}/models/start/activate")
def activate_start(project_id: int, body: ActivateBody, caller: Admin, session: Writing, facet: Facet) -> Models:
    """Rolls back to what the project started from. Photos that nobody has opened are predicted again."""
    project = visible_project(session, caller, project_id)
    service.activate(session, project, None, caller.user_id, body.reason)
    session.flush()
    return _models(session, project, facet)


@router.post("/projects/{project_id}/models/{model_id}/activate", responses=problem_responses(service.ModelNotReady))
def activate_model(project_id: int, model_id: int, body: ActivateBody, caller: Admin, session: Writing) -> ModelView:
    """Promotes by hand, or rolls back. Photos that nobody has opened are predicted again."""
    project = visible_project(session, caller, project_id)
    model = service.get_model(session, project_id, model_id)
    service.activate(session, project, model, caller.user_id, body.reason)
    numbers = {row.id: row.number for row in service.list_models(session, project_id)}
    return _view(project, model, numbers)


@router.post(
    "/projects/{project_id}/training",
    status_code=202,
    responses=problem_responses(service.TrainingRunning, service.NotEnoughLabels),
)
def start_training(project_id: int, caller: Admin, session: Writing) -> JobView:
    """Trains now, without waiting for `retrain_every`."""
    visible_project(session, caller, project_id)
    return JobView.model_validate(service.start_training(session, project_id, caller.user_id))
