"""From JPEG bytes to 106 points: ms a photo and photos/s, by runtime, width and batch.

    .venv/bin/python -m benchmarks.landmark_speed PHOTO… [--widths 128 256] [--batches 1 8] [--threads 2]
        [--device cpu] [--rounds 30] [--json]

The weights are random: they cost the same time as trained ones. Decoding, finding, cropping and reading the points are
part of every figure. Runtimes take turns photo by photo, so that their ratio holds on a busy machine.
"""

import argparse
import json
import statistics
import time
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from itertools import cycle, islice
from pathlib import Path
from typing import Any
from unittest import mock

import torch

from ml.landmarks.checkpoint import Metadata
from ml.landmarks.hourglass import LandmarkNet
from ml.landmarks.predict import Landmarker

RUNTIMES = ("torch", "torch-fp32")


@contextmanager
def _runtime(name: str) -> Iterator[None]:
    """`torch` is the product's own path: bfloat16 where the hardware computes in it."""
    fp32 = mock.patch("ml.landmarks.predict.autocast", lambda device: nullcontext())
    with fp32 if name == "torch-fp32" else nullcontext():
        yield


def _measure(arguments: argparse.Namespace, width: int, batch: int) -> list[dict[str, Any]]:
    landmarker = Landmarker(LandmarkNet(width), Metadata(width, 0), arguments.device, batch)
    photos = cycle([(str(path), path.read_bytes()) for path in arguments.photos])
    times: dict[str, list[float]] = {name: [] for name in RUNTIMES}
    for round_number in range(arguments.rounds + 2):
        files = list(islice(photos, batch))
        for name in RUNTIMES:
            with _runtime(name):
                started = time.perf_counter()
                landmarker.predict_encoded(files)
                taken = time.perf_counter() - started
            # The first two rounds warm up caches and thread pools.
            if round_number >= 2:
                times[name].append(taken / batch)
    return [
        {
            "runtime": name,
            "width": width,
            "batch": batch,
            "device": str(landmarker.device),
            "p50_ms": round(1e3 * statistics.median(taken), 1),
            "min_ms": round(1e3 * min(taken), 1),
            "max_ms": round(1e3 * max(taken), 1),
            "photos_per_s": round(1 / statistics.fmean(taken), 1),
        }
        for name, taken in times.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--widths", nargs="+", type=int, default=[128, 256])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    rows = [
        row for width in arguments.widths for batch in arguments.batches for row in _measure(arguments, width, batch)
    ]
    if arguments.json:
        print(json.dumps({"benchmark": "landmark_speed", "threads": arguments.threads, "rows": rows}))
        return
    print(
        f"{'runtime':<11} {'width':>5} {'batch':>5} {'device':<7} {'p50 ms':>8} {'min ms':>8} {'max ms':>8} {'photos/s':>9}"
    )
    for row in rows:
        print(
            f"{row['runtime']:<11} {row['width']:>5} {row['batch']:>5} {row['device']:<7}"
            f" {row['p50_ms']:>8} {row['min_ms']:>8} {row['max_ms']:>8} {row['photos_per_s']:>9}"
        )


if __name__ == "__main__":
    main()
