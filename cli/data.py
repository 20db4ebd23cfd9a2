"""facet data: other people's data sets, made into the folders that training and evaluation read."""

from pathlib import Path
from typing import Annotated

import typer

app = typer.Typer(
    name="data",
    help="Make other data sets into images/ and labels/: no installation is needed.",
    no_args_is_help=True,
)

Root = Annotated[Path, typer.Argument(help="The data set, unpacked.", exists=True, file_okay=False)]
Out = Annotated[Path, typer.Option(help="Folder to write into.", file_okay=False)]
AsJson = Annotated[bool, typer.Option("--json", help="Print the counts as one JSON object.")]


@app.command()
def cihp(root: Root, out: Out, as_json: AsJson = False) -> None:
    """Cut out every head of CIHP: OUT/Training and OUT/Validation, labels of 0 background, 1 skin, 10 hair.

    ROOT holds {Training,Validation}/{Images,Category_ids,Human_ids}; a split that is not there is left out. People who
    show no face are dropped, and heads narrower or lower than 80 px. Exit code 1: a file is broken; it is named, and the
    others are used.
    """
    from cli.data_conversion import convert_cihp

    raise typer.Exit(convert_cihp(root, out, as_json=as_json))


@app.command()
def helen(
    root: Root,
    out: Out,
    listed: Annotated[
        Path | None, typer.Option("--list", help="testing.txt and the like: only its photos.", exists=True)
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Write Helen's parsing labels as one map a photo: OUT/images and OUT/labels, ids and sides as everywhere in Facet.

    ROOT holds images/ID.jpg and labels/ID/ID_lbl00.png to ID_lbl10.png. Exit code 1: a file is broken; it is named, and
    the others are used.
    """
    from cli.data_conversion import convert_helen

    raise typer.Exit(convert_helen(root, out, listed, as_json=as_json))
