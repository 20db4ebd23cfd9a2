"""From JPEG bytes to 106 points: ms a photo by runtime, width and batch, and where they go.

    .venv/bin/python -m benchmarks.landmark_speed PHOTO… [--widths 128 256] [--batches 1 8] [--threads 2] [--rounds 30]
        [--runtimes openvino openvino-fp32 torch torch-fp32 onnxruntime] [--device cpu] [--json] [--plot speed.svg]

"openvino" is what Facet runs on a CPU, "torch" on a GPU: bfloat16 where the hardware computes in it. The network timed has
random weights, which cost the same as trained ones; where to look for the face, the shipped weights tell beside it, off the
clock, so that every row does the same work. Runtimes take turns photo by photo, in an order drawn anew each time, so that
their ratio holds on a busy machine. A total is the whole way, as the product's own code goes it; its parts, also medians, need
not add up to it:

    decode    the JPEG, at a fraction of its size where that is enough; again, larger, where the face is small in it
    find      the cascades
    crop      the face, turned upright
    network   normalising included, on every place that is looked at
    points    out of the heatmaps
    other     the rest: boxes, transforms, stacking a batch, choosing among places

"off" is how far the heatmaps are from those of torch in float32, as a share of their norm. ONNX Runtime is a row where it
is installed: `.venv/bin/pip install --constraint constraints.txt -e '.[benchmarks]'`.
"""

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from functools import cache, partial
from itertools import cycle, islice
from pathlib import Path
from types import GeneratorType
from typing import Any, Final
from unittest import mock

import cv2
import numpy as np
import torch

from benchmarks.bar_plot import bar_plot
from benchmarks.landmark_runtimes import (
    RUNTIMES,
    Runtime,
    Unavailable,
    export,
    open_runtime,
)
from ml import geometry
from ml.data import files as files_of_photos
from ml.devices import choose_device
from ml.landmarks import detect
from ml.landmarks.checkpoint import Metadata, load
from ml.landmarks.heatmaps import HeatmapCodec
from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet, normalise
from ml.landmarks.predict import Landmarker
from ml.landmarks.runtimes import Crops, Maps
from ml.landmarks.shipped import shipped_checkpoint

STAGES: Final = ("decode", "find", "crop", "network", "points", "other")
WARM_UP: Final = 2
"""Rounds that are not counted: caches and thread pools fill."""

Files = Sequence[tuple[str, bytes]]


def split_times(landmarker: Landmarker, runtime: Runtime, files: Files) -> dict[str, float]:
    """Sends a batch the product's way and returns the seconds of the whole, as "total", and of each stage.

    Args:
        landmarker: what its network answers is what the search for the face goes by; its time does not count.
        runtime: its time counts in the network's place.
        files: name and bytes of each photo, at most the landmarker's batch size.
    """
    spent = dict.fromkeys(STAGES, 0.0)
    uncounted = 0.0

    def timed(stage: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def run(*arguments: Any) -> Any:
            started = time.perf_counter()
            result = function(*arguments)
            spent[stage] += time.perf_counter() - started
            return steps(result) if isinstance(result, GeneratorType) else result

        def steps(generator: Iterator[Any]) -> Iterator[Any]:
            following = timed(stage, partial(next, generator, None))
            while (step := following()) is not None:
                yield step

        return run

    answers = landmarker.heatmaps

    def network(crops: Crops) -> Maps:
        nonlocal uncounted
        arrived = time.perf_counter()
        runtime.warm_up(crops)
        started = time.perf_counter()
        runtime.heatmaps(crops)
        ended = time.perf_counter()
        answer = answers(crops)
        spent["network"] += ended - started
        uncounted += started - arrived + time.perf_counter() - ended
        return answer

    with ExitStack() as patches:
        for stage, function in (
            ("decode", files_of_photos.decode_reduced),
            ("find", detect._reduced),
            ("find", detect._searches),
            ("crop", geometry.warp_image),
        ):
            # Modules that import a function by its name each hold it.
            for module in [each for name, each in sys.modules.items() if name.startswith("ml.")]:
                if vars(module).get(function.__name__) is function:
                    patches.enter_context(mock.patch.object(module, function.__name__, timed(stage, function)))
        patches.enter_context(mock.patch.object(HeatmapCodec, "decode", timed("points", HeatmapCodec.decode)))
        patches.enter_context(mock.patch.object(landmarker, "heatmaps", network))
        started = time.perf_counter()
        landmarker.predict_encoded(files)
        total = time.perf_counter() - started - uncounted
    spent["other"] = total - sum(spent.values())
    return {"total": total, **spent}


def measure(
    photos: Files,
    names: Sequence[str],
    width: int,
    batch: int,
    device: torch.device,
    threads: int,
    rounds: int,
    trained: LandmarkNet,
) -> list[dict[str, Any]]:
    """Returns a row for each runtime; says on the standard error which cannot be measured, and why.

    `trained` is what the search for the face goes by, the same for every row.
    """
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(0)
        network = LandmarkNet(width)
    network.eval().to(device)
    landmarker = Landmarker(trained, Metadata(trained.width, 0), str(device), batch)
    graph = cache(partial(export, network))
    runtimes: list[Runtime] = []
    for name in names:
        try:
            runtimes.append(open_runtime(name, network, graph, device, threads))
        except Unavailable as reason:
            print(f"{name}, {width} wide, batch {batch}: left out: {reason}", file=sys.stderr)
    off = _distances(network, runtimes, batch, device)
    times: dict[str, list[dict[str, float]]] = {runtime.name: [] for runtime in runtimes}
    waiting = cycle(photos)
    rng = random.Random(0)
    for round_number in range(rounds + WARM_UP):
        files = list(islice(waiting, batch))
        for runtime in rng.sample(runtimes, len(runtimes)):
            taken = split_times(landmarker, runtime, files)
            if round_number >= WARM_UP:
                times[runtime.name].append({stage: seconds / batch for stage, seconds in taken.items()})
    return [
        {
            "runtime": runtime.name,
            "precision": runtime.precision,
            "width": width,
            "batch": batch,
            "device": str(device),
            "p50_ms": _p50_ms(times[runtime.name], "total"),
            "min_ms": round(1e3 * min(taken["total"] for taken in times[runtime.name]), 1),
            "max_ms": round(1e3 * max(taken["total"] for taken in times[runtime.name]), 1),
            "photos_per_s": round(1 / statistics.fmean(taken["total"] for taken in times[runtime.name]), 1),
            "stages_p50_ms": {stage: _p50_ms(times[runtime.name], stage) for stage in STAGES},
            "off": off[runtime.name],
        }
        for runtime in runtimes
    ]


def _p50_ms(times: Sequence[dict[str, float]], stage: str) -> float:
    return round(1e3 * statistics.median(taken[stage] for taken in times), 2)


@torch.inference_mode()
def _distances(network: LandmarkNet, runtimes: Sequence[Runtime], batch: int, device: torch.device) -> dict[str, float]:
    """How far each runtime's heatmaps are from the exact ones, on the same noise: a wrong export would show here."""
    crops = np.random.default_rng(0).integers(0, 256, (batch, INPUT_SIZE, INPUT_SIZE, 3), dtype=np.uint8)
    exact = network(normalise(torch.from_numpy(crops).to(device))).cpu().numpy()
    size = np.linalg.norm(exact)
    return {
        runtime.name: float(f"{np.linalg.norm(runtime.heatmaps(crops) - exact) / size:.2g}") for runtime in runtimes
    }


def table(rows: Sequence[dict[str, Any]]) -> str:
    """A line a row, under a heading."""
    heads = "".join(f"{stage:>9}" for stage in STAGES)
    whole = f"{'p50 ms':>8} {'min':>8} {'max':>8} {'photos/s':>9}"
    lines = [f"{'runtime':<14} {'width':>5} {'batch':>5} {'device':<7} {whole} |{heads} | off"]
    for row in rows:
        stages = "".join(f"{row['stages_p50_ms'][stage]:>9.2f}" for stage in STAGES)
        lines.append(
            f"{row['runtime']:<14} {row['width']:>5} {row['batch']:>5} {row['device']:<7} {row['p50_ms']:>8.1f}"
            f" {row['min_ms']:>8.1f} {row['max_ms']:>8.1f} {row['photos_per_s']:>9.1f} |{stages} | {row['off']:.1g}"
        )
    return "\n".join(lines)


def plot(rows: Sequence[dict[str, Any]], threads: int) -> str:
    """The stages of each row as a bar, an SVG document."""
    bars = {
        f"{row['runtime']}, {row['width']} wide, batch {row['batch']}": row["stages_p50_ms"]
        for row in sorted(rows, key=lambda row: (row["width"], row["batch"]))
    }
    where = f"{threads} CPU threads" if rows[0]["device"] == "cpu" else rows[0]["device"]
    return bar_plot(bars, title=f"From JPEG bytes to 106 points, {where}", x_label="ms a photo, p50 of each stage")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", nargs="+", type=Path, metavar="PHOTO")
    parser.add_argument("--runtimes", nargs="+", choices=RUNTIMES, default=RUNTIMES)
    parser.add_argument("--widths", nargs="+", type=int, default=[128, 256])
    parser.add_argument("--batches", nargs="+", type=int, default=[1, 8])
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=Path)
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    cv2.setNumThreads(arguments.threads)
    photos = [(str(path), path.read_bytes()) for path in arguments.photos]
    device = choose_device(arguments.device)
    one_size = partial(
        measure,
        photos,
        arguments.runtimes,
        device=device,
        threads=arguments.threads,
        rounds=arguments.rounds,
        trained=load(shipped_checkpoint())[0],
    )
    rows = [row for width in arguments.widths for batch in arguments.batches for row in one_size(width, batch)]
    if not rows:
        raise SystemExit("none of the runtimes can be measured here")
    if arguments.plot:
        arguments.plot.write_text(plot(rows, arguments.threads))
    if arguments.json:
        print(json.dumps({"benchmark": "landmark_speed", "threads": arguments.threads, "rows": rows}))
    else:
        print(table(rows))


if __name__ == "__main__":
    main()
