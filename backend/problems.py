"""Errors that callers can act upon: each is a class with a status and a code, rendered as problem+json (RFC 9457)."""

from typing import Any, ClassVar

from fastapi import FastAPI, Request
from fastapi.encoders import jsonable_encoder
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from sqlalchemy.exc import DataError
from starlette.exceptions import HTTPException

MEDIA_TYPE = "application/problem+json"


class ProblemDocument(BaseModel):
    """What every error looks like on the wire. `code` is stable; `detail` is for people and says what to do."""

    type: str
    title: str
    status: int
    detail: str
    code: str


class Problem(Exception):
    """Base of all errors that reach a caller. Extra keyword arguments travel as extension members."""

    status: ClassVar[int] = 400
    code: ClassVar[str] = "bad-request"
    title: ClassVar[str] = "The request cannot be carried out"
    keeps_changes: ClassVar[bool] = False

    def __init__(self, detail: str, *, headers: dict[str, str] | None = None, **extras: Any) -> None:
        super().__init__(detail)
        self.detail = detail
        self.headers = headers or {}
        self.extras = extras


class NotFound(Problem):
    status = 404
    code = "not-found"
    title = "Not found"


class MethodNotAllowed(Problem):
    status = 405
    code = "method-not-allowed"
    title = "This address does not take this method"


class NotSignedIn(Problem):
    status = 401
    code = "not-signed-in"
    title = "Sign in first"


class Forbidden(Problem):
    status = 403
    code = "forbidden"
    title = "Your role does not allow this"


class Conflict(Problem):
    status = 409
    code = "conflict"
    title = "The present state does not allow this"


class Invalid(Problem):
    status = 422
    code = "invalid"
    title = "The request holds something that cannot be used"


def problem_responses(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` argument of a route that may raise these, so that the OpenAPI document tells of them."""
    by_status: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        entry = by_status.setdefault(
            problem.status,
            {"description": "", "content": {MEDIA_TYPE: {"schema": ProblemDocument.model_json_schema()}}},
        )
        entry["description"] = "; ".join(filter(None, [entry["description"], f"{problem.code}: {problem.title}"]))
    return by_status


def _render(status: int, code: str, title: str, detail: str, headers: dict[str, str], **extras: Any) -> JSONResponse:
    document = {"type": f"urn:facet:{code}", "title": title, "status": status, "detail": detail, "code": code}
    return JSONResponse(jsonable_encoder(document | extras), status_code=status, headers=headers, media_type=MEDIA_TYPE)


def render(problem: Problem) -> JSONResponse:
    """A problem as a response, for middleware that answers before any route."""
    return _render(problem.status, problem.code, problem.title, problem.detail, problem.headers, **problem.extras)


def install(app: FastAPI) -> None:
    """Every error that leaves the app, the framework's own included, becomes problem+json."""

    @app.exception_handler(Problem)
    async def on_problem(_request: Request, problem: Problem) -> JSONResponse:
        return render(problem)

    @app.exception_handler(RequestValidationError)
    async def on_invalid(_request: Request, error: RequestValidationError) -> JSONResponse:
        errors = [
            {"at": "/".join(str(part) for part in item["loc"]), "message": item["msg"]} for item in error.errors()
        ]
        detail = "; ".join(f"{item['at']}: {item['message']}" for item in errors[:5])
        return _render(422, "invalid", "The request does not fit the API's schema", detail, {}, errors=errors)

    @app.exception_handler(OverflowError)
    @app.exception_handler(DataError)
    async def on_too_large(_request: Request, _error: Exception) -> JSONResponse:
        # The databases' own words for a number that no column can hold: SQLite's driver, then PostgreSQL's.
        detail = "A number in the request is too large to mean anything here."
        return _render(422, Invalid.code, Invalid.title, detail, {})

    @app.exception_handler(HTTPException)
    async def on_http(_request: Request, error: HTTPException) -> JSONResponse:
        codes = {404: "not-found", 405: "method-not-allowed", 400: "bad-request", 413: "too-large"}
        code = codes.get(error.status_code, f"http-{error.status_code}")
        return _render(error.status_code, code, str(error.detail), str(error.detail), dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def on_crash(_request: Request, _error: Exception) -> JSONResponse:
        detail = "The server made a mistake; nothing of this request was stored. Its log has the trace."
        return _render(500, "server-error", "Server error", detail, {})
