"""What a training needs to go on after its process was killed: one file, replaced atomically."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import torch
from torch import nn

from ml.model_file import CheckpointError, pack, unpack

_FILE: Final = "training.safetensors"
_OPTIMIZER: Final = "optimizer."


def save(
    folder: Path, run: str, step: int, networks: Mapping[str, nn.Module], optimizer: torch.optim.Optimizer
) -> None:
    """Writes the state after `step` steps.

    Args:
        folder: existing; holds this one training.
        run: what identifies the training: a state is only ever read back by the same one.
        step: how many steps are done.
        networks: read; a name each, such as the network and the running average of its weights.
        optimizer: read.
    """
    tensors = {f"{key}.{name}": tensor for key, each in networks.items() for name, tensor in each.state_dict().items()}
    for index, moments in optimizer.state_dict()["state"].items():
        tensors.update({f"{_OPTIMIZER}{index}.{name}": t for name, t in moments.items() if t is not None})
    temporary = folder / f"{_FILE}.new"
    with temporary.open("wb") as file:
        file.write(pack(tensors, {"kind": "training", "run": run, "step": step}))
        file.flush()
        os.fsync(file.fileno())
    temporary.replace(folder / _FILE)


def restore(folder: Path, run: str, networks: Mapping[str, nn.Module], optimizer: torch.optim.Optimizer) -> int:
    """Puts a saved state into networks and their optimizer.

    Args:
        folder: as for `save`.
        run: likewise.
        networks: to be changed; those of the state's that are not named here are left out.
        optimizer: to be changed.

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
    for key, network in networks.items():
        network.load_state_dict(_part(tensors, f"{key}."))
    moments: dict[int, dict[str, torch.Tensor]] = {}
    for name, tensor in _part(tensors, _OPTIMIZER).items():
        index, _, key = name.partition(".")
        moments.setdefault(int(index), {})[key] = tensor
    optimizer.load_state_dict({"state": moments, "param_groups": optimizer.state_dict()["param_groups"]})
    return int(header["step"])


def _part(tensors: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): tensor for name, tensor in tensors.items() if name.startswith(prefix)}
