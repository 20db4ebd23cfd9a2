"""facet landmarks: the landmark model on photos and folders, without an installation."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated, Literal

import typer

app = typer.Typer(
    name="landmarks",
    help="Predict, evaluate and train the 106 landmarks on photos and folders: no installation is needed.",
    no_args_is_help=True,
)


class Box(StrEnum):
    """Where `evaluate` crops."""

    found = "found"
    truth = "truth"


class PointCount(StrEnum):
    """How many points a folder's landmark files hold."""

    ibug_68 = "68"
    lapa_106 = "106"

    @property
    def number(self) -> Literal[68, 106]:
        """The same as a number."""
        return 68 if self is PointCount.ibug_68 else 106


class Loss(StrEnum):
    """What training lessens: the mean squared error of the heatmaps, or Adaptive Wing."""

    mse = "mse"
    awing = "awing"


Weights = Annotated[
    Path | None,
    typer.Option(help="A model file; the shipped one if left out.", exists=True, dir_okay=False, readable=True),
]
Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def predict(
    photos: Annotated[list[Path], typer.Argument(metavar="PHOTO…", help="JPEG, PNG or WebP files.")],
    weights: Weights = None,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Print the 106 points of each photo's main face, in pixels of the upright photo, with their confidence.

    The origin is the centre of the top-left pixel of the photo as a viewer shows it: turned as its EXIF orientation says.
    Exit code 1: a photo could not be read; the others are printed all the same.
    """
    from cli.landmark_scores import predict as run

    raise typer.Exit(run(photos, weights, device, as_json=as_json))


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="Holds images/ and landmarks/.", exists=True, file_okay=False)],
    points: Annotated[PointCount, typer.Option(help="Points in a landmark file.")] = PointCount.lapa_106,
    box: Annotated[Box, typer.Option(help="Find the face, or crop around the true points.")] = Box.found,
    weights: Weights = None,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Score a model on a labeled folder: NME, AUC and failure rate, all as fractions.

    A photo in which no face is found counts like the others, with the points that an annotator would get.
    """
    from cli.landmark_scores import evaluate as run

    raise typer.Exit(run(folder, points.number, box.value, weights, device, as_json=as_json))


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="The model file to write.", dir_okay=False)],
    data: Annotated[
        list[str] | None, typer.Option(help="FOLDER or FOLDER:68, with images/ and landmarks/; repeatable.")
    ] = None,
    held_out: Annotated[
        list[str] | None, typer.Option(help="Likewise, to score on; the last photos of --data if left out.")
    ] = None,
    rendered: Annotated[int, typer.Option(min=0, help="Rendered faces to learn from, besides.")] = 0,
    photo_heads: Annotated[
        int, typer.Option(min=0, help="Pictures of the people of --data in other poses; all nearly frontal, at rest.")
    ] = 0,
    real_repeats: Annotated[int, typer.Option(min=1, help="How often an epoch shows each photo of --data.")] = 1,
    init: Annotated[str, typer.Option(help="Weights to start from: a file, 'shipped' or 'none'.")] = "none",
    recipe: Annotated[str, typer.Option(help="'shipped' makes the shipped weights again; --data is faces106.")] = "",
    width: Annotated[
        int, typer.Option(min=8, help="Channels of the hourglass; those of --init if it starts there.")
    ] = 128,
    epochs: Annotated[int, typer.Option(min=1, help="On crops of 256 px.")] = 40,
    half_size_epochs: Annotated[int, typer.Option(min=0, help="Before them, on crops of 128 px.")] = 0,
    batch_size: Annotated[int, typer.Option(min=2)] = 16,
    loss: Annotated[Loss, typer.Option()] = Loss.awing,
    ema: Annotated[float, typer.Option(min=0, max=0.9999, help="Running average of the weights; 0 for none.")] = 0.995,
    device: Device = "auto",
    work_dir: Annotated[Path | None, typer.Option(help="Keeps what a killed run goes on from [OUT.work].")] = None,
    log: Annotated[Path | None, typer.Option(help="File of JSON lines to append to: a step a line.")] = None,
) -> None:
    """Train a model. The same command goes on where a killed one was."""
    from dataclasses import replace

    from cli.landmark_training import TrainingPlan
    from cli.landmark_training import train as run
    from ml.landmarks import recipe as shipped
    from ml.landmarks.train import TrainConfig

    if recipe not in ("", "shipped"):
        raise typer.BadParameter(f"there is no recipe {recipe!r}; 'shipped' is the one", param_hint="--recipe")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    if recipe:
        stages = [replace(stage, device=device) for stage in shipped.STAGES]
        rendered, photo_heads = shipped.RENDERED_FACES, shipped.PHOTO_HEADS
        real_repeats, init = shipped.REAL_REPEATS, "none"
    else:
        fine = TrainConfig(width, epochs, batch_size, loss=loss.value, ema=ema, device=device)
        rough = replace(fine, epochs=half_size_epochs, input_size=128)
        stages = [rough, replace(fine, warm_learning_rate=1e-3)] if half_size_epochs else [fine]
    if not data and not rendered:
        raise typer.BadParameter("name folders, or a number of --rendered faces", param_hint="--data")
    plan = TrainingPlan(
        data=[_labeled(each) for each in data or ()],
        held_out=[_labeled(each) for each in held_out or ()],
        rendered=rendered,
        photo_heads=photo_heads,
        real_repeats=real_repeats,
        stages=stages,
        init=init,
        out=out,
        work_dir=work_dir or out.with_name(out.name + ".work"),
        log=log,
    )
    raise typer.Exit(run(plan))


@app.command()
def shapes(
    data: Annotated[Path, typer.Option(help="faces106: images/ and landmarks/.", exists=True, file_okay=False)],
    out: Annotated[Path, typer.Option(help="The file to write.", dir_okay=False)],
    work_dir: Annotated[
        Path | None, typer.Option(help="Of `train --recipe shipped`, whose pictures are used again [OUT.work].")
    ] = None,
    rendered: Annotated[
        int | None, typer.Option(min=0, help="Rendered faces; as many as the recipe if left out.")
    ] = None,
    photo_heads: Annotated[int | None, typer.Option(min=0, help="Pictures of people in other poses; likewise.")] = None,
) -> None:
    """Learn what faces look like as 106 points: the shapes that ship beside the weights."""
    from cli.face_shapes import learn_shapes as run
    from ml.landmarks import recipe as shipped

    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    raise typer.Exit(
        run(
            data,
            out,
            work_dir or out.with_name(out.name + ".work"),
            rendered=shipped.RENDERED_FACES if rendered is None else rendered,
            heads=shipped.PHOTO_HEADS if photo_heads is None else photo_heads,
        )
    )


def _labeled(text: str) -> tuple[Path, Literal[68, 106]]:
    """Takes FOLDER, FOLDER:68 and FOLDER:106 apart."""
    folder, colon, count = text.rpartition(":")
    if not colon or count not in ("68", "106"):
        folder, count = text, "106"
    if not Path(folder).is_dir():
        raise typer.BadParameter(f"there is no folder {folder}")
    return Path(folder), 68 if count == "68" else 106
