"""Datasets come back in: photos that bring points and label maps, through the API, until their new map is drawn."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image
from sqlalchemy import select

from backend.installation import Installation
from backend.photos.dataset_layout import group_files
from backend.photos.tables import GivenLabels, Photo
from ml.data.lapa import decode_label_map, encode_label_map, format_landmarks
from ml.data.w300 import format_pts
from ml.schema import IBUG_68
from ml.synthetic import RenderedFace, render_face
from tests.backend.team import Team, lease_headers, move_operation, photo_bytes
from tests.backend.test_archives import outcome, send, zip_of
from tests.workers.faces import png_of

FACIAL = range(2, 10)
LEFT_EYE = 4


def parts_alone(face: RenderedFace) -> np.ndarray:
    """The true map without its hair and skin, as if nobody had ever drawn those."""
    return np.where(np.isin(face.label_map, FACIAL), face.label_map, 0).astype(np.uint8)


def lapa(faces: dict[str, RenderedFace], *, points: bool = True) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for name, face in faces.items():
        files[f"LaPa/train/images/{name}.png"] = png_of(face)
        files[f"LaPa/train/labels/{name}.png"] = encode_label_map(parts_alone(face))
        if points:
            files[f"LaPa/train/landmarks/{name}.txt"] = format_landmarks(face.points).encode()
    return files


def png_bytes(pixels: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    Image.fromarray(pixels).save(buffer, "PNG")
    return buffer.getvalue()


def submit_next(team: Team, project_id: int, moved: dict[int, tuple[float, float]] | None = None) -> tuple[Any, Any]:
    """Takes the next task and submits it, with some points moved; returns the assignment and the map that is drawn."""
    taken = team.annotator.post(f"/projects/{project_id}/tasks/next", 200).json()
    operations = [move_operation(moved, taken["revision"]["number"])] if moved else []
    path = f"/tasks/{taken['task']['id']}"
    team.annotator.post(f"{path}/submit", 200, json={"operations": operations}, headers=lease_headers(taken))
    team.run_jobs()
    drawn = team.annotator.get(f"{path}/label-map").content
    return taken, decode_label_map(drawn, "drawn")


def send_with(team: Team, project_id: int, files: dict[str, bytes], **options: Any) -> dict[str, Any]:
    body = {"expected": None} | options
    started = team.admin.post(f"/projects/{project_id}/imports", 201, json=body).json()
    answer: dict[str, Any] = team.admin.post(
        f"/projects/{project_id}/imports/{started['id']}/archive", 202, files={"archive": ("set.zip", zip_of(files))}
    ).json()
    return answer


def test_a_lapa_archive_keeps_its_parts_and_gets_hair_and_skin(team: Team, facet: Installation) -> None:
    face = render_face(101, 192, pose="frontal")
    project_id = team.project()
    sent = send(team, project_id, zip_of(lapa({"anna": face})))
    team.run_jobs()
    done, items = outcome(team, sent)
    # One photo, not one of its label map, and no refused text file.
    assert (done["state"], done["expected"], done["imported"], done["refused"]) == ("done", 1, 1, 0)
    assert list(items) == ["LaPa/train/images/anna.png"] and done["map_use"] == "parts"

    taken, drawn = submit_next(team, project_id)
    assert taken["initial"]["source"] == "imported" and taken["initial"]["model_number"] is None
    assert taken["initial"]["confidence"] is None
    np.testing.assert_allclose(taken["initial"]["points"], face.points, atol=0.002)
    assert taken["given"] == {
        "points": 106,
        "points_file": "LaPa/train/landmarks/anna.txt",
        "label_file": "LaPa/train/labels/anna.png",
        "map_use": "parts",
    }
    given = parts_alone(face)
    np.testing.assert_array_equal(np.where(np.isin(drawn, FACIAL), drawn, 0), given)
    # Hair and skin, of which the given map had none, are where they really are.
    for category, least in ((1, 0.85), (10, 0.7)):
        true, found = face.label_map == category, drawn == category
        assert 2 * (true & found).sum() / (true.sum() + found.sum()) > least


def test_a_part_whose_points_are_moved_is_drawn_anew(team: Team, facet: Installation) -> None:
    face = render_face(101, 192, pose="frontal")
    project_id = team.project()
    send(team, project_id, zip_of(lapa({"anna": face})))
    team.run_jobs()
    x, y = face.points[68]
    _taken, drawn = submit_next(team, project_id, {68: (float(x), float(y) - 6)})
    given = parts_alone(face)
    kept = [category for category in FACIAL if category != LEFT_EYE]
    np.testing.assert_array_equal(np.isin(drawn, kept), np.isin(given, kept))
    assert (drawn == LEFT_EYE).sum() > (given == LEFT_EYE).sum()


def test_a_given_map_may_be_kept_whole(team: Team, facet: Installation) -> None:
    face = render_face(101, 192, pose="frontal")
    files = lapa({"anna": face}, points=False)
    given = face.label_map.copy()
    given[:40] = 0
    files["LaPa/train/labels/anna.png"] = encode_label_map(given)
    project_id = team.project()
    send_with(team, project_id, files, map_use="whole")
    team.run_jobs()
    # The points were proposed, and are off: moving one says nothing of the given map.
    taken, drawn = submit_next(team, project_id, {68: (50.0, 60.0)})
    assert taken["initial"]["source"] == "mean_face"
    assert (taken["given"]["points"], taken["given"]["points_file"]) == (0, None)
    np.testing.assert_array_equal(drawn, given)
    team.admin.post(f"/projects/{project_id}/imports", 422, json={"map_use": "hair"})


def test_helen_and_68_points(team: Team, facet: Installation) -> None:
    face = render_face(7, 192, pose="frontal")
    files = {"SmithCVPR2013/images/7.png": png_of(face)}
    for category in range(11):
        share = np.where(face.label_map == category, 255, 0).astype(np.uint8)
        files[f"SmithCVPR2013/labels/7/7_lbl{category:02}.png"] = png_bytes(share)
    files["SmithCVPR2013/landmarks/7.pts"] = format_pts(face.points[IBUG_68]).encode()
    project_id = team.project()
    sent = send(team, project_id, zip_of(files))
    team.run_jobs()
    assert outcome(team, sent)[0]["imported"] == 1
    taken, drawn = submit_next(team, project_id)
    assert (taken["given"]["points"], taken["given"]["label_file"]) == (68, "SmithCVPR2013/labels/7")
    points = np.array(taken["initial"]["points"])
    np.testing.assert_allclose(points[IBUG_68], face.points[IBUG_68], atol=0.002)
    # The others follow from the given ones: none is left where an average face has it.
    assert np.linalg.norm(points - face.points, axis=1).max() < 0.1 * 192
    np.testing.assert_array_equal(np.isin(drawn, FACIAL), np.isin(face.label_map, FACIAL))


def test_an_import_counts_the_photos_that_brought_labels(team: Team) -> None:
    project_id = team.project()
    one_by_one = team.admin.post(f"/projects/{project_id}/imports", 201, json={}).json()

    def send_photo(number: int) -> dict[str, Any]:
        files = {"files": (f"{number}.jpg", photo_bytes(number), "image/jpeg")}
        path = f"/projects/{project_id}/imports/{one_by_one['id']}/files"
        answer: dict[str, Any] = team.admin.post(path, 200, files=files).json()["import"]
        return answer

    # Its photos lie on both sides of the others', one of which it has already.
    send_photo(0)
    points = format_landmarks(np.full((106, 2), 30, np.float32)).encode()
    label_map = encode_label_map(np.zeros((128, 128), np.uint8))
    sent = send(
        team,
        project_id,
        zip_of(
            {f"set/images/{number}.jpg": photo_bytes(number) for number in range(5)}
            | {f"set/landmarks/{number}.txt": points for number in (0, 1, 2)}
            | {f"set/labels/{number}.png": label_map for number in (0, 2, 3)}
        ),
    )
    team.run_jobs()
    assert (send_photo(9)["imported"], send_photo(9)["labeled"]) == (2, 0)
    done, _items = outcome(team, sent)
    assert (done["imported"], done["labeled"], done["duplicates"]) == (4, 3, 1)
    listed = team.admin.get(f"/projects/{project_id}/imports").json()["items"]
    assert [each["labeled"] for each in listed] == [3, 0]


@pytest.mark.parametrize("settings", ["sqlite"], indirect=True)
def test_broken_label_files_refuse_their_photo_by_name(team: Team, facet: Installation) -> None:
    faces = {name: render_face(seed, 128, pose="frontal") for seed, name in enumerate("abcde")}
    files = lapa(faces)
    files["LaPa/train/landmarks/a.txt"] = b"106\n1 2\n"
    files["LaPa/train/labels/b.png"] = encode_label_map(np.zeros((64, 64), np.uint8))
    files["LaPa/train/labels/c.png"] = b"no picture"
    files["LaPa/train/landmarks/d.txt"] = format_landmarks(faces["d"].points + 5000).encode()
    files["LaPa/train/labels/nobody.png"] = encode_label_map(np.zeros((64, 64), np.uint8))
    project_id = team.project()
    sent = send(team, project_id, zip_of(files))
    team.run_jobs()
    done, items = outcome(team, sent)
    assert (done["imported"], done["refused"]) == (1, 5)
    reasons = {name.rpartition("/")[2]: item["reason"] for name, item in items.items()}
    assert "LaPa/train/landmarks/a.txt holds 1 points, not 106" in reasons["a.png"]
    assert "labels/b.png is 64 × 64 pixels, its photo 128 × 128" in reasons["b.png"]
    assert "labels/c.png is not a readable PNG" in reasons["c.png"]
    assert "landmarks/d.txt has no point in its photo" in reasons["d.png"]
    assert "no photo of this name" in reasons["nobody.png"]
    with facet.db.reading() as session:
        assert session.scalars(select(Photo.name)).all() == ["LaPa/train/images/e.png"]
        assert len(session.scalars(select(GivenLabels)).all()) == 1


def test_files_find_their_photo() -> None:
    names = [
        "a/images/1.jpg",
        "a/labels/1.png",
        "a/landmarks/1.txt",
        "a/labels/2/2_lbl00.png",
        "a/images/2.JPG",
        "b/images/1.jpg",
        "a/labels/3.png",
        "c/labels/1.png",
        "1.png",
        "a\\landmarks\\2.pts",
    ]
    groups, orphans = group_files(names)
    found = {names[photo]: [names[label] for label in labels] for photo, labels in groups.items()}
    assert found == {
        "a/images/1.jpg": ["a/labels/1.png", "a/landmarks/1.txt"],
        "a/images/2.JPG": ["a/labels/2/2_lbl00.png", "a\\landmarks\\2.pts"],
        "b/images/1.jpg": [],
        "a/labels/3.png": [],
        # Nothing there is an images/: these are photos that lie in a folder of that name.
        "c/labels/1.png": [],
        "1.png": [],
    }
    assert {names[number] for number in orphans} == {"a/labels/3.png"}
