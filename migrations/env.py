"""Alembic's environment: the engine comes from the caller (facet migrate), never from an ini file."""

from alembic import context
from sqlalchemy import Connection, text

from backend.db import ArrayColumn, UtcDateTime
from backend.tables import metadata

engine = context.config.attributes["engine"]


def plain_type(kind: str, item: object, _context: object) -> str | bool:
    """Facet's own column types as the plain ones beneath: a migration must not change when the code does."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    if kind == "type" and isinstance(item, ArrayColumn):
        return "sa.LargeBinary()"
    return False


def run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        # SQLite cannot alter tables in place; batch mode copies them.
        render_as_batch=connection.dialect.name == "sqlite",
        transaction_per_migration=True,
        compare_type=True,
        render_item=plain_type,
    )
    if connection.dialect.name == "postgresql":
        # A migration that waits behind a long transaction blocks everybody behind it: give up early instead. Of the session,
        # for each migration is a transaction of its own.
        connection.execute(text("SET lock_timeout = '5s'"))
        connection.commit()
    with context.begin_transaction():
        context.run_migrations()


with engine.connect() as connection:
    if connection.dialect.name != "sqlite":
        run(connection)
    else:
        # Where batch mode copies a table, dropping the old one would delete all rows that refer to it. Only outside of a
        # transaction can the references be switched off.
        switch = connection.connection.cursor()
        switch.execute("PRAGMA foreign_keys=OFF")
        try:
            run(connection)
        finally:
            switch.execute("PRAGMA foreign_keys=ON")
