"""Who may call a route. Every route takes one of Public, AnyUser, Annotator, Reviewer or Admin as a parameter; the app
refuses to start when one does not, and the OpenAPI document tells the answer as `x-facet-access`.

A caller is a browser session (HttpOnly cookie, plus X-CSRF-Token on unsafe methods) or an API token (Authorization: Bearer).
"""

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import timedelta
from secrets import compare_digest
from typing import Annotated, Literal, cast

from anyio import CancelScope, CapacityLimiter, to_thread
from fastapi import Depends, Request
from fastapi.dependencies.models import Dependant
from fastapi.routing import APIRoute
from sqlalchemy import update
from sqlalchemy.orm import Session

from backend.accounts import service
from backend.accounts.tables import ApiToken, Role, User
from backend.db import now
from backend.installation import Installation
from backend.problems import Forbidden, NotSignedIn

SESSION_COOKIE = "facet_session"
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

Level = Literal["public", "user", "annotator", "reviewer", "admin"]
_RANK = {"annotator": 1, "reviewer": 2, "admin": 3}
_NEEDED = {"public": 0, "user": 1, "annotator": 1, "reviewer": 2, "admin": 3}
_SEEN_EVERY = timedelta(minutes=5)


class CsrfMismatch(Forbidden):
    code = "csrf-mismatch"
    title = "The request does not come from Facet's own page"


class PasswordChangeRequired(Forbidden):
    code = "password-change-required"
    title = "Choose a password of your own first"


@dataclass(frozen=True)
class Principal:
    """The person behind a request."""

    user_id: int
    email: str
    name: str
    role: Role
    must_change_password: bool
    session_id: int | None
    csrf_token: str | None

    @property
    def is_admin(self) -> bool:
        return self.role == "admin"

    def at_least(self, role: Role) -> bool:
        return _RANK[self.role] >= _RANK[role]


def installation_of(request: Request) -> Installation:
    return cast(Installation, request.app.state.installation)


async def _writing(request: Request) -> AsyncIterator[Session]:
    """A transaction from before the route to after its answer is made.

    On SQLite it may have to wait for its turn. It waits in a thread of its own: if waiting requests used up the shared
    threads, the one whose turn it is could not finish.
    """
    context = installation_of(request).db.transaction()
    # Shielded: a client that goes away must not leave a transaction open.
    with CancelScope(shield=True):
        session = await to_thread.run_sync(context.__enter__, limiter=CapacityLimiter(1))
    error: BaseException | None = None
    try:
        yield session
    except BaseException as raised:
        error = raised
        raise
    finally:
        kind, trace = (type(error), error.__traceback__) if error else (None, None)
        with CancelScope(shield=True):
            await to_thread.run_sync(context.__exit__, kind, error, trace, limiter=CapacityLimiter(1))


def _reading(request: Request) -> Iterator[Session]:
    with installation_of(request).db.reading() as session:
        yield session


Facet = Annotated[Installation, Depends(installation_of)]
# Function scope: committed (or failed) before the first byte of the answer leaves.
Writing = Annotated[Session, Depends(_writing, scope="function")]
Reading = Annotated[Session, Depends(_reading, scope="function")]


def identify(request: Request) -> Principal | None:
    """Finds the caller, checks CSRF for cookies. None for a stranger; a wrong or expired credential is a stranger too."""
    installation = installation_of(request)
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        with installation.db.reading() as session:
            found = service.user_of_token(session, token.strip())
        if found is None:
            return None
        user, row = found
        if row.last_used_at is None or row.last_used_at < now() - _SEEN_EVERY:
            installation.db.write_if_idle(update(ApiToken).where(ApiToken.id == row.id).values(last_used_at=now()))
        return _principal(user, None, None)

    cookie = request.cookies.get(SESSION_COOKIE)
    if not cookie:
        return None
    with installation.db.reading() as session:
        opened = service.user_of_session(session, cookie)
    if opened is None:
        return None
    user, user_session = opened
    sent_token = request.headers.get("x-csrf-token", "")
    if request.method not in SAFE_METHODS and not compare_digest(sent_token.encode(), user_session.csrf_token.encode()):
        raise CsrfMismatch("Send the session's csrf_token in the X-CSRF-Token header; reload the page if it is stale.")
    if user.last_seen_at is None or user.last_seen_at < now() - _SEEN_EVERY:
        installation.db.write_if_idle(update(User).where(User.id == user.id).values(last_seen_at=now()))
    return _principal(user, user_session.id, user_session.csrf_token)


def _principal(user: User, session_id: int | None, csrf_token: str | None) -> Principal:
    return Principal(user.id, user.email, user.name, user.role, user.must_change_password, session_id, csrf_token)


class Access:
    """The dependency that lets callers of a level in. 'user' lets in also those who must change their password first."""

    def __init__(self, level: Level) -> None:
        self.level = level

    def __call__(self, request: Request) -> Principal | None:
        if self.level == "public":
            return None
        principal = identify(request)
        if principal is None:
            raise NotSignedIn("Sign in, or send a valid API token.", headers={"WWW-Authenticate": "Bearer"})
        if principal.must_change_password and self.level != "user":
            raise PasswordChangeRequired("Set a new password with POST /api/v1/password, then repeat the request.")
        if _RANK[principal.role] < _NEEDED[self.level]:
            raise Forbidden(f"This needs the role {self.level}; yours is {principal.role}. Ask an admin.")
        return principal


Public = Annotated[None, Depends(Access("public"))]
AnyUser = Annotated[Principal, Depends(Access("user"))]
Annotator = Annotated[Principal, Depends(Access("annotator"))]
Reviewer = Annotated[Principal, Depends(Access("reviewer"))]
Admin = Annotated[Principal, Depends(Access("admin"))]


def declare_access(routes: list[APIRoute]) -> None:
    """Writes each route's level into its OpenAPI entry. RuntimeError when a route declares none, or two."""
    for route in routes:
        levels = {access.level for access in _accesses(route.dependant)}
        if len(levels) != 1:
            raise RuntimeError(f"{route.methods} {route.path} must declare exactly one access level, has {levels}")
        route.openapi_extra = (route.openapi_extra or {}) | {"x-facet-access": levels.pop()}


def _accesses(dependant: Dependant) -> Iterator[Access]:
    for dependency in dependant.dependencies:
        if isinstance(dependency.call, Access):
            yield dependency.call
        yield from _accesses(dependency)
