"""facet parsing: the networks that draw label maps, trained and scored on folders, without an installation."""

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="parsing",
    help="Train and evaluate the networks that draw label maps: no installation is needed.",
    no_args_is_help=True,
)


class Network(StrEnum):
    """The fine network, or the coarse one."""

    bspnet = "bspnet"
    pspnet = "pspnet"


class Model(StrEnum):
    """The paper's: semantic branch alone, boundary features besides, boundary-weighted loss besides."""

    A = "A"
    B = "B"
    C = "C"


class Depth(StrEnum):
    """Of the ResNet."""

    resnet_18 = "18"
    resnet_50 = "50"
    resnet_101 = "101"


class Categories(StrEnum):
    """What is told apart: hair or skin; hair and skin; all eleven."""

    coarse = "2"
    fine = "3"
    all = "11"


class Crop(StrEnum):
    """What of a photo the network is shown: all of it; the square around hair and skin; around the head of known points."""

    photo = "photo"
    head = "head"
    face = "face"


class Table(StrEnum):
    """Which categories are scored: by default those that the network tells apart."""

    own = "own"
    lapa = "lapa"
    helen = "helen"
    fasseg = "fasseg"
    fine = "fine"
    coarse = "coarse"


Device = Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")]
Weights = Annotated[Path, typer.Option(help="A model file.", exists=True, dir_okay=False, readable=True)]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


@app.command()
def evaluate(
    folder: Annotated[Path, typer.Argument(help="Holds images/ and labels/.", exists=True, file_okay=False)],
    weights: Weights,
    table: Annotated[Table, typer.Option(help="Categories to score; fasseg for its merged labels.")] = Table.own,
    device: Device = "auto",
    as_json: AsJson = False,
) -> None:
    """Score a model on a labeled folder: F1 of every category, pooled over all photos in their own resolution.

    A crop around a head or points comes from the labels, a little off. With eleven categories the tables are the paper's
    Table 2 and, brows, eyes and mouth merged, its Table 3. Pixels whose label is 255 do not count.
    """
    from cli.parsing_scores import evaluate as run

    raise typer.Exit(run(folder, weights, table.value, device, as_json=as_json))


@app.command()
def train(
    out: Annotated[Path, typer.Option(help="The model file to write.", dir_okay=False)],
    data: Annotated[list[Path] | None, typer.Option(help="FOLDER with images/ and labels/; repeatable.")] = None,
    held_out: Annotated[
        list[Path] | None, typer.Option(help="Likewise, to score on; the last photos of --data if left out.")
    ] = None,
    rendered: Annotated[int, typer.Option(min=0, help="Rendered faces to learn from, besides.")] = 0,
    real_repeats: Annotated[int, typer.Option(min=1, help="How often an epoch shows each photo of --data.")] = 1,
    recipe: Annotated[str, typer.Option(help="'shipped' makes the shipped weights again; --data is faces106.")] = "",
    network: Annotated[Network, typer.Option()] = Network.bspnet,
    model: Annotated[Model, typer.Option(help="Of a BSPNet; a PSPNet is always an A.")] = Model.C,
    depth: Annotated[Depth, typer.Option(help="Of the ResNet.")] = Depth.resnet_101,
    width: Annotated[int, typer.Option(min=8, max=64, help="Of its first stage; 32 takes a quarter of the time.")] = 64,
    categories: Annotated[Categories, typer.Option(help="2, 3 or all 11.")] = Categories.all,
    crop: Annotated[Crop, typer.Option(help="What of a photo is shown; face needs landmarks/.")] = Crop.photo,
    input_size: Annotated[int, typer.Option(min=33, help="Side of the network's input, 8k + 1 pixels.")] = 473,
    epochs: Annotated[int, typer.Option(min=1)] = 30,
    batch_size: Annotated[int, typer.Option(min=2, help="Of all processes together.")] = 16,
    learning_rate: Annotated[float, typer.Option(min=0, help="At the start; without --imagenet try 0.01.")] = 1e-3,
    init: Annotated[str, typer.Option(help="A model file to start from, or 'none'.")] = "none",
    imagenet: Annotated[
        Path | None, typer.Option(help="ImageNet weights for the ResNet.", exists=True, dir_okay=False)
    ] = None,
    imagenet_sha256: Annotated[
        str | None, typer.Option(help="Their hash, where the file is not one of torchvision's.")
    ] = None,
    seed: Annotated[int, typer.Option(min=0)] = 0,
    device: Device = "auto",
    compile_step: Annotated[
        bool | None, typer.Option("--compile/--no-compile", help="torch.compile; on a GPU if left out.")
    ] = None,
    work_dir: Annotated[Path | None, typer.Option(help="Keeps what a killed run goes on from [OUT.work].")] = None,
    log: Annotated[Path | None, typer.Option(help="File of JSON lines to append to: a step a line.")] = None,
) -> None:
    """Train a model. The same command goes on where a killed one was; under torchrun it runs on several GPUs."""
    if recipe not in ("", "shipped"):
        raise typer.BadParameter(f"there is no recipe {recipe!r}; 'shipped' is the one", param_hint="--recipe")
    if recipe and len(data or ()) != 1:
        raise typer.BadParameter("the recipe wants one folder, faces106", param_hint="--data")
    if not out.parent.is_dir():
        raise typer.BadParameter(f"there is no folder {out.parent}", param_hint="--out")
    for folder in (*(data or ()), *(held_out or ())):
        if not folder.is_dir():
            raise typer.BadParameter(f"there is no folder {folder}")
    if not data and not rendered:
        raise typer.BadParameter("name folders, or a number of --rendered faces", param_hint="--data")

    from dataclasses import replace

    from cli.parsing_training import TrainingPlan
    from cli.parsing_training import train as run
    from ml.parsing import recipe as shipped
    from ml.parsing.checkpoint import Architecture
    from ml.parsing.train import TrainConfig

    try:
        architecture = Architecture(
            network=network.value,
            model="A" if network is Network.pspnet else model.value,
            depth=int(depth.value),  # type: ignore[arg-type]  # one of the three
            categories=int(categories.value),  # type: ignore[arg-type]  # likewise
            input_size=input_size,
            crop=crop.value,
            width=width,
        )
    except ValueError as error:
        raise typer.BadParameter(str(error)) from error
    if recipe:
        stages = [replace(stage, device=device) for stage in shipped.STAGES]
    else:
        stages = [
            TrainConfig(
                architecture,
                epochs=epochs,
                batch_size=batch_size,
                learning_rate=learning_rate,
                seed=seed,
                device=device,
                compile=compile_step,
            )
        ]
    plan = TrainingPlan(
        data=data or [],
        held_out=held_out or [],
        rendered=rendered,
        real_repeats=real_repeats,
        stages=stages,
        recipe=bool(recipe),
        init=None if init == "none" else Path(init),
        imagenet=imagenet,
        imagenet_sha256=imagenet_sha256,
        out=out,
        work_dir=work_dir or out.with_name(out.name + ".work"),
        log=log,
    )
    raise typer.Exit(run(plan))
