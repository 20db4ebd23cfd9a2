"""Settings that cannot be meant are refused by name, and none is bent into its range without a word."""

import pytest
from pydantic import ValidationError

from backend.settings import Settings


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("port", "70000"),
        ("port", "0"),
        ("session_days", "0"),
        ("session_days", "1000000"),
        ("login_attempts", "often"),
        ("login_attempts", "0/minute"),
        ("max_photo_pixels", "-1"),
        ("max_photo_bytes", "0"),
        ("max_archive_bytes", "1e30"),
        ("max_archive_files", "0"),
        ("archive_days", "0"),
        ("job_heartbeat_seconds", "0"),
        ("job_stale_seconds", "nan"),
        ("job_resend_seconds", "-20"),
        ("reconcile_seconds", "0"),
        ("learn_seconds", "inf"),
        ("worker_threads", "0"),
        ("torch_threads", "-1"),
        ("train_save_seconds", "-1"),
    ],
)
def test_a_number_out_of_range_is_refused(name: str, value: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"FACET_{name.upper()}", value)
    with pytest.raises(ValidationError) as refused:
        Settings()
    assert [error["loc"] for error in refused.value.errors()] == [(name,)]


def test_a_worker_may_be_silent_for_longer_than_its_heartbeat(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FACET_JOB_HEARTBEAT_SECONDS", "30")
    with pytest.raises(ValidationError, match="FACET_JOB_STALE_SECONDS must be more than FACET_JOB_HEARTBEAT_SECONDS"):
        Settings()
