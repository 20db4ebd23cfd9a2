from datetime import timedelta

from fastapi import APIRouter, Request, Response

from backend.accounts import service
from backend.accounts.access import (
    SESSION_COOKIE,
    Admin,
    Annotator,
    AnyUser,
    Facet,
    Principal,
    Public,
    Reading,
    Writing,
    identify,
)
from backend.accounts.schemas import (
    CurrentUser,
    InvitationPreview,
    InvitationRequest,
    InvitationView,
    Join,
    NewInvitation,
    NewToken,
    PasswordChange,
    SessionView,
    SignIn,
    TokenRequest,
    TokenView,
    UserChange,
    UserView,
)
from backend.accounts.tables import User, UserSession
from backend.db import now
from backend.installation import Installation
from backend.paging import Listing
from backend.problems import problem_responses
from backend.projects.service import names_of
from backend.ratelimit import TooManyAttempts, login_limit
from backend.version import VERSION

router = APIRouter(tags=["accounts"])


def _view(user: User | Principal | None, csrf_token: str | None) -> SessionView:
    if user is None:
        return SessionView(user=None, csrf_token=None, version=VERSION)
    current = CurrentUser(
        id=user.user_id if isinstance(user, Principal) else user.id,
        email=user.email,
        name=user.name,
        role=user.role,
        must_change_password=user.must_change_password,
    )
    return SessionView(user=current, csrf_token=csrf_token, version=VERSION)


def _sign_in(facet: Installation, response: Response, user: User, secret: str, row: UserSession) -> SessionView:
    response.set_cookie(
        SESSION_COOKIE,
        secret,
        max_age=facet.settings.session_days * 86400,
        httponly=True,
        secure=facet.settings.secure_cookies,
        samesite="lax",
        path="/",
    )
    response.headers["Cache-Control"] = "no-store"
    return _view(user, row.csrf_token)


@router.get("/session")
def read_session(request: Request, response: Response, _access: Public) -> SessionView:
    """Who is signed in, and the token that unsafe requests must carry."""
    response.headers["Cache-Control"] = "no-store"
    principal = identify(request)
    return _view(principal, principal.csrf_token if principal else None)


@router.post(
    "/session", responses=problem_responses(service.WrongCredentials, service.AccountDisabled, TooManyAttempts)
)
def sign_in(body: SignIn, request: Request, response: Response, facet: Facet, _access: Public) -> SessionView:
    login_limit(request, body.email)
    with facet.db.reading() as session:
        user = service.find_by_email(session, body.email)
    fresh_hash = service.check_password(user, body.password)
    assert user is not None
    with facet.db.transaction() as session:
        if fresh_hash:
            user.password_hash = session.get_one(User, user.id).password_hash = fresh_hash
        secret, row = service.open_session(session, user.id, facet.settings.session_days)
    return _sign_in(facet, response, user, secret, row)


@router.delete("/session", status_code=204)
def sign_out(response: Response, caller: AnyUser, session: Writing) -> None:
    if caller.session_id is not None:
        service.close_session(session, caller.session_id)
    response.delete_cookie(SESSION_COOKIE, path="/")


@router.post("/password", status_code=204, responses=problem_responses(service.WrongCredentials, TooManyAttempts))
def change_password(body: PasswordChange, request: Request, caller: AnyUser, facet: Facet) -> None:
    login_limit(request, caller.email)
    with facet.db.reading() as session:
        user = session.get_one(User, caller.user_id)
    service.check_password(user, body.current_password)
    new_hash = service.hash_password(body.new_password)
    with facet.db.transaction() as session:
        service.set_password(session, caller.user_id, new_hash, caller.session_id)


@router.get("/users")
def list_users(_caller: Admin, session: Reading) -> Listing[UserView]:
    return Listing(items=[UserView.model_validate(user) for user in service.list_users(session)])


@router.patch("/users/{user_id}", responses=problem_responses(service.LastAdmin))
def change_user(user_id: int, body: UserChange, caller: Admin, session: Writing) -> UserView:
    user = service.change_user(
        session, user_id, name=body.name, role=body.role, disabled=body.disabled, actor_id=caller.user_id
    )
    return UserView.model_validate(user)


@router.get("/invitations")
def list_invitations(_caller: Admin, session: Reading) -> Listing[InvitationView]:
    return Listing(items=[InvitationView.model_validate(row) for row in service.list_invitations(session)])


@router.post("/invitations", status_code=201)
def invite(body: InvitationRequest, caller: Admin, session: Writing) -> NewInvitation:
    secret, row = service.invite(session, body.role, body.email, body.project_ids, body.expires_in_days, caller.user_id)
    return NewInvitation(**InvitationView.model_validate(row).model_dump(), link=f"/join/{secret}")


@router.delete("/invitations/{invitation_id}", status_code=204)
def withdraw_invitation(invitation_id: int, caller: Admin, session: Writing) -> None:
    service.withdraw_invitation(session, invitation_id, caller.user_id)


@router.get("/join/{token}", responses=problem_responses(service.InvitationInvalid))
def preview_invitation(token: str, _access: Public, session: Reading) -> InvitationPreview:
    row = service.open_invitation(session, token)
    return InvitationPreview(
        role=row.role, email=row.email, projects=names_of(session, row.project_ids), expires_at=row.expires_at
    )


@router.post(
    "/join/{token}",
    status_code=201,
    responses=problem_responses(service.InvitationInvalid, service.EmailTaken, TooManyAttempts),
)
def join(token: str, body: Join, request: Request, response: Response, facet: Facet, _access: Public) -> SessionView:
    """Makes the account of an invitation and signs it in."""
    login_limit(request, token)
    with facet.db.reading() as session:
        service.open_invitation(session, token)
    password_hash = service.hash_password(body.password)
    with facet.db.transaction() as session:
        user = service.accept_invitation(session, token, body.email, body.name, password_hash)
        secret, row = service.open_session(session, user.id, facet.settings.session_days)
    return _sign_in(facet, response, user, secret, row)


@router.get("/tokens")
def list_tokens(caller: Annotator, session: Reading) -> Listing[TokenView]:
    return Listing(items=[TokenView.model_validate(row) for row in service.list_tokens(session, caller.user_id)])


@router.post("/tokens", status_code=201)
def create_token(body: TokenRequest, caller: Annotator, session: Writing) -> NewToken:
    expires_at = now() + timedelta(days=body.expires_in_days) if body.expires_in_days else None
    secret, row = service.create_token(session, caller.user_id, body.name, expires_at)
    return NewToken(**TokenView.model_validate(row).model_dump(), token=secret)


@router.delete("/tokens/{token_id}", status_code=204)
def revoke_token(token_id: int, caller: Annotator, session: Writing) -> None:
    service.revoke_token(session, caller.user_id, token_id)
