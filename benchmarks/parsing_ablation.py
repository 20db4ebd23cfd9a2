"""The paper's models A, B and C on the same photos and seeds, in the layout of its Table 2: mean ± spread over the seeds.

    .venv/bin/python -m benchmarks.parsing_ablation [--seeds 3] [--work-dir FOLDER] [--json]
    .venv/bin/python -m benchmarks.parsing_ablation --device cuda --depth 101 --input-size 473 --batch-size 64 \\
        --rendered 8000 --tests 500 --render-size 512 --epochs 20 --learning-rate 0.001 --imagenet resnet101-63fe2227.pth \\
        --close-up 0 --crop head
    .venv/bin/python -m benchmarks.parsing_ablation --data LAPA/train --test-data LAPA/test --close-up 0 …

By default close-ups of rendered faces teach and test; with `--data` labeled photos do. Photos of FASSEG, where they
are, are scored besides: real people that no training has seen, on merged categories, the neck left out. A model is
trained once for each seed, which decides the first weights, the order and the augmentation. ± is the standard deviation
over the seeds: a difference that is not well above it says nothing.

With `--work-dir` the pictures, the state of the training and the scores of each finished model are kept there, and the
same command goes on where a killed one stopped.
"""

import argparse
import json
import os
import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np

from backend.settings import REPOSITORY
from cli.parsing_training import Chosen
from cli.training_label_maps import rendered_label_maps
from ml.data.fasseg import below_the_jaw
from ml.data.whole_files import write_whole
from ml.geometry import transform_points, warp_image, warp_label_map
from ml.landmarks.predict import Landmarker
from ml.landmarks.shipped import shipped_checkpoint
from ml.parsing.boundaries import IGNORE
from ml.parsing.checkpoint import Architecture
from ml.parsing.confusion import FASSEG, HELEN, LAPA, Confusion, format_cells
from ml.parsing.evaluate import evaluate
from ml.parsing.predict import Parser
from ml.parsing.regions import FACE_SIDE, around_points
from ml.parsing.samples import ParsingFolder, Sample
from ml.parsing.train import TrainConfig, train

MODELS: Final = ("A", "B", "C")
FIRST_SEED: Final = 7_000_000
"""Of the rendered faces: none that a shipped model, the tests or the demo know."""
TITLES: Final = {"lapa": "F1 as Table 2", "helen": "F1 as Table 3", "fasseg": "F1 on FASSEG"}

Scores = dict[str, dict[str, float | None]]

_NOT_OF_A_MODEL: Final = ("seeds", "threads", "work_dir", "json")
"""Arguments that decide nothing of what one training gives."""


class WithoutNeck(Sequence[Sample]):
    """FASSEG's photos, the skin below the jaw unknown: there it is the neck's, which our categories have not."""

    def __init__(self, folder: ParsingFolder) -> None:
        self._folder = folder
        self._landmarker = Landmarker.load(shipped_checkpoint(), "cpu")
        self._kept: dict[int, Sample] = {}

    def __len__(self) -> int:
        return len(self._folder)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]  # nobody slices it
        if index not in self._kept:
            photo = self._folder[index]
            (proposal,) = self._landmarker.predict([photo.image])
            label_map = photo.label_map.copy()
            label_map[(label_map == 1) & below_the_jaw(proposal.points, label_map.shape)] = IGNORE
            self._kept[index] = Sample(photo.image, label_map, proposal.points)
        return self._kept[index]


class CloseUps(Sequence[Sample]):
    """Photos cut to the upright square around their points, read once and kept: of a whole head at a CPU's sizes, an eye has
    a dozen pixels.

    Args:
        photos: with points.
        sides: of the square, in sides of the mean face.
        pixels: likewise, in pixels of the close-up.
    """

    def __init__(self, photos: Sequence[Sample], sides: float, pixels: int) -> None:
        self._samples = [self._close_up(photo, sides, pixels) for photo in photos]

    @staticmethod
    def _close_up(photo: Sample, sides: float, pixels: int) -> Sample:
        assert photo.points is not None
        head = around_points(photo.points)
        matrix = replace(head, size=head.size * sides / FACE_SIDE).to_crop(pixels)
        return Sample(
            warp_image(photo.image, matrix, (pixels, pixels)),
            warp_label_map(photo.label_map, matrix, (pixels, pixels), fill=IGNORE),
            transform_points(matrix, photo.points).astype(np.float32),
        )

    def __len__(self) -> int:
        return len(self._samples)

    def __getitem__(self, index: int) -> Sample:  # type: ignore[override]  # nobody slices it
        return self._samples[index]


def open_sets(arguments: argparse.Namespace, scratch: Path) -> tuple[Sequence[Sample], Sequence[Sample]]:
    """Returns the photos to learn from and the ones to score on."""
    with_points = arguments.crop == "face" or arguments.close_up > 0
    if arguments.data:
        return ParsingFolder(arguments.data, with_points=with_points), ParsingFolder(
            arguments.test_data, with_points=with_points
        )
    seeds = range(FIRST_SEED, FIRST_SEED + arguments.rendered + arguments.tests)
    folder = ParsingFolder(rendered_label_maps(scratch, seeds, arguments.render_size), with_points=with_points)
    place = {name: number for number, name in enumerate(folder.names)}
    drawn = [(folder, place[str(seed)]) for seed in seeds]
    return Chosen(drawn[: arguments.rendered]), Chosen(drawn[arguments.rendered :])


def score(
    model: str,
    seed: int,
    arguments: argparse.Namespace,
    sets: tuple[Sequence[Sample], Sequence[Sample]],
    real: Any,
    work_dir: Path,
) -> Scores:
    """Trains one model, with its state in the folder while it does, and returns its tables."""
    architecture = Architecture("bspnet", model, arguments.depth, 11, arguments.input_size, arguments.crop)  # type: ignore[arg-type]
    config = TrainConfig(
        architecture,
        epochs=arguments.epochs,
        batch_size=arguments.batch_size,
        learning_rate=arguments.learning_rate,
        seed=seed,
        device=arguments.device,
        threads=arguments.threads,
    )
    learned, tests = sets
    result = train(
        config,
        learned,
        Chosen([(tests, 0)]),  # type: ignore[list-item]  # scored whole below
        imagenet=arguments.imagenet,
        work_dir=work_dir,
        progress=lambda *_: None,
    )
    parser = Parser.load(result.checkpoint, arguments.device)
    found: Confusion = evaluate(parser, tests)
    scores = {"lapa": found.scores(LAPA), "helen": found.scores(HELEN)}
    if real is not None:
        scores["fasseg"] = evaluate(parser, real).scores(FASSEG)
    shutil.rmtree(work_dir)
    return scores


def kept(file: Path, recipe: dict[str, Any], make: Callable[[], Scores]) -> tuple[Scores, float]:
    """Returns the scores that a file holds for this recipe, or makes them and writes it; and the minutes they took."""
    if file.exists():
        found = json.loads(file.read_text())
        if found["recipe"] == recipe:
            return found["scores"], found["minutes"]
    started = time.monotonic()
    scores = make()
    minutes = (time.monotonic() - started) / 60
    write_whole(file, json.dumps({"recipe": recipe, "minutes": minutes, "scores": scores}).encode())
    return scores, minutes


def spread(values: Sequence[float | None]) -> dict[str, float] | None:
    """Returns mean and standard deviation; None where a category never occurred."""
    known = [value for value in values if value is not None]
    if len(known) < len(values):
        return None
    return {"mean": statistics.fmean(known), "sd": statistics.stdev(known) if len(known) > 1 else 0.0}


def cell(value: dict[str, float] | None) -> str:
    """Returns percent in the paper's two decimals."""
    return "-" if value is None else f"{100 * value['mean']:.2f}±{100 * value['sd']:.2f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--depth", type=int, default=18, choices=(18, 50, 101))
    parser.add_argument("--input-size", type=int, default=129)
    parser.add_argument("--crop", default="photo", choices=("photo", "head", "face"))
    parser.add_argument(
        "--close-up",
        type=float,
        default=1.5,
        metavar="SIDES",
        help="first cut photos to the upright square of so many mean faces; 0: not. With --crop photo",
    )
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--batch-size", type=int, default=8)
    parser.add_argument("--learning-rate", type=float, default=0.05)
    parser.add_argument("--imagenet", type=Path)
    parser.add_argument("--rendered", type=int, default=720, help="rendered faces to learn from")
    parser.add_argument("--tests", type=int, default=120, help="rendered faces to score on")
    parser.add_argument("--render-size", type=int, default=192)
    parser.add_argument("--data", type=Path, help="labeled photos to learn from, in the place of rendered ones")
    parser.add_argument("--test-data", type=Path, help="and to score on")
    default = Path(os.environ.get("FACET_DATA", REPOSITORY.parent / "shared" / "data")) / "fasseg"
    parser.add_argument("--fasseg", type=Path, default=default)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--work-dir", type=Path, help="keeps pictures and finished models")
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if (arguments.data is None) != (arguments.test_data is None):
        parser.error("--data and --test-data go together")
    if arguments.close_up and arguments.crop != "photo":
        parser.error("--close-up goes with --crop photo")
    runs: dict[str, list[Scores]] = {model: [] for model in MODELS}
    spent = 0.0
    settings = {name: str(value) if isinstance(value, Path) else value for name, value in vars(arguments).items()}
    recipe = {name: value for name, value in settings.items() if name not in _NOT_OF_A_MODEL}
    with tempfile.TemporaryDirectory() as scratch:
        work_dir = arguments.work_dir or Path(scratch)
        learned, tests = open_sets(arguments, work_dir / f"rendered-{arguments.render_size}")
        real = WithoutNeck(ParsingFolder(arguments.fasseg)) if arguments.fasseg.is_dir() else None
        if arguments.close_up:
            learned, tests, real = (
                photos and CloseUps(photos, arguments.close_up, arguments.input_size)
                for photos in (learned, tests, real)
            )
        sets = learned, tests
        for seed in range(arguments.seeds):
            # Models take turns, so that a run that is cut short has seen each as often.
            for model in MODELS:
                state = work_dir / f"{model}-{seed}"
                make = partial(score, model, seed, arguments, sets, real, state)
                scores, minutes = kept(work_dir / f"{state.name}.json", recipe, make)
                runs[model].append(scores)
                spent += minutes
                mean = scores["lapa"]["mean"]
                print(f"{model}, seed {seed}: mean F1 {mean or 0:.4f}, {minutes:.1f} min", file=sys.stderr, flush=True)
    summary = {
        table: {
            model: {column: spread([run[table][column] for run in runs[model]]) for column in runs[model][0][table]}
            for model in MODELS
        }
        for table in runs["A"][0]
    }
    if arguments.json:
        report = {"benchmark": "parsing_ablation", "settings": settings, "minutes": spent}
        print(json.dumps(report | {"tables": summary, "runs": runs}))
        return
    for table, rows in summary.items():
        print(format_cells(TITLES[table], {m: {c: cell(v) for c, v in row.items()} for m, row in rows.items()}))
        print()
    print(
        f"{arguments.seeds} seeds, {len(sets[0])} photos learned, {len(sets[1])} scored, {arguments.epochs} epochs,"
        f" ResNet-{arguments.depth} at {arguments.input_size} px, {spent:.1f} min"
    )


if __name__ == "__main__":
    main()
