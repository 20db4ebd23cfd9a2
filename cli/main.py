"""facet: one command for operators and ML engineers. Commands import what they need when they run: --help is instant."""

from pathlib import Path
from typing import Annotated

import typer

from cli import annotate, data, landmarks, parsing

app = typer.Typer(
    name="facet",
    help="Label faces with a team: 106 landmarks and an 11-category label map for every photo.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)

app.add_typer(landmarks.app)
app.add_typer(parsing.app)
app.add_typer(data.app)
app.command()(annotate.annotate)

DataDir = Annotated[Path | None, typer.Option("--data-dir", help="Folder of this installation [FACET_DATA_DIR].")]
Host = Annotated[str | None, typer.Option(help="Address to listen on [FACET_HOST, 127.0.0.1].")]
Port = Annotated[int | None, typer.Option(min=1, max=65535, help="Port to listen on [FACET_PORT, 8000].")]


@app.command()
def serve(
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    demo: Annotated[bool, typer.Option(help="Also make a demo project of rendered faces.")] = False,
) -> None:
    """Run everything on this machine: migrate, API, two workers, beat. Ctrl-C stops it all."""
    from cli.environment import set_environment
    from cli.serve import serve as run

    set_environment(data_dir=data_dir, host=host, port=port)
    raise typer.Exit(run(demo=demo))


@app.command()
def api(
    data_dir: DataDir = None,
    host: Host = None,
    port: Port = None,
    migrate: Annotated[bool, typer.Option(help="Bring the database up to date first.")] = False,
) -> None:
    """Run the API process alone."""
    from cli.environment import set_environment
    from cli.processes import run_api

    set_environment(data_dir=data_dir, host=host, port=port)
    run_api(migrate=migrate)


@app.command()
def worker(
    queues: Annotated[str, typer.Option(help="Queues to take jobs from, with commas.")] = "",
    concurrency: Annotated[int | None, typer.Option(min=1, help="Jobs at once [FACET_WORKER_THREADS].")] = None,
    name: Annotated[str, typer.Option(help="A name for logs.")] = "",
    data_dir: DataDir = None,
) -> None:
    """Run one worker process: threads, so that a GPU is shared and never forked."""
    from cli.environment import set_environment
    from cli.processes import run_worker

    set_environment(data_dir=data_dir)
    run_worker(queues, concurrency, name)


@app.command()
def beat(data_dir: DataDir = None) -> None:
    """Run the clock: one per installation. It finds lost jobs, starts due trainings, removes old archives."""
    from cli.environment import set_environment
    from cli.processes import run_beat

    set_environment(data_dir=data_dir)
    run_beat()


@app.command()
def migrate(data_dir: DataDir = None) -> None:
    """Bring the database up to date. The first time, print the first admin's one-time password."""
    from cli.environment import set_environment
    from cli.processes import migrate_database

    set_environment(data_dir=data_dir)
    migrate_database()


@app.command()
def doctor(data_dir: DataDir = None) -> None:
    """Say what this machine lacks, and how to get it."""
    from cli.doctor import doctor as run
    from cli.environment import set_environment

    set_environment(data_dir=data_dir)
    raise typer.Exit(run())


@app.command()
def health(
    worker: Annotated[str | None, typer.Option(help="Also ask the worker of this name on this machine.")] = None,
    beat: Annotated[bool, typer.Option("--beat", help="Also look whether the clock runs.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Exit with 0 when database and broker answer, and the worker or the clock lives: for containers and monitors."""
    from cli.environment import set_environment
    from cli.health import check

    set_environment(data_dir=data_dir)
    raise typer.Exit(check(worker, beat=beat))


@app.command(name="reset-password")
def reset_password(email: str, data_dir: DataDir = None) -> None:
    """Give a user a new one-time password, and end their sessions."""
    from cli.accounts import reset_password as run
    from cli.environment import set_environment

    set_environment(data_dir=data_dir)
    run(email)


@app.command(name="import")
def import_photos(
    project: Annotated[str, typer.Argument(help="The project's name.")],
    paths: Annotated[list[Path], typer.Argument(help="Photos, folders and zip archives.")],
    create: Annotated[bool, typer.Option(help="Make the project when it does not exist.")] = False,
    data_dir: DataDir = None,
) -> None:
    """Import photos into a project of this installation; refused and duplicate files are named."""
    from cli.environment import set_environment
    from cli.transfer import import_photos as run

    set_environment(data_dir=data_dir)
    raise typer.Exit(run(project, paths, create=create))


@app.command()
def export(
    project: Annotated[str, typer.Argument(help="The project's name.")],
    out: Annotated[Path, typer.Argument(help="The zip to write.")],
    snapshot: Annotated[int | None, typer.Option(help="Number of an existing snapshot; a new one if left out.")] = None,
    data_dir: DataDir = None,
) -> None:
    """Write a snapshot as a zip in LaPa's layout: the same snapshot gives the same bytes."""
    from cli.environment import set_environment
    from cli.transfer import export_snapshot as run

    set_environment(data_dir=data_dir)
    raise typer.Exit(run(project, out, snapshot))


@app.command()
def demo(
    photos: Annotated[int, typer.Option(min=1, max=500, help="How many rendered faces.")] = 60,
    data_dir: DataDir = None,
) -> None:
    """Make the demo project of rendered faces, unless it exists."""
    from cli.demo import make_demo
    from cli.environment import set_environment

    set_environment(data_dir=data_dir)
    make_demo(photos)


if __name__ == "__main__":
    app()
