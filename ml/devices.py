"""Where a network runs, and in which number format."""

from contextlib import AbstractContextManager

import torch
from torch import nn


def choose_device(name: str) -> torch.device:
    """Returns the named device; "auto" is the GPU where there is one, else the CPU."""
    if name == "auto":
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    return torch.device(name)


def autocast(device: torch.device) -> AbstractContextManager[None]:
    """Returns the context of a forward pass: bfloat16 where the hardware computes in it, float32 elsewhere."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=has_bfloat16(device))


def has_bfloat16(device: torch.device) -> bool:
    """Whether the hardware computes in bfloat16 faster than in float32.

    Of CPUs, those with matrix units (AMX): with vector instructions for bfloat16 alone, float32 was the faster one.
    """
    if device.type == "cuda":
        return torch.cuda.is_bf16_supported(including_emulation=False)
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("amx_bf16"))


def channels_last(network: nn.Module) -> None:
    """Lays a network's convolutions out so that they take what `normalise` returns without turning it round."""
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
