import numpy as np

from ml.parsing.colours import UNKNOWN, log_likelihood


def two_colours() -> tuple[np.ndarray, np.ndarray]:
    """A photo of two noisy colours side by side, and a mask of the first one's half."""
    rng = np.random.default_rng(3)
    lab = np.empty((60, 80, 3))
    lab[:, :40], lab[:, 40:] = (60, 130, 120), (180, 140, 150)
    left = np.zeros((60, 80), dtype=bool)
    left[:, :40] = True
    return np.clip(lab + rng.normal(0, 6, lab.shape), 0, 255).astype(np.uint8), left


def test_learnt_colours_are_likely_and_others_are_not() -> None:
    lab, left = two_colours()
    values = log_likelihood(lab, left, 3)
    assert np.median(values[left]) > UNKNOWN + 2
    assert values[~left].max() < UNKNOWN
    assert values.min() >= UNKNOWN - 2.01


def test_a_mixture_learns_both_colours_and_the_same_ones_every_time() -> None:
    lab, left = two_colours()
    everything = np.ones_like(left)
    values = log_likelihood(lab, everything, 2)
    assert np.median(values[left]) > UNKNOWN + 2
    assert np.median(values[~left]) > UNKNOWN + 2
    assert np.array_equal(values, log_likelihood(lab, everything, 2))


def test_few_samples_are_enough_for_one_colour() -> None:
    lab, left = two_colours()
    few = np.zeros_like(left)
    few[0, :10] = True
    assert np.isfinite(log_likelihood(lab, few, 3)).all()
