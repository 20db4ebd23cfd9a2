"""Annotators at work: `next` and `submit` over HTTP, on both databases, with one and with many people at once.

    .venv/bin/python -m benchmarks.annotators [--tasks 2000] [--annotators 1 8 32] [--each 40] [--json]

Every submission moves all 106 points, so that it carries as much as the largest real one. The client runs on the same
machine and shares its cores; compare the rows with each other, not with another machine's.
"""

import argparse
import http.client
import json
import statistics
import threading
import time
import uuid
from datetime import UTC, datetime
from typing import Any

from benchmarks.installations import Running, add_annotators, add_ready_tasks, running

ENGINES = ("sqlite", "postgresql")


def _call(
    connection: http.client.HTTPConnection, token: str, method: str, path: str, body: Any, **headers: str
) -> tuple[Any, float]:
    started = time.perf_counter()
    connection.request(
        method,
        f"/api/v1{path}",
        json.dumps(body) if body is not None else None,
        {"Authorization": f"Bearer {token}", "Content-Type": "application/json"} | headers,
    )
    answer = connection.getresponse()
    data = answer.read()
    seconds = time.perf_counter() - started
    if answer.status != 200:
        raise RuntimeError(f"{method} {path}: {answer.status} {data[:300]!r}")
    return json.loads(data), seconds


def _work(port: int, token: str, project_id: int, times: int, results: list[tuple[int, float, float]]) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", port)
    for _ in range(times):
        assignment, next_seconds = _call(connection, token, "POST", f"/projects/{project_id}/tasks/next", None)
        operation = {
            "op_id": str(uuid.uuid4()),
            "base_revision": assignment["revision"]["number"],
            "kind": "move_points",
            "payload": {
                "points": {str(i): [x + 1.5, y - 0.5] for i, (x, y) in enumerate(assignment["revision"]["points"])}
            },
            "at": datetime.now(UTC).isoformat(),
        }
        _, submit_seconds = _call(
            connection,
            token,
            "POST",
            f"/tasks/{assignment['task']['id']}/submit",
            {"operations": [operation]},
            **{"X-Lease-Token": assignment["lease"]["token"], "If-Match": assignment["etag"]},
        )
        results.append((assignment["task"]["id"], next_seconds, submit_seconds))
    connection.close()


def _measure(api: Running, project_id: int, annotators: int, each: int) -> dict[str, Any]:
    tokens = add_annotators(api.facet, project_id, annotators)
    for token in tokens[:1]:
        _work(api.port, token, project_id, 3, [])
    results: list[tuple[int, float, float]] = []
    threads = [threading.Thread(target=_work, args=(api.port, token, project_id, each, results)) for token in tokens]
    started = time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    wall = time.perf_counter() - started
    done = len(results)
    return {
        "annotators": annotators,
        "submitted": done,
        "done_per_second": round(done / wall, 1),
        "next_ms": _quantiles([row[1] for row in results]),
        "submit_ms": _quantiles([row[2] for row in results]),
        "tasks_done_twice": done - len({row[0] for row in results}),
    }


def _quantiles(seconds: list[float]) -> dict[str, float]:
    cuts = statistics.quantiles(seconds, n=100, method="inclusive")
    return {
        "p50": round(statistics.median(seconds) * 1000, 1),
        "p95": round(cuts[94] * 1000, 1),
        "max": round(max(seconds) * 1000, 1),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=5000)
    parser.add_argument("--annotators", type=int, nargs="+", default=[1, 8, 32])
    parser.add_argument("--each", type=int, default=40, help="submissions of each annotator")
    parser.add_argument("--engines", nargs="+", default=list(ENGINES), choices=ENGINES)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    rows = []
    for engine in arguments.engines:
        with running(engine) as api:
            project_id = add_ready_tasks(api.facet, "Benchmark", arguments.tasks)
            rows += [
                {"database": engine} | _measure(api, project_id, annotators, arguments.each)
                for annotators in arguments.annotators
            ]
    if arguments.json:
        print(json.dumps({"benchmark": "annotators", "tasks": arguments.tasks, "rows": rows}))
        return
    print(f"{arguments.tasks} tasks, {arguments.each} submissions each, 106 points moved")
    print("database    annotators  done/s   next p50/p95/max ms       submit p50/p95/max ms     done twice")
    for row in rows:
        nexts, submits = (
            " / ".join(f"{row[kind][key]:.1f}" for key in ("p50", "p95", "max")) for kind in ("next_ms", "submit_ms")
        )
        print(
            f"{row['database']:<11} {row['annotators']:>10} {row['done_per_second']:>7}   {nexts:<25} {submits:<25}"
            f" {row['tasks_done_twice']}"
        )


if __name__ == "__main__":
    main()
