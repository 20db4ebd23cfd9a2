"""facet serve: the API, two workers and beat as child processes, watched. What dies is started again; Ctrl-C stops all."""

import ctypes
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from types import FrameType

import typer

from backend.jobs.kinds import QUEUES
from backend.settings import Settings, get_settings
from cli.processes import address_in_use

FIRST_DELAY = 1.0
LONGEST_DELAY = 30.0
STOP_SECONDS = 10.0

WORKERS = {
    "photos": tuple(queue for queue in QUEUES if queue not in ("train", "transfer")),
    "long": ("train", "transfer"),
}
"""The workers and their queues: a training and a zip, which take hours, must not keep an annotator's photo waiting."""


@dataclass
class Child:
    """One child process, started again with growing delays when it ends by itself, unless it is to run once."""

    name: str
    arguments: list[str]
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    delay: float = field(default=FIRST_DELAY)
    restart_at: float = 0.0
    once: bool = False

    def start(self) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "cli.main", *self.arguments],
            # A session of its own: Ctrl-C reaches the parent only, which then stops the children in order.
            start_new_session=True,
            preexec_fn=_die_with_parent() if sys.platform == "linux" else None,
        )
        self.started_at = time.monotonic()

    def watch(self) -> None:
        if self.process is None:
            if time.monotonic() >= self.restart_at:
                self.start()
        elif self.process.poll() is not None and not self.once:
            if time.monotonic() - self.started_at > LONGEST_DELAY:
                self.delay = FIRST_DELAY
            typer.echo(
                f"  {self.name} ended with code {self.process.returncode}; starting it again in {self.delay:.0f} s.",
                err=True,
            )
            self.process, self.restart_at = None, time.monotonic() + self.delay
            self.delay = min(LONGEST_DELAY, self.delay * 2)

    def stop(self, deadline: float) -> None:
        """Waits for the end of a child that was asked to stop; ends it by force after the deadline."""
        if self.process is None or self.process.poll() is not None:
            return
        try:
            self.process.wait(max(0.1, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def _die_with_parent() -> Callable[[], None]:
    """For Linux: the child gets SIGTERM when this process is gone, even by kill -9."""
    libc = ctypes.CDLL(None)
    set_parent_death_signal = 1

    def prepare() -> None:
        libc.prctl(set_parent_death_signal, signal.SIGTERM)

    return prepare


def serve(*, demo: bool) -> int:
    """Runs until Ctrl-C or SIGTERM. Returns the exit code."""
    settings = get_settings()
    # Asked first: whatever listens there already would answer for our API below.
    if (taken := address_in_use(settings.host, settings.port)) is not None:
        typer.echo(taken, err=True)
        return 1
    settings.prepare_data_dir()
    # A plain flag: an exception out of a handler can be lost in whatever runs at that moment (a fork, a finaliser), and
    # a lock can be the one that this thread holds.
    asked_to_stop = False

    def ask_to_stop(_signal: int, _frame: FrameType | None) -> None:
        nonlocal asked_to_stop
        asked_to_stop = True

    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, ask_to_stop)
    api = Child("api", ["api", "--migrate"])
    others = [
        Child(f"worker '{name}'", ["worker", f"--queues={','.join(queues)}", f"--name={name}"])
        for name, queues in WORKERS.items()
    ]
    others.append(Child("beat", ["beat"]))
    started: list[Child] = [api]
    try:
        api.start()
        if not _wait_until_healthy(settings, api, lambda: asked_to_stop):
            if asked_to_stop:
                return 0
            typer.echo("The API did not start; its message is above.", err=True)
            return 1
        typer.echo(f"\n  Facet is at http://{settings.host}:{settings.port}  (Ctrl-C stops it)\n")
        started += others
        for child in others:
            child.start()
        if demo:
            maker = Child("demo", ["demo"], once=True)
            started.append(maker)
            maker.start()
        while not asked_to_stop:
            for child in started:
                child.watch()
            time.sleep(0.3)
        typer.echo("\nStopping…")
        return 0
    finally:
        for name in (signal.SIGINT, signal.SIGTERM):
            signal.signal(name, signal.SIG_IGN)
        deadline = time.monotonic() + STOP_SECONDS
        for child in reversed(started):
            if child.process is not None and child.process.poll() is None:
                child.process.terminate()
        for child in reversed(started):
            child.stop(deadline)


def _wait_until_healthy(settings: Settings, api: Child, stopping: Callable[[], bool], seconds: float = 120.0) -> bool:
    address = f"http://{'127.0.0.1' if settings.host == '0.0.0.0' else settings.host}:{settings.port}/api/v1/health"  # noqa: S104
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and not stopping():
        if api.process is None or api.process.poll() is not None:
            return False
        try:
            with urllib.request.urlopen(address, timeout=2) as response:
                return bool(response.status == 200)
        except (urllib.error.URLError, OSError):
            time.sleep(0.05)
    return False
