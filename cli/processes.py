"""The processes of an installation, one function each: API, worker, beat, and the migration before them."""

import socket
import sys
import warnings

import typer
import uvicorn
from celery.exceptions import SecurityWarning

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


def address_in_use(host: str, port: int) -> str | None:
    """Why nobody can listen at this address now, and what to do about it; None when one can."""
    try:
        family, kind, protocol, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, kind, protocol) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
    except OSError as error:
        remedy = "Stop what runs there, or choose another address with --host and --port."
        return f"Facet cannot listen at {host}, port {port}: {error.strerror}. {remedy}"
    return None


def run_api(*, migrate: bool) -> None:
    from backend.main import create_app

    settings = get_settings()
    if (taken := address_in_use(settings.host, settings.port)) is not None:
        typer.echo(taken, err=True)
        raise typer.Exit(1)
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


def node_name(name: str) -> str:
    """How a worker of this machine is called among all workers of the installation."""
    return f"{name}@{socket.gethostname()}"


def run_worker(queues: str, concurrency: int | None, name: str) -> None:
    wanted = [queue for queue in queues.split(",") if queue] or list(QUEUES)
    if unknown := set(wanted) - set(QUEUES):
        typer.echo(f"There is no queue '{sorted(unknown)[0]}'. Queues: {', '.join(QUEUES)}.", err=True)
        raise typer.Exit(2)
    from workers.app import app

    # Celery warns root at length, of pickled messages above all; ours are JSON, and they only say "look at job 17".
    warnings.filterwarnings("ignore", category=SecurityWarning)
    app.worker_main(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            f"--concurrency={concurrency or get_settings().worker_threads}",
            f"--queues={','.join(wanted)}",
            f"--hostname={node_name(name or '-'.join(wanted))}",
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
    facet.celery.start(["--quiet", "beat", "--loglevel=WARNING", "--scheduler=workers.clock:Clock", "--pidfile="])
    sys.exit(0)
