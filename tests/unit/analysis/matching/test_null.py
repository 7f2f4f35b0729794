from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from atlas.analysis.matching import matching
from atlas.analysis.matching.assigning import assigned, matched_scores
from atlas.analysis.matching.memberships import memberships, shuffles
from atlas.analysis.matching.null import beside_null, null_matches
from atlas.analysis.matching.scoring import Scoring
from atlas.progress import silent


def test_memberships():
    found = memberships(np.array([[0, 2, 0], [1, 1, 2]]), 3).toarray()
    assert found.tolist() == [[1, 0, 1], [0, 0, 0], [0, 1, 0], [0, 0, 0], [1, 1, 0], [0, 0, 1]]


def test_shuffles_are_all_ways_to_label_a_stratum_equally_often():
    labels, strata = np.array([0, 0, 1, 2, 2, 1]), np.array([0, 0, 0, 1, 1, 1])
    drawn = shuffles(labels, strata, draws=np.random.default_rng(0), n_draws=600)
    assert (np.sort(drawn[:, :3]) == [0, 0, 1]).all()
    assert (np.sort(drawn[:, 3:]) == [1, 2, 2]).all()
    ways, counts = np.unique(drawn, axis=0, return_counts=True)
    assert len(ways) == 9  # three places of the odd one in each stratum
    assert stats.chisquare(counts).pvalue > 0.001


@pytest.mark.parametrize("by", ["neurons", "effect", "all"])
@given(seed=st.integers(0, 500))
@settings(max_examples=15)
def test_as_one_shuffle_after_another(by, seed, random_side):
    first, second = random_side(seed), random_side(seed + 1)
    scoring, strata = Scoring(first, second, same_neurons=True, by=by), second.layer_of[second.covered]
    found = null_matches(scoring, strata, n_null=8, draws=np.random.default_rng(seed), progress=silent)
    reached = np.ones(scoring.shape).T
    drawn = shuffles(second.labels, strata, draws=np.random.default_rng(seed), n_draws=8)
    for labels, scores in zip(drawn, found.scores, strict=True):
        cluster_of = second.cluster_of.copy()
        cluster_of[second.covered] = second.clusters[labels]
        table = Scoring(first, replace(second, cluster_of=cluster_of), same_neurons=True, by=by)
        assert matched_scores(table.scores(table.members)[0], assigned(table.scores(table.members)[0])) == (
            pytest.approx(scores)
        )
        reached += (table.overlap.shared(table.members) >= scoring.overlap.shared(scoring.members)).T
    assert found.overlap_p == pytest.approx(reached / 9)


def test_beside_null_by_hand():
    """The first is matched by 0.8, chance by 0.2 and 0.8; the second cannot be, and counts as p = 1; of the third
    nothing is known."""
    score = np.array([[0.8, 0.1], [-0.5, -0.5], [np.nan, np.nan]])
    found = beside_null(score, np.array([[0.2, 0.9, 0], [0.8, 0.9, 0]]))
    assert found["p"] == pytest.approx([2 / 3, np.nan, np.nan], nan_ok=True)
    assert found["null_mean"] == pytest.approx([0.5, np.nan, np.nan], nan_ok=True)
    assert found["z"] == pytest.approx([0.3 / (0.18**0.5), np.nan, np.nan], nan_ok=True)
    assert found["q"] == pytest.approx([1, np.nan, np.nan], nan_ok=True)  # 2/3 * 2/1, and 1 at most


def test_overlap_by_chance(side):
    """Of the 6 ways to put two of four neurons into the second's cluster, 1 has both of the first's, 5 have one."""
    found = matching(side([0, 0, 1, 1]), side([0, 0, 1, 1]), same_neurons=True, n_null=1999, n_bootstrap=0)
    assert found.overlap_p == pytest.approx(np.array([[1 / 6, 1], [1, 1 / 6]]), abs=0.03)
    assert found.p == pytest.approx([1 / 3, 1 / 3], abs=0.04)  # the two clusters can be exchanged, too


def test_what_goes_by_layers_is_no_match_beyond_chance(side):
    """Each cluster is a layer on both sides, so every shuffle within layers is the same."""
    layers = [0, 0, 0, 1, 1, 1]
    found = matching(side(layers, layers=layers), side(layers, layers=layers), same_neurons=True, n_null=19)
    assert found.score[[0, 1], found.partner].tolist() == [1, 1]
    assert found.p.tolist() == [1, 1]
    assert np.isnan(found.z).all()
    assert found.overlap_p[[0, 1], found.partner].tolist() == [1, 1]


def test_neurons_only_one_side_covers_do_not_make_a_match(side):
    """Second clusters 0 and 1 are what the first covers and what it does not: no shuffle mixes them."""
    found = matching(side([0, 0, 0, -1, -1, -1]), side([0, 0, 0, 1, 1, 1]), same_neurons=True, n_null=19)
    assert found.jaccard.tolist() == [[1, 0]]
    assert found.p.tolist() == [1]


@pytest.mark.parametrize("by", ["neurons", "effect"])
def test_random_labels_are_a_match_as_often_as_p_says(by, side):
    """One cluster of each of 200 pairs without anything in common; without a match p is 1."""
    p = []
    for seed in range(200):
        draws = np.random.default_rng(seed)
        layers, rows = np.arange(24) // 12, draws.normal(size=(24, 4))
        sides = [side(draws.permutation(24) % 3, layers=layers, effect=rows) for _ in range(2)]
        found = matching(*sides, same_neurons=by == "neurons", by=by, n_null=19, n_bootstrap=0, seed=seed)
        p.append(1.0 if np.isnan(found.p[0]) else found.p[0])
    for level in (0.05, 0.2, 0.5):
        most = stats.binom.ppf(0.9995, 200, level)
        least = stats.binom.ppf(0.0005, 200, level) if by == "effect" else 0  # ties of Jaccard's index raise p
        assert least <= np.sum(np.array(p) <= level + 1e-9) <= most
