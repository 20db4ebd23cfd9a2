"""What a training needs to go on after its process was killed: one file, replaced atomically."""

import os
from pathlib import Path
from typing import Final

import torch

from ml.parsing.checkpoint import CheckpointError, ParsingNet, pack, unpack

_FILE: Final = "training.safetensors"
_NETWORK: Final = "network."
_OPTIMIZER: Final = "optimizer."


def save(folder: Path, run: str, step: int, network: ParsingNet, optimizer: torch.optim.Optimizer) -> None:
    """Writes the state after `step` steps.

    Args:
        folder: existing; holds this one training.
        run: what identifies the training: a state is only ever read back by the same one.
        step: how many steps are done.
        network: read.
        optimizer: read.
    """
    tensors = {_NETWORK + name: tensor for name, tensor in network.state_dict().items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors.update({f"{_OPTIMIZER}{index}.{name}": t for name, t in moments.items() if t is not None})
    temporary = folder / f"{_FILE}.new"
    with temporary.open("wb") as file:
        file.write(pack(tensors, {"kind": "parsing-training", "run": run, "step": step}))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _FILE)


def restore(folder: Path, run: str, network: ParsingNet, optimizer: torch.optim.Optimizer) -> int:
    """Puts a saved state into a network and its optimizer.

    Returns:
        The number of steps done; 0, and nothing changed, when there is no readable state of this run.
    """
    path = folder / _FILE
    if not path.exists():
        return 0
    try:
        tensors, header = unpack(path.read_bytes())
    except CheckpointError:
        return 0
    if header.get("run") != run:
        return 0
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in tensors.items():
        if name.startswith(_OPTIMIZER):
            index, _, key = name.removeprefix(_OPTIMIZER).partition(".")
            moments.setdefault(int(index), {})[key] = tensor
    network.load_state_dict({n.removeprefix(_NETWORK): t for n, t in tensors.items() if n.startswith(_NETWORK)})
    optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})
    return int(header["step"])
