"""Compose files as Docker Compose reads them: interpolated, merged, and held to a strict model of what we use.

The model knows fewer keys than the specification, and refuses every other: a misspelt key is an error here, not a setting
that silently does nothing.
"""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field

from backend.settings import REPOSITORY

BASE = REPOSITORY / "docker-compose.yml"
GPU = REPOSITORY / "docker-compose.gpu.yml"

_VARIABLE = re.compile(r"\$\{(\w+)(?:(:?[-?])([^}]*))?\}")

Duration = Annotated[str, Field(pattern=r"^\d+(ms|s|m|h)$")]


class VariableMissing(Exception):
    """A variable without a default is not set; the message is the compose file's own."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class Build(_Strict):
    context: str
    args: dict[str, str] = {}


class DisabledCheck(_Strict):
    disable: Literal[True]


class Healthcheck(_Strict):
    test: list[str] = Field(min_length=2)
    interval: Duration
    timeout: Duration
    retries: int = Field(ge=1)
    start_period: Duration = "0s"


class Dependency(_Strict):
    condition: Literal["service_started", "service_healthy", "service_completed_successfully"]


class Device(_Strict):
    driver: str
    count: int | Literal["all"]
    capabilities: list[str]


class Reservations(_Strict):
    devices: list[Device]


class Resources(_Strict):
    reservations: Reservations


class Deploy(_Strict):
    resources: Resources


class Service(_Strict):
    image: str
    build: str | Build | None = None
    command: list[str] = []
    restart: Literal["no", "always", "on-failure", "unless-stopped"]
    init: bool = False
    stop_grace_period: Duration = "10s"
    shm_size: str = ""
    environment: dict[str, str | int | bool | None] = {}
    volumes: list[Annotated[str, Field(pattern=r"^[a-z]+:/[\w/]+$")]] = []
    ports: list[Annotated[str, Field(pattern=r"^[\d.]+:\d+:\d+$")]] = []
    depends_on: dict[str, Dependency] = {}
    healthcheck: Healthcheck | DisabledCheck
    deploy: Deploy | None = None


class Composition(_Strict):
    name: str
    services: dict[str, Service]
    volumes: dict[str, None]


def interpolated(text: str, variables: Mapping[str, str]) -> str:
    """`text` with its ${…} replaced. VariableMissing where ${X:?why} or a bare ${X} has no value."""

    def value(match: re.Match[str]) -> str:
        name, operator, word = match[1], match[2] or "", match[3] or ""
        found = variables.get(name)
        if found is not None and (found or not operator.startswith(":")):
            return found
        if operator.endswith("-"):
            return word
        raise VariableMissing(f"{name}: {word}")

    return _VARIABLE.sub(value, text)


def merged(base: Any, overlay: Any) -> Any:
    """Mappings are merged, lists joined, the rest replaced; a command or a health check's test is replaced as well."""
    if isinstance(base, dict) and isinstance(overlay, dict):
        keep = {key: value for key, value in base.items() if key not in overlay}
        return keep | {
            key: value if key in ("command", "test") or key not in base else merged(base[key], value)
            for key, value in overlay.items()
        }
    if isinstance(base, list) and isinstance(overlay, list):
        return base + overlay
    return overlay


def read(*files: Path, **variables: str) -> Composition:
    """The composition of the files, each on top of those before it."""
    whole: Any = {}
    for file in files:
        document = yaml.safe_load(interpolated(file.read_text(), variables))
        whole = merged(whole, {key: value for key, value in document.items() if not key.startswith("x-")})
    return Composition.model_validate(whole)
