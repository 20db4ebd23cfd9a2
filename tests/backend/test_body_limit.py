"""Nobody but an admin can make the server read a large body."""

from collections.abc import Iterator

from backend import body_limit
from tests.backend.team import Team, photo_bytes


def test_large_bodies_are_refused_before_they_are_read(team: Team) -> None:
    project_id = team.project()
    import_id = team.admin.post(f"/projects/{project_id}/imports", 201, json={}).json()["id"]
    path = f"/projects/{project_id}/imports/{import_id}/files"
    large = [("files", ("big.jpg", b"\0" * (body_limit.SMALL + 1), "image/jpeg"))]

    # They are told what is wrong with them, not with the photos.
    assert team.stranger.post(path, 401, files=large).json()["code"] == "not-signed-in"
    for caller in (team.annotator, team.reviewer):
        assert caller.post(path, 403, files=large).json()["code"] == "forbidden"
    assert team.stranger.post("/session", 413, content=b"x" * (body_limit.SMALL + 1)).json()["status"] == 413

    taken = team.admin.post(path, 200, files=large).json()
    assert taken["items"][0]["outcome"] == "refused"


def test_bodies_without_a_length_are_counted(team: Team) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(20):
            yield b"x" * 2**20

    answer = team.annotator.post("/tokens", 413, content=endless(), headers={"Content-Type": "application/json"})
    assert answer.json()["code"] == "too-large"


def test_admins_still_upload(team: Team) -> None:
    project_id = team.project()
    items = team.import_photos(project_id, {"a.jpg": photo_bytes(1)})
    assert items[0]["outcome"] == "imported"
