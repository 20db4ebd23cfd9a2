"""The landmark network as a function from crops to heatmaps, in the runtime that is fastest where it runs.

On a CPU that is OpenVINO: half to two thirds of torch's time, with the same weights (`benchmarks/landmark_speed.py`,
decision 20). On a GPU it is torch. Training is torch's alone.
"""

import threading
from collections.abc import Callable
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from ml.devices import autocast
from ml.landmarks.hourglass import HEATMAP_SIZE, INPUT_SIZE, Hourglass, LandmarkNet, Residual, normalise
from ml.quiet_openvino import openvino, operations
from ml.schema import N_POINTS

Crops = npt.NDArray[np.uint8]
Maps = npt.NDArray[np.float32]
Heatmaps = Callable[[Crops], Maps]
"""From crops (N, 256, 256, 3) RGB to heatmaps (N, 106, 64, 64). Threads may call it at the same time."""

_CHANNELS_FIRST: Final = (0, 3, 1, 2)


def fastest(network: LandmarkNet, device: torch.device) -> Heatmaps:
    """Returns the network, in evaluation mode and on the device, in the runtime for that device.

    What the network learns after the first call is not seen.
    """
    # Whatever has a forward of its own is only torch's to run.
    return (
        OpenVinoNetwork(network) if device.type == "cpu" and type(network) is LandmarkNet else in_torch(network, device)
    )


def in_torch(network: LandmarkNet, device: torch.device) -> Heatmaps:
    """Returns the network as torch runs it, in bfloat16 where the hardware computes in it."""

    @torch.inference_mode()
    def heatmaps(crops: Crops) -> Maps:
        with autocast(device):
            return network(normalise(torch.from_numpy(crops).to(device))).float().cpu().numpy()

    return heatmaps


class OpenVinoNetwork:
    """The network as OpenVINO's CPU plugin runs it, in bfloat16 where the processor computes in it.

    The graph is drawn from the network's own modules: OpenVINO's converter would bring telemetry along. Crops go through
    one by one, which on a few cores is as fast as a batch, and needs one graph of fixed shapes.

    Args:
        network: in evaluation mode.
        hints: properties of OpenVINO's CPU plugin, besides the number of threads, which is torch's.
    """

    def __init__(self, network: LandmarkNet, hints: dict[str, Any] | None = None) -> None:
        self._network = network
        self._hints = hints or {}
        self._lock = threading.Lock()
        self._model: openvino.Model | None = None
        # A request belongs to one thread; threads that shared a compiled model would wait for one another.
        self._own = threading.local()

    def __call__(self, crops: Crops) -> Maps:
        request = self._request()
        maps = np.empty((len(crops), N_POINTS, HEATMAP_SIZE, HEATMAP_SIZE), np.float32)
        # The request's memory is overwritten by the next crop: hence the copy.
        for number, crop in enumerate(np.ascontiguousarray(crops)):
            maps[number] = request.infer([crop[None]])[0][0]
        return maps

    def _request(self) -> Any:
        if not hasattr(self._own, "request"):
            hints = {"PERFORMANCE_HINT": "LATENCY", "INFERENCE_NUM_THREADS": torch.get_num_threads(), **self._hints}
            with self._lock:
                if self._model is None:
                    self._model = _graph(self._network)
            self._own.request = openvino.compile_model(self._model, "CPU", hints).create_infer_request()
        return self._own.request

    @property
    def precision(self) -> str:
        """What this processor computes it in: f32, bf16 or f16."""
        compiled = self._request().get_compiled_model()
        name: str = compiled.get_property("INFERENCE_PRECISION_HINT").get_type_name()
        return name


def _graph(network: LandmarkNet) -> openvino.Model:
    crops = operations.parameter([1, INPUT_SIZE, INPUT_SIZE, 3], np.uint8, name="crops")
    floats = operations.convert(operations.transpose(crops, _whole(_CHANNELS_FIRST)), "f32")
    images = operations.subtract(operations.divide(floats, _floats(127.5)), _floats(1.0))
    heatmaps = images
    with torch.inference_mode():
        for module in (network.stem, network.hourglass, network.neck, network.head):
            heatmaps = _node(module, heatmaps)
    return openvino.Model([heatmaps], [crops], "landmarks")


def _node(module: nn.Module, x: Any) -> Any:
    """Appends a module to the graph at x, and returns where it ends."""
    match module:
        case nn.Sequential():
            for each in module:
                x = _node(each, x)
            return x
        case Residual():
            return operations.add(_node(module.skip, x), _node(module.bottleneck, x))
        case Hourglass():
            below = _node(module.up, _node(module.inner, _node(module.down, _half(x))))
            return operations.add(_node(module.stay, x), _double(below))
        case nn.Conv2d():
            return _convolution(module, x)
        case nn.BatchNorm2d():
            return _batch_norm(module, x)
        case nn.ReLU():
            return operations.relu(x)
        case nn.MaxPool2d():
            return _half(x)
        case nn.Identity():
            return x
    raise TypeError(f"the graph has no {type(module).__name__}")


def _convolution(module: nn.Conv2d, x: Any) -> Any:
    padding = [int(side) for side in module.padding]
    result = operations.convolution(
        x, _floats(module.weight), list(module.stride), padding, padding, list(module.dilation)
    )
    return result if module.bias is None else operations.add(result, _floats(module.bias[:, None, None]))


def _batch_norm(module: nn.BatchNorm2d, x: Any) -> Any:
    assert module.running_mean is not None and module.running_var is not None
    scale = module.weight / torch.sqrt(module.running_var + module.eps)
    shift = module.bias - module.running_mean * scale
    scaled = operations.multiply(x, _floats(scale[:, None, None]))
    return operations.add(scaled, _floats(shift[:, None, None]))


def _half(x: Any) -> Any:
    return operations.max_pool(x, [2, 2], [1, 1], [0, 0], [0, 0], [2, 2]).output(0)


def _double(x: Any) -> Any:
    return operations.interpolate(
        x,
        _floats((2.0, 2.0)),
        "nearest",
        "scales",
        axes=_whole((2, 3)),
        coordinate_transformation_mode="asymmetric",
        nearest_mode="floor",
    )


def _floats(values: Any) -> Any:
    return operations.constant(np.ascontiguousarray(values, dtype=np.float32))


def _whole(values: tuple[int, ...]) -> Any:
    return operations.constant(np.array(values, dtype=np.int64))
