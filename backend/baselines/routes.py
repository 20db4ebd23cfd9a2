from fastapi import APIRouter
from sqlalchemy.orm import Session

from backend.accounts.access import Admin, Reading, Reviewer, Writing
from backend.baselines import service
from backend.baselines.schemas import (
    ActiveBaseline,
    BaselineScores,
    BaselineView,
    CategoryDisagreement,
    DisagreementView,
    NewBaseline,
    SecondOpinion,
)
from backend.baselines.tables import Disagreement, ParsingBaseline
from backend.jobs.schemas import JobView
from backend.modelzoo.service import ModelNotReady, NotEnoughLabels, TrainingRunning
from backend.paging import Listing
from backend.problems import problem_responses
from backend.projects.service import visible_project
from backend.snapshots.tables import Snapshot
from backend.tasks.service import visible_task

router = APIRouter(tags=["baselines"])


def _view(session: Session, baseline: ParsingBaseline) -> BaselineView:
    scores = baseline.scores
    return BaselineView(
        id=baseline.id,
        number=baseline.number,
        state=baseline.state,
        is_active=baseline.is_active,
        snapshot_id=baseline.snapshot_id,
        snapshot_number=session.get_one(Snapshot, baseline.snapshot_id).number,
        labels=baseline.labels,
        depth=baseline.depth,
        input_size=baseline.input_size,
        epochs=baseline.epochs,
        scores=BaselineScores(photos=scores["photos"], confusion=scores["confusion"], **scores["tables"])
        if scores
        else None,
        created_at=baseline.created_at,
    )


def _listing(session: Session, project_id: int) -> Listing[BaselineView]:
    return Listing(items=[_view(session, baseline) for baseline in service.list_baselines(session, project_id)])


@router.get("/projects/{project_id}/baselines")
def list_baselines(project_id: int, caller: Reviewer, session: Reading) -> Listing[BaselineView]:
    """Networks that learned the label maps of a snapshot, oldest first."""
    visible_project(session, caller, project_id)
    return _listing(session, project_id)


@router.post(
    "/projects/{project_id}/baselines",
    status_code=202,
    responses=problem_responses(TrainingRunning, NotEnoughLabels),
)
def train_baseline(project_id: int, body: NewBaseline, caller: Admin, session: Writing) -> JobView:
    """Trains a BSPNet on a snapshot's label maps and scores it on the held-out ones. Active when it is ready."""
    visible_project(session, caller, project_id)
    return JobView.model_validate(service.start_training(session, project_id, **body.model_dump()))


@router.put("/projects/{project_id}/baselines/active", responses=problem_responses(ModelNotReady))
def activate_baseline(project_id: int, body: ActiveBaseline, caller: Admin, session: Writing) -> Listing[BaselineView]:
    """Chooses the baseline that is asked about the label maps drawn from now on, or none."""
    visible_project(session, caller, project_id)
    chosen = None if body.baseline_id is None else service.get_baseline(session, project_id, body.baseline_id)
    service.activate(session, project_id, chosen, caller.user_id)
    session.flush()
    return _listing(session, project_id)


@router.get("/tasks/{task_id}/second-opinion")
def read_second_opinion(task_id: int, caller: Reviewer, session: Reading) -> SecondOpinion:
    """How far the task's newest label map is from what the baseline draws of the photo: a hint where to look."""
    task = visible_task(session, caller, task_id)
    row = service.disagreement_of(session, task)
    return SecondOpinion(disagreement=_disagreement_view(session, row) if row else None)


def _disagreement_view(session: Session, row: Disagreement) -> DisagreementView:
    return DisagreementView(
        baseline_number=session.get_one(ParsingBaseline, row.baseline_id).number,
        share=row.share,
        categories=[
            CategoryDisagreement(category=category, share=share, usual=usual)
            for category, (share, usual) in enumerate(zip(row.by_category, row.usual, strict=True))
            if share is not None
        ],
        worst=row.worst_category,
        place=(row.x, row.y) if row.x is not None and row.y is not None else None,
    )
