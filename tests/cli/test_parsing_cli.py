"""facet parsing, as a user runs it: real processes, model files and label maps on disk."""

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image
from typer.testing import CliRunner

from cli.main import app
from ml.data.lapa import encode_label_map
from ml.parsing import checkpoint, recipe
from ml.parsing.checkpoint import Architecture
from ml.parsing.train import TrainConfig
from ml.synthetic import render_face
from tests.cli.conftest import Facet
from tests.ml.parsing.studio_person import write_people
from tests.workers.networks import tiny_weights

TINY = ("--depth", "18", "--categories", "3", "--input-size", "33", "--epochs", "2", "--device", "cpu")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Five rendered faces with their label maps."""
    root = tmp_path_factory.mktemp("faces")
    for part in ("images", "labels"):
        (root / part).mkdir()
    for seed in range(5):
        face = render_face(seed, 96, pose="frontal")
        Image.fromarray(face.image).save(root / "images" / f"{seed}.jpg", quality=95)
        (root / "labels" / f"{seed}.png").write_bytes(encode_label_map(face.label_map))
    return root


def test_train_then_evaluate(run_facet: Facet, folder: Path, tmp_path: Path) -> None:
    out, log = tmp_path / "fine.safetensors", tmp_path / "log.jsonl"
    command = ("parsing", "train", "--data", folder, "--out", out, "--log", log, "--rendered", "2", *TINY)
    done = run_facet(*command, "--batch-size", "3", timeout=300)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith(f"{out}: mean F1 ") and done.stdout.endswith("on 1 held-out photos\n")
    *steps, last = (json.loads(line) for line in log.read_text().splitlines())
    assert [row["step"] for row in steps] == [1, 2, 3, 4]
    assert {"loss", "semantic", "boundary", "fusion", "learning_rate", "seconds"} <= set(steps[0])
    _, metadata = checkpoint.load(out.read_bytes())
    assert metadata.metrics == last["metrics"]
    assert metadata.labels == 4 + 2
    assert not (tmp_path / "fine.safetensors.work" / "training").exists()

    scored = run_facet("parsing", "evaluate", folder, "--weights", out, "--json")
    assert scored.returncode == 0, scored.stderr
    answer = json.loads(scored.stdout)
    assert answer["photos"] == 5
    assert set(answer["f1"]["fine"]) == {"hair", "skin", "mean"}
    assert sum(map(sum, answer["confusion"])) == 5 * 96 * 96
    printed = run_facet("parsing", "evaluate", folder, "--weights", out)
    assert printed.stdout.splitlines()[-1].startswith("bspnet C, ResNet-18")


def test_broken_input_is_named(run_facet: Facet, folder: Path, tmp_path: Path) -> None:
    missing = run_facet("parsing", "evaluate", folder, "--weights", tmp_path / "none.safetensors")
    assert missing.returncode == 2 and "none.safetensors" in missing.stderr
    wrong = tmp_path / "wrong.safetensors"
    wrong.write_bytes(b"no weights")
    refused = run_facet("parsing", "evaluate", folder, "--weights", wrong)
    assert refused.returncode == 1 and f"{wrong}: not a whole safetensors file" in refused.stderr
    out = tmp_path / "model.safetensors"
    for option, value, message in (
        ("--input-size", "64", "8k + 1"),
        ("--data", str(tmp_path / "nowhere"), "there is no folder"),
    ):
        bad = run_facet("parsing", "train", "--rendered", "2", "--out", out, option, value)
        assert bad.returncode == 2 and message in bad.stderr
    landmarkless = run_facet("parsing", "train", "--data", folder, "--out", out, *TINY, "--crop", "face")
    assert landmarkless.returncode == 1 and "landmarks" in landmarkless.stderr
    weights = run_facet("parsing", "train", "--data", folder, "--out", out, *TINY, "--imagenet", wrong)
    assert weights.returncode == 1 and f"{wrong}: its SHA-256 is" in weights.stderr
    assert not out.exists()


def test_a_device_or_a_start_that_cannot_be_used_is_named(folder: Path, tmp_path: Path) -> None:
    """Before anything is drawn, but for a start of another architecture."""
    wrong, other, out = (tmp_path / name for name in ("wrong.safetensors", "other.safetensors", "model.safetensors"))
    wrong.write_bytes(b"no weights")
    other.write_bytes(tiny_weights(3, "face"))
    for option, value, message in (
        ("--device", "bogus", "--device bogus: "),
        ("--device", "cuda:x", "--device cuda:x: "),
        ("--device", "cuda:99", "--device cuda:99: "),
        ("--init", str(wrong), f"--init {wrong}: not a whole safetensors file"),
        ("--init", str(other), f"--init {other}: a bspnet"),
    ):
        rendered = "0" if value == str(other) else "2"
        arguments = ["parsing", "train", "--data", str(folder), "--rendered", rendered, "--out", str(out)]
        done = CliRunner().invoke(app, [*arguments, *TINY, "--categories", "2", option, value])
        assert done.exit_code == 1 and done.stderr.startswith(message)
        assert rendered == "0" or not out.with_name(out.name + ".work").exists()


def test_the_shipped_recipe_on_two_people(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its pictures are drawn beside the model, and are there for the next run; then every stage is trained."""
    people = write_people(tmp_path / "people", 3)
    for name, value in (("RENDERED_FACES", 2), ("PHOTO_HEADS", 2), ("STUDIO_PICTURES", 3)):
        monkeypatch.setattr(recipe, name, value)
    small = Architecture("bspnet", "B", 18, 3, 33, "face", width=8)
    stages = tuple(TrainConfig(each, epochs=1, batch_size=4) for each in (small, replace(small, input_size=41)))
    monkeypatch.setattr(recipe, "STAGES", stages)
    out = tmp_path / "shipped.safetensors"
    arguments = ["parsing", "train", "--recipe", "shipped", "--out", str(out), "--device", "cpu", "--data"]
    done = CliRunner().invoke(app, [*arguments, str(people)])
    assert done.exit_code == 0, done.output
    _, metadata = checkpoint.load(out.read_bytes())
    assert metadata.architecture == stages[1].architecture
    assert metadata.labels == 2 + 2 + 2 * 3
    assert metadata.parent is not None and metadata.metrics is not None and metadata.metrics["photos"] == 1
    assert len(list((tmp_path / "shipped.safetensors.work" / "studio" / "labels").iterdir())) == 6
    (people / "outlines" / "0.json").unlink()
    again = CliRunner().invoke(app, [*arguments, str(people)])
    assert again.exit_code == 0, again.output
    for wrong in (["--recipe", "another"], ["--recipe", "shipped", "--data", str(people)]):
        assert CliRunner().invoke(app, [*arguments, str(people), *wrong]).exit_code == 2
