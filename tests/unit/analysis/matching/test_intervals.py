import numpy as np
import pytest

from atlas.analysis.matching import matching


def interval(found):
    return np.array([found.low_score, found.high_score])


def test_the_same_clusters_of_the_same_network_do_not_move(side):
    draws = np.random.default_rng(0)
    one = side([0] * 6 + [1] * 9, effect=draws.normal(size=(15, 3)))
    for by in ("neurons", "effect"):
        found = matching(one, one, same_neurons=True, by=by, n_null=0)
        assert interval(found) == pytest.approx(np.ones((2, 2)))


def test_share_of_the_neurons_in_either(side):
    """Of 40 neurons in either cluster 30 are in both: the share of 40 draws has a standard deviation of 0.068."""
    first, second = [0] * 35 + [1] * 65, [0] * 30 + [1] * 5 + [0] * 5 + [1] * 60
    found = matching(side(first), side(second), same_neurons=True, n_null=0, n_bootstrap=2000)
    assert found.score[0, 0] == pytest.approx(0.75)
    spread = 1.96 * np.sqrt(0.75 * 0.25 / 40)
    assert interval(found)[:, 0] == pytest.approx([0.75 - spread, 0.75 + spread], abs=0.03)


def test_other_neurons_would_give_another_cosine(side):
    """The interval of planted clusters holds the cosine of what was planted in nearly all of 40 networks."""
    held = []
    for seed in range(40):
        draws = np.random.default_rng(seed)
        labels = np.arange(90) % 2
        planted = [np.array([[1, 0.0], [-1, 0.0]]), np.array([[0.6, 0.8], [-0.6, -0.8]])]
        sides = [side(labels, effect=rows[labels] + draws.normal(size=(90, 2))) for rows in planted]
        found = matching(*sides, same_neurons=False, n_null=0, seed=seed)
        held.append(found.low_score[0] <= 0.6 <= found.high_score[0])
    assert np.mean(held) >= 0.85


def test_one_neuron_has_no_interval(side):
    found = matching(side([0, 1, 1, 1]), side([0, 1, 1, 1]), same_neurons=True, n_null=0)
    assert interval(found) == pytest.approx(np.array([[np.nan, 1], [np.nan, 1]]), nan_ok=True)


def test_none_without_draws(side):
    found = matching(side([0, 0, 1, 1]), side([0, 0, 1, 1]), same_neurons=True, n_null=0, n_bootstrap=0)
    assert np.isnan(interval(found)).all()
