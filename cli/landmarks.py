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
