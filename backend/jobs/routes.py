from fastapi import APIRouter
from sqlalchemy.orm import Session

from backend.accounts.access import Admin, Principal, Reading, Reviewer, Writing
from backend.jobs import service
from backend.jobs.failures import clean_up
from backend.jobs.schemas import JobState, JobView
from backend.jobs.tables import Job
from backend.paging import After, Limit, Page
from backend.problems import problem_responses
from backend.projects.service import visible_project

router = APIRouter(tags=["jobs"])


def _visible_job(session: Session, caller: Principal, job_id: int) -> Job:
    job = service.get_job(session, job_id)
    visible_project(session, caller, job.project_id)
    return job


@router.get("/projects/{project_id}/jobs")
def list_jobs(
    project_id: int,
    caller: Reviewer,
    session: Reading,
    state: JobState | None = None,
    after: After = None,
    limit: Limit = 50,
) -> Page[JobView]:
    """Newest first."""
    visible_project(session, caller, project_id)
    jobs = service.list_jobs(session, project_id, state, after, limit)
    return Page(items=[JobView.model_validate(job) for job in jobs], next=jobs[-1].id if len(jobs) == limit else None)


@router.get("/jobs/{job_id}")
def read_job(job_id: int, caller: Reviewer, session: Reading) -> JobView:
    return JobView.model_validate(_visible_job(session, caller, job_id))


@router.post("/jobs/{job_id}/retry", status_code=202, responses=problem_responses(service.JobNotRetryable))
def retry_job(job_id: int, caller: Admin, session: Writing) -> JobView:
    return JobView.model_validate(service.retry(session, _visible_job(session, caller, job_id)))


@router.post("/jobs/{job_id}/stop", responses=problem_responses(service.JobNotStoppable))
def stop_job(job_id: int, caller: Admin, session: Writing) -> JobView:
    """Ends an import, a training or new predictions under way as failed. What was stored stays; retry goes on from there."""
    job = _visible_job(session, caller, job_id)
    service.stop(session, job, caller.user_id, caller.name)
    clean_up(session, job)
    return JobView.model_validate(job)
