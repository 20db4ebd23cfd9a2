from typing import Any

from fastapi import APIRouter

from backend.accounts.access import Annotator, Reading
from backend.insights.schemas import CurvePoint, Day, Insights, MyWork
from backend.insights.service import days_since, thirty_days_ago, to_change
from backend.modelzoo.service import list_models
from backend.projects.counters import task_counts
from backend.projects.schemas import TaskCounts
from backend.projects.service import visible_project
from backend.tasks.leases import own_work

router = APIRouter(tags=["insights"])


def _per_submission(days: list[dict[str, Any]], field: str) -> float | None:
    submitted = sum(day["submitted"] for day in days)
    return round(sum(day[field] for day in days) / submitted, 2) if submitted else None


@router.get("/projects/{project_id}/insights")
def read_insights(project_id: int, caller: Annotator, session: Reading) -> Insights:
    """Throughput and corrections of the last 30 days, and what each model version scored."""
    visible_project(session, caller, project_id)
    days = days_since(session, project_id, thirty_days_ago())
    mine = days_since(session, project_id, thirty_days_ago(), caller.user_id)
    own = own_work(session, project_id, caller.user_id)
    return Insights(
        counts=TaskCounts(**task_counts(session, [project_id])[project_id]),
        days=[Day(day=day["day"], submitted=day["submitted"], approved=day["approved"]) for day in days],
        corrected_points_mean=_per_submission(days, "corrected_points"),
        # In a team of two, the mean of both would give the other one's pace away.
        active_seconds_mean=_per_submission(days, "active_seconds") if caller.at_least("reviewer") else None,
        mine=MyWork(
            submitted=sum(day["submitted"] for day in mine),
            approved=sum(day["approved"] for day in mine),
            active_seconds_mean=_per_submission(mine, "active_seconds"),
            begun=own.begun,
            sent_back=own.sent_back,
            first_sent_back=None if own.first_sent_back is None else to_change(session, own.first_sent_back),
            skipped=own.skipped,
        ),
        nme_curve=[
            CurvePoint(
                model_number=model.number,
                labels=model.labels,
                **{key: model.metrics[key] for key in ("nme_rect", "auc_008", "fr_008")},
            )
            for model in list_models(session, project_id)
            if model.metrics is not None
        ],
    )
