"""Accounts: passwords, sessions, tokens, invitations. Secrets leave here once and are stored as hashes."""

import hashlib
import re
from datetime import datetime, timedelta

from pwdlib import PasswordHash
from sqlalchemy import delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from backend.accounts.tables import ApiToken, Invitation, Role, User, UserSession
from backend.db import affected, now
from backend.events.service import record
from backend.problems import Conflict, Forbidden, Invalid, NotFound, NotSignedIn
from backend.projects.tables import Project, ProjectMember
from backend.settings import new_secret

_passwords = PasswordHash.recommended()
# Verified when no user has the given e-mail address, so that strangers cannot tell which addresses have accounts.
_NOBODY = _passwords.hash(new_secret())
TOKEN_PREFIX = "fct_"  # noqa: S105
MIN_PASSWORD = 10


class WrongCredentials(NotSignedIn):
    code = "wrong-credentials"
    title = "E-mail address or password is wrong"


class AccountDisabled(Forbidden):
    code = "account-disabled"
    title = "Your account is disabled"


class InvitationInvalid(NotFound):
    code = "invitation-invalid"
    title = "This invitation cannot be used"


class EmailTaken(Conflict):
    code = "email-taken"
    title = "There is an account with this e-mail address"


class LastAdmin(Conflict):
    code = "last-admin"
    title = "The last admin must stay"


def sha256_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def normalise_email(email: str) -> str:
    email = email.strip().lower()
    if not re.fullmatch(r"[^@\s]+@[^@\s]+", email) or len(email) > 254:
        raise Invalid(f"'{email}' is not an e-mail address.")
    return email


def hash_password(password: str) -> str:
    if len(password) < MIN_PASSWORD:
        raise Invalid(f"The password is too short: use at least {MIN_PASSWORD} characters.")
    return _passwords.hash(password)


def create_user(
    session: Session, email: str, name: str, password_hash: str, role: Role, *, must_change_password: bool = False
) -> User:
    user = User(
        email=normalise_email(email),
        name=name.strip(),
        password_hash=password_hash,
        role=role,
        must_change_password=must_change_password,
    )
    try:
        with session.begin_nested():
            session.add(user)
            session.flush()
    except IntegrityError as error:
        raise EmailTaken(f"{user.email} has an account already; sign in instead.") from error
    return user


def first_admin(session: Session) -> str | None:
    """Makes admin@localhost when there is no user at all, and returns the one-time password."""
    if session.scalar(select(func.count()).select_from(User)):
        return None
    password = new_secret()[:16]
    create_user(session, "admin@localhost", "Admin", hash_password(password), "admin", must_change_password=True)
    return password


def find_by_email(session: Session, email: str) -> User | None:
    return session.scalar(select(User).where(User.email == email.strip().lower()))


def check_password(user: User | None, password: str) -> str | None:
    """Slow on purpose: call it outside a transaction. Returns a fresh hash when the stored one is out of date.

    Raises:
        WrongCredentials: unknown user or wrong password, told apart by nothing.
        AccountDisabled: the password is right; nobody else learns that there is such an account.
    """
    valid, fresh = _passwords.verify_and_update(password, user.password_hash if user else _NOBODY)
    if user is None or not valid:
        raise WrongCredentials("Check both; ask an admin if you have forgotten the password.")
    if user.disabled:
        raise AccountDisabled("Ask an admin to enable your account again.")
    return fresh


def open_session(session: Session, user_id: int, days: int) -> tuple[str, UserSession]:
    """Returns the cookie's secret and the row. Sweeps the person's expired sessions away."""
    session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.expires_at < now()))
    secret = new_secret()
    row = UserSession(
        user_id=user_id,
        token_sha256=sha256_of(secret),
        csrf_token=new_secret(),
        expires_at=now() + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    return secret, row


def user_of_session(session: Session, secret: str) -> tuple[User, UserSession] | None:
    statement = (
        select(User, UserSession)
        .join(UserSession, UserSession.user_id == User.id)
        .where(
            UserSession.token_sha256 == sha256_of(secret),
            UserSession.expires_at > now(),
            User.disabled.is_(False),
        )
    )
    row = session.execute(statement).first()
    return (row[0], row[1]) if row else None


def close_session(session: Session, session_id: int) -> None:
    session.execute(delete(UserSession).where(UserSession.id == session_id))


def set_password(session: Session, user_id: int, password_hash: str, keep_session: int | None) -> None:
    """Changes the password and ends the person's other sessions."""
    session.execute(
        update(User).where(User.id == user_id).values(password_hash=password_hash, must_change_password=False)
    )
    session.execute(delete(UserSession).where(UserSession.user_id == user_id, UserSession.id != (keep_session or 0)))
    record(session, "user.password_changed", None, ("user", user_id), actor_id=user_id)


def create_token(session: Session, user_id: int, name: str, expires_at: datetime | None) -> tuple[str, ApiToken]:
    secret = TOKEN_PREFIX + new_secret()
    row = ApiToken(
        user_id=user_id,
        name=name.strip(),
        prefix=secret[: len(TOKEN_PREFIX) + 6],
        token_sha256=sha256_of(secret),
        expires_at=expires_at,
    )
    session.add(row)
    session.flush()
    record(session, "token.created", None, ("token", row.id), actor_id=user_id)
    return secret, row


def user_of_token(session: Session, secret: str) -> tuple[User, ApiToken] | None:
    statement = (
        select(User, ApiToken)
        .join(ApiToken, ApiToken.user_id == User.id)
        .where(ApiToken.token_sha256 == sha256_of(secret), User.disabled.is_(False))
    )
    row = session.execute(statement).first()
    if row is None or (row[1].expires_at is not None and row[1].expires_at < now()):
        return None
    return row[0], row[1]


def list_tokens(session: Session, user_id: int) -> list[ApiToken]:
    return list(session.scalars(select(ApiToken).where(ApiToken.user_id == user_id).order_by(ApiToken.id.desc())))


def revoke_token(session: Session, user_id: int, token_id: int) -> None:
    removed = affected(session, delete(ApiToken).where(ApiToken.id == token_id, ApiToken.user_id == user_id))
    if removed == 0:
        raise NotFound(f"You have no token {token_id}.")
    record(session, "token.revoked", None, ("token", token_id), actor_id=user_id)


def list_users(session: Session) -> list[User]:
    return list(session.scalars(select(User).order_by(User.name, User.id)))


def change_user(
    session: Session, user_id: int, *, name: str | None, role: Role | None, disabled: bool | None, actor_id: int
) -> User:
    user = session.get(User, user_id)
    if user is None:
        raise NotFound(f"There is no user {user_id}.")
    loses_admin = user.role == "admin" and not user.disabled and (role not in (None, "admin") or disabled is True)
    if loses_admin:
        # Locked, all of them: two admins who depose each other at once would each find the other still there.
        admins = select(User.id).where(User.role == "admin", User.disabled.is_(False)).order_by(User.id)
        if not set(session.scalars(admins.with_for_update(key_share=True))) - {user_id}:
            raise LastAdmin("Make somebody else an admin first.")
    if name is not None:
        user.name = name.strip()
    if role is not None:
        user.role = role
    if disabled is not None:
        user.disabled = disabled
        if disabled:
            session.execute(delete(UserSession).where(UserSession.user_id == user_id))
    record(session, "user.changed", None, ("user", user_id), actor_id=actor_id, role=user.role, disabled=user.disabled)
    return user


def invite(
    session: Session, role: Role, email: str | None, project_ids: list[int], days: int, invited_by: int
) -> tuple[str, Invitation]:
    known = set(session.scalars(select(Project.id).where(Project.id.in_(project_ids))))
    if missing := set(project_ids) - known:
        raise Invalid(f"There is no project {sorted(missing)[0]}.")
    secret = new_secret()
    row = Invitation(
        token_sha256=sha256_of(secret),
        role=role,
        email=normalise_email(email) if email else None,
        project_ids=sorted(known),
        invited_by=invited_by,
        expires_at=now() + timedelta(days=days),
    )
    session.add(row)
    session.flush()
    record(session, "invitation.created", None, ("invitation", row.id), actor_id=invited_by, role=role)
    return secret, row


def open_invitation(session: Session, secret: str) -> Invitation:
    """The invitation of a link, while it can still be used."""
    row = session.scalar(select(Invitation).where(Invitation.token_sha256 == sha256_of(secret)))
    if row is None or row.accepted_at is not None or row.expires_at < now():
        raise InvitationInvalid("The link is wrong, used or expired. Ask whoever invited you for a new one.")
    return row


def accept_invitation(session: Session, secret: str, email: str, name: str, password_hash: str) -> User:
    row = open_invitation(session, secret)
    if row.email is not None and normalise_email(email) != row.email:
        raise InvitationInvalid(f"This invitation is for {row.email}.")
    user = create_user(session, email, name, password_hash, row.role)
    # The condition makes a link usable once, even when two people press the button together.
    accepting = (
        update(Invitation)
        .where(Invitation.id == row.id, Invitation.accepted_at.is_(None))
        .values(accepted_at=now(), accepted_by=user.id)
    )
    if affected(session, accepting) == 0:
        raise InvitationInvalid("Somebody has just used this link. Ask for a new one.")
    known = session.scalars(select(Project.id).where(Project.id.in_(row.project_ids)))
    session.add_all(ProjectMember(project_id=project_id, user_id=user.id) for project_id in known)
    record(session, "user.joined", None, ("user", user.id), actor_id=user.id, role=user.role)
    return user


def list_invitations(session: Session) -> list[Invitation]:
    return list(session.scalars(select(Invitation).order_by(Invitation.id.desc()).limit(200)))


def withdraw_invitation(session: Session, invitation_id: int, actor_id: int) -> None:
    still_open = delete(Invitation).where(Invitation.id == invitation_id, Invitation.accepted_at.is_(None))
    if affected(session, still_open) == 0:
        raise NotFound(f"There is no open invitation {invitation_id}.")
    record(session, "invitation.withdrawn", None, ("invitation", invitation_id), actor_id=actor_id)
