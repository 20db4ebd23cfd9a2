"""Is the database at the version that this code expects? Refusing to start beats half-working."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect, text

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"


class SchemaOutdated(RuntimeError):
    """The database's schema is not this code's; the message names the command that mends it."""


def _config(engine: Engine) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["engine"] = engine
    return config


def upgrade(engine: Engine) -> None:
    """Brings the database to the newest schema, in one transaction a migration."""
    command.upgrade(_config(engine), "head")


def present(engine: Engine) -> str | None:
    """The database's version; None when it is empty."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()


def newest() -> str | None:
    return ScriptDirectory(str(MIGRATIONS)).get_current_head()


def check(engine: Engine) -> None:
    found, wanted = present(engine), newest()
    if found != wanted:
        raise SchemaOutdated(
            f"The database is at version {found or 'none'}, this Facet needs {wanted}: run 'facet migrate'."
        )
