"""Settings of one installation, read from FACET_* environment variables.

The defaults are the embedded set-up: SQLite, the filesystem broker and a folder of blobs, all below `data_dir`. A team's
set-up names PostgreSQL and Redis instead; nothing else differs.
"""

import secrets
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Self

import limits
from pydantic import AfterValidator, Field, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

REPOSITORY = Path(__file__).resolve().parent.parent


def _rate(text: str) -> str:
    try:
        usable = limits.parse(text).amount > 0
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("Write it like 10/minute")
    return text


# Wide enough for everything that can be meant: what lies outside is a slip, and would show itself much later.
Rate = Annotated[str, AfterValidator(_rate)]
Seconds = Annotated[float, Field(gt=0, le=31_536_000, allow_inf_nan=False)]
Bytes = Annotated[int, Field(ge=1, le=2**50)]
Count = Annotated[int, Field(ge=1, le=2**31 - 1)]


class Settings(BaseSettings):
    """Where things are kept and how patient the service is. Durations are in seconds, sizes in bytes."""

    model_config = SettingsConfigDict(env_prefix="FACET_", extra="ignore")

    data_dir: Path = Path("data")
    database_url: str = ""
    broker_url: str = ""
    blob_url: str = ""
    frontend_dir: Path = REPOSITORY / "frontend" / "dist"

    host: str = "127.0.0.1"
    port: Annotated[int, Field(ge=1, le=65535)] = 8000
    secure_cookies: bool = False
    session_days: Annotated[int, Field(ge=1, le=3650)] = 14
    login_attempts: Rate = "10/minute"

    max_photo_pixels: Count = 60_000_000
    max_photo_bytes: Bytes = 100 * 2**20
    max_archive_bytes: Bytes = 20 * 2**30
    max_archive_files: Count = 200_000
    archive_days: Annotated[int, Field(ge=1, le=3650)] = 7

    job_heartbeat_seconds: Seconds = 5.0
    job_stale_seconds: Seconds = 30.0
    job_resend_seconds: Seconds = 20.0
    reconcile_seconds: Seconds = 5.0
    learn_seconds: Seconds = 15.0
    worker_threads: Annotated[int, Field(ge=1, le=1024)] = 2
    torch_threads: Annotated[int, Field(ge=0, le=1024)] = 0
    shipped_weights: bool = True
    hair_skin_weights: str = "shipped"
    coarse_weights: str = ""
    train_save_seconds: Annotated[float, Field(ge=0, le=31_536_000, allow_inf_nan=False)] = 10.0

    log_json: bool = False

    @model_validator(mode="after")
    def _silence_outlasts_a_heartbeat(self) -> Self:
        if self.job_stale_seconds <= self.job_heartbeat_seconds:
            # Every job would count as lost while it runs.
            raise ValueError("FACET_JOB_STALE_SECONDS must be more than FACET_JOB_HEARTBEAT_SECONDS")
        return self

    @property
    def resolved_database_url(self) -> str:
        """The SQLAlchemy URL; PostgreSQL URLs without a driver get psycopg2."""
        if not self.database_url:
            return f"sqlite:///{(self.data_dir / 'facet.sqlite3').resolve()}"
        if self.database_url.startswith(("postgresql://", "postgres://")):
            return "postgresql+psycopg2://" + self.database_url.split("://", 1)[1]
        return self.database_url

    @property
    def resolved_broker_url(self) -> str:
        return self.broker_url or "filesystem://"

    @property
    def broker_dir(self) -> Path:
        return self.data_dir.resolve() / "broker"

    @property
    def resolved_blob_url(self) -> str:
        """A URL that obstore understands: file:///… by default, s3://bucket/prefix, gs://…, az://…"""
        return self.blob_url or (self.data_dir / "blobs").resolve().as_uri()

    @property
    def is_sqlite(self) -> bool:
        return self.resolved_database_url.startswith("sqlite")

    @property
    def uses_redis(self) -> bool:
        return self.resolved_broker_url.startswith(("redis://", "rediss://"))

    def prepare_data_dir(self) -> None:
        """Makes the folders that the embedded parts need, readable by this user only."""
        self.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        if not self.blob_url:
            (self.data_dir / "blobs").mkdir(exist_ok=True)
        if not self.broker_url:
            for folder in ("in", "control"):
                (self.broker_dir / folder).mkdir(parents=True, exist_ok=True)


def new_secret() -> str:
    """256 random bits as URL-safe text: session cookies, API tokens, invitations, leases."""
    return secrets.token_urlsafe(32)


@lru_cache
def get_settings() -> Settings:
    return Settings()
