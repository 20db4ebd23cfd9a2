"""The landmark network in several runtimes, each as a function that the product's own path calls in place of its network.

ONNX Runtime and OpenVINO are for measuring only: `pip install --constraint constraints.txt -e '.[benchmarks]'`.
"""

import importlib.util
import logging
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Final
from unittest import mock

import torch
from torch import Tensor, nn

from ml.devices import autocast
from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet, normalise

RUNTIMES: Final = ("torch", "torch-fp32", "onnxruntime", "openvino", "openvino-bf16")

Heatmaps = Callable[[Tensor], Tensor]
"""From crops (N, 256, 256, 3) uint8 to heatmaps (N, 106, 64, 64) float32: normalising is the runtime's work, too."""


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

    def warm_up(self, crops: Tensor) -> None:
        """Runs once if the number of crops is new: runtimes plan memory and choose kernels by it."""
        if len(crops) not in self.warmed:
            self.heatmaps(crops)
            self.warmed.add(len(crops))


@contextmanager
def in_place_of_network(landmarker: Any, heatmaps: Heatmaps) -> Iterator[None]:
    """Lets a Landmarker call this with its crops; normalising and the number format are then no longer its own."""
    with (
        mock.patch("ml.landmarks.predict.normalise", lambda crops: crops),
        mock.patch("ml.landmarks.predict.autocast", lambda device: nullcontext()),
        mock.patch.object(landmarker, "network", heatmaps),
    ):
        yield


def open_runtime(
    name: str, network: LandmarkNet, graph: Callable[[], bytes], device: torch.device, threads: int
) -> Runtime:
    """Makes a runtime ready.

    Args:
        name: one of RUNTIMES; "torch" is the product's own, in bfloat16 where the hardware computes in it.
        network: in evaluation mode, on the device.
        graph: gives the network as `export` does; only asked where the runtime is installed and is not torch.
        device: of torch; the others run on the CPU only.
        threads: on the CPU, of the others.

    Raises:
        Unavailable: it is not installed, or does not run on this device or in this precision.
    """
    if name in ("torch", "torch-fp32"):
        return _torch(name, network, device)
    if device.type != "cpu":
        raise Unavailable(f"measured on the CPU only, not on {device}")
    package = name.removesuffix("-bf16")
    for needed in (package, "onnx", "onnxscript"):
        if importlib.util.find_spec(needed) is None:
            raise Unavailable(f"{needed} is not installed (the extra 'benchmarks')")
    return _onnxruntime(graph(), threads) if package == "onnxruntime" else _openvino(name, graph(), threads)


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


def _torch(name: str, network: LandmarkNet, device: torch.device) -> Runtime:
    whole = FromCrops(network).eval()

    def heatmaps(crops: Tensor) -> Tensor:
        with autocast(device) if name == "torch" else nullcontext():
            result = whole(crops)
        if device.type == "cuda":
            # Otherwise the wait would be counted where its result is first read.
            torch.cuda.synchronize(device)
        return result

    with autocast(device):
        reduced = torch.is_autocast_enabled(device.type)
    return Runtime(name, heatmaps, "bf16" if name == "torch" and reduced else "fp32")


def _onnxruntime(graph: bytes, threads: int) -> Runtime:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    # A pool that goes on spinning after its turn would slow the next runtime.
    options.add_session_config_entry("session.force_spinning_stop", "1")
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    return Runtime(
        "onnxruntime", lambda crops: torch.from_numpy(session.run(None, {given.name: crops.numpy()})[0]), "fp32"
    )


def _openvino(name: str, graph: bytes, threads: int) -> Runtime:
    import openvino

    wanted = openvino.Type.bf16 if name == "openvino-bf16" else openvino.Type.f32
    core = openvino.Core()
    hints = {
        "INFERENCE_PRECISION_HINT": wanted,
        "PERFORMANCE_HINT": "LATENCY",
        "INFERENCE_NUM_THREADS": threads,
    }
    model = core.read_model(graph)

    @cache
    def request(count: int) -> Any:
        """A request for this number of crops: a graph of fixed shapes is faster."""
        fixed = model.clone()
        fixed.reshape([count, INPUT_SIZE, INPUT_SIZE, 3])
        return core.compile_model(fixed, "CPU", hints).create_infer_request()

    # A processor without bfloat16 ignores the hint: a row of that name would then show float32.
    if (got := request(1).get_compiled_model().get_property("INFERENCE_PRECISION_HINT")) != wanted:
        raise Unavailable(f"this processor computes in {got.get_type_name()}, not in {wanted.get_type_name()}")
    # The request's memory is its own and is overwritten by the next call: hence the copy.
    return Runtime(
        name,
        lambda crops: torch.from_numpy(request(len(crops)).infer({0: crops.numpy()})[0].copy()),
        "bf16" if name == "openvino-bf16" else "fp32",
    )
