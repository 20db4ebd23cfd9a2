"""facet health: whether this process's surroundings, a worker or the clock do their work. For containers and monitors."""

import time

import typer
from kombu.exceptions import OperationalError
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from backend import schema_version
from backend.installation import Installation
from backend.settings import get_settings
from cli.processes import node_name
from workers.clock import sign_of_life

PATIENCE_SECONDS = 5.0


def check(worker: str | None, *, beat: bool) -> int:
    """Prints what is wrong, a line each. Returns 0 when nothing is, else 1."""
    facet = Installation(get_settings())
    wrong = [*_database(facet), *_broker(facet)]
    if not wrong and worker is not None:
        wrong += _worker(facet, worker)
    if beat:
        wrong += _beat(facet)
    facet.close()
    for line in wrong:
        typer.echo(line, err=True)
    if not wrong:
        typer.echo("ok")
    return 1 if wrong else 0


def _database(facet: Installation) -> list[str]:
    try:
        with facet.db.reading() as session:
            session.execute(text("SELECT 1"))
        schema_version.check(facet.db.engine)
    except SQLAlchemyError as error:
        return [f"The database does not answer: {str(error).splitlines()[0]}"]
    except schema_version.SchemaOutdated as error:
        return [str(error)]
    return []


def _broker(facet: Installation) -> list[str]:
    try:
        with facet.celery.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=PATIENCE_SECONDS)
    except (OperationalError, OSError) as error:
        return [f"The broker does not answer: {error}"]
    return []


def _worker(facet: Installation, name: str) -> list[str]:
    node = node_name(name)
    answers = facet.celery.control.ping(destination=[node], timeout=PATIENCE_SECONDS, limit=1)
    return [] if answers else [f"The worker {node} does not answer."]


def _beat(facet: Installation) -> list[str]:
    # It touches the file after what was due, at least every `beat_max_loop_interval`; a duty may wait for the database.
    limit = 6 * PATIENCE_SECONDS
    try:
        age = time.time() - sign_of_life(facet.settings).stat().st_mtime
    except FileNotFoundError:
        return ["The clock has not run yet."]
    return [] if age < limit else [f"The clock stands still since {age:.0f} s."]
