"""Photos a second of training and inference, step by step from plain fp32 to what is used; memory; share of the matrix rate.

    .venv/bin/python -m benchmarks.parsing_speed [--depth 18] [--input-size 257] [--batch-size 4] [--json]
    .venv/bin/python -m benchmarks.parsing_speed --device cuda --depth 101 --input-size 473 --batch-size 64

Each row adds one thing to the row above it. "fp32" is plain eager PyTorch with TF32 off; "defaults" is PyTorch as
installed, where a GPU's convolutions may run in TF32. The rows take turns round by round, so that their ratio holds on a
busy machine. A training step is everything from uint8 crops in memory to updated weights; an inference is everything from
decoded photos to label maps in their own resolution. The rate is that of the multiplications in the network's
convolutions, forward and backward, over that of a large matrix product in bfloat16 where the device computes in it,
measured in the same run. The weights are random: they cost the same time as trained ones.
"""

import argparse
import json
import resource
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any, Final
from unittest import mock

import numpy as np
import torch
from torch.utils.flop_counter import FlopCounterMode

from ml.devices import channels_last, choose_device, has_bfloat16
from ml.parsing.checkpoint import Architecture, Metadata, ParsingNet
from ml.parsing.losses import LossWeights
from ml.parsing.predict import Parser
from ml.parsing.train import loss_function

MIB: Final = 2**20


@dataclass(frozen=True)
class Rung:
    """What a row runs with."""

    name: str
    tf32: bool
    bf16: bool
    channels_last: bool
    compiled: bool


def rungs(device: torch.device) -> list[Rung]:
    """From plain to what is used; on a CPU without compilation, as in use."""
    ladder = [
        Rung("fp32", tf32=False, bf16=False, channels_last=False, compiled=False),
        Rung("defaults", tf32=True, bf16=False, channels_last=False, compiled=False),
        Rung("+ bf16", tf32=True, bf16=True, channels_last=False, compiled=False),
        Rung("+ channels last", tf32=True, bf16=True, channels_last=True, compiled=False),
        Rung("+ compile", tf32=True, bf16=True, channels_last=True, compiled=True),
    ]
    return ladder if device.type == "cuda" else [ladder[0], *ladder[2:4]]


@contextmanager
def numbers(rung: Rung) -> Iterator[None]:
    """Lets convolutions run in TF32, and inference in bfloat16, as the rung says."""
    before = torch.backends.cudnn.allow_tf32
    torch.backends.cudnn.allow_tf32 = rung.tf32
    plain = mock.patch("ml.parsing.predict.autocast", lambda _: nullcontext())
    try:
        with nullcontext() if rung.bf16 else plain:
            yield
    finally:
        torch.backends.cudnn.allow_tf32 = before


def matrix_rate(device: torch.device) -> float:
    """Returns the best of a few large matrix products, in FLOP/s, in the format that the networks run in there."""
    side = 8192 if device.type == "cuda" else 1536
    dtype = torch.bfloat16 if has_bfloat16(device) else torch.float32
    a, b = torch.randn(2, side, side, device=device, dtype=dtype)
    best = min(timed(device, lambda: a @ b) for _ in range(8))
    return 2 * side**3 / best


def timed(device: torch.device, work: Callable[[], object]) -> float:
    """Returns the seconds of some work, until the device has done it."""
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    started = time.perf_counter()
    work()
    if device.type == "cuda":
        torch.cuda.synchronize(device)
    return time.perf_counter() - started


def flops_a_photo(architecture: Architecture, *, training: bool) -> float:
    """Returns the operations of one photo, counted without computing anything."""
    with torch.device("meta"):
        network = architecture.build()
        images = torch.empty(2, 3, architecture.input_size, architecture.input_size)
        with FlopCounterMode(display=False) as counter:
            logits = network.train(training)(images)
            if training:
                sum(each.sum() for each in logits if each is not None).backward()
    return counter.get_total_flops() / 2


def training_step(
    rung: Rung, network: ParsingNet, device: torch.device, images: torch.Tensor, label_maps: torch.Tensor
) -> Callable[[], object]:
    """Returns one step, from crops in memory to updated weights."""
    network.to(device).train()
    if rung.channels_last:
        channels_last(network)
    optimizer = torch.optim.SGD(network.parameters(), 1e-3, 0.9, weight_decay=5e-4)
    compute = loss_function(network, LossWeights(), device, compiled=rung.compiled, bfloat16=rung.bf16)

    def step() -> None:
        losses = compute(images.to(device), label_maps.to(device))
        optimizer.zero_grad(set_to_none=True)
        losses.total.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 5.0)
        optimizer.step()

    return step


def inference(rung: Rung, network: ParsingNet, device: torch.device, architecture: Architecture, photos: Any) -> Any:
    """Returns one inference, from photos to label maps."""
    keep = nullcontext() if rung.channels_last else mock.patch("ml.parsing.predict.channels_last", lambda _: None)
    with keep:
        parser = Parser(network, Metadata(architecture, labels=0), str(device), batch_size=len(photos))
    if rung.compiled:
        parser.network.compile(dynamic=False)
    return lambda: parser.parse(photos)


def measure(arguments: argparse.Namespace, device: torch.device, what: str, rate: float) -> list[dict[str, Any]]:
    """Returns the rows of "training" or "inference"."""
    training = what == "training"
    architecture = Architecture("bspnet", "C", arguments.depth, arguments.categories, arguments.input_size, "photo")
    flops = flops_a_photo(architecture, training=training)
    side, batch = arguments.input_size, arguments.batch_size
    images = torch.randint(0, 256, (batch, side, side, 3), dtype=torch.uint8)
    label_maps = torch.zeros(batch, side, side, dtype=torch.uint8)
    label_maps[:, side // 4 : side // 2, side // 4 :] = 1
    photos = list(
        np.random.default_rng(0).integers(0, 256, (batch, arguments.photo_size, arguments.photo_size, 3), np.uint8)
    )
    ladder = rungs(device)
    works, memory = {}, {}
    for rung in ladder:
        torch.manual_seed(0)
        network = architecture.build()
        works[rung] = (
            training_step(rung, network, device, images, label_maps)
            if training
            else inference(rung, network, device, architecture, photos)
        )
        with numbers(rung):
            for _ in range(2):
                works[rung]()
            if device.type == "cuda":
                torch.cuda.synchronize(device)
                held = torch.cuda.memory_allocated(device)
                torch.cuda.reset_peak_memory_stats(device)
                works[rung]()
                torch.cuda.synchronize(device)
                # What other rows hold meanwhile is not this one's; its own weights and moments are.
                own = sum(p.numel() * p.element_size() for p in network.parameters()) * (3 if training else 1)
                memory[rung] = (torch.cuda.max_memory_allocated(device) - held + own) / MIB
    times: dict[Rung, list[float]] = {rung: [] for rung in ladder}
    for _ in range(arguments.rounds):
        for rung in ladder:
            with numbers(rung):
                times[rung].append(timed(device, works[rung]) / batch)
    plain = statistics.median(times[ladder[0]])
    return [
        {
            "what": what,
            "runs_with": rung.name,
            "photos_per_s": round(1 / statistics.median(taken), 2),
            "min_ms": round(1e3 * min(taken), 2),
            "max_ms": round(1e3 * max(taken), 2),
            "speedup": round(plain / statistics.median(taken), 2),
            "share_of_matrix_rate": round(flops / statistics.median(taken) / rate, 3),
            "memory_mib": round(memory[rung]) if rung in memory else None,
        }
        for rung, taken in times.items()
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--depth", type=int, default=18, choices=(18, 50, 101))
    parser.add_argument("--categories", type=int, default=11, choices=(2, 3, 11))
    parser.add_argument("--input-size", type=int, default=257)
    parser.add_argument("--photo-size", type=int, default=800, help="side of the photos that are parsed")
    parser.add_argument("--batch-size", type=int, default=4)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(arguments.threads)
    torch.backends.cudnn.benchmark = True
    device = choose_device(arguments.device)
    rate = matrix_rate(device)
    rows = [row for what in ("training", "inference") for row in measure(arguments, device, what, rate)]
    name = torch.cuda.get_device_name(device) if device.type == "cuda" else f"CPU, {arguments.threads} threads"
    resident = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if arguments.json:
        report = {"benchmark": "parsing_speed", "device": name, "matrix_tflops": rate / 1e12, "resident_mib": resident}
        print(json.dumps(report | {"settings": vars(arguments), "rows": rows}))
        return
    print(f"{name}; matrix products at {rate / 1e12:.2f} TFLOP/s; process at most {resident:.0f} MiB")
    headings = ("what", "runs with", "photos/s", "min ms", "max ms", "speedup", "of rate", "MiB")
    print("{:<10} {:<16} {:>9} {:>9} {:>9} {:>8} {:>8} {:>8}".format(*headings))
    for row in rows:
        print(
            f"{row['what']:<10} {row['runs_with']:<16} {row['photos_per_s']:>9} {row['min_ms']:>9} {row['max_ms']:>9}"
            f" {row['speedup']:>8} {row['share_of_matrix_rate']:>8.1%} {row['memory_mib'] or '-':>8}"
        )


if __name__ == "__main__":
    main()
