import numpy as np
import pytest

from atlas.analysis.information import chance
from atlas.analysis.information.chance import LabelScale
from atlas.analysis.information.counting import contingency, information_bits

LABELS = np.array([0] * 30 + [1] * 50 + [2] * 20)


def scale(labels=LABELS, n_classes=3, *, n_null=0, n_subsamples=0, estimator="plug_in", seed=0) -> LabelScale:
    return LabelScale(
        labels=labels,
        n_classes=n_classes,
        estimator=estimator,
        min_trials=5.0,
        n_null=n_null,
        n_subsamples=n_subsamples,
        seed=seed,
    )


@pytest.fixture
def states() -> np.ndarray:
    return (LABELS + np.random.default_rng(0).integers(0, 4, 100)) % 5


def test_null_is_that_of_shuffled_labels(states):
    shuffled = np.random.default_rng(1).permuted(np.tile(LABELS, (4_000, 1)), axis=1)
    plain = information_bits(contingency(shuffled, states, n_states=3, n_other=5).swapaxes(1, 2))
    measured = scale(n_null=4_000).measure([states])
    error = plain.std(axis=0) / np.sqrt(4_000)
    assert (np.abs(measured["null_bits"][0] - plain.mean(axis=0)) < 4 * np.sqrt(2) * error).all()
    assert measured["null_sd_bits"][0] == pytest.approx(plain.std(axis=0), rel=0.08)


def test_null_of_two_states_is_hypergeometric():
    # of 6 trials, 3 of class 1: a state of 3 trials holds all of them or none in 2 of 20 shuffles, and tells 1 bit
    measured = scale(np.array([0, 0, 0, 1, 1, 1]), 2, n_null=8_000).measure([np.array([0, 0, 0, 1, 1, 1])])
    assert measured["p"][0] == pytest.approx([0.1] * 3, abs=0.014)  # four standard errors


def test_halves_are_halves_of_the_trials(states):
    draws = np.random.default_rng(1)
    halves = [draws.permutation(100)[:50] for _ in range(2_000)]
    plain = np.array(
        [information_bits(contingency(states[None, h], LABELS[h], n_states=5, n_other=3)[0]) for h in halves]
    )
    low, high = np.percentile(plain, [2.5, 97.5], axis=0) - plain.mean(axis=0)
    measured = scale(n_subsamples=2_000).measure([states])
    found = np.stack([measured["low_bits"][0], measured["high_bits"][0]]) - measured["bits"][0]
    expected = np.maximum(np.stack([low, high]), -measured["bits"][0])
    assert (np.abs(found - expected) < 0.12 * (high - low)).all()


def test_pieces_change_nothing(states, monkeypatch):
    elements = [states, states % 2]
    whole = scale(n_null=20, n_subsamples=20).measure(elements)
    monkeypatch.setattr(chance, "MOST_COUNTED", 7 * 101 * 3)  # seven shuffles at once
    monkeypatch.setattr(chance, "MOST_CELLS", 45)  # three halves at once
    pieces = scale(n_null=20, n_subsamples=20).measure(elements)
    for name, values in whole.items():
        assert pieces[name].tolist() == values.tolist()


def test_each_element_as_alone(states):
    both = scale(n_null=20, n_subsamples=20).measure([states % 2, states])
    alone = scale(n_null=20, n_subsamples=20).measure([states])
    for name, values in alone.items():
        assert both[name][1].tolist() == values[0].tolist()


def test_seed(states):
    first, again, other = (scale(n_null=20, n_subsamples=20, seed=seed).measure([states]) for seed in (1, 1, 2))
    assert again["null_bits"].tolist() == first["null_bits"].tolist() != other["null_bits"].tolist()
    assert again["low_bits"].tolist() == first["low_bits"].tolist() != other["low_bits"].tolist()


def test_corrected_estimates_may_be_negative():
    states = np.tile([0, 1], 50)
    measured = scale(estimator="miller_madow", n_subsamples=50).measure([states])
    assert measured["bits"][0, 0] == pytest.approx(-2 / (200 * np.log(2)))  # independent: minus the bias
    assert measured["low_bits"][0, 0] < measured["bits"][0, 0]
    assert scale(n_subsamples=50).measure([states])["low_bits"].min() == 0
