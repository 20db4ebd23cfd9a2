"""How doubtful a proposal is."""

import numpy as np
import pytest

from ml.landmarks.doubt import doubt


def test_the_worst_third_of_the_points_counts() -> None:
    confidence = np.full(106, 0.9)
    confidence[84:104] = 0.3
    # 35 points: 20 in doubt by 0.7, 15 by 0.1.
    assert doubt(confidence) == pytest.approx((20 * 0.7 + 15 * 0.1) / 35)
    assert doubt(confidence) > doubt(np.full(106, 0.7))


def test_the_mean_face_is_in_no_doubt_and_no_points_are_refused() -> None:
    assert doubt(None) == 0.0
    assert doubt([0.25]) == 0.75
    with pytest.raises(ValueError, match="no points"):
        doubt([])
