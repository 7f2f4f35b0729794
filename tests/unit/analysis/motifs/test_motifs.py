"""Motifs beside those by chance."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from atlas.analysis.motifs import motifs
from atlas.errors import BadParameter


@pytest.fixture(scope="module")
def paired(wired):
    """Targets 2 i and 2 i + 1 have the same two sources, of twelve: six bifans, where chance has hardly any."""
    value = np.zeros((12, 12))
    for i in range(6):
        value[2 * i : 2 * i + 2, 2 * i : 2 * i + 2] = 1
    return wired({"ab": value})


def test_what_is_beyond_chance(paired):
    result = motifs(paired, n_strongest=2, n_null=99)
    assert (result.motifs, result.first_layers, result.last_layers) == (("bifan",), ("a",), ("b",))
    assert result.count.value.tolist() == [6]
    assert result.count.p.tolist() == result.q.tolist() == [0.02]  # none of 99, on either side
    assert result.count.z[0] > 4


def test_what_is_rarer_than_chance(wired):
    value = np.zeros((4, 4))
    for i in range(4):
        value[i, [i, (i + 1) % 4]] = 1  # a ring: no two sources share both targets
    result = motifs(wired({"ab": value}), n_strongest=2, n_null=99)
    assert result.count.value.tolist() == [0]
    assert result.count.z[0] < 0


def test_what_cannot_vary(wired):
    # every weight is looked at, all positive: nothing can be rewired
    result = motifs(wired({"ab": np.ones((3, 3)), "bc": np.ones((3, 2))}), n_strongest=3, n_null=9)
    frame = result.to_frame().set_index(["motif", "first_layer"])
    assert frame.loc[("bifan", "a"), ["count", "null_mean", "null_sd", "p"]].tolist() == [9, 9, 0, 1]
    assert frame.loc[("diamond", "a"), ["count", "p"]].tolist() == [18, 1]
    assert np.isnan(result.count.z).all()
    assert np.isnan(result.q).all()


def test_signs_alone(wired):
    # routes a0 b c0 are all positive and could as well be mixed, though no weight can be elsewhere
    first = np.array([[1.0] * 4 + [-1.0] * 4])
    result = motifs(wired({"ab": first, "bc": first.T}), n_strongest=8, n_null=99)
    frame = result.to_frame().set_index("motif")
    assert frame["count"].drop("bifan").to_dict() == {
        **{"positive_chain": 8, "negative_chain": 0},
        **{"diamond": 28, "coherent_diamond": 28, "incoherent_diamond": 0},
    }
    # all 8 agree in 1 of 70 dealings
    assert frame["null_mean"]["positive_chain"] == pytest.approx(4, abs=0.6)
    assert frame["p"]["positive_chain"] == frame["p"]["negative_chain"] < 0.1


def test_the_order_of_rows(wired):
    ones = np.ones((2, 2))
    result = motifs(wired({"ab": ones, "bc": ones, "ac": ones}), n_null=0)
    assert list(zip(result.first_layers, result.last_layers, result.motifs, strict=True)) == [
        ("a", "b", "bifan"),
        ("a", "c", "bifan"),
        ("a", "c", "positive_chain"),
        ("a", "c", "negative_chain"),
        ("a", "c", "diamond"),
        ("a", "c", "coherent_diamond"),
        ("a", "c", "incoherent_diamond"),
        ("a", "c", "feed_forward_loop"),
        ("a", "c", "coherent_feed_forward_loop"),
        ("a", "c", "incoherent_feed_forward_loop"),
        ("b", "c", "bifan"),
    ]
    assert np.isnan(result.count.p).all()  # no null was asked for


def test_the_same_on_any_number_of_workers(wired):
    draws = np.random.default_rng(0)
    record = wired({"ab": draws.normal(size=(9, 9)), "bc": draws.normal(size=(9, 5))})
    alone = motifs(record, n_strongest=3, n_null=20, seed=3)
    with ThreadPoolExecutor(3) as pool:
        together = motifs(record, n_strongest=3, n_null=20, seed=3, mapper=pool.map)
    np.testing.assert_array_equal(alone.count.null_mean, together.count.null_mean)
    np.testing.assert_array_equal(alone.count.p, together.count.p)
    assert motifs(record, n_strongest=3, n_null=20, seed=4).count.null_mean.tolist() != alone.count.null_mean.tolist()


def test_p_is_never_too_small(wired):
    # the network itself is one by chance: p <= 0.2 in at most a fifth of 100 networks, up to three standard deviations
    small = 0
    for seed in range(100):
        draws = np.random.default_rng(seed)
        value = np.argsort(np.argsort(draws.random((6, 6)), axis=0), axis=0) < 2
        small += motifs(wired({"ab": value.astype(float)}), n_null=9, seed=seed).count.p[0] <= 0.2
    assert small <= 20 + 3 * np.sqrt(100 * 0.2 * 0.8)


def test_negative_number_of_draws(paired):
    with pytest.raises(BadParameter, match="n_null is -1"):
        motifs(paired, n_null=-1)
