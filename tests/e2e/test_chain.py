"""The whole chain by hand: photos go in, people correct and review them, the model learns, a dataset comes out."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e import annotating, delivery, learning, reviewing, team_pages
from tests.e2e.chain import Chain
from tests.e2e.people import Person
from tests.e2e.photos import ChosenPhotos
from tests.e2e.setups import Setup

pytestmark = pytest.mark.e2e

log = logging.getLogger(__name__)


@contextmanager
def step(name: str) -> Iterator[None]:
    """Says how long a part of the story took."""
    start = time.monotonic()
    yield
    log.info("%5.1f s  %s", time.monotonic() - start, name)


def test_photos_go_in_and_a_dataset_comes_out(
    setup: Setup, photos: ChosenPhotos, new_person: Callable[[str], Person], tmp_path: Path
) -> None:
    """One test, because every step stands on the one before."""
    with step("start"):
        password = setup.start()
    chain = Chain(setup, photos, new_person)
    admin, annotator, reviewer = chain.people
    with step("accounts and project"):
        team_pages.first_login(admin, password)
        chain.project_id = team_pages.create_project(admin)
        admin.make_token()
        team_pages.invite(admin, chain.project_id, annotator, "annotator")
        team_pages.invite(admin, chain.project_id, reviewer, "reviewer")
    with step("import and proposals"):
        team_pages.import_photos(admin, chain.project_id, photos, setup.facet)
    with step("annotate"):
        first, *others = annotating.correct_by_mouse(chain)
    with step("review"):
        reviewing.review_by_hand(chain, first, others)
    with step("more labels, by scripts"):
        while chain.counts()["approved"] < team_pages.RETRAIN_EVERY:
            reviewing.label_by_script(chain)
    with step("edits outlive the API and the network, while a model trains"):
        annotating.edit_through_outages(chain)
    with step("first model"):
        learning.see_what_was_learned(chain)
    with step("dataset"):
        learning.train_now(admin, chain.project_id)
        learning.stop_and_take_up_again(admin, chain.project_id)
        delivery.download_dataset(chain, tmp_path)
    with step("second model, and back"):
        learning.roll_back(chain)
    chain.expect_all_jobs_done()
    for person in chain.people:
        assert person.troubles == [], person.name
