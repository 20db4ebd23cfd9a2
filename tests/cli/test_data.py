"""facet data on tiny data sets in the layouts of the real ones."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from cli.main import app
from ml.data.labels import LabelFolder


def run(*arguments: str | Path) -> tuple[int, dict, str]:
    done = CliRunner().invoke(app, ["data", *map(str, arguments), "--json"])
    return done.exit_code, json.loads(done.stdout or "{}"), done.stderr


@pytest.fixture
def cihp(tmp_path: Path) -> Path:
    """Two photos of a split: one with a head of 90 px and a small one, one that is broken."""
    folder = tmp_path / "cihp" / "Training"
    categories, people = np.zeros((200, 260), np.uint8), np.zeros((200, 260), np.uint8)
    for number, (left, side) in enumerate(((20, 90), (160, 70)), start=1):
        categories[20 : 20 + side, left : left + side] = 2
        categories[50 : 20 + side, left + 5 : left + side - 5] = 13
        people[20 : 20 + side, left : left + side] = number
    for part, array in (("Images", categories), ("Category_ids", categories), ("Human_ids", people)):
        (folder / part).mkdir(parents=True)
        for name in ("0000001", "0000002"):
            Image.fromarray(array).save(folder / part / f"{name}.{'jpg' if part == 'Images' else 'png'}")
    (folder / "Category_ids" / "0000002.png").write_bytes(b"no picture")
    return folder.parent


def test_cihps_heads_are_written_counted_and_readable(cihp: Path, tmp_path: Path) -> None:
    code, answer, errors = run("cihp", cihp, "--out", tmp_path / "heads")
    assert code == 1
    assert answer["Training"] == {"photos": 1, "people": 2, "faceless": 0, "small": 1, "crops": 1}
    assert "Validation" not in answer
    assert len(answer["failed"]) == 1 and "Category_ids/0000002.png" in answer["failed"][0]
    assert "Category_ids/0000002.png: is not a readable PNG" in errors
    (head,) = LabelFolder(tmp_path / "heads" / "Training")
    assert head.name == "0000001_1"
    assert set(np.unique(head.label_map)) == {0, 1, 10}
    code, _, errors = run("cihp", tmp_path, "--out", tmp_path / "none")
    assert code == 1 and "neither Training nor Validation" in errors


@pytest.fixture
def helen(tmp_path: Path) -> Path:
    """Two photos of 22 x 12 px with every category."""
    root = tmp_path / "helen"
    (root / "images").mkdir(parents=True)
    truth = np.arange(12 * 22, dtype=np.uint8).reshape(12, 22) % 11
    for name in ("a_1", "b_1"):
        (root / "labels" / name).mkdir(parents=True)
        Image.new("RGB", (22, 12)).save(root / "images" / f"{name}.jpg")
        for category in range(11):
            share = np.where(truth == category, 255, 0).astype(np.uint8)
            Image.fromarray(share).save(root / "labels" / name / f"{name}_lbl{category:02}.png")
    return root


def test_helens_labels_become_one_map(helen: Path, tmp_path: Path) -> None:
    root, out = helen, tmp_path / "out"
    assert run("helen", root, "--out", out)[:2] == (0, {"helen": {"photos": 2}, "failed": []})
    assert LabelFolder(out).names == ["a_1", "b_1"]
    assert set(np.unique(LabelFolder(out)[0].label_map)) == set(range(11))
    (root / "labels" / "b_1" / "b_1_lbl04.png").unlink()
    code, answer, errors = run("helen", root, "--out", out)
    assert code == 1 and answer["helen"]["photos"] == 1
    assert "b_1_lbl04.png: No such file" in errors
    listed = tmp_path / "testing.txt"
    listed.write_text("1 , a_1\n")
    assert run("helen", root, "--out", out, "--list", listed)[0] == 0


def test_a_photo_without_labels_is_named_and_the_others_are_used(helen: Path, tmp_path: Path) -> None:
    Image.new("RGB", (22, 12)).save(helen / "images" / "lonely.jpg")
    code, answer, errors = run("helen", helen, "--out", tmp_path / "out")
    assert code == 1 and answer["helen"]["photos"] == 2
    assert "labels/lonely: is missing" in errors
    empty = tmp_path / "empty.txt"
    empty.touch()
    code, answer, errors = run("helen", helen, "--out", tmp_path / "out", "--list", empty)
    assert (code, answer) == (1, {}) and "empty.txt: holds no photos" in errors


def test_nothing_is_written_over_a_data_set(helen: Path, cihp: Path, tmp_path: Path) -> None:
    linked = tmp_path / "linked"
    linked.mkdir()
    (linked / "images").symlink_to(helen / "images")
    for command, root, out in (
        ("helen", helen, helen),
        ("helen", helen, helen / "images"),
        ("helen", helen, linked),
        ("cihp", cihp, cihp),
    ):
        before = {file: file.read_bytes() for file in root.rglob("*") if file.is_file()}
        code, _, errors = run(command, root, "--out", out)
        assert code == 1 and "photos themselves" in errors
        assert {file: file.read_bytes() for file in root.rglob("*") if file.is_file()} == before
    # Beside the data set's own folders is a place like any other, the second time too.
    assert [run("helen", helen, "--out", helen / "one map")[0] for _ in range(2)] == [0, 0]


def test_a_files_name_is_shown_as_it_is(helen: Path, tmp_path: Path) -> None:
    (helen / "images" / "bad:smile:[red]name.jpg").write_bytes(b"no picture")
    (helen / "labels" / "bad:smile:[red]name").mkdir()
    assert "bad:smile:[red]name" in run("helen", helen, "--out", tmp_path / "out")[2]
