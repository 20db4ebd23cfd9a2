"""facet landmarks predict and evaluate: points of photos, and scores of folders."""

import json
import sys
from pathlib import Path
from typing import Any, Literal

from cli.console import CommandFailed, console, failed, progress_bar
from ml import model_file
from ml.data.errors import DataError
from ml.data.faces import LandmarkFolder
from ml.landmarks.evaluate import evaluate as score
from ml.landmarks.mean_face import Proposal
from ml.landmarks.predict import Landmarker
from ml.landmarks.shipped import ShippedWeightsMissing, shipped_checkpoint
from ml.schema import PARTS


def predict(photos: list[Path], weights: Path | None, device: str, *, as_json: bool) -> int:
    """Prints the points of the photos; returns 0, or 1 when a photo or the weights could not be read."""
    try:
        landmarker = open_landmarker(weights, device)
    except CommandFailed as failure:
        return failed(failure)
    rows: list[dict[str, Any]] = []
    unread: list[dict[str, str]] = []
    with progress_bar("Predicting", len(photos)) as told:
        for number, path in enumerate(photos, start=1):
            try:
                data = path.read_bytes()
            except OSError as error:
                unread.append({"file": str(path), "error": error.strerror or "cannot be read"})
                continue
            try:
                (proposal,) = landmarker.predict_encoded([(str(path), data)])
                rows.append(_photo(path, proposal))
            except DataError as error:
                unread.append({"file": str(path), "error": str(error).removeprefix(f"{path}: ")})
            told(number, len(photos))
    if as_json:
        sys.stdout.write(json.dumps({"photos": rows, "unread": unread}) + "\n")
    else:
        for row in rows:
            _print_photo(row)
    for problem in unread:
        console.print(f"{problem['file']}: {problem['error']}", style="red", markup=False, soft_wrap=True)
    return 1 if unread else 0


def evaluate(
    folder: Path,
    n_points: Literal[68, 106],
    box: Literal["found", "truth"],
    weights: Path | None,
    device: str,
    *,
    as_json: bool,
) -> int:
    """Prints a model's metrics on a folder; returns 0, or 1 when a file of it or the weights could not be read."""
    try:
        landmarker = open_landmarker(weights, device)
        faces = open_folder(folder, n_points)
        with progress_bar("Evaluating", len(faces)) as told:
            metrics = score(landmarker, faces, box, told)
    except CommandFailed as failure:
        return failed(failure)
    except (DataError, ValueError) as error:
        return failed(CommandFailed(str(error)))
    if as_json:
        sys.stdout.write(json.dumps({**metrics, "points": n_points, "box": box}) + "\n")
        return 0
    eyes = metrics["nme_interocular"]
    print(f"{metrics['photos']} photos, {n_points} points, box {box}")
    print(f"NME by rectangle       {metrics['nme_rect']:8.2%}")
    print(f"NME by outer eyes      {'unknown' if eyes is None else format(eyes, '8.2%')}")
    print(f"AUC@0.08               {metrics['auc_008']:8.2%}")
    print(f"failures (NME ≥ 0.08)  {metrics['fr_008']:8.2%}")
    for part, off in metrics["per_part"].items():
        print(f"  {part:<20} {off:8.2%}")
    return 0


def open_landmarker(weights: Path | None, device: str) -> Landmarker:
    """Loads a model file, or the shipped one.

    Raises:
        CommandFailed: there is none, it is no landmark model, or the device is unknown.
    """
    try:
        data = weights.read_bytes() if weights is not None else shipped_checkpoint()
        return Landmarker.load(data, device)
    except model_file.CheckpointError as error:
        raise CommandFailed(f"{weights or 'the shipped weights'}: {error}") from error
    except ShippedWeightsMissing as error:
        raise CommandFailed(f"{error}, or name a model file: --weights FILE") from error
    except OSError as error:
        raise CommandFailed(f"{weights}: {error.strerror or 'cannot be read'}") from error
    except (RuntimeError, AssertionError) as error:
        raise CommandFailed(f"--device {device}: {str(error).splitlines()[0]}") from error


def open_folder(folder: Path, n_points: Literal[68, 106]) -> LandmarkFolder:
    """Opens a labeled folder and looks into its first file.

    Raises:
        CommandFailed: it has not the layout, holds no photos, or another number of points.
    """
    try:
        faces = LandmarkFolder(folder, n_points)
        if not len(faces):
            raise CommandFailed(f"{folder}: holds no photos; images/NAME.jpg and landmarks/NAME.txt are needed")
        faces.points(0)
    except DataError as error:
        other = 68 if n_points == 106 else 106
        hint = f" (are these folders of {other} points? Then name that number)" if f"'{other}'" in str(error) else ""
        raise CommandFailed(f"{error}{hint}") from error
    return faces


def _photo(path: Path, proposal: Proposal) -> dict[str, Any]:
    confidence = [] if proposal.confidence is None else [round(float(c), 4) for c in proposal.confidence]
    points = [[round(float(x), 3), round(float(y), 3)] for x, y in proposal.points]
    return {"file": str(path), "found": proposal.found, "points": points, "confidence": confidence}


def _print_photo(row: dict[str, Any]) -> None:
    note = "" if row["found"] else "  no face found: the likeliest place is taken for one"
    print(f"{row['file']}{note}")
    for name, part in PARTS.items():
        for index in part.indices:
            (x, y), trust = row["points"][index], row["confidence"][index]
            print(f"  {index:>3}  {name:<18} {x:>9.2f} {y:>9.2f}  confidence {trust:.2f}")
