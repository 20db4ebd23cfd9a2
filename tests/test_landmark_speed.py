"""The speed benchmark's own rules: the same network in every runtime, all of the time accounted for, nothing left changed."""

import importlib.util
import io
import xml.etree.ElementTree as ET
from functools import cache, partial

import numpy as np
import pytest
import torch
from PIL import Image

from benchmarks.bar_plot import bar_plot
from benchmarks.landmark_runtimes import Unavailable, export, open_runtime
from benchmarks.landmark_speed import STAGES, measure, plot, split_times, table
from ml.landmarks import detect, predict
from ml.landmarks.checkpoint import Metadata
from ml.landmarks.heatmaps import HeatmapCodec
from ml.landmarks.hourglass import INPUT_SIZE, LandmarkNet, normalise
from ml.landmarks.predict import Landmarker
from ml.schema import MEAN_FACE, N_POINTS
from ml.synthetic import render_face

CPU = torch.device("cpu")


class SeesAFace(LandmarkNet):
    """In place of trained weights: takes every crop for a face, which ends the search."""

    def __init__(self) -> None:
        super().__init__(8)
        points = torch.from_numpy((MEAN_FACE * 190 + 33).astype(np.float32))[None]
        self.answer, _ = HeatmapCodec().encode(points, torch.ones(1, N_POINTS, dtype=torch.bool))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.answer.expand(len(images), -1, -1, -1)


def no_graph() -> bytes:
    raise AssertionError("torch needs no exported graph")


@pytest.fixture(scope="module")
def photo() -> bytes:
    stored = io.BytesIO()
    Image.fromarray(render_face(0, 128, pose="frontal").image).save(stored, "JPEG")
    return stored.getvalue()


@torch.inference_mode()
def test_every_runtime_computes_the_networks_heatmaps() -> None:
    for package in ("onnx", "onnxscript", "onnxruntime"):
        pytest.importorskip(package, reason="the extra 'benchmarks' is not installed")
    torch.manual_seed(0)
    network = LandmarkNet(8).eval()
    crops = np.random.default_rng(0).integers(0, 256, (2, INPUT_SIZE, INPUT_SIZE, 3), dtype=np.uint8)
    exact = network(normalise(torch.from_numpy(crops))).numpy()
    nearly = partial(np.testing.assert_allclose, rtol=1e-4, atol=1e-5 * float(abs(exact).max()))
    graph = cache(partial(export, network))
    for name in ("torch-fp32", "onnxruntime"):
        heatmaps = open_runtime(name, network, graph, CPU, 1).heatmaps
        heatmaps(crops[::-1].copy())
        nearly(heatmaps(crops[:1]), exact[:1])
        nearly(heatmaps(crops), exact)


def test_what_is_not_installed_is_left_out_with_its_reason(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], photo: bytes
) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    with pytest.raises(Unavailable, match="onnxruntime is not installed"):
        open_runtime("onnxruntime", LandmarkNet(8), no_graph, CPU, 1)
    rows = measure([("a", photo)], ["torch-fp32", "onnxruntime"], 8, 1, CPU, threads=1, rounds=1, trained=SeesAFace())
    assert [row["runtime"] for row in rows] == ["torch-fp32"]
    assert "onnxruntime, 8 wide, batch 1: left out: onnxruntime is not installed" in capsys.readouterr().err


def test_all_of_the_time_is_accounted_for_and_the_product_is_left_as_it_was(photo: bytes) -> None:
    landmarker = Landmarker(SeesAFace(), Metadata(8, 0), "cpu", 2)
    heatmaps = landmarker.heatmaps
    before = [vars(module).copy() for module in (predict, detect)]
    spent = split_times(
        landmarker, open_runtime("torch", LandmarkNet(8).eval(), no_graph, CPU, 1), [("a", photo), ("b", photo)]
    )
    assert set(spent) == {"total", *STAGES}
    assert min(spent.values()) > 0
    assert sum(spent[stage] for stage in STAGES) == pytest.approx(spent["total"])
    assert [vars(module) for module in (predict, detect)] == before
    assert landmarker.heatmaps is heatmaps


def test_rows_become_a_table_and_a_plot(photo: bytes) -> None:
    rows = measure([("a", photo)], ["torch", "torch-fp32"], 8, 1, CPU, threads=1, rounds=2, trained=SeesAFace())
    assert rows[1]["off"] == 0
    assert len(table(rows).splitlines()) == 3
    svg = plot(rows, 1)
    assert all(f"{row['runtime']}, 8 wide, batch 1" in svg for row in rows)


def test_a_bars_parts_stand_side_by_side_in_proportion() -> None:
    svg = bar_plot({"one": {"a": 1.0, "b": 3.0}, "t<o": {"a": 2.0, "b": 0.0}}, title="T & t", x_label="ms")
    boxes = ET.fromstring(svg).findall("{http://www.w3.org/2000/svg}rect")  # noqa: S314  # written above
    first, second, third, _ = ((float(box.attrib["x"]), float(box.attrib["width"])) for box in boxes[-4:])
    assert second[1] == pytest.approx(3 * first[1], abs=0.05)
    assert second[0] == pytest.approx(first[0] + first[1], abs=0.05)
    assert third == pytest.approx((first[0], 2 * first[1]), abs=0.05)
    with pytest.raises(ValueError, match="needs bars"):
        bar_plot({}, title="", x_label="")
    with pytest.raises(ValueError, match="needs bars"):
        bar_plot({"a": {"b": float("nan")}}, title="", x_label="")
