import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from backend.settings import REPOSITORY
from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet, normalise
from ml.landmarks.runtimes import Crops, Maps, OpenVinoNetwork, fastest
from ml.quiet_openvino import openvino

CPU = torch.device("cpu")
EXACT = {"INFERENCE_PRECISION_HINT": openvino.Type.f32}


def noise(count: int, seed: int = 0) -> Crops:
    return np.random.default_rng(seed).integers(0, 256, (count, INPUT_SIZE, INPUT_SIZE, 3), dtype=np.uint8)


@pytest.fixture(scope="module")
def network() -> LandmarkNet:
    """Weights and batch statistics like no other's, so that nothing left out goes unseen."""
    torch.manual_seed(1)
    network = LandmarkNet(16)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.1)
            nn.init.normal_(module.running_mean, std=0.1)
            nn.init.uniform_(module.running_var, 0.5, 1.5)
    nn.init.normal_(network.head.weight, std=0.1)
    return network.eval()


@torch.inference_mode()
def in_full_precision(network: LandmarkNet, crops: Crops) -> Maps:
    """As torch computes it in float32, also where the product would take bfloat16: on a CPU with matrix units."""
    return network(normalise(torch.from_numpy(crops))).numpy()


def assert_alike(heatmaps: Maps, exact: Maps) -> None:
    assert heatmaps.dtype == np.float32
    np.testing.assert_allclose(heatmaps, exact, rtol=1e-4, atol=1e-5 * float(abs(exact).max()))


def test_openvino_computes_the_networks_heatmaps(network: LandmarkNet) -> None:
    crops = noise(3)
    exact = in_full_precision(network, crops)
    ours = OpenVinoNetwork(network, EXACT)
    assert ours.precision == "f32"
    first = ours(crops[:1])
    assert_alike(first, exact[:1])
    assert_alike(ours(crops), exact)
    # What was answered before is not overwritten.
    assert_alike(first, exact[:1])


def test_crops_need_not_be_contiguous(network: LandmarkNet) -> None:
    crops = noise(4)
    assert_alike(
        OpenVinoNetwork(network, EXACT)(crops[::2, :, ::-1]), in_full_precision(network, crops[::2, :, ::-1].copy())
    )


def test_threads_get_their_own_answers(network: LandmarkNet) -> None:
    heatmaps = OpenVinoNetwork(network, EXACT)
    crops = [noise(1, seed) for seed in range(12)]
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(heatmaps, crops))
    for crop, answer in zip(crops, answers, strict=True):
        assert_alike(answer, in_full_precision(network, crop))


def test_a_cpu_gets_openvino_and_a_network_of_another_kind_torch() -> None:
    class Other(LandmarkNet):
        def forward(self, images: Tensor) -> Tensor:
            return torch.full((len(images), 106, 64, 64), 0.5)

    assert isinstance(fastest(LandmarkNet(8).eval(), CPU), OpenVinoNetwork)
    assert np.unique(fastest(Other(8).eval(), CPU)(noise(2))).tolist() == [0.5]


def test_openvino_reports_to_nobody() -> None:
    """It would tell its makers of its import; its stub does not."""
    code = "import sys, ml.landmarks.runtimes, openvino.tools.ovc as o, openvino.tools.ovc.telemetry_stub as stub\n"
    code += "assert type(o.telemetry) is stub.Telemetry\n"
    code += "print([name for name in sys.modules if 'openvino_telemetry' in name and sys.modules[name]])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_openvino_is_imported_in_one_place() -> None:
    sources = [
        file for room in ("ml", "workers", "cli", "backend", "benchmarks") for file in (REPOSITORY / room).rglob("*.py")
    ]
    importing = [
        file.name for file in sources if re.search(r"^\s*(import|from) openvino", file.read_text(), re.MULTILINE)
    ]
    assert importing == ["quiet_openvino.py"]
