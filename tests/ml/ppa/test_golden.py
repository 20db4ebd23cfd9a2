import json
from pathlib import Path

import pytest

from ml.ppa.golden import golden

FIXTURE = Path(__file__).resolve().parents[3] / "frontend/src/outline/outline.golden.json"


def test_the_fixture_that_the_browser_is_held_to_is_current() -> None:
    """Otherwise: python -m ml.ppa.golden frontend/src/outline/outline.golden.json"""
    committed, current = json.loads(FIXTURE.read_text(encoding="utf-8")), golden()
    assert [case["name"] for case in committed] == [case["name"] for case in current]
    for old, new in zip(committed, current, strict=True):
        assert old["points"] == pytest.approx(new["points"], abs=1e-9)
        assert [o["category"] for o in old["outlines"]] == [o["category"] for o in new["outlines"]]  # type: ignore[attr-defined]
        for a, b in zip(old["outlines"], new["outlines"], strict=True):  # type: ignore[call-overload]
            assert a["segments"] == pytest.approx(b["segments"], abs=5e-7)
