"""Several processes that train one network, as torchrun starts them: each takes its share of every batch."""

import gc
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final

import numpy as np
import numpy.typing as npt
import torch
import torch.distributed as dist
from torch import Tensor, nn
from torch.nn.parallel import DistributedDataParallel

_PATIENCE: Final = timedelta(days=1)
"""How long processes wait for each other: the first one may draw thousands of pictures meanwhile. torchrun ends those that
wait for a dead one."""


@dataclass(frozen=True)
class Ranks:
    """This process among those of a training; by default it is the only one, and nothing below changes anything.

    Attributes:
        rank: its number, from 0.
        count: of all processes.
        device: where the tensors are that processes exchange: its own GPU with NCCL, the CPU with Gloo.
    """

    rank: int = 0
    count: int = 1
    device: torch.device = field(default_factory=lambda: torch.device("cpu"))

    @property
    def first(self) -> bool:
        """Whether this is the process that scores, logs, saves and writes."""
        return self.rank == 0

    def share_of(self, batch: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Returns this process's part of a batch (N,); the parts' sizes differ by one at most."""
        return np.array_split(batch, self.count)[self.rank]

    def parallel(self, network: nn.Module) -> nn.Module:
        """Returns what to call in the network's place, so that a backward pass averages the gradients of all processes.

        The network, on this process's device, gets the first one's weights, and before each call its batch norms' statistics.
        On GPUs batch norms normalise by the whole batch, as one process does. PyTorch cannot do that on a CPU: there each
        process normalises by its own share, and the running statistics are those of the first one's shares.
        """
        if self.count == 1:
            return network
        if self.device.type == "cpu":
            return DistributedDataParallel(network)
        # In place, but for a network that is nothing but a batch norm; parameters stay the same objects.
        return DistributedDataParallel(nn.SyncBatchNorm.convert_sync_batchnorm(network), device_ids=[self.device])

    def whole_mean(self, mean: Tensor, weight: Tensor) -> tuple[Tensor, Tensor]:
        """From the mean over this process's share of a batch to the mean over the batch.

        Args:
            mean: a scalar with a gradient.
            weight: a scalar, over how much it is the mean, such as the number of known points.

        Returns:
            A scalar whose gradients, averaged over the processes, are those of the batch's mean; and that mean, without.
        """
        if self.count == 1:
            return mean, mean.detach()
        both = torch.stack((mean.detach() * weight, weight.to(mean.dtype))).to(self.device)
        dist.all_reduce(both)
        total, whole = both.to(mean.device)
        whole = whole.clamp(min=1)
        return mean * (self.count * weight / whole), total / whole

    def share(self, data: bytes | None) -> bytes:
        """Returns the first process's bytes in all of them.

        Args:
            data: ignored in the others.
        """
        if self.first and data is None:
            raise ValueError("the first process has nothing to share")
        if self.count == 1:
            assert data is not None  # checked above
            return data
        length = torch.tensor(len(data) if self.first and data is not None else 0, device=self.device)
        dist.broadcast(length, src=0)
        content = torch.empty(int(length), dtype=torch.uint8, device=self.device)
        if self.first and data is not None:
            content.copy_(torch.frombuffer(bytearray(data), dtype=torch.uint8))
        dist.broadcast(content, src=0)
        return content.cpu().numpy().tobytes()

    @contextmanager
    def first_alone(self) -> Iterator[None]:
        """Lets the first process through the block before the others enter it: they find what it left on the disk."""
        if not self.first:
            self._wait()
        yield
        if self.first:
            self._wait()

    def _wait(self) -> None:
        if self.count > 1:
            dist.barrier(device_ids=[self.device.index] if self.device.type == "cuda" else None)


def ranks() -> Ranks:
    """Returns this process's place in the group that it has joined, or the only place when it has joined none."""
    if not dist.is_initialized():
        return Ranks()
    on_gpu = dist.get_backend() == dist.Backend.NCCL
    device = torch.device("cuda", torch.cuda.current_device()) if on_gpu else torch.device("cpu")
    return Ranks(dist.get_rank(), dist.get_world_size(), device)


@contextmanager
def joined(device: str) -> Iterator[Ranks]:
    """Joins the other processes that torchrun started, for as long as the block runs; nothing without torchrun.

    Args:
        device: "auto", "cpu" or "cuda": GPUs are used where there are any, one a process, and become the current ones.

    Raises:
        ValueError: torchrun started more processes than there are GPUs, or the device is one GPU for all of them.
    """
    if int(os.environ.get("WORLD_SIZE", "1")) == 1:
        yield Ranks()
        return
    if device not in ("auto", "cpu", "cuda"):
        raise ValueError(
            f"device {device!r}: under torchrun each process takes a GPU of its own; name auto, cuda or cpu"
        )
    on_gpu = device == "cuda" or (device == "auto" and torch.cuda.is_available())
    if on_gpu:
        place = int(os.environ["LOCAL_RANK"])
        if place >= torch.cuda.device_count():
            raise ValueError(f"torchrun started more processes than this machine's {torch.cuda.device_count()} GPUs")
        torch.cuda.set_device(place)
    dist.init_process_group("nccl" if on_gpu else "gloo", timeout=_PATIENCE)
    try:
        here = ranks()
        yield here
        # The first process is where the others meet: were it gone before they have left, they would abort.
        here._wait()
    finally:
        # A parallel network is part of a circle of references, and keeps the group's threads, which abort the process
        # when they outlive the interpreter.
        gc.collect()
        dist.destroy_process_group()
