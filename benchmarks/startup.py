"""From `make run` to the first 200: the first start of an installation (migrations included), and every later one.

    .venv/bin/python -m benchmarks.startup [--starts 5] [--json]

Runs `make run` itself in this working tree, which must be set up already (the second start of a machine), on a data
folder of its own.
"""

import argparse
import json
import os
import signal
import statistics
import subprocess
import tempfile
import time

from backend.settings import REPOSITORY
from benchmarks.installations import free_port, wait_for_200


def _start(folder: str) -> float:
    port = free_port()
    environment = os.environ | {"FACET_DATA_DIR": folder, "FACET_PORT": str(port)}
    started = time.monotonic()
    process = subprocess.Popen(
        ["make", "--silent", "run"],
        cwd=REPOSITORY,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        wait_for_200(port)
        return time.monotonic() - started
    finally:
        os.killpg(process.pid, signal.SIGINT)
        process.wait(30)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--starts", type=int, default=5, help="starts after the first one")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="facet-startup-") as folder:
        first = _start(folder)
        later = [_start(folder) for _ in range(arguments.starts)]
    row = {
        "first_start_s": round(first, 2),
        "later_start_median_s": round(statistics.median(later), 2),
        "later_start_max_s": round(max(later), 2),
    }
    if arguments.json:
        print(json.dumps({"benchmark": "startup"} | row))
        return
    print("make run to the first 200 on /api/v1/health")
    print(f"  empty data folder, with migrations: {row['first_start_s']} s")
    print(f"  later starts: median {row['later_start_median_s']} s, slowest {row['later_start_max_s']} s")


if __name__ == "__main__":
    main()
