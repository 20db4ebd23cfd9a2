"""The migrated database is the one that the tables describe, and nothing runs on another."""

from collections.abc import Callable
from typing import Any

import pytest
from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import inspect, text
from sqlalchemy.exc import IntegrityError

from backend import schema_version
from backend.db import now, open_engine
from backend.main import create_app
from backend.schema_version import SchemaOutdated
from backend.settings import Settings
from backend.tables import metadata


def plain_types(_context: Any, _column: Any, _there: Any, ours: Any, theirs: Any) -> bool | None:
    """Facet's own types are the plain ones beneath: compare those."""
    implementation = getattr(ours, "impl", None)
    if implementation is None:
        return None
    return type(implementation)._type_affinity is not type(theirs)._type_affinity


def test_migrations_and_tables_agree(settings: Settings) -> None:
    engine = open_engine(settings)
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": plain_types, "compare_server_default": True}
        )
        assert compare_metadata(context, metadata) == []
        # What alembic does not compare: the check constraints, by name.
        there = inspect(connection)
        for table in metadata.sorted_tables:
            ours = {str(item.name) for item in table.constraints if type(item).__name__ == "CheckConstraint"}
            theirs = {str(item["name"]) for item in there.get_check_constraints(table.name)}
            assert ours == theirs, table.name
    engine.dispose()


def test_the_comparison_sees_a_difference(settings: Settings) -> None:
    engine = open_engine(settings)
    with engine.begin() as connection:
        connection.execute(text("DROP INDEX ix_tasks_queue"))
        connection.execute(text("ALTER TABLE users ADD COLUMN nickname VARCHAR(10)"))
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": plain_types})
        kinds = [item[0] for item in compare_metadata(context, metadata)]
    engine.dispose()
    assert sorted(kinds) == ["add_index", "remove_column"]


def test_a_failed_statement_does_not_tell_what_was_in_it(settings: Settings) -> None:
    """Its message goes to the log: tokens, password hashes and points must not."""
    engine = open_engine(settings)
    session = (
        metadata.tables["user_sessions"]
        .insert()
        .values(
            user_id=987654,
            token_sha256="not the hash",
            csrf_token="not for the log",
            created_at=now(),
            expires_at=now(),
        )
    )
    with engine.connect() as connection, pytest.raises(IntegrityError) as failure:
        connection.execute(session)
    engine.dispose()
    assert "user_sessions" in str(failure.value)
    assert "not for the log" not in str(failure.value) and "not the hash" not in str(failure.value)


def test_a_database_behind_the_code_is_refused(settings: Settings) -> None:
    engine = open_engine(settings)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    with pytest.raises(SchemaOutdated, match=r"version 0000.*'facet migrate'"):
        create_app(settings)
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE alembic_version"))
    with pytest.raises(SchemaOutdated, match=r"version none.*'facet migrate'"):
        create_app(settings)
    engine.dispose()


@pytest.mark.parametrize("engine_name", ["sqlite", "postgresql"])
def test_the_way_back_leaves_nothing_behind(engine_name: str, new_database: Callable[[str], str]) -> None:
    settings = Settings(database_url=new_database(engine_name))
    engine = open_engine(settings)
    command.downgrade(schema_version._config(engine), "base")
    assert set(inspect(engine).get_table_names()) == {"alembic_version"}
    assert schema_version.present(engine) is None
    schema_version.upgrade(engine)
    schema_version.check(engine)
    # Once more is no error: `facet migrate` may be run at every start.
    schema_version.upgrade(engine)
    engine.dispose()
