from collections.abc import Iterator
from typing import Any

import pytest

from backend.installation import Installation
from backend.main import create_app
from backend.settings import Settings
from tests.backend.team import Caller, Team, make_user


@pytest.fixture
def app(settings: Settings) -> Iterator[Any]:
    application = create_app(settings)
    yield application
    application.state.installation.close()


@pytest.fixture
def team(app: Any) -> Team:
    facet = app.state.installation
    return Team(
        app,
        facet,
        admin=make_user(app, facet, "admin", "Ada"),
        reviewer=make_user(app, facet, "reviewer", "Rosa"),
        annotator=make_user(app, facet, "annotator", "Anna"),
        stranger=Caller(app),
    )


@pytest.fixture
def facet(app: Any) -> Installation:
    """The installation behind `app`: one process, one pool of connections."""
    return app.state.installation
