"""The first revision of a photo that brought points along: those, and the missing ones in keeping with them."""

import numpy as np

from backend.annotations.service import propose
from backend.blobs import BlobMissing
from backend.installation import Installation
from backend.photos.tables import GivenLabels, Photo
from backend.tasks.tables import Task
from ml.chain import complete_points
from ml.geometry import Points
from workers.execution import Execution
from workers.photos import load_photo
from workers.proposals import Proposer, landmarker_of


def propose_given(execution: Execution, proposer: Proposer, task_id: int, photo: Photo, given: GivenLabels) -> bool:
    """Makes a photo ready with the points that it brought; False when the store has lost it."""
    try:
        points = _whole_face(execution.facet, proposer, photo, given)
    except BlobMissing:
        return False
    with execution.facet.db.transaction() as session:
        execution.guard(session)
        task = session.get_one(Task, task_id, with_for_update=True)
        if task.state == "pending":
            propose(session, task, points, confidence=None, model_version_id=None, imported=True)
    return True


def _whole_face(facet: Installation, proposer: Proposer, photo: Photo, given: GivenLabels) -> Points:
    assert given.points is not None
    assert given.known is not None
    known = given.known.astype(bool)
    points = np.array(given.points)
    if known.all():
        return points
    image = load_photo(facet.blobs, photo.blob_sha256)
    return complete_points(landmarker_of(facet, proposer), image, points, known)
