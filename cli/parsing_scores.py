"""facet parsing evaluate: the paper's tables for a model and a folder of labels."""

import json
import sys
from pathlib import Path
from typing import Final

from cli.console import CommandFailed, failed, progress_bar
from ml.data.errors import DataError
from ml.model_file import CheckpointError
from ml.parsing.confusion import TABLES, format_table
from ml.parsing.evaluate import evaluate as score
from ml.parsing.evaluate import tables
from ml.parsing.predict import Parser
from ml.parsing.regions import CropKind
from ml.parsing.samples import ParsingFolder

_TITLES: Final = {
    "lapa": "LaPa, F1",
    "helen": "merged as in Helen, F1",
    "fasseg": "merged as in FASSEG, F1",
    "fine": "hair and skin, F1",
    "coarse": "hair or skin, F1",
}


def evaluate(folder: Path, weights: Path, table: str, device: str, *, as_json: bool) -> int:
    """Prints a model's scores on a folder; returns 0, or 1 when a file of it or the weights could not be read."""
    try:
        parser = open_parser(weights, device)
        photos = open_folder(folder, parser.architecture.crop)
        with progress_bar("Evaluating", len(photos)) as told:
            confusion = score(parser, photos, told)
    except CommandFailed as failure:
        return failed(failure)
    except (DataError, ValueError) as error:
        return failed(CommandFailed(str(error)))
    if table == "own":
        found = tables(confusion, parser.architecture.categories)
        # FASSEG's categories are for FASSEG's labels.
        found.pop("fasseg", None)
    else:
        found = {table: confusion.scores(TABLES[table])}
    if as_json:
        answer = {"photos": confusion.photos, "f1": found, "confusion": confusion.counts.tolist()}
        sys.stdout.write(json.dumps(answer) + "\n")
        return 0
    architecture = parser.architecture
    print(f"{confusion.photos} photos, crop {architecture.crop}, {architecture.input_size} px")
    for name, scores in found.items():
        row = f"{architecture.network} {architecture.model}, ResNet-{architecture.depth}"
        print(f"\n{format_table(_TITLES[name], {row: scores})}")
    return 0


def open_parser(weights: Path, device: str) -> Parser:
    """Loads a model file.

    Raises:
        CommandFailed: it cannot be read, is no parsing model, or the device is unknown.
    """
    try:
        return Parser.load(weights, device)
    except CheckpointError as error:
        raise CommandFailed(f"{weights}: {error}") from error
    except OSError as error:
        raise CommandFailed(f"{weights}: {error.strerror or 'cannot be read'}") from error
    except (RuntimeError, AssertionError) as error:
        raise CommandFailed(f"--device {device}: {str(error).splitlines()[0]}") from error


def open_folder(folder: Path, crop: CropKind) -> ParsingFolder:
    """Opens a labeled folder and looks into its first files.

    Raises:
        CommandFailed: it has not the layout, holds no photos, or labels of another kind.
    """
    try:
        photos = ParsingFolder(folder, with_points=crop == "face")
        if not len(photos):
            raise CommandFailed(f"{folder}: holds no photos; images/NAME.jpg and labels/NAME.png are needed")
        photos[0]
    except DataError as error:
        hint = " (the crop 'face' needs them)" if crop == "face" and "landmarks" in str(error) else ""
        raise CommandFailed(f"{error}{hint}") from error
    return photos
