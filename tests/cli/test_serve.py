"""facet serve: everything starts, what dies comes back, and nothing is left behind."""

import os
import re
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from backend.settings import Settings
from tests.workers.processes import Running, Stage, children_of, is_alive, wait_until

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stage]:
    """A new installation: serve itself makes its database."""
    folder = tmp_path_factory.mktemp("serve")
    settings = Settings(
        data_dir=folder / "data", database_url="", broker_url="", blob_url="", frontend_dir=folder / "no-frontend"
    )
    stage = Stage(folder, settings)
    yield stage
    stage.close()


PHOTOS, LONG = "worker --queues=prelabel,parse --name=photos", "worker --queues=train,transfer --name=long"
CHILDREN = ("api", PHOTOS, LONG, "beat")


def _command(pid: int) -> str:
    return Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")


def _child(serve: Running, name: str) -> int | None:
    return next((pid for pid in children_of(serve.pid) if f"cli.main {name}" in _command(pid)), None)


def _serving(stage: Stage, *arguments: str) -> Running:
    serve = stage.start("serve", *arguments)

    def complete() -> bool:
        assert serve.alive, serve.text()
        return all(_child(serve, name) for name in CHILDREN)

    wait_until("all its processes run", complete)
    return serve


def _get(stage: Stage, path: str) -> httpx.Response:
    return httpx.get(f"http://127.0.0.1:{stage.port}{path}", timeout=10)


def test_what_dies_comes_back_and_one_signal_ends_all(stage: Stage) -> None:
    serve = _serving(stage, "--demo")
    assert _get(stage, "/api/v1/health").json()["status"] == "ok"
    assert re.search(r"One-time password: \S{16}", serve.text())
    wait_until("the demo is made and labelled", lambda: serve.text().count("job.succeeded") >= 3)

    worker = _child(serve, PHOTOS)
    assert worker is not None
    os.kill(worker, signal.SIGKILL)
    wait_until("the worker is back", lambda: _child(serve, PHOTOS) not in (None, worker))
    assert "worker 'photos' ended with code -9" in serve.text()

    # And the maker of the demo, which may still be rendering.
    children = children_of(serve.pid)
    assert {_child(serve, name) for name in CHILDREN} <= set(children)
    assert serve.stop(signal.SIGINT, 15) == 0
    assert not any(map(is_alive, children))
    with pytest.raises(httpx.TransportError):
        _get(stage, "/api/v1/health")
    _is_calm(serve.text())


def _is_calm(output: str) -> None:
    for noise in ("Traceback", "superuser", "WARNING/", "[config]", "celery beat v", "No hostname"):
        assert noise not in output, output


def test_a_second_start_and_its_sudden_end(stage: Stage) -> None:
    serve = _serving(stage)
    assert "One-time password" not in serve.text()
    assert _get(stage, "/api/v1/health").status_code == 200
    children = children_of(serve.pid)
    assert len(children) == len(CHILDREN)
    serve.kill()
    wait_until("its children end too", lambda: not any(map(is_alive, children)), 20)
    _is_calm(serve.text())


def test_a_taken_port_is_said_and_nothing_is_started(stage: Stage) -> None:
    with socket.socket() as other:
        # As servers do: a connection of the test before may linger on this port.
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", stage.port))
        other.listen()
        for command in ("serve", "api"):
            refused = stage.start(command)
            assert wait_until("it gives up", lambda refused=refused: refused.process.poll()) == 1
            assert f"cannot listen at 127.0.0.1, port {stage.port}" in refused.text()
            assert "--port" in refused.text()
            _is_calm(refused.text())
