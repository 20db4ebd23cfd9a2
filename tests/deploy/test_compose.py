"""The team's set-up as files: valid, without default secrets, and about commands and settings that exist."""

import re
import tomllib

import pytest
import yaml
from pydantic import ValidationError
from typer.testing import CliRunner

from backend.jobs.kinds import QUEUES
from backend.settings import REPOSITORY, Settings
from cli.main import app
from tests.deploy.compose import BASE, GPU, Build, Composition, Healthcheck, VariableMissing, merged, read

PASSWORD = {"POSTGRES_PASSWORD": "x1y2z3"}
WORKERS = {f"worker-{queue}" for queue in QUEUES}
OURS = WORKERS | {"migrate", "api", "beat"}


@pytest.fixture(scope="module")
def team() -> Composition:
    return read(BASE, **PASSWORD)


def test_the_parts(team: Composition) -> None:
    assert set(team.services) == OURS | {"postgres", "redis"}
    assert team.services["postgres"].image == "postgres:16"
    assert team.services["redis"].image == "redis:7"
    assert {service.image for name, service in team.services.items() if name in OURS} == {"facet"}


def test_the_model_refuses_what_is_misspelt() -> None:
    document = yaml.safe_load(BASE.read_text().replace("healthcheck:", "healthchecks:", 1))
    with pytest.raises(ValidationError, match="healthchecks"):
        Composition.model_validate({key: value for key, value in document.items() if not key.startswith("x-")})


def test_no_password_no_start() -> None:
    for variables in ({}, {"POSTGRES_PASSWORD": ""}):
        with pytest.raises(VariableMissing, match="POSTGRES_PASSWORD: Set it in "):
            read(BASE, **variables)


@pytest.mark.parametrize("name", ["docker-compose.yml", "docker-compose.gpu.yml", ".env.example", "Dockerfile"])
def test_no_secret_has_a_default(name: str) -> None:
    text = (REPOSITORY / name).read_text()
    for line in text.splitlines():
        if secret := re.match(r"\s*#?\w*(?:PASSWORD|SECRET|TOKEN|KEY)\w*\s*[:=](.*)", line):
            value = secret[1].strip()
            assert value == "" or value.startswith("${POSTGRES_PASSWORD:?"), line
    assert not re.search(r"://\w+:(?!\$\{POSTGRES_PASSWORD:\?)[^@/\s]+@", text)


def test_the_password_reaches_only_who_needs_it(team: Composition) -> None:
    for name, service in team.services.items():
        holds = any(PASSWORD["POSTGRES_PASSWORD"] in str(value) for value in service.environment.values())
        assert holds == (name != "redis"), name


def test_only_the_api_listens_and_only_on_this_machine(team: Composition) -> None:
    listening = {name: service.ports for name, service in team.services.items() if service.ports}
    assert listening == {"api": ["127.0.0.1:8000:8000"]}
    assert read(BASE, **PASSWORD, FACET_BIND="10.1.2.3", FACET_PORT="80").services["api"].ports == ["10.1.2.3:80:8000"]


def test_every_part_is_watched_and_comes_back(team: Composition) -> None:
    for name, service in team.services.items():
        if name == "migrate":
            assert service.restart == "no"
        else:
            assert isinstance(service.healthcheck, Healthcheck), name
            assert service.restart == "unless-stopped"


def test_the_order_of_the_start(team: Composition) -> None:
    for name in OURS:
        conditions = {other: needed.condition for other, needed in team.services[name].depends_on.items()}
        assert conditions["postgres"] == "service_healthy"
        if name != "migrate":
            assert conditions["redis"] == "service_healthy"
            assert conditions["migrate"] == "service_completed_successfully"
        assert set(conditions) <= set(team.services)


def test_volumes_are_named_declared_and_shared(team: Composition) -> None:
    used = {volume.split(":")[0] for service in team.services.values() for volume in service.volumes}
    assert used == set(team.volumes) == {"postgres", "redis", "data"}
    assert all(team.services[name].volumes == ["data:/data"] for name in OURS)


@pytest.mark.parametrize("name", sorted(OURS))
def test_every_command_is_one_of_ours(team: Composition, name: str) -> None:
    service = team.services[name]
    checked = service.healthcheck.test if isinstance(service.healthcheck, Healthcheck) else []
    commands = [service.command] + ([checked[2:]] if checked[:2] == ["CMD", "facet"] else [])
    for command in commands:
        # Parsed in full, options and all, without being run: --help comes last.
        answer = CliRunner().invoke(app, [*command, "--help"])
        assert answer.exit_code == 0, answer.output
        for option in filter(lambda word: word.startswith("--"), command):
            assert option in CliRunner().invoke(app, [command[0], "--help"], env={"COLUMNS": "200"}).output


def test_each_queue_has_its_worker_and_each_check_asks_its_own(team: Composition) -> None:
    for queue in QUEUES:
        service = team.services[f"worker-{queue}"]
        assert service.command[:5] == ["worker", "--queues", queue, "--name", queue]
        assert isinstance(service.healthcheck, Healthcheck)
        assert service.healthcheck.test == ["CMD", "facet", "health", "--worker", queue]


def test_every_setting_exists(team: Composition) -> None:
    known = {f"FACET_{name.upper()}" for name in Settings.model_fields}
    for service in (team.services[name] for name in OURS):
        assert {name for name in service.environment if name.startswith("FACET_")} <= known
    image = re.findall(r"FACET_\w+", (REPOSITORY / "Dockerfile").read_text())
    assert image
    assert set(image) <= known


def test_the_example_explains_every_variable_and_no_other() -> None:
    text = BASE.read_text()
    used = set(re.findall(r"\$\{(\w+)", text)) | set(re.findall(r"^ +(AWS_\w+):$", text, re.MULTILINE))
    offered = set(re.findall(r"^#?([A-Z_]+)=", (REPOSITORY / ".env.example").read_text(), re.MULTILINE))
    assert offered == used


class TestGpu:
    def test_two_workers_get_a_device_and_its_torch(self) -> None:
        whole = read(BASE, GPU, **PASSWORD)
        for name in ("worker-prelabel", "worker-train"):
            service = whole.services[name]
            assert service.deploy is not None
            (device,) = service.deploy.resources.reservations.devices
            assert (device.driver, device.count, device.capabilities) == ("nvidia", 1, ["gpu"])
            assert service.image == "facet-gpu"
            assert isinstance(service.build, Build)
            assert set(service.build.args) == {"TORCH_INDEX"}

    def test_nothing_else_changes(self) -> None:
        base, whole = read(BASE, **PASSWORD), read(BASE, GPU, **PASSWORD)
        for name, service in whole.services.items():
            changed = {"image", "build", "deploy"} if name in ("worker-prelabel", "worker-train") else set()
            assert service.model_dump(exclude=changed) == base.services[name].model_dump(exclude=changed)

    def test_merging(self) -> None:
        base = {"a": {"command": ["x"], "ports": [1], "image": "i"}, "b": 1}
        overlay = {"a": {"command": ["y"], "ports": [2]}, "c": 2}
        assert merged(base, overlay) == {"a": {"command": ["y"], "ports": [1, 2], "image": "i"}, "b": 1, "c": 2}


class TestImage:
    text = (REPOSITORY / "Dockerfile").read_text()

    def test_what_it_copies_is_there_and_is_all_that_is_installed(self) -> None:
        copied = re.findall(r"^COPY (?!--from)(.+) \S+$", self.text, re.MULTILINE)
        sources = {source.rstrip("/") for line in copied for source in line.split()}
        allowed = (REPOSITORY / ".dockerignore").read_text()
        for source in sources:
            assert (REPOSITORY / source).exists(), source
            assert f"!{source.split('/')[0]}\n" in allowed
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())
        packages = {pattern.rstrip("*") for pattern in project["tool"]["setuptools"]["packages"]["find"]["include"]}
        assert packages <= sources

    def test_its_torch_is_the_one_that_is_tested(self) -> None:
        pinned = "torch==" + re.search(r"torch==([\d.]+)", self.text)[1]  # type: ignore[index]
        project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
        assert pinned in project["dependencies"]
        assert pinned in (REPOSITORY / "constraints.txt").read_text().splitlines()

    def test_it_runs_as_nobody_special_and_is_watched(self) -> None:
        last = self.text.split("\nFROM ")[-1]
        assert re.search(r"^USER facet$", last, re.MULTILINE)
        assert last.index("USER facet") < last.index("ENTRYPOINT")
        assert 'CMD ["facet", "health"]' in last
        assert 'ENTRYPOINT ["facet"]' in last
        assert "FROM node:20" in self.text
        assert last.startswith("python:3.11-slim")
