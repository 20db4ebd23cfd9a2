"""facet annotate on folders of rendered faces, with weights that nobody trained: wrong points, the same each time."""

import io
import json
from dataclasses import replace
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch
from PIL import Image
from typer.testing import CliRunner

from cli.annotation import Plan, annotate_photos
from cli.annotation_files import RECORD, Output, Row, photos_by_name
from cli.console import CommandFailed
from cli.main import app
from ml.chain import draw_label_map
from ml.data.lapa import LapaSplit, encode_label_map, format_landmarks, read_landmarks
from ml.data.whole_files import write_beside
from ml.landmarks import checkpoint
from ml.landmarks.hourglass import LandmarkNet
from ml.parsing.segmenters import open_segmenter
from ml.schema import IBUG_68, N_POINTS
from ml.synthetic import RenderedFace, render_face
from tests.workers.networks import tiny_weights

ROTATED = 6


@pytest.fixture(scope="module")
def weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    path = tmp_path_factory.mktemp("weights") / "untrained.safetensors"
    path.write_bytes(checkpoint.dump(LandmarkNet(16).state_dict(), checkpoint.Metadata(width=16, labels=0)))
    return path


@pytest.fixture(scope="module")
def faces() -> list[RenderedFace]:
    return [render_face(seed, 128, pose="frontal") for seed in range(2)]


@pytest.fixture
def plan(tmp_path: Path, weights: Path, faces: list[RenderedFace]) -> Plan:
    """A folder of two photos: a plain JPEG, and below it a PNG on its side with the note that viewers turn it by."""
    folder = tmp_path / "in"
    (folder / "below").mkdir(parents=True)
    Image.fromarray(faces[0].image).save(folder / "plain.jpg", quality=95)
    exif = Image.Exif()
    exif[0x0112] = ROTATED
    stored = Image.fromarray(faces[1].image[:100]).transpose(Image.Transpose.ROTATE_90)
    stored.save(folder / "below" / "turned.PNG", exif=exif)
    return Plan(folder, tmp_path / "out", weights=weights, device="cpu", jobs=2)


def files_of(folder: Path) -> dict[str, bytes]:
    return {str(f.relative_to(folder)): f.read_bytes() for f in sorted(folder.rglob("*")) if f.is_file()}


def grey(path: Path) -> None:
    Image.new("RGB", (90, 70), (90, 90, 90)).save(path)


def test_a_folder_becomes_a_split_of_lapa(plan: Plan, faces: list[RenderedFace]) -> None:
    summary = annotate_photos(replace(plan, overlay=True))
    assert (summary.written, summary.kept, summary.failed) == (2, 0, [])
    plain, turned = LapaSplit(plan.out)
    assert (plan.out / "images" / "plain.jpg").read_bytes() == (plan.folder / "plain.jpg").read_bytes()
    assert turned.image.shape == (100, 128, 3)
    assert abs(turned.image.astype(int) - faces[1].image[:100]).mean() < 3
    with Image.open(plan.out / "images" / "turned.jpg") as copy:
        assert copy.format == "JPEG" and not copy.getexif()
    # The points on disk are rounded to a thousandth of a pixel.
    assert (plain.label_map == draw_label_map(plain.image, plain.points)).mean() > 0.999
    assert sorted(f.name for f in (plan.out / "overlays").iterdir()) == ["plain.jpg", "turned.jpg"]
    assert not list(plan.out.rglob("*.part"))


def test_the_pixels_on_an_outline_belong_to_the_part_if_one_says_so(plan: Plan) -> None:
    maps = {}
    for rule in ("pixel-centre", "boundary"):
        arguments = ["annotate", plan.folder, "--out", plan.out, "--again", "--pixel-rule", rule]
        assert CliRunner().invoke(app, list(map(str, arguments))).exit_code == 0
        maps[rule] = LapaSplit(plan.out)[0].label_map
    eyes = {rule: np.isin(label_map, (4, 5)) for rule, label_map in maps.items()}
    assert eyes["boundary"].sum() > 1.05 * eyes["pixel-centre"].sum() > 0


def test_a_broken_photo_is_named_and_the_others_are_written(plan: Plan) -> None:
    (plan.folder / "broken.jpg").write_bytes((plan.folder / "plain.jpg").read_bytes()[:900])
    (plan.folder / "._plain.jpg").write_bytes(b"what a Mac leaves beside a photo")
    (plan.folder / "gone.jpg").symlink_to(plan.folder / "nowhere")
    arguments = ["annotate", plan.folder, "--out", plan.out, "--weights", plan.weights, "--json"]
    done = CliRunner().invoke(app, list(map(str, arguments)))
    assert done.exit_code == 1
    answer = json.loads(done.stdout)
    assert answer["written"] == 2
    assert [problem["file"] for problem in answer["failed"]] == [
        str(plan.folder / "broken.jpg"),
        str(plan.folder / "gone.jpg"),
    ]
    assert "truncated" in answer["failed"][0]["error"]
    assert answer["failed"][1]["error"] == "No such file or directory"
    assert "broken.jpg: is not a readable image" in done.stderr
    assert LapaSplit(plan.out).names == ["plain", "turned"]


def test_the_next_run_goes_on_and_keeps_what_is_there(plan: Plan) -> None:
    annotate_photos(plan)
    label = plan.out / "labels" / "plain.png"
    corrected = encode_label_map(np.zeros((128, 128), np.uint8))
    label.write_bytes(corrected)
    (plan.out / "labels" / "turned.png").unlink()
    with (plan.out / RECORD).open("a") as record:
        record.write('{"name": "half a li')
    summary = annotate_photos(plan)
    assert (summary.written, summary.kept) == (1, 1)
    assert label.read_bytes() == corrected
    assert annotate_photos(plan).kept == 2
    summary = annotate_photos(replace(plan, again=True, overlay=True))
    assert (summary.written, summary.kept) == (2, 0)
    assert label.read_bytes() != corrected
    overlay = plan.out / "overlays" / "plain.jpg"
    drawn = overlay.read_bytes()
    overlay.unlink()
    assert annotate_photos(replace(plan, overlay=True)).kept == 2
    assert len(overlay.read_bytes()) == pytest.approx(len(drawn), rel=0.02)


@pytest.fixture
def walls(plan: Plan) -> Plan:
    """A folder of two photos without a face, quickly labeled."""
    folder = plan.folder.parent / "walls"
    folder.mkdir()
    for name in ("one", "two"):
        grey(folder / f"{name}.png")
    return replace(plan, folder=folder, hair_skin="graphcut", jobs=1)


def test_files_of_unknown_origin_are_not_drawn_over(walls: Plan) -> None:
    by_hand = walls.out / "labels" / "one.png"
    by_hand.parent.mkdir(parents=True)
    by_hand.write_bytes(b"much work")
    summary = annotate_photos(walls)
    (problem,) = summary.failed
    assert summary.written == 1 and problem["file"] == str(walls.folder / "one.png")
    assert "holds labels/one.png of it" in problem["error"] and "--again" in problem["error"]
    assert by_hand.read_bytes() == b"much work"
    assert {name for name in files_of(walls.out) if "one" in name} == {"labels/one.png"}
    assert annotate_photos(replace(walls, again=True)).written == 2
    # A whole triple is kept, with or without a record.
    (walls.out / RECORD).unlink()
    assert annotate_photos(walls).kept == 2


def test_what_a_run_that_was_killed_within_a_triple_left_is_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    output = Output(tmp_path, overlays=False)
    parts = (b"photo", np.zeros((N_POINTS, 2)), np.zeros((2, 2), np.uint8), None)
    output.write(Row("again", "again.png", 1, True, 0.5), *parts)
    assert output.has("again")

    def killed(part: Path, file: Path) -> Path:
        if file.parent.name == "landmarks":
            raise SystemExit
        return replace_file(part, file)

    replace_file = Path.replace
    monkeypatch.setattr(Path, "replace", killed)
    for name in ("again", "new"):
        with pytest.raises(SystemExit):
            output.write(Row(name, f"{name}.png", 2, True, 0.5), *parts)
        left = Output(tmp_path, overlays=False)
        assert left.photo(name).exists() and not left.has(name) and left.unaccounted(name) == []
        assert left.rows[name].bytes == 2


def test_a_full_disk_leaves_the_labels_that_were_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    output = Output(tmp_path, overlays=False)
    parts = (b"photo", np.zeros((N_POINTS, 2)), np.zeros((2, 2), np.uint8), None)
    output.write(Row("again", "again.png", 1, True, 0.5), *parts)

    def full(path: Path, data: bytes) -> Path:
        if path.parent.name == "labels":
            raise OSError(28, "No space left on device")
        return write_beside(path, data)

    monkeypatch.setattr("cli.annotation_files.write_beside", full)
    with pytest.raises(OSError, match="No space left"):
        output.write(Row("again", "again.png", 2, True, 0.5), b"another", *parts[1:])
    left = Output(tmp_path, overlays=False)
    assert left.has("again") and left.photo("again").read_bytes() == b"photo" and left.rows["again"].bytes == 1


def test_an_interrupted_run_knows_what_it_has_written(walls: Plan, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted(*_: object, **__: object) -> NoReturn:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("cli.annotation.wait", interrupted)
        with pytest.raises(KeyboardInterrupt):
            annotate_photos(walls)
    # The one that was begun, and not the one that was waiting for its turn.
    assert [file.name for file in (walls.out / "labels").iterdir()] == ["one.png"]
    summary = annotate_photos(walls)
    assert (summary.kept, summary.written, summary.without_face) == (1, 1, ["one", "two"])


def test_a_damaged_record_is_read_as_far_as_it_goes(walls: Plan) -> None:
    annotate_photos(walls)
    row = json.loads((walls.out / RECORD).read_text().splitlines()[0])
    with (walls.out / RECORD).open("ab") as record:
        for wrong in ({"name": ["a"]}, {"bytes": "many"}, {"found": None}, {"another": 1}):
            record.write(json.dumps(row | wrong).encode() + b"\n")
        record.write(b"[]\n7\n\xff\xfe")
    summary = annotate_photos(walls)
    assert (summary.kept, summary.failed, summary.without_face) == (2, [], ["one", "two"])


def test_a_photo_of_the_longest_name_is_labeled(walls: Plan) -> None:
    (walls.folder / "two.png").rename(walls.folder / ("n" * 251 + ".png"))
    assert annotate_photos(replace(walls, overlay=True)).written == 2


def test_a_photo_without_a_face_is_listed_by_every_run(plan: Plan) -> None:
    grey(plan.folder / "wall.png")
    assert "wall" in annotate_photos(plan).without_face
    assert "wall" in annotate_photos(plan).without_face
    assert "wall" in LapaSplit(plan.out).names


def test_names_that_clash_are_refused_before_anything_is_written(plan: Plan) -> None:
    grey(plan.folder / "below" / "Plain.png")
    with pytest.raises(CommandFailed, match="one name") as refused:
        annotate_photos(plan)
    assert "Plain.png" in str(refused.value) and "plain.jpg" in str(refused.value)
    assert not plan.out.exists()


def test_another_photo_of_a_name_that_is_taken_is_refused(plan: Plan) -> None:
    annotate_photos(plan)
    before = files_of(plan.out)
    grey(plan.folder / "plain.jpg")
    (problem,) = annotate_photos(plan).failed
    assert problem["file"] == str(plan.folder / "plain.jpg") and "another photo" in problem["error"]
    assert files_of(plan.out) == before


def test_nothing_is_written_over_the_photos(plan: Plan) -> None:
    for out in (plan.folder, plan.folder.parent):
        inside = plan.folder if out == plan.folder else plan.folder.rename(plan.folder.parent / "images")
        with pytest.raises(CommandFailed, match="photos themselves"):
            annotate_photos(replace(plan, folder=inside, out=out))
    for images_there in (False, True):
        if images_there:
            (inside / "images").mkdir()
        with pytest.raises(CommandFailed, match="photos themselves"):
            annotate_photos(replace(plan, folder=inside, out=inside / "images"))
    empty = plan.out / "empty"
    empty.mkdir(parents=True)
    with pytest.raises(CommandFailed, match="holds no photos"):
        annotate_photos(replace(plan, folder=empty))


def test_an_output_below_the_photos_is_not_taken_for_photos(plan: Plan) -> None:
    inside = replace(plan, out=plan.folder / "labeled")
    assert annotate_photos(inside).written == 2
    assert annotate_photos(inside).kept == 2


def test_only_photos_are_found_in_a_folder_of_splits(plan: Plan, capsys: pytest.CaptureFixture[str]) -> None:
    for part in ("images", "labels", ".thumbnails"):
        (plan.folder / "train" / part).mkdir(parents=True)
        grey(plan.folder / "train" / part / "face.png")
    (plan.folder / "loop").symlink_to(plan.folder)
    found = photos_by_name(plan.folder, plan.out)
    assert list(found) == ["turned", "plain", "face"]
    assert found["face"] == plan.folder / "train" / "images" / "face.png"
    assert f"{plan.folder / 'loop'}: is a link to a folder, which is not followed" in capsys.readouterr().err


@pytest.fixture
def given(plan: Plan, faces: list[RenderedFace]) -> Plan:
    """Three photos: with 106 points, with 68, with neither; all with a label map but the last."""
    folder = plan.folder.parent / "given"
    for part in ("images", "landmarks", "labels"):
        (folder / part).mkdir(parents=True)
    for name, face in zip(("all", "few", "none"), (*faces, faces[0]), strict=True):
        Image.fromarray(face.image).save(folder / "images" / f"{name}.png")
        if name != "none":
            points = face.points if name == "all" else face.points[IBUG_68]
            (folder / "landmarks" / f"{name}.txt").write_text(format_landmarks(points))
            (folder / "labels" / f"{name}.png").write_bytes(encode_label_map(face.label_map))
    return replace(plan, folder=folder)


def test_given_points_are_kept(given: Plan, faces: list[RenderedFace]) -> None:
    summary = annotate_photos(replace(given, keep_points=True))
    assert (summary.written, summary.without_face) == (2, [])
    (problem,) = summary.failed
    assert problem["file"].endswith("none.png") and "landmarks/none.txt: No such file" in problem["error"]
    every = read_landmarks(given.out / "landmarks" / "all.txt")
    few = read_landmarks(given.out / "landmarks" / "few.txt")
    np.testing.assert_allclose(every, faces[0].points, atol=0.001)
    np.testing.assert_allclose(few[IBUG_68], faces[1].points[IBUG_68], atol=0.001)


def test_given_parts_are_kept_and_hair_and_skin_are_drawn_anew(given: Plan, faces: list[RenderedFace]) -> None:
    spoilt = np.where((faces[0].label_map > 1) & (faces[0].label_map < 10), faces[0].label_map, 0).astype(np.uint8)
    (given.folder / "labels" / "all.png").write_bytes(encode_label_map(spoilt))
    summary = annotate_photos(replace(given, keep_points=True, keep_parts=True))
    assert summary.written == 2
    drawn = LapaSplit(given.out)[0].label_map
    parts = spoilt > 0
    assert (drawn[parts] == spoilt[parts]).all()
    assert not ((drawn > 1) & (drawn < 10))[~parts].any()
    assert (drawn == 1).sum() > 0.5 * (faces[0].label_map == 1).sum()


def test_bad_usage_exits_with_2(plan: Plan) -> None:
    for arguments in (
        ["nowhere", "--out", "x"],
        [plan.folder],
        [plan.folder, "--out", plan.out, "--keep-points"],
        [plan.folder, "--out", plan.out, "--keep-parts"],
    ):
        assert CliRunner().invoke(app, ["annotate", *map(str, arguments)]).exit_code == 2
    assert not plan.out.exists()


def test_transparent_and_sixteen_bit_photos_are_what_a_viewer_shows(plan: Plan) -> None:
    Image.new("RGBA", (64, 64), (200, 0, 0, 0)).save(plan.folder / "clear.png")
    grey16 = io.BytesIO()
    Image.fromarray(np.full((64, 64), 32896, np.uint16)).save(grey16, "PNG")
    (plan.folder / "deep.png").write_bytes(grey16.getvalue())
    annotate_photos(plan)
    by_name = {sample.name: sample.image for sample in LapaSplit(plan.out)}
    assert by_name["clear"].min() > 250
    assert abs(by_name["deep"].astype(int) - 128).max() <= 2


def test_hair_and_skin_by_a_model_file(plan: Plan, tmp_path: Path) -> None:
    model = tmp_path / "fine.safetensors"
    model.write_bytes(tiny_weights(3, "face"))
    summary = annotate_photos(replace(plan, hair_skin=str(model)))
    assert summary.segmenter == open_segmenter(str(model), None, "cpu").version
    for sample in LapaSplit(plan.out):
        expected = draw_label_map(sample.image, sample.points, open_segmenter(str(model), None, "cpu"))
        assert (sample.label_map == expected).mean() > 0.99
    arguments = ["annotate", plan.folder, "--out", plan.out, "--weights", plan.weights]
    for choice, message in ((tmp_path / "nowhere", "No such file"), (plan.weights, "kind 'landmarks'")):
        refused = CliRunner().invoke(app, [*map(str, arguments), "--hair-skin", str(choice)])
        assert refused.exit_code == 1
        assert str(choice) in refused.stderr and message in refused.stderr
