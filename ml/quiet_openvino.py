"""OpenVINO without its reports: it tells its makers of every import, and Facet calls nobody unless it is told to.

Everything that needs OpenVINO imports it from here.
"""

import sys

# A package that cannot be imported is replaced by OpenVINO's own stub, which sends nothing.
sys.modules["openvino_telemetry"] = None  # type: ignore[assignment]

import openvino  # noqa: E402
from openvino import opset13 as operations  # noqa: E402

__all__ = ["openvino", "operations"]
