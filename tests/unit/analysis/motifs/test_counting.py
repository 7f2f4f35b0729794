"""Counts of motifs, worked out by hand and by looking at every choice of neurons."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.motifs.counting import counts
from atlas.analysis.motifs.wiring import strongest

ALL = 99  # more than any neuron has: every weight is looked at


def test_bifan(wired):
    # sources 0 and 1 share targets 0, 1 and 2: 3 pairs of targets; 0 and 2 share target 3 alone
    record = wired({"ab": [[1, 1, 1, 1], [1, 1, 1, 0], [0, 0, 0, 1]]})
    assert counts(strongest(record, ALL)) == {("bifan", 0, 1): 3}


def test_diamonds_and_chains(wired):
    # routes to c0: by b0 (+ +), b1 (- -) and b2 (+ -): two of product +, one of product -
    record = wired({"ab": [[1, -1, 1]], "bc": [[1], [-1], [-1]]})
    assert counts(strongest(record, ALL)) == {
        **{("bifan", 0, 1): 0, ("bifan", 1, 2): 0},
        **{("positive_chain", 0, 2): 2, ("negative_chain", 0, 2): 1},
        **{("diamond", 0, 2): 3, ("coherent_diamond", 0, 2): 1, ("incoherent_diamond", 0, 2): 2},
    }


def test_feed_forward_loops(wired):
    # a0 to c0 by b0 (+ -) beside a weight of -, a1 to c0 by b0 (- -) beside a weight of -
    record = wired({"ab": [[1], [-1]], "bc": [[-1]], "ac": [[-1], [-1]]})
    found = counts(strongest(record, ALL))
    assert [found[f"{kind}feed_forward_loop", 0, 2] for kind in ("", "coherent_", "incoherent_")] == [2, 1, 1]
    assert (found["bifan", 0, 2], found["diamond", 0, 2]) == (0, 0)


def test_routes_through_several_layers(wired):
    # from a to d by b0 and by c0: one diamond whose routes lead through two layers
    record = wired({"ab": [[1]], "bd": [[1]], "ac": [[1]], "cd": [[-1]]})
    found = counts(strongest(record, ALL))
    assert (found["diamond", 0, 3], found["coherent_diamond", 0, 3], found["incoherent_diamond", 0, 3]) == (1, 0, 1)


def test_without_signs_only_patterns_without(wired):
    record = wired({"ab": [[1, 1]], "bc": [[1], [1]], "ac": [[1]]}, unsigned=("bc",))
    found = counts(strongest(record, ALL))
    assert {motif for motif, *_ in found} == {"bifan", "diamond", "feed_forward_loop"}
    assert (found["diamond", 0, 2], found["feed_forward_loop", 0, 2]) == (1, 2)


def test_a_direct_weight_without_a_sign(wired):
    found = counts(strongest(wired({"ab": [[1]], "bc": [[1]], "ac": [[1]]}, unsigned=("ac",)), ALL))
    assert {motif for motif, *_ in found if "loop" in motif} == {"feed_forward_loop"}
    assert found["positive_chain", 0, 2] == 1


@settings(max_examples=30)
@given(st.integers(0, 10_000), st.integers(1, 4))
def test_all_as_by_looking_at_every_choice(wired, seed, n_strongest):
    draws = np.random.default_rng(seed)
    sizes = dict(zip("abcd", draws.integers(1, 5, 4), strict=True))
    blocks = {
        one + other: draws.integers(-2, 3, (sizes[one], sizes[other])) * draws.random((sizes[one], sizes[other]))
        for one, other in combinations("abcd", 2)
        if other == chr(ord(one) + 1) or draws.random() < 0.5
    }
    wirings = strongest(wired(blocks), n_strongest)
    arrays = {(wiring.source, wiring.target): wiring.matrix(wiring.signs).toarray().T.astype(int) for wiring in wirings}
    assert {row: count for row, count in counts(wirings).items() if count} == pytest.approx(plain(arrays))


def plain(arrays):
    """Count by looking at every choice of neurons; patterns that do not occur are left out."""
    found = {}
    neurons = sorted({(layer, i) for ends, array in arrays.items() for k in (0, 1) for layer, i in _of(ends, array, k)})

    def sign(x, y):
        return int(arrays[x[0], y[0]][x[1], y[1]]) if (x[0], y[0]) in arrays else 0

    def add(motif, x, y):
        found[motif, x[0], y[0]] = found.get((motif, x[0], y[0]), 0) + 1

    for x, y in product(neurons, neurons):
        routes = [sign(x, m) * sign(m, y) for m in neurons if sign(x, m) * sign(m, y)]
        for route in routes:
            add("positive_chain" if route > 0 else "negative_chain", x, y)
            if sign(x, y):
                add("feed_forward_loop", x, y)
                add("coherent_feed_forward_loop" if route == sign(x, y) else "incoherent_feed_forward_loop", x, y)
        for one, other in combinations(routes, 2):
            add("diamond", x, y)
            add("coherent_diamond" if one == other else "incoherent_diamond", x, y)
    for (x, other_x), (y, other_y) in product(combinations(neurons, 2), combinations(neurons, 2)):
        same = x[0] == other_x[0] and y[0] == other_y[0]
        if same and sign(x, y) and sign(x, other_y) and sign(other_x, y) and sign(other_x, other_y):
            add("bifan", x, y)
    return found


def _of(ends, array, k):
    return [(ends[k], i) for i in range(array.shape[k])]
