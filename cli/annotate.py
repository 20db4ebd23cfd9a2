"""facet annotate: photos in, a data set in LaPa's layout out, without an installation."""

from pathlib import Path
from typing import Annotated, Literal

import typer


def annotate(
    folder: Annotated[
        Path, typer.Argument(help="Photos, in sub-folders too; of a folder that holds an images/, only that.")
    ],
    out: Annotated[Path, typer.Option(help="Folder to write images/, landmarks/ and labels/ into.", file_okay=False)],
    keep_points: Annotated[
        bool, typer.Option("--keep-points", help="Use FOLDER/landmarks/ (106 points or 68) and predict none.")
    ] = False,
    keep_parts: Annotated[
        bool,
        typer.Option("--keep-parts", help="Keep the facial parts of FOLDER/labels/; draw only hair and skin anew."),
    ] = False,
    again: Annotated[bool, typer.Option("--again", help="Draw photos anew that OUT has already.")] = False,
    overlay: Annotated[bool, typer.Option("--overlay", help="Also write overlays/, to look at.")] = False,
    weights: Annotated[
        Path | None,
        typer.Option(help="A landmark model; the shipped one if left out.", exists=True, dir_okay=False, readable=True),
    ] = None,
    hair_skin: Annotated[
        str,
        typer.Option(
            help="Finds hair and skin: 'shipped' (a graph cut guided by a network), 'graphcut' alone, or a model file."
        ),
    ] = "shipped",
    coarse: Annotated[
        Path | None,
        typer.Option(
            help="Model file of the coarse network, for a fine one on the crop 'head'.", exists=True, dir_okay=False
        ),
    ] = None,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda or cuda:N.")] = "auto",
    pixel_rule: Annotated[
        Literal["pixel-centre", "boundary"],
        typer.Option(
            help="Which pixels on the outline of a facial part belong to it: those whose centre lies inside, or all that the "
            "outline touches, as cv2.fillPoly paints."
        ),
    ] = "pixel-centre",
    jobs: Annotated[int, typer.Option(min=0, help="Photos at once; 0 for one a processor, 8 at most.")] = 0,
    as_json: Annotated[bool, typer.Option("--json", help="Print the summary as one JSON object.")] = False,
) -> None:
    """Label the main face of every photo: 106 points and an 11-category label map.

    The same command goes on where an interrupted one stopped; what OUT has already is kept. Points are in pixels of the
    upright photo. Exit code 1: a file could not be used; it is named, and the others are written.
    """
    from cli.annotation import Plan, annotate_folder

    if not folder.is_dir():
        raise typer.BadParameter(f"there is no folder {folder}", param_hint="FOLDER")
    for option, wanted, part in (("--keep-points", keep_points, "landmarks"), ("--keep-parts", keep_parts, "labels")):
        if wanted and not ((folder / "images").is_dir() and (folder / part).is_dir()):
            raise typer.BadParameter(f"{folder} does not hold images/ and {part}/", param_hint=option)
    plan = Plan(
        folder, out, keep_points, keep_parts, again, overlay, weights, hair_skin, coarse, device, jobs, pixel_rule
    )
    raise typer.Exit(annotate_folder(plan, as_json=as_json))
