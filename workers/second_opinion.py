"""What the active baseline says of a label map that has just been drawn."""

import numpy as np
import numpy.typing as npt
import structlog

from backend.baselines.service import Opinion, active_baseline
from backend.blobs import BlobMissing
from backend.installation import Installation
from ml.geometry import Image, Points
from ml.model_file import CheckpointError
from ml.parsing.confusion import Confusion
from ml.parsing.disagreement import compare, usual_disagreement
from ml.parsing.predict import Parser
from ml.parsing.regions import around_points
from workers.resident import Resident

log = structlog.get_logger()


_resident = Resident(Parser.load)


def second_opinion(
    facet: Installation, project_id: int, image: Image, points: Points, label_map: npt.NDArray[np.uint8]
) -> Opinion | None:
    """Asks the project's active baseline; None where there is none, or where it cannot answer.

    It is a hint: no label waits for it, and what keeps a baseline from answering is only logged.
    """
    with facet.db.reading() as session:
        baseline = active_baseline(session, project_id)
    if baseline is None or baseline.checkpoint_sha256 is None or baseline.scores is None:
        return None
    sha256 = baseline.checkpoint_sha256
    try:
        parser = _resident.get(sha256, lambda: facet.blobs.get(sha256))
        region = around_points(points)
        (found,) = parser.parse([image], [region])
        usual = usual_disagreement(Confusion(baseline.scores["confusion"], baseline.scores["photos"]))
        apart = compare(label_map, found, region, usual)
    except (BlobMissing, CheckpointError, ValueError) as error:
        log.error("baseline.no_opinion", baseline_id=baseline.id, reason=str(error))
        return None
    except Exception:
        # Such as a GPU out of memory.
        log.exception("baseline.no_opinion", baseline_id=baseline.id)
        return None
    return Opinion(baseline.id, apart.share, list(apart.by_category), list(usual), apart.worst, apart.place)
