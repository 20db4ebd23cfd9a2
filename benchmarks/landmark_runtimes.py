"""The landmark network in several runtimes, each as a function that the product's own path calls in place of its network.

ONNX Runtime is for measuring only: `pip install --constraint constraints.txt -e '.[benchmarks]'`.
"""

import importlib.util
import logging
import warnings
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import torch
from torch import Tensor, nn

from ml.devices import autocast
from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet, normalise
from ml.landmarks.runtimes import Crops, Heatmaps, Maps, OpenVinoNetwork, in_torch
from ml.quiet_openvino import openvino

RUNTIMES: Final = ("openvino", "openvino-fp32", "torch", "torch-fp32", "onnxruntime")


class Unavailable(Exception):
    """A runtime cannot be measured here; the text says why."""


class FromCrops(nn.Module):
    """The network with its normalising in front, so that a runtime can merge the two."""

    def __init__(self, network: LandmarkNet) -> None:
        super().__init__()
        self.network = network

    def forward(self, crops: Tensor) -> Tensor:
        return self.network(normalise(crops))


@dataclass(frozen=True)
class Runtime:
    """A way to run the network.

    Attributes:
        name: one of RUNTIMES.
        heatmaps: runs it, on any number of crops.
        precision: what it computes in.
        warmed: numbers of crops that it has prepared itself for.
    """

    name: str
    heatmaps: Heatmaps
    precision: str
    warmed: set[int] = field(default_factory=set)

    def warm_up(self, crops: Crops) -> None:
        """Runs once if the number of crops is new: runtimes plan memory and choose kernels by it."""
        if len(crops) not in self.warmed:
            self.heatmaps(crops)
            self.warmed.add(len(crops))


def open_runtime(
    name: str, network: LandmarkNet, graph: Callable[[], bytes], device: torch.device, threads: int
) -> Runtime:
    """Makes a runtime ready.

    Args:
        name: one of RUNTIMES; "openvino" is the product's own on a CPU, "torch" on a GPU, in the precision that they choose.
        network: in evaluation mode, on the device.
        graph: gives the network as `export` does; only asked by ONNX Runtime, where it is installed.
        device: of torch; the others run on the CPU only.
        threads: on the CPU, of ONNX Runtime; the others take torch's.

    Raises:
        Unavailable: it is not installed, or does not run on this device or in this precision.
    """
    if name == "torch":
        return _torch(network, device)
    if name == "torch-fp32":
        return _torch_fp32(network, device)
    if device.type != "cpu":
        raise Unavailable(f"measured on the CPU only, not on {device}")
    if name != "onnxruntime":
        return _openvino(name, network)
    for needed in ("onnxruntime", "onnx", "onnxscript"):
        if importlib.util.find_spec(needed) is None:
            raise Unavailable(f"{needed} is not installed (the extra 'benchmarks')")
    return _onnxruntime(graph(), threads)


def export(network: LandmarkNet) -> bytes:
    """Returns the network as an ONNX graph for any number of crops."""
    crops = torch.zeros(2, INPUT_SIZE, INPUT_SIZE, 3, dtype=torch.uint8)
    # The exporter warns of a torchvision that is not needed, and of its own internals.
    logging.getLogger("torch.onnx").setLevel(logging.ERROR)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        program = torch.onnx.export(
            FromCrops(network).eval(), (crops,), dynamo=True, verbose=False, dynamic_shapes=({0: "n"},)
        )
    assert program is not None  # only an export into a file returns nothing
    return program.model_proto.SerializeToString()


def _torch(network: LandmarkNet, device: torch.device) -> Runtime:
    with autocast(device):
        reduced = torch.is_autocast_enabled(device.type)
    return Runtime("torch", in_torch(network, device), "bf16" if reduced else "fp32")


def _torch_fp32(network: LandmarkNet, device: torch.device) -> Runtime:
    @torch.inference_mode()
    def heatmaps(crops: Crops) -> Maps:
        return network(normalise(torch.from_numpy(crops).to(device))).cpu().numpy()

    return Runtime("torch-fp32", heatmaps, "fp32")


def _openvino(name: str, network: LandmarkNet) -> Runtime:
    chosen = OpenVinoNetwork(network)
    if name == "openvino":
        return Runtime(name, chosen, chosen.precision)
    if chosen.precision == "f32":
        raise Unavailable("this processor computes in float32 anyway")
    return Runtime(name, OpenVinoNetwork(network, {"INFERENCE_PRECISION_HINT": openvino.Type.f32}), "f32")


def _onnxruntime(graph: bytes, threads: int) -> Runtime:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # A pool that goes on spinning after its turn would slow the next runtime.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    return Runtime("onnxruntime", lambda crops: session.run(None, {given.name: crops})[0], "fp32")
