from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from backend.accounts.tables import Role
from backend.text import NoNul

Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=120), NoNul]
Email = Annotated[str, StringConstraints(max_length=254), NoNul]


class Person(BaseModel):
    """Somebody, as others see them."""

    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str


class CurrentUser(BaseModel):
    id: int
    email: str
    name: str
    role: Role
    must_change_password: bool


class SessionView(BaseModel):
    user: CurrentUser | None
    csrf_token: str | None
    version: str


class SignIn(BaseModel):
    email: Email
    password: str = Field(max_length=1024)


class PasswordChange(BaseModel):
    current_password: str = Field(max_length=1024)
    new_password: str = Field(max_length=1024)


class UserView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    email: str
    name: str
    role: Role
    disabled: bool
    created_at: datetime
    last_seen_at: datetime | None


class UserChange(BaseModel):
    name: Name | None = None
    role: Role | None = None
    disabled: bool | None = None


class InvitationRequest(BaseModel):
    role: Role
    email: Email | None = None
    project_ids: list[int] = []
    expires_in_days: int = Field(default=7, ge=1, le=90)


class InvitationView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    role: Role
    email: str | None
    project_ids: list[int]
    created_at: datetime
    expires_at: datetime
    accepted_at: datetime | None


class NewInvitation(InvitationView):
    link: str = Field(description="Path of the page to join; shown only now.")


class InvitationPreview(BaseModel):
    role: Role
    email: str | None
    projects: list[str]
    expires_at: datetime


class Join(BaseModel):
    email: Email
    name: Name
    password: str = Field(max_length=1024)


class TokenRequest(BaseModel):
    name: Name
    expires_in_days: int | None = Field(default=None, ge=1, le=3650)


class TokenView(BaseModel):
    model_config = ConfigDict(from_attributes=True)

    id: int
    name: str
    prefix: str
    created_at: datetime
    last_used_at: datetime | None
    expires_at: datetime | None


class NewToken(TokenView):
    token: str = Field(description="The secret; shown only now.")
