"""What each step of labels teaches the landmark model: from the last model or anew, photos at random or the doubtful ones.

    .venv/bin/python -m benchmarks.learning_curve [--sizes 250 500 1000 2000] [--repeats 3] [--json] [--plot curve.svg]
    .venv/bin/python -m benchmarks.learning_curve --source rendered --device cuda --width 256 \\
        --sizes 2000 4000 8000 16000 --steps 4000 --rough-steps 8000 --batch-size 64

Every training of every arm has the same number of steps, and no photo of a person (video68) or seed (rendered) in the test
set is in the pool that labels are drawn from. The arms, all on the same first photos:

    random     each model starts from the last one; the next photos come at random
    doubtful   likewise, but the next photos are those whose proposals the last model doubts most, look-alikes lowered
    scratch    the photos of "random", but each model starts from random weights

"proposals" is the rectangle NME of what annotators were given on the photos of that step, which is what they must correct:
an order that teaches more by harder photos costs them more. "doubt/error" is Spearman's correlation, over the photos not
yet labeled, between the last model's doubt of a proposal and its true error. A difference smaller than its ± is noise.
"""

import argparse
import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np
import torch

from backend.settings import REPOSITORY
from benchmarks.line_plot import line_plot
from benchmarks.look_alikes import face_view, spread_over_look_alikes
from ml.data.faces import LandmarkFolder
from ml.landmarks.boxes import box_of_points, jitter
from ml.landmarks.doubt import doubt
from ml.landmarks.evaluate import evaluate
from ml.landmarks.metrics import Metrics, nme_rect
from ml.landmarks.predict import Landmarker
from ml.landmarks.samples import LabeledFace, Sample
from ml.landmarks.train import TrainConfig, train
from ml.synthetic import render_face

ARMS: Final = ("random", "doubtful", "scratch")
BATCH: Final = 16
"""Photos whose proposals are made, and spread over look-alikes, together; in the order of their import, as in a project."""
FIRST_SEED: Final = 5_000_000
"""Of the rendered faces: none that the shipped weights, the tests or the demo know."""
RENDERED_SIZE: Final = 288
RENDERED_TESTS: Final = 500


@dataclass(frozen=True)
class Sets:
    """Photos to label, in the order of their import, and the test photos."""

    pool: Sequence[LabeledFace]
    test: Sequence[LabeledFace]


@dataclass(frozen=True)
class Budget:
    """What each training may cost: steps on half-size crops, then on whole ones."""

    config: TrainConfig
    rough_steps: int
    steps: int


@dataclass(frozen=True)
class Step:
    """A model of an arm: after how many labels, its metrics on the test photos, and what its photos looked like before."""

    repeat: int
    arm: str
    labels: int
    nme_rect: float
    auc_008: float
    fr_008: float
    proposals: float | None = None
    doubt_error: float | None = None


class Drawn(Sequence[LabeledFace]):
    """So many draws from a set that one epoch of it is a budget of steps: each photo is seen as often as any other, ±1."""

    def __init__(self, faces: Sequence[LabeledFace], chosen: Sequence[int], length: int) -> None:
        self._faces, self._chosen, self._length = faces, list(chosen), length

    def __len__(self) -> int:
        return self._length

    def __getitem__(self, index: int) -> LabeledFace:  # type: ignore[override]  # nobody slices a draw
        if not 0 <= index < self._length:
            raise IndexError(index)
        return self._faces[self._chosen[index % len(self._chosen)]]


class Rendered(Sequence[LabeledFace]):
    """Rendered faces of consecutive seeds, each rendered when it is first asked for and kept in a folder."""

    def __init__(self, first_seed: int, count: int, folder: Path) -> None:
        self._first, self._count, self._folder = first_seed, count, folder

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, index: int) -> LabeledFace:  # type: ignore[override]  # nobody slices them
        if not 0 <= index < self._count:
            raise IndexError(index)
        path = self._folder / f"{self._first + index}.npz"
        if path.is_file():
            with np.load(path) as stored:
                return Sample(stored["image"], stored["points"])
        face = render_face(self._first + index, RENDERED_SIZE)
        # Under another name first: two loading threads may ask for one face at once.
        with tempfile.NamedTemporaryFile(dir=self._folder, suffix=".part", delete=False) as part:
            np.savez(part, image=face.image, points=face.points)
        Path(part.name).replace(path)
        return Sample(face.image, face.points)


class Chosen(Sequence[LabeledFace]):
    """Some photos of a set."""

    def __init__(self, faces: Sequence[LabeledFace], places: Sequence[int]) -> None:
        self._faces, self._places = faces, list(places)

    def __len__(self) -> int:
        return len(self._places)

    def __getitem__(self, index: int) -> LabeledFace:  # type: ignore[override]  # nobody slices a choice
        return self._faces[self._places[index]]


def split_by_person(names: Sequence[str], share: float, seed: int) -> tuple[list[int], list[int]]:
    """Returns the places of the photos to label and of the test photos: no person, named before the last `_`, is in both.

    Args:
        names: of the photos.
        share: of the people who are for testing, at least one.
        seed: of the draw.
    """
    person = [name.rpartition("_")[0] for name in names]
    people = sorted(set(person))
    count = max(1, round(share * len(people)))
    tested = set(np.random.default_rng(seed).permutation(people)[:count].tolist())
    places = range(len(names))
    return [i for i in places if person[i] not in tested], [i for i in places if person[i] in tested]


def train_on(
    budget: Budget, faces: Sequence[LabeledFace], chosen: Sequence[int], init: bytes | None, seed: int, device: str
) -> bytes:
    """Returns the model file of a training on the chosen photos that costs exactly the budget."""
    stages = [(128, budget.rough_steps), (256, budget.steps)]
    for number, (side, steps) in enumerate(stages):
        if steps == 0:
            continue
        config = replace(budget.config, epochs=1, input_size=side, seed=seed + number, device=device)
        drawn = Drawn(faces, chosen, steps * config.batch_size)
        with tempfile.TemporaryDirectory() as folder:
            # The metrics are taken once, at the end, on the test photos: one photo here, as a set must not be empty.
            held_out = Chosen(faces, chosen[:1])
            result = train(config, drawn, held_out, init=init, work_dir=Path(folder), progress=lambda *_: None)
        init = result.checkpoint
    if init is None:
        raise ValueError("a training needs at least one step")
    return init


def look_at(
    landmarker: Landmarker, faces: Sequence[LabeledFace], places: Sequence[int]
) -> tuple[list[float], list[float]]:
    """Returns, of each photo, what the queue orders by, and the true NME of the proposal, in boxes that are a little off.

    Only points that have a label count: of the others the network has learned nothing, not even to doubt.
    """
    scores: list[float] = []
    errors: list[float] = []
    for start in range(0, len(places), BATCH):
        batch = [faces[place] for place in places[start : start + BATCH]]
        images = [face.image for face in batch]
        boxes = [
            jitter(box_of_points(face.points, face.known), np.random.default_rng([1, place]), 0.05, 0.08, 0.1)
            for face, place in zip(batch, places[start:], strict=False)
        ]
        proposals = landmarker.predict_in_boxes(images, boxes)
        doubts, views = [], []
        for face, proposal in zip(batch, proposals, strict=True):
            assert proposal.confidence is not None  # a network's
            doubts.append(doubt(proposal.confidence[face.known]))
            views.append(face_view(face.image, proposal.points, face.known))
            errors.append(nme_rect(proposal.points, face.points, face.known))
        scores += spread_over_look_alikes(doubts, views)
    return scores, errors


def rank_correlation(first: Sequence[float], second: Sequence[float]) -> float:
    """Spearman's ρ of two lists without ties of note."""
    ranks = [np.argsort(np.argsort(values)).astype(float) for values in (first, second)]
    return float(np.corrcoef(ranks[0], ranks[1])[0, 1])


def curves(
    sets: Sets,
    sizes: Sequence[int],
    budget: Budget,
    repeat: int,
    init: bytes | None,
    device: str,
    arms: Sequence[str] = ARMS,
) -> Iterator[Step]:
    """Yields every arm's models, in the order in which they are trained.

    Args:
        sets: the photos.
        sizes: numbers of labels, rising, at most the pool's.
        budget: of each training.
        repeat: number of the run; it is the seed of the order, the weights and the augmentation.
        init: a model file that the arms but "scratch" start from; None for random weights.
        device: as for `train`.
        arms: of ARMS.
    """
    order = [int(i) for i in np.random.default_rng([106, repeat]).permutation(len(sets.pool))]
    first: Step | None = None
    first_model: bytes | None = None
    for arm in arms:
        warm = arm != "scratch"
        model = init if warm else None
        chosen: list[int] = []
        for size in sizes:
            place_of_step = len(chosen)
            proposals = doubt_error = None
            rest = [i for i in order if i not in set(chosen)]
            wanted = size - len(chosen)
            if warm and model is not None:
                landmarker = Landmarker.load(model, device)
                # In the order of import, so that the look-alikes stand together.
                waiting = sorted(rest)
                scores, errors = look_at(landmarker, sets.pool, waiting)
                doubt_error = rank_correlation(scores, errors)
                if arm == "doubtful":
                    rest = [waiting[i] for i in np.argsort(-np.asarray(scores), kind="stable")]
                error_of = dict(zip(waiting, errors, strict=True))
                proposals = float(np.mean([error_of[i] for i in rest[:wanted]]))
            chosen += rest[:wanted]
            start = model if warm else None
            # Without a model to start from, all arms begin with one and the same training.
            if place_of_step == 0 and start is None and first is not None and first_model is not None:
                model, step = first_model, replace(first, arm=arm)
            else:
                model = train_on(budget, sets.pool, chosen, start, 1000 * repeat + size, device)
                metrics: Metrics = evaluate(Landmarker.load(model, device), sets.test)
                step = Step(
                    repeat,
                    arm,
                    size,
                    metrics["nme_rect"],
                    metrics["auc_008"],
                    metrics["fr_008"],
                    proposals,
                    doubt_error,
                )
                if place_of_step == 0 and start is None:
                    first, first_model = step, model
            yield step


def table(steps: Sequence[Step]) -> str:
    """Means over the repeats, ± their standard deviation: figures of errors in percent of the rectangle's size."""
    lines = [
        f"{'labels':>7}  {'order':<9} {'NME rect %':>13} {'AUC@0.08 %':>11} {'failures %':>11} {'proposals %':>12} doubt/error"
    ]
    for labels in sorted({step.labels for step in steps}):
        for arm in ARMS:
            rows = [step for step in steps if step.arm == arm and step.labels == labels]
            if not rows:
                continue
            nme = [100 * row.nme_rect for row in rows]
            spread = f"±{np.std(nme, ddof=1):5.2f}" if len(nme) > 1 else "      "
            met = [100 * row.proposals for row in rows if row.proposals is not None]
            rho = [row.doubt_error for row in rows if row.doubt_error is not None]
            lines.append(
                f"{labels:>7,}  {arm:<9} {np.mean(nme):6.2f} {spread} {100 * np.mean([r.auc_008 for r in rows]):11.1f}"
                f" {100 * np.mean([r.fr_008 for r in rows]):11.1f} {f'{np.mean(met):.2f}' if met else '–':>12}"
                f" {f'{np.mean(rho):.2f}' if rho else '–':>11}"
            )
    return "\n".join(lines)


def plot(steps: Sequence[Step], title: str) -> str:
    """The mean NME of each arm against the number of labels, as SVG."""
    series = {
        arm: [
            (float(labels), float(np.mean([100 * s.nme_rect for s in steps if s.arm == arm and s.labels == labels])))
            for labels in sorted({step.labels for step in steps if step.arm == arm})
        ]
        for arm in ARMS
        if any(step.arm == arm for step in steps)
    }
    return line_plot(series, title=title, x_label="labeled photos", y_label="NME, % of the rectangle's size")


def read_sets(arguments: argparse.Namespace, scratch: Path) -> Sets:
    """Opens the photos that the command line names."""
    if arguments.source == "rendered":
        pool = Rendered(FIRST_SEED + RENDERED_TESTS, max(arguments.pool or 0, *arguments.sizes) * 2, scratch)
        return Sets(
            pool, Chosen(Rendered(FIRST_SEED, RENDERED_TESTS, scratch), range(arguments.test or RENDERED_TESTS))
        )
    folder = LandmarkFolder(arguments.data, 68)
    learn, test = split_by_person(folder.names, 0.2, seed=0)
    if arguments.test:
        # Evenly, so that all the people stay.
        test = [test[i] for i in np.linspace(0, len(test) - 1, min(arguments.test, len(test))).astype(int)]
    return Sets(Chosen(folder, learn[: arguments.pool]), Chosen(folder, test))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--source", choices=("video68", "rendered"), default="video68")
    parser.add_argument("--data", type=Path, default=REPOSITORY.parent / "shared" / "data" / "video68")
    parser.add_argument("--sizes", type=int, nargs="+", default=[250, 500, 1000, 2000])
    parser.add_argument("--arms", nargs="+", choices=ARMS, default=list(ARMS))
    parser.add_argument(
        "--pool", type=int, help="photos to choose from; default: all of them, or twice the largest size"
    )
    parser.add_argument("--test", type=int, help="test photos; default: all")
    parser.add_argument("--init", type=Path, help="model file that the arms but scratch start from")
    parser.add_argument("--width", type=int, default=128)
    parser.add_argument("--rough-steps", type=int, default=300, help="of each training, on crops of 128 px")
    parser.add_argument("--steps", type=int, default=150, help="of each training, on crops of 256 px")
    parser.add_argument("--batch-size", type=int, default=16)
    parser.add_argument("--threads", type=int, default=2, help="of the network on a CPU, and that load photos")
    parser.add_argument("--repeats", type=int, default=1)
    parser.add_argument("--device", default="auto")
    parser.add_argument("--scratch", type=Path, help="folder that keeps rendered faces for the next run")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--plot", type=Path, help="SVG file to write")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    sizes = sorted(arguments.sizes)
    config = TrainConfig(
        width=arguments.width,
        batch_size=arguments.batch_size,
        loss="awing",
        ema=0.995,
        warm_learning_rate=1e-3,
        threads=arguments.threads,
        loader_threads=arguments.threads,
    )
    budget = Budget(config, arguments.rough_steps, arguments.steps)
    init = arguments.init.read_bytes() if arguments.init else None
    with tempfile.TemporaryDirectory() as folder:
        scratch = arguments.scratch or Path(folder)
        scratch.mkdir(parents=True, exist_ok=True)
        sets = read_sets(arguments, scratch)
        if sizes[-1] > len(sets.pool):
            parser.error(f"there are only {len(sets.pool)} photos to label")
        steps: list[Step] = []
        for repeat in range(arguments.repeats):
            for step in curves(sets, sizes, budget, repeat, init, arguments.device, arguments.arms):
                steps.append(step)
                if not arguments.json:
                    print(f"  run {repeat + 1}: {step.labels:,} {step.arm}: {100 * step.nme_rect:.2f} %", flush=True)
    heading = (
        f"{arguments.source}: {len(sets.pool):,} photos to label, {len(sets.test):,} to test; {arguments.width} wide,"
        f" {arguments.rough_steps} + {arguments.steps} steps of {arguments.batch_size}, {arguments.repeats} run(s)"
    )
    if arguments.plot:
        arguments.plot.write_text(plot(steps, heading))
    print(
        json.dumps({"what": heading, "steps": [asdict(s) for s in steps]})
        if arguments.json
        else f"{heading}\n{table(steps)}"
    )


if __name__ == "__main__":
    main()
