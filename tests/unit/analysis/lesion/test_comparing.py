import numpy as np
import pytest
from scipy import stats

from atlas.analysis.ablation.matched_sets import MatchedSets
from atlas.analysis.lesion.comparing import compared, compared_as_published


def test_among_draws():
    found = compared(3.0, np.array([1.0, 2.0, 3.0, 6.0]), are_all=False)
    assert found.null_mean == 3
    assert found.null_sd == pytest.approx((14 / 3) ** 0.5, abs=1e-12)
    assert found.z == 0
    assert found.p == 3 / 5  # the set itself, its equal, and 6
    assert found.mid_p == 2 / 5  # 6, and half of two equal ones
    assert found.effect == 1
    assert found.n_defined == 4


def test_among_all_possible():
    found = compared(3.0, np.array([1.0, 2.0, 3.0, 6.0]), are_all=True)
    assert (found.p, found.mid_p) == (2 / 4, 1.5 / 4)
    assert found.null_sd == pytest.approx((14 / 4) ** 0.5, abs=1e-12)


def test_ties_count_against_the_set():
    # true 1.0 and 19 times 1.0
    found = compared(0.0, np.zeros(19), are_all=False)
    assert (found.p, found.mid_p) == (1.0, 0.5)
    assert np.isnan([found.z, found.effect]).all()
    published = compared_as_published(0.0, np.zeros(19))
    assert (published.p, published.mid_p, published.effect) == (0.05, 0.025, 0.0)


def test_undefined_is_never_significant():
    found = compared(np.nan, np.arange(19.0), are_all=False)
    assert np.isnan([found.p, found.mid_p, found.z, found.effect]).all()
    assert (found.null_mean, found.n_defined) == (9, 19)
    published = compared_as_published(np.nan, np.arange(19.0))
    assert (published.p, published.effect) == (0.05, 0.0)


def test_undefined_random_sets_do_not_count():
    found = compared(2.0, np.array([np.nan, 1.0, 3.0, np.nan]), are_all=False)
    assert (found.n_defined, found.p, found.mid_p, found.null_mean) == (2, 2 / 3, 0.5, 2.0)
    assert compared_as_published(2.0, np.array([np.nan, 1.0, 3.0, np.nan])).p == 2 / 5


def test_nothing_defined_to_compare_with():
    found = compared(2.0, np.full(9, np.nan), are_all=False)
    assert (found.p, found.n_defined) == (1.0, 0)
    assert np.isnan([found.null_mean, found.null_sd, found.z, found.effect]).all()


def test_differences_within_rounding_are_ties():
    found = compared(0.1 + 0.2, np.array([0.3, 0.3 + 1e-15, 0.2]), are_all=False)
    assert (found.p, found.mid_p) == (3 / 4, 1.5 / 4)
    assert compared_as_published(0.3, np.array([0.1 + 0.2, 0.2, 0.1])).p == 1 / 4


@pytest.mark.parametrize(("value", "null"), [(-1.0, 3.0), (3.0, -1.0), (0.0, 0.0)])
def test_effect_has_a_meaning_among_losses_only(value, null):
    assert np.isnan(compared(value, np.array([null]), are_all=False).effect)


def test_published_infinite_ranges():
    found = compared_as_published(np.inf, np.array([1.0, np.inf, 2.0]))
    assert found.p == 1 / 4
    assert np.isnan(found.z)
    assert found.effect == 0


def test_uniform_for_a_statistic_without_ties(build_random):
    # A sum of numbers drawn for the neurons: of a set drawn like the random ones its rank is uniform.
    network, p, mid_p = build_random(0), [], []
    for seed in range(600):
        draws = np.random.default_rng([seed, 3])
        numbers = {"fc1": draws.normal(size=8), "fc2": draws.normal(size=6)}
        own = {"fc1": draws.permutation(8)[:4], "fc2": draws.permutation(6)[:3]}
        matched = MatchedSets(network, n_null=39, seed=seed)
        null = [matched.sets[place] for place in matched.places(own)]
        sums = [sum(numbers[layer][of].sum() for layer, of in one.items()) for one in (own, *null)]
        found = compared(sums[0], np.array(sums[1:]), are_all=False)
        p.append(found.p)
        mid_p.append(found.mid_p)
    assert stats.kstest(np.array(p) - np.random.default_rng(0).random(600) / 40, "uniform").pvalue > 0.05
    assert np.mean(mid_p) == pytest.approx(0.5, abs=0.03)
