"""The processes of an installation, one function each: API, worker, beat, and the migration before them."""

import socket
import sys

import typer
import uvicorn

from backend import schema_version
from backend.accounts.service import first_admin
from backend.installation import Installation
from backend.jobs.kinds import QUEUES
from backend.settings import get_settings


def migrate_database() -> None:
    """Upgrades the database when it is behind; makes the first admin when there is nobody."""
    facet = Installation(get_settings())
    if schema_version.present(facet.db.engine) != schema_version.newest():
        schema_version.upgrade(facet.db.engine)
    with facet.db.transaction() as session:
        password = first_admin(session)
    facet.close()
    if password is not None:
        typer.echo(f"\n  First admin: admin@localhost\n  One-time password: {password}\n")
        typer.echo("  It is shown only now; you will choose your own at the first login.")
        typer.echo("  Lost it? Run: facet reset-password admin@localhost\n")


def run_api(*, migrate: bool) -> None:
    from backend.main import create_app

    settings = get_settings()
    if migrate:
        migrate_database()
    try:
        application = create_app(settings)
    except schema_version.SchemaOutdated as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(3) from error
    uvicorn.run(
        application,
        host=settings.host,
        port=settings.port,
        log_level="warning",
        # Behind a TLS proxy the proxy's headers are believed only from this machine; name others with FORWARDED_ALLOW_IPS.
        proxy_headers=True,
        timeout_graceful_shutdown=3,
    )


def run_worker(queues: str, concurrency: int | None, name: str) -> None:
    wanted = [queue for queue in queues.split(",") if queue] or list(QUEUES)
    if unknown := set(wanted) - set(QUEUES):
        typer.echo(f"There is no queue '{sorted(unknown)[0]}'. Queues: {', '.join(QUEUES)}.", err=True)
        raise typer.Exit(2)
    from workers.app import app

    app.worker_main(
        [
            "worker",
            "--pool=threads",
            f"--concurrency={concurrency or get_settings().worker_threads}",
            f"--queues={','.join(wanted)}",
            f"--hostname={name or '-'.join(wanted)}@{socket.gethostname()}",
            "--loglevel=WARNING",
            # Nothing is learned from other workers here: the jobs table knows everything.
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )


def run_beat() -> None:
    from backend.logs import configure_logs

    settings = get_settings()
    configure_logs(json=settings.log_json)
    facet = Installation(settings)
    facet.celery.start(
        ["beat", "--loglevel=WARNING", f"--schedule={settings.data_dir.resolve() / 'beat-schedule'}", "--pidfile="]
    )
    sys.exit(0)
