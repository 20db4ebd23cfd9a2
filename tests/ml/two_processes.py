"""Two processes that find each other as torchrun's own do, without torchrun, which takes its time."""

import os
import socket
import subprocess
import sys
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[2]


def run_two(module: str, *arguments: object) -> list[int]:
    """Runs a module in two processes; returns their exit codes, negative where a signal ended one."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    shared = {"WORLD_SIZE": "2", "MASTER_ADDR": "127.0.0.1", "MASTER_PORT": str(port), "OMP_NUM_THREADS": "1"}
    running = [
        subprocess.Popen(
            [sys.executable, "-m", module, *map(str, arguments)],
            cwd=REPOSITORY,
            env=os.environ | shared | {"RANK": str(rank), "LOCAL_RANK": str(rank)},
        )
        for rank in range(2)
    ]
    try:
        return [process.wait(300) for process in running]
    finally:
        for process in running:
            process.kill()
