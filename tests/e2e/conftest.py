"""A whole set-up a module, once embedded and once as a team runs it, and a real Chromium. Failures leave pictures and logs."""

import logging
import os
import shutil
from collections.abc import Callable, Generator, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from backend.settings import REPOSITORY
from tests.e2e.people import PATIENCE, Person
from tests.e2e.photos import ChosenPhotos, choose_photos
from tests.e2e.setups import FRONTEND, Embedded, Setup, Team, unreachable_services

CHROMIUM = os.environ.get("FACET_CHROMIUM", "/usr/bin/chromium")
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
RESULTS = REPOSITORY / "test-results"

FAILED = pytest.StashKey[bool]()

expect.set_options(timeout=PATIENCE)
# Every request of every wait would drown the steps.
logging.getLogger("httpx").setLevel(logging.WARNING)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    report = yield
    if report.failed:
        item.stash[FAILED] = True
    return report


def _miss(message: str) -> None:
    """Skips where a developer lacks something; in CI, nothing may be missing."""
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    if not Path(CHROMIUM).exists():
        _miss(f"no Chromium at {CHROMIUM}: install it, or set FACET_CHROMIUM")
    if not (FRONTEND / "index.html").is_file():
        _miss(f"no front end in {FRONTEND}: run make setup")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def photos(tmp_path_factory: pytest.TempPathFactory) -> ChosenPhotos:
    return choose_photos(tmp_path_factory.mktemp("photos"))


@pytest.fixture(params=[Embedded, Team], ids=lambda setup: setup.name)
def setup(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Setup]:
    """An installation that is not started yet; all its processes end with the test."""
    if request.param is Team and (reason := unreachable_services()):
        _miss(reason)
    installation = request.param(tmp_path)
    try:
        yield installation
    finally:
        installation.close()
        keep_logs(request, installation)


@pytest.fixture
def new_person(request: pytest.FixtureRequest, setup: Setup, chromium: Browser) -> Iterator[Callable[[str], Person]]:
    """A function that gives a person, by name, a browser of their own."""
    people: list[Person] = []

    def make(name: str) -> Person:
        person = Person(chromium, setup.url, name)
        people.append(person)
        return person

    yield make
    for person in people:
        keep_picture(request, person)
        person.close()


def keep_logs(request: pytest.FixtureRequest, installation: Setup) -> None:
    """Copies what the processes wrote beside the results of a test that failed."""
    if request.node.stash.get(FAILED, False):
        for log in installation.logs():
            shutil.copy(log, _results(request) / log.name)


def keep_picture(request: pytest.FixtureRequest, person: Person) -> None:
    """Keeps what a person sees, and what went wrong for them, when the test failed."""
    if request.node.stash.get(FAILED, False):
        person.picture(_results(request) / f"{person.name}.png")
        (_results(request) / f"{person.name}.txt").write_text("\n".join(person.troubles))


def _results(request: pytest.FixtureRequest) -> Path:
    folder = RESULTS / request.node.name.replace("/", "_")
    folder.mkdir(parents=True, exist_ok=True)
    return folder
