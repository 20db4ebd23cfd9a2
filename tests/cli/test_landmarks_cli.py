"""facet landmarks, as a user runs it: real processes, model files and photos on disk."""

import io
import json
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import torch
import typer
from PIL import Image
from rich.text import Text
from typer.testing import CliRunner

from cli.main import app
from ml.data.lapa import format_landmarks
from ml.landmarks import checkpoint
from ml.landmarks.face_shapes import FaceShapes
from ml.landmarks.hourglass import LandmarkNet
from ml.schema import IBUG_68, N_POINTS
from ml.synthetic import render_face
from tests.cli.conftest import Facet


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model file with weights that nobody trained: what comes out is wrong, and the same each time."""
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "untrained.safetensors"
    path.write_bytes(checkpoint.dump(LandmarkNet(16).state_dict(), checkpoint.Metadata(width=16, labels=0)))
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three rendered faces with their points."""
    root = tmp_path_factory.mktemp("faces")
    (root / "images").mkdir()
    (root / "landmarks").mkdir()
    for seed in range(3):
        face = render_face(seed, 160, pose="frontal")
        Image.fromarray(face.image).save(root / "images" / f"{seed}.jpg", quality=95)
        (root / "landmarks" / f"{seed}.txt").write_text(format_landmarks(face.points))
    return root


def test_help_is_shown_as_it_is_written() -> None:
    """In square brackets, lower-case words would be taken for a style and left out."""
    commands: list[Any] = [typer.main.get_command(app)]
    seen = 0
    while commands:
        command = commands.pop()
        commands.extend(getattr(command, "commands", {}).values())
        for text in (command.help, *(getattr(each, "help", None) for each in command.params)):
            assert Text.from_markup(text or "").plain == (text or "")
            seen += text is not None
    assert seen > 50


def test_predict_prints_the_points_of_every_photo(run_facet: Facet, weights: Path, folder: Path) -> None:
    photos = sorted((folder / "images").iterdir())
    done = run_facet("landmarks", "predict", *photos, "--weights", weights, "--json")
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    answer = json.loads(done.stdout)
    assert [photo["file"] for photo in answer["photos"]] == list(map(str, photos))
    for photo in answer["photos"]:
        assert np.isfinite(np.array(photo["points"])).all() and len(photo["points"]) == N_POINTS
        assert len(photo["confidence"]) == N_POINTS
        assert all(0 <= value <= 1 for value in photo["confidence"])


def test_predict_prints_lines_for_people(run_facet: Facet, weights: Path, folder: Path) -> None:
    done = run_facet("landmarks", "predict", folder / "images" / "0.jpg", "--weights", weights)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()) == 1 + N_POINTS
    assert "left_brow" in done.stdout


def test_a_broken_photo_is_named_and_the_others_are_printed(
    run_facet: Facet, weights: Path, folder: Path, tmp_path: Path
) -> None:
    broken = tmp_path / "broken.jpg"
    broken.write_bytes(b"no photo")
    done = run_facet(
        "landmarks", "predict", broken, tmp_path / "none.jpg", folder / "images/1.jpg", "--weights", weights, "--json"
    )
    assert done.returncode == 1
    answer = json.loads(done.stdout)
    assert len(answer["photos"]) == 1
    assert [problem["file"] for problem in answer["unread"]] == [str(broken), str(tmp_path / "none.jpg")]
    assert "broken.jpg: is not a readable image" in done.stderr
    assert "none.jpg: No such file" in done.stderr


@pytest.mark.parametrize("box", ["found", "truth"])
def test_evaluate_prints_the_metrics(run_facet: Facet, weights: Path, folder: Path, box: str) -> None:
    done = run_facet("landmarks", "evaluate", folder, "--box", box, "--weights", weights, "--json")
    assert done.returncode == 0, done.stderr
    metrics = json.loads(done.stdout)
    assert {"nme_rect", "nme_interocular", "auc_008", "fr_008", "photos", "per_part"} <= set(metrics)
    assert metrics["photos"] == 3
    assert 0 <= metrics["fr_008"] <= 1
    assert metrics["per_part"]["contour"] > 0


def test_a_photo_without_a_face_counts(run_facet: Facet, weights: Path, folder: Path, tmp_path: Path) -> None:
    for part, file in (("images", "0.jpg"), ("landmarks", "0.txt")):
        (tmp_path / part).mkdir()
        (tmp_path / part / file).write_bytes((folder / part / file).read_bytes())
    encoded, data = cv2.imencode(".jpg", np.full((160, 160, 3), 90, dtype=np.uint8))
    assert encoded
    (tmp_path / "images" / "grey.jpg").write_bytes(data.tobytes())
    (tmp_path / "landmarks" / "grey.txt").write_bytes((folder / "landmarks" / "1.txt").read_bytes())
    done = run_facet("landmarks", "evaluate", tmp_path, "--weights", weights, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["photos"] == 2


def test_sixty_eight_points_are_scored_in_their_places(
    run_facet: Facet, weights: Path, folder: Path, tmp_path: Path
) -> None:
    (tmp_path / "images").symlink_to(folder / "images")
    (tmp_path / "landmarks").mkdir()
    for seed in range(3):
        points = render_face(seed, 160, pose="frontal").points[np.asarray(IBUG_68)]
        (tmp_path / "landmarks" / f"{seed}.txt").write_text(format_landmarks(points))
    done = run_facet("landmarks", "evaluate", tmp_path, "--points", "68", "--weights", weights, "--json")
    assert done.returncode == 0, done.stderr
    assert "left_pupil" not in json.loads(done.stdout)["per_part"]
    wrong = run_facet("landmarks", "evaluate", tmp_path, "--weights", weights)
    assert wrong.returncode == 1
    assert "0.txt" in wrong.stderr and "68" in wrong.stderr


def test_bad_usage_exits_with_2_and_a_bad_model_with_1(run_facet: Facet, folder: Path, tmp_path: Path) -> None:
    assert run_facet("landmarks", "evaluate", tmp_path / "nowhere").returncode == 2
    assert run_facet("landmarks", "evaluate", folder, "--points", "98").returncode == 2
    assert run_facet("landmarks", "predict").returncode == 2
    other = tmp_path / "other.safetensors"
    other.write_bytes(b"no model")
    done = run_facet("landmarks", "evaluate", folder, "--weights", other)
    assert done.returncode == 1
    assert str(other) in done.stderr.replace("\n", "")


def test_points_are_those_of_the_upright_photo(run_facet: Facet, weights: Path, folder: Path, tmp_path: Path) -> None:
    """A photo stored on its side, with the note that viewers turn it by, gives the points of the upright one."""
    with Image.open(folder / "images" / "0.jpg") as image:
        upright = image.convert("RGB")
    plain, turned = tmp_path / "upright.png", tmp_path / "turned.png"
    upright.save(plain)
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = io.BytesIO()
    upright.transpose(Image.Transpose.ROTATE_90).save(stored, "PNG", exif=exif)
    turned.write_bytes(stored.getvalue())
    done = run_facet("landmarks", "predict", plain, turned, "--weights", weights, "--json")
    one, other = json.loads(done.stdout)["photos"]
    assert other["points"] == one["points"]


def test_train_writes_a_model_that_evaluate_reads(run_facet: Facet, folder: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "model.safetensors", tmp_path / "log.jsonl"
    arguments = ["--data", folder, "--rendered", "2", "--width", "8", "--epochs", "1", "--half-size-epochs", "1"]
    done = run_facet("landmarks", "train", *arguments, "--out", out, "--log", log, timeout=300)
    assert done.returncode == 0, done.stderr
    assert checkpoint.load(out.read_bytes())[1].width == 8
    *steps, last = [json.loads(line) for line in log.read_text().splitlines()]
    assert [step["step"] for step in steps] == [1, 2]
    assert last["metrics"]["photos"] == 1
    assert not list(tmp_path.glob("*.part"))
    nothing = run_facet("landmarks", "train", "--out", out)
    assert nothing.returncode == 2


def test_a_device_or_a_start_that_cannot_be_used_is_named(folder: Path, tmp_path: Path) -> None:
    """Before anything is drawn."""
    wrong, out = tmp_path / "wrong.safetensors", tmp_path / "model.safetensors"
    wrong.write_bytes(b"no weights")
    for option, value, message in (
        ("--device", "bogus", "--device bogus: "),
        ("--device", "cuda:x", "--device cuda:x: "),
        ("--device", "cuda:99", "--device cuda:99: "),
        ("--init", str(wrong), f"--init {wrong}: not a whole safetensors file"),
    ):
        arguments = ["landmarks", "train", "--data", str(folder), "--rendered", "2", "--out", str(out), option, value]
        done = CliRunner().invoke(app, arguments)
        assert done.exit_code == 1 and done.stderr.startswith(message)
    assert list(tmp_path.iterdir()) == [wrong]


def test_people_are_learned_from_in_other_poses(run_facet: Facet, folder: Path, tmp_path: Path) -> None:
    arguments = ["--data", folder, "--width", "8", "--epochs", "1", "--out", tmp_path / "model.safetensors"]
    done = run_facet("landmarks", "train", *arguments, "--photo-heads", "3", timeout=300)
    assert done.returncode == 0, done.stderr
    # Beside the model, for the next training: each picture is there with its points.
    drawn = {path.stem for path in (tmp_path / "model.safetensors.work" / "heads-288" / "images").iterdir()}
    assert drawn == {"0", "1", "2"}
    assert checkpoint.load((tmp_path / "model.safetensors").read_bytes())[1].labels == 2 + 3


def test_shapes_are_learned_from_the_people_and_the_rendered_faces(
    run_facet: Facet, folder: Path, tmp_path: Path
) -> None:
    out, work = tmp_path / "shapes.safetensors", tmp_path / "work"
    arguments = ["--data", folder, "--rendered", "3", "--photo-heads", "2", "--work-dir", work, "--out", out]
    done = run_facet("landmarks", "shapes", *arguments, timeout=300)
    assert done.returncode == 0, done.stderr
    # The last of the three photos is what scores are measured on.
    assert "7 faces" in done.stdout
    face = render_face(0, 160, pose="frontal").points
    likeliest = FaceShapes.load(out.read_bytes()).likeliest(face, np.ones(N_POINTS))
    assert np.linalg.norm(likeliest - face, axis=1).mean() < 2
    assert run_facet("landmarks", "shapes", "--data", tmp_path, "--out", out).returncode == 1
