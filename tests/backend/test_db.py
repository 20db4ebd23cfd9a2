from threading import Thread

from sqlalchemy import select, update

from backend.accounts.tables import User
from backend.installation import Installation
from tests.backend.team import Team


def test_what_matters_little_does_not_wait_for_a_writer(team: Team, facet: Installation) -> None:
    """As when a worker holds SQLite's one lock, or an admin a user's row, while that user's browser asks for a photo."""

    def rename(name: str) -> None:
        facet.db.write_if_idle(update(User).where(User.id == team.annotator.user_id).values(name=name))

    def name() -> str:
        with facet.db.reading() as session:
            return session.scalars(select(User.name).where(User.id == team.annotator.user_id)).one()

    with facet.db.engine.begin() as other:
        other.execute(update(User).where(User.id == team.annotator.user_id).values(name="Other"))
        passing = Thread(target=rename, args=("In passing",))
        passing.start()
        # A sixth of the patience that writers have.
        passing.join(timeout=10)
        assert not passing.is_alive()
    assert name() == "Other"
    rename("In passing")
    assert name() == "In passing"
    if facet.db.engine.dialect.name == "sqlite":
        with facet.db.engine.connect() as connection:
            assert connection.exec_driver_sql("PRAGMA busy_timeout").scalar() == 60_000
