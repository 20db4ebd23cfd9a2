import numpy as np

from ml.parsing.mincut import cut


def test_the_cut_follows_an_edge_where_the_evidence_is_silent() -> None:
    """Left is likely inside and right outside; between them there is no evidence, only an edge in the photo."""
    lab = np.full((40, 60, 3), 128, dtype=np.uint8)
    lab[:, 37:, 0] = 190
    log_odds = np.zeros((40, 60))
    log_odds[:, :10], log_odds[:, 50:] = 6, -6
    nowhere = np.zeros((40, 60), dtype=bool)
    found = cut(log_odds, lab, nowhere, nowhere)
    assert found[:, :37].all()
    assert not found[:, 37:].any()


def test_strong_evidence_beats_the_smoothness_and_weak_noise_does_not() -> None:
    lab = np.full((40, 40, 3), 128, dtype=np.uint8)
    log_odds = np.full((40, 40), -2.0)
    log_odds[20, 20] = 0.5
    log_odds[5:12, 5:12] = 9
    nowhere = np.zeros((40, 40), dtype=bool)
    found = cut(log_odds, lab, nowhere, nowhere)
    assert not found[20, 20]
    assert found[6:11, 6:11].all()


def test_constraints_hold_against_any_evidence_and_inside_wins() -> None:
    lab = np.full((30, 30, 3), 128, dtype=np.uint8)
    inside, outside = np.zeros((30, 30), dtype=bool), np.zeros((30, 30), dtype=bool)
    inside[3:9, 3:9], outside[3:27, 3:27] = True, True
    found = cut(np.where(inside, -np.inf, np.inf), lab, inside, outside)
    assert found[inside].all()
    assert not found[outside & ~inside].any()
    assert found[0].all()
