"""fitting: the 8-bit label map of a revision, mostly a submitted one: facial parts from the points, hair and skin from
the pixels, and what people painted by hand over both."""

from backend.annotations.fitting import fitting_done
from backend.annotations.stored_painting import load_layer
from backend.annotations.tables import LandmarkRevision
from backend.baselines.service import note_opinion
from backend.photos.tables import GivenLabels, Photo
from backend.tasks.tables import Task
from ml.data.lapa import encode_label_map
from ml.ppa.fusion import lay_over
from ml.ppa.parts import FittingError
from workers.execution import Execution
from workers.failures import JobRefused
from workers.label_maps import label_map_of_points, redrawn_parts
from workers.photos import load_photo
from workers.second_opinion import second_opinion
from workers.segmenters import segmenter_of


def fit(execution: Execution) -> None:
    facet, payload = execution.facet, execution.job.payload
    with facet.db.reading() as session:
        revision = session.get(LandmarkRevision, payload["revision_id"])
        task = session.get(Task, payload["task_id"])
        if revision is None or task is None:
            raise JobRefused("The label was withdrawn before its map was drawn.")
        photo = session.get_one(Photo, task.photo_id)
        given = session.get(GivenLabels, photo.id)
        redrawn = redrawn_parts(session, revision, given)
    image = load_photo(facet.blobs, photo.blob_sha256)
    try:
        label_map, fitter = label_map_of_points(
            facet.blobs, image, revision, given, redrawn, segmenter_of(facet.settings)
        )
    except FittingError as error:
        raise JobRefused(str(error)) from error
    sha256 = facet.blobs.put(encode_label_map(label_map))
    fitted_sha256 = None
    if revision.painting_sha256 is not None:
        fitted_sha256 = sha256
        label_map = lay_over(label_map, load_layer(facet.blobs, revision.painting_sha256))
        sha256 = facet.blobs.put(encode_label_map(label_map))
    # A reviewer may have an older revision drawn, to compare: the task's place in the queue is its newest map's.
    newest = task.head_number == revision.number
    opinion = second_opinion(facet, task.project_id, image, revision.points, label_map) if newest else None
    with execution.finishing() as session:
        fitting_done(session, task.id, revision.id, sha256, fitter, fitted_sha256)
        if newest:
            note_opinion(session, session.get_one(Task, task.id), revision.id, opinion)
