"""Wirings by chance keep every number of weights, and are equally likely."""

from collections import Counter

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.motifs.rewiring import rewired
from atlas.analysis.motifs.wiring import strongest


@settings(max_examples=30)
@given(st.integers(0, 10_000))
def test_every_neuron_keeps_its_numbers(wired, seed):
    draws = np.random.default_rng(seed)
    shape = draws.integers(1, 8, 2)
    value = draws.normal(size=shape) * (draws.random(shape) < 0.5)
    (before,) = strongest(wired({"ab": value}), 99)
    after = rewired(before, draws)
    one, other = before.matrix().toarray(), after.matrix().toarray()
    assert other.max(initial=0) <= 1  # no weight twice
    assert other.sum(axis=0).tolist() == one.sum(axis=0).tolist()
    assert other.sum(axis=1).tolist() == one.sum(axis=1).tolist()
    assert sorted(after.signs) == sorted(before.signs)


def test_all_are_equally_likely(wired):
    # sources with 2, 1, 1 targets and targets with 2, 1, 1 sources: five wirings, each expected 200 times of 1,000
    (wiring,) = strongest(wired({"ab": [[1, 1, 0], [1, 0, 0], [0, 0, 1]]}), 3)
    draws = np.random.default_rng(0)
    seen = Counter(rewired(wiring, draws).matrix().toarray().tobytes() for _ in range(1_000))
    assert len(seen) == 5
    assert all(abs(n - 200) < 50 for n in seen.values())  # four standard deviations


def test_signs_are_dealt_out_anew(wired):
    (wiring,) = strongest(wired({"ab": [[1, -1]]}), 1)  # one source: only signs can move
    draws = np.random.default_rng(0)
    seen = Counter(tuple(rewired(wiring, draws).signs) for _ in range(200))
    assert set(seen) == {(1, -1), (-1, 1)}
    assert abs(seen[1, -1] - 100) < 30


def test_nothing_to_rewire(wired):
    (wiring,) = strongest(wired({"ab": [[0, 0], [0, 0]]}), 3)
    assert rewired(wiring, np.random.default_rng(0)).matrix().toarray().tolist() == [[0, 0], [0, 0]]
