"""facet annotate: the whole chain on a folder of photos. Photos are independent; a few are worked on at a time."""

import json
import os
import sys
import time
import warnings
from collections.abc import Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import asdict, dataclass, field
from itertools import islice
from pathlib import Path

import torch

from cli.annotation_files import RECORD, Output, Row, photos_by_name
from cli.console import CommandFailed, console, failed, progress_bar
from cli.landmark_scores import open_landmarker
from cli.overlay import draw_overlay
from ml.chain import complete_points, draw_label_map, renew_hair_and_skin
from ml.data.errors import DataError
from ml.data.files import read_image
from ml.data.given import read_given_labels, read_given_points
from ml.data.lapa import read_label_map, read_landmarks
from ml.data.upright import UprightPhoto, read_upright
from ml.geometry import Points
from ml.landmarks.predict import Landmarker
from ml.model_file import CheckpointError
from ml.parsing.segmenters import SHIPPED, Segmenter, open_segmenter
from ml.ppa.raster import Rule

# More than these take memory rather than time: each holds a whole photo, several times over.
_MOST_JOBS = 8


@dataclass(frozen=True)
class Plan:
    """What the command was told; see `cli.annotate`."""

    folder: Path
    out: Path
    keep_points: bool = False
    keep_parts: bool = False
    again: bool = False
    overlay: bool = False
    weights: Path | None = None
    hair_skin: str = SHIPPED
    coarse: Path | None = None
    device: str = "auto"
    jobs: int = 0
    pixel_rule: Rule = "pixel-centre"


@dataclass
class Summary:
    """What became of the photos.

    Attributes:
        written: how many triples this run wrote.
        kept: how many were there before.
        without_face: names of those, old and new, in whose photos no face was found.
        failed: files that could not be used, and why.
        segmenter: the version of what found hair and skin.
        seconds: that the photos took, without loading the model.
    """

    written: int = 0
    kept: int = 0
    without_face: list[str] = field(default_factory=list)
    failed: list[dict[str, str]] = field(default_factory=list)
    segmenter: str = ""
    seconds: float = 0.0


def annotate_folder(plan: Plan, *, as_json: bool) -> int:
    """Runs the command and prints its summary; returns 0, or 1 when a file could not be used."""
    try:
        summary = annotate_photos(plan)
    except CommandFailed as failure:
        return failed(failure)
    except OSError as error:
        return failed(CommandFailed(f"{error.filename or plan.out}: {error.strerror or error}"))
    for problem in summary.failed:
        console.print(f"{problem['file']}: {problem['error']}", style="red", markup=False, soft_wrap=True)
    if as_json:
        speed = summary.written / summary.seconds if summary.seconds else 0.0
        sys.stdout.write(json.dumps({**asdict(summary), "photos_per_s": round(speed, 2)}) + "\n")
    else:
        print(f"{summary.written} photos labeled, {summary.kept} kept, {len(summary.failed)} failed: {plan.out}")
        print(f"hair and skin by {summary.segmenter}")
        if summary.without_face:
            print(f"no face found in {len(summary.without_face)}, whose labels are guesses:")
            for name in summary.without_face:
                # A name need not be text that this terminal can show.
                print(f"  {name.encode(errors='replace').decode()}")
    return 1 if summary.failed else 0


def annotate_photos(plan: Plan) -> Summary:
    """Annotates every photo of the folder that the output has not yet.

    Raises:
        CommandFailed: nothing can be done with this folder, this output, or this model.
        OSError: the output cannot be written.
    """
    photos = photos_by_name(plan.folder, plan.out)
    jobs = plan.jobs or min(_MOST_JOBS, os.cpu_count() or 1)
    landmarker = open_landmarker(plan.weights, plan.device)
    segmenter = _open_segmenter(plan)
    worker = _Annotator(plan, Output(plan.out, overlays=plan.overlay), landmarker, segmenter)
    # A photo that cannot be used is named; Pillow's remarks on the others would only be noise.
    warnings.filterwarnings("ignore", module=r"PIL\.")
    threads = torch.get_num_threads()
    if jobs > 1:
        # The photos share the processors; threads within each would only wait for one another.
        torch.set_num_threads(1)
    try:
        return _run(worker, photos, jobs)
    finally:
        torch.set_num_threads(threads)


def _open_segmenter(plan: Plan) -> Segmenter:
    try:
        return open_segmenter(plan.hair_skin, plan.coarse, plan.device)
    except CheckpointError as error:
        raise CommandFailed(str(error)) from error
    except OSError as error:
        raise CommandFailed(f"{error.filename or plan.hair_skin}: {error.strerror or 'cannot be read'}") from error


def _run(worker: "_Annotator", photos: dict[str, Path], jobs: int) -> Summary:
    summary, started = Summary(segmenter=worker.segmenter.version), time.perf_counter()
    waiting: Iterator[tuple[str, Path]] = iter(photos.items())
    pool = ThreadPoolExecutor(jobs)
    try:
        with progress_bar("Annotating", len(photos)) as told:
            running: dict[Future[Row | None], tuple[str, Path]] = {}
            done = 0
            # Few are handed out ahead: every step looks at all that are.
            while True:
                for name, file in islice(waiting, 2 * jobs - len(running)):
                    running[pool.submit(worker.annotate, name, file)] = (name, file)
                if not running:
                    break
                for future in wait(running, return_when=FIRST_COMPLETED).done:
                    worker.settle(future, *running.pop(future), summary)
                    done += 1
                told(done, len(photos))
    finally:
        # Ctrl-C waits for the photos that are being worked on, and begins no other.
        pool.shutdown(cancel_futures=True)
    summary.failed.sort(key=lambda problem: problem["file"])
    summary.without_face = sorted(name for name in photos if name in worker.faceless)
    summary.seconds = round(time.perf_counter() - started, 3)
    return summary


class _NotWritten(Exception):
    """The output cannot be written: of no use to go on with the next photo."""

    def __init__(self, error: OSError) -> None:
        super().__init__(str(error))
        self.error = error


class _Annotator:
    """One photo at a time, from any thread."""

    def __init__(self, plan: Plan, output: Output, landmarker: Landmarker, segmenter: Segmenter) -> None:
        self.plan = plan
        self.output = output
        self.landmarker = landmarker
        self.segmenter = segmenter
        self.faceless = {name for name, row in output.rows.items() if not row.found}

    def annotate(self, name: str, file: Path) -> Row | None:
        """Returns the record's row of a triple that was written; None where it was kept.

        Raises:
            _NotWritten: the output cannot be written. Exception: the photo cannot be used.
        """
        if not self.plan.again:
            if self.output.has(name):
                self._keep(name, file)
                return None
            if unaccounted := self.output.unaccounted(name):
                listed = " and ".join(str(there.relative_to(self.plan.out)) for there in unaccounted)
                raise DataError(
                    file,
                    f"{self.plan.out} holds {listed} of it, which {RECORD} does not know: complete images/, landmarks/ and "
                    "labels/ to keep this, or move it away; --again replaces it",
                )
        photo = read_upright(file)
        points, found, confidence = self._points(name, photo)
        if self.plan.keep_parts:
            given = read_given_labels(self.plan.folder, name, photo.image.shape)
            label_map = renew_hair_and_skin(photo.image, points, given, segmenter=self.segmenter)
        else:
            label_map = draw_label_map(photo.image, points, self.segmenter, self.plan.pixel_rule)
        overlay = draw_overlay(photo.image, points, label_map) if self.plan.overlay else None
        row = Row(name, str(file.relative_to(self.plan.folder)), file.stat().st_size, found, confidence)
        try:
            self.output.write(row, photo.jpeg, points, label_map, overlay)
        except OSError as error:
            raise _NotWritten(error) from error
        return row

    def settle(self, future: "Future[Row | None]", name: str, file: Path, summary: Summary) -> None:
        """Counts what became of a photo, on the main thread; OSError where the output cannot be written."""
        try:
            row = future.result()
        except _NotWritten as failure:
            raise failure.error from None
        # Whatever one photo among thousands provokes, it is named and the others go on.
        except Exception as error:
            known = isinstance(error, ValueError | OSError)
            text = str(error).removeprefix(f"{file}: ") if known else f"{type(error).__name__}: {error}"
            summary.failed.append({"file": str(file), "error": text})
            return
        if row is None:
            summary.kept += 1
            return
        summary.written += 1
        (self.faceless.discard if row.found else self.faceless.add)(name)

    def _points(self, name: str, photo: UprightPhoto) -> tuple[Points, bool, float | None]:
        if self.plan.keep_points:
            points, known = read_given_points(self.plan.folder, name)
            return complete_points(self.landmarker, photo.image, points, known), True, None
        (proposal,) = self.landmarker.predict([photo.image])
        confidence = None if proposal.confidence is None else round(float(proposal.confidence.mean()), 4)
        return proposal.points, proposal.found, confidence

    def _keep(self, name: str, file: Path) -> None:
        """Leaves a complete triple as it is. One without a row is somebody's own, and is not asked what it was made from."""
        row = self.output.rows.get(name)
        if row is not None and row.bytes != file.stat().st_size:
            raise DataError(
                file, f"{self.plan.out} holds the labels of another photo of this name; --again replaces them"
            )
        if self.output.lacks_overlay(name):
            image = read_image(self.output.photo(name))
            points, label_map = read_landmarks(self.output.landmarks(name)), read_label_map(self.output.labels(name))
            self.output.write_overlay(name, draw_overlay(image, points, label_map))
