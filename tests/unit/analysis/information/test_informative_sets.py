from functools import partial
from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from atlas.analysis.information.informative_sets import grow, shrink
from atlas.analysis.information.states import joint_states
from atlas.errors import BadParameter, EmptySelection, ShapeError, UnknownName

CODE = np.repeat(np.arange(4), 25)  # four classes, 100 trials
LOW, HIGH = CODE % 2, CODE // 2


def bits_of(states: np.ndarray, members, target: np.ndarray) -> float:
    return mutual_info_score(joint_states(states[sorted(members)]), target) / np.log(2)


def is_covered(states: np.ndarray, members, min_trials: float) -> bool:
    return states.shape[1] / len(np.unique(states[sorted(members)], axis=1).T) >= min_trials


def plain(states, target, chosen: set[int], *, n_steps: int, min_trials: float) -> tuple[list[int], list[float]]:
    """Grow from, or (n_steps below 0) shrink, a set; measure every set anew."""
    steps, bits = [], [bits_of(states, chosen, target)]
    for _ in range(abs(n_steps)):
        others = set(range(len(states))) - chosen if n_steps > 0 else chosen
        sets = {neuron: chosen ^ {neuron} for neuron in sorted(others)}
        scores = {
            neuron: round(bits_of(states, members, target), 11)
            for neuron, members in sets.items()
            if is_covered(states, members, min_trials)
        }
        if not scores:
            break
        best = max(scores, key=lambda neuron: scores[neuron])  # the first of equals
        chosen = sets[best]
        steps.append(best)
        bits.append(scores[best])
    return steps, bits


def test_grow_by_hand():
    noise = np.tile([0, 1], 50)
    states = np.stack([np.zeros(100, dtype=int), LOW * (CODE == 3), HIGH, HIGH, noise, LOW])
    result = grow(states, CODE, n_steps=3, n_null=0)
    # either half of the code tells 1 bit, both 2; then nothing is left to tell, and the first is taken
    assert result.neurons.tolist() == [2, 5, 0]
    assert result.bits == pytest.approx([0, 1, 2, 2])
    assert result.n_states.tolist() == [1, 2, 4, 4]
    assert result.trials_per_state.tolist() == [100, 50, 25, 25]
    assert result.reliable.all() and result.reason is None
    assert result.sets.sum(axis=1).tolist() == [0, 1, 2, 3] and result.sets[2, [2, 5]].all()
    assert np.isnan([result.null_bits, result.null_sd_bits, result.p]).all()


def test_grow_from_a_start():
    result = grow(np.stack([HIGH, HIGH, LOW]), CODE, start=[1], n_steps=1, n_null=0)
    assert result.neurons.tolist() == [2]
    assert result.bits == pytest.approx([1, 2])


def test_grow_ends_where_trials_do():
    states = np.stack([CODE, np.arange(100) % 20, np.arange(100) % 25])  # 4 and 20 states; 25 are too many
    result = grow(states, CODE, n_steps=3, n_null=0)
    assert result.neurons.tolist() == [0]  # with any other, more than 20 joint states
    assert result.reason == "too_few_trials" and result.reliable.tolist() == [True, True]


def test_start_with_too_few_trials():
    states = np.stack([CODE, np.arange(100) % 25])
    for result in (grow(states, CODE, start=[1], n_steps=1), shrink(states, CODE)):
        assert np.isnan([result.bits[0], result.null_bits[0], result.null_sd_bits[0], result.p[0]]).all()
        assert result.reason == "too_few_trials" and result.reliable.tolist() == [False]
        assert len(result.sets) == 1 and result.n_states[0] in (25, 100)


def test_shrink_by_hand():
    states = np.stack([LOW, HIGH, HIGH, LOW * HIGH])
    result = shrink(states, CODE, n_null=0)
    # the first copy of HIGH goes (LOW cannot: HIGH and the AND leave two classes alike), then the AND, then the first
    assert result.neurons.tolist() == [1, 3, 0, 2]
    assert result.bits == pytest.approx([2, 2, 2, 1, 0])
    assert result.n_states.tolist() == [4, 4, 4, 2, 1]
    assert result.sets.sum(axis=1).tolist() == [4, 3, 2, 1, 0]


def test_shrink_finds_what_grow_cannot():
    # exclusive or: no neuron alone tells, so growing starts with the constant
    one, two = np.tile([0, 0, 1, 1], 25), np.tile([0, 1, 0, 1], 25)
    states, target = np.stack([np.zeros(100, dtype=int), one, two]), one ^ two
    assert grow(states, target, n_steps=3, n_null=0).neurons.tolist() == [0, 1, 2]
    shrunk = shrink(states, target, n_null=0)
    assert shrunk.neurons[0] == 0 and shrunk.bits == pytest.approx([1, 1, 0, 0])


@given(seed=st.integers(0, 10_000), n_neurons=st.integers(1, 6), n_states=st.integers(1, 4), n=st.integers(10, 80))
@settings(max_examples=30)
def test_plain(seed, n_neurons, n_states, n):
    draws = np.random.default_rng(seed)
    target = np.concatenate([[0, 1], draws.integers(0, 3, n - 2)])
    states = (draws.integers(0, n_states, (n_neurons, n)) + target * draws.integers(0, 2, (n_neurons, 1))).astype(
        np.uint8
    )
    for start, n_steps, found in (
        (set(), n_neurons, grow(states, target, n_steps=n_neurons, min_trials=2, n_null=0)),
        (set(range(n_neurons)), -n_neurons, shrink(states, target, min_trials=0, n_null=0)),
    ):
        steps, bits = plain(states, target, start, n_steps=n_steps, min_trials=2 if n_steps > 0 else 0)
        assert found.neurons.tolist() == steps
        assert found.bits == pytest.approx(bits, abs=1e-10)


def test_other_estimators():
    states = np.stack([LOW, HIGH])
    result = grow(states, CODE, n_steps=2, estimator="miller_madow", n_null=0)
    # (k - 1)(l - 1) = 3 for the full code, but only 4 of its 16 cells are met: (4 + 4 - 4 - 1) / (2 n ln 2) more
    assert result.bits[2] == pytest.approx(2 + 3 / (200 * np.log(2)))


def test_null_repeats_the_search():
    draws = np.random.default_rng(0)
    states, target = draws.integers(0, 2, (30, 400)), np.arange(400) % 2
    result = grow(states, target, n_steps=3, n_null=39)
    assert result.p[1:].min() > 0.05  # of 30 neurons the best is taken, of the null as well
    single = max(bits_of(states, {neuron}, target) for neuron in range(30))
    assert result.bits[1] == pytest.approx(single)
    assert result.null_bits[1] > 3 / (2 * np.log(2) * 400)  # far beyond the bias of one neuron, a third of this


def test_p_of_a_code():
    draws = np.random.default_rng(0)
    states = np.stack([*draws.integers(0, 2, (5, 100)), LOW, HIGH])
    result = grow(states, CODE, n_steps=2, n_null=19)
    assert set(result.neurons.tolist()) == {5, 6}
    assert result.p.tolist() == [1.0, 0.05, 0.05]


def test_null_that_ends_earlier():
    # the copies of the code split nothing; by chance other neurons are added, which use up the trials
    draws = np.random.default_rng(0)
    states = np.stack([CODE, CODE, CODE, CODE, *draws.integers(0, 4, (6, 100))])
    result = grow(states, CODE, n_steps=4, n_null=19)
    assert result.neurons.tolist() == [0, 1, 2, 3]
    assert not np.isnan(result.null_bits).any()
    assert result.p[1:].tolist() == [0.05] * 4


def test_seed_and_mapper():
    states = np.random.default_rng(0).integers(0, 2, (4, 100))
    backwards = lambda function, blocks: reversed([function(block) for block in reversed(blocks)])  # noqa: E731
    search = partial(shrink, states, CODE, n_null=9)
    assert search(seed=1).null_bits.tolist() == search(seed=1, mapper=backwards).null_bits.tolist()
    assert search(seed=1).null_bits.tolist() != search(seed=2).null_bits.tolist()


def test_order_of_trials_does_not_matter():
    draws = np.random.default_rng(0)
    states = draws.integers(0, 2, (8, 100)) | (draws.random((8, 100)) < 0.2 * CODE)
    order = draws.permutation(100)
    forth, mixed = (grow(s, t, n_steps=3, n_null=0) for s, t in ((states, CODE), (states[:, order], CODE[order])))
    assert mixed.sets.tolist() == forth.sets.tolist()
    assert mixed.bits == pytest.approx(forth.bits, abs=1e-12)


def test_numbers_of_classes_do_not_matter():
    named, numbered = (grow(np.stack([HIGH, LOW]), target, n_steps=2, n_null=9) for target in (CODE + 10**12, CODE))
    assert named.bits.tolist() == numbered.bits.tolist()
    assert named.null_bits.tolist() == numbered.null_bits.tolist()


def test_pairs_are_never_below_singles():
    draws = np.random.default_rng(0)
    states = draws.integers(0, 2, (5, 200)) | (draws.random((5, 200)) < 0.2)
    target = np.arange(200) % 3
    best_pair = max(bits_of(states, pair, target) for pair in combinations(range(5), 2))
    result = grow(states, target, n_steps=2, n_null=0)
    assert result.bits[0] <= result.bits[1] <= result.bits[2] <= best_pair + 1e-12


def test_frame():
    frame = grow(np.stack([HIGH, LOW]), CODE, start=[1], n_steps=1, n_null=0).to_frame()
    assert frame["step"].tolist() == [0, 1] and frame["n_neurons"].tolist() == [1, 2]
    assert frame["neuron"].isna().tolist() == [True, False] and frame["neuron"][1] == 0
    assert frame["bits"].tolist() == pytest.approx([1, 2])


def test_bad_input():
    states = np.stack([HIGH, LOW])
    with pytest.raises(ShapeError, match=r"target has shape \(99,\), there are states of 100 trials"):
        grow(states, CODE[:99], n_steps=1)
    with pytest.raises(BadParameter, match="All trials are of class 0"):
        grow(states, CODE * 0, n_steps=1)
    with pytest.raises(BadParameter, match="labels are float64"):
        grow(states, CODE * np.nan, n_steps=1)
    with pytest.raises(EmptySelection, match="0 neurons and 100 trials"):
        grow(states[:0], CODE, n_steps=1)
    with pytest.raises(EmptySelection, match="set to shrink has no neurons"):
        shrink(states, CODE, start=[])
    with pytest.raises(BadParameter, match="start names neuron 2, there are 2"):
        shrink(states, CODE, start=[2])
    with pytest.raises(BadParameter, match=r"start\[1\] is 0\.5\. It is a whole number"):
        grow(states, CODE, start=[1, 0.5], n_steps=1)
    with pytest.raises(BadParameter, match=r"start\[0\] is -1"):
        shrink(states, CODE, start=[-1])
    with pytest.raises(BadParameter, match="A state is 256"):
        grow(states + 255, CODE, n_steps=1)
    with pytest.raises(BadParameter, match="names a neuron twice"):
        grow(states, CODE, start=[0, 0], n_steps=1)
    with pytest.raises(BadParameter, match=r"n_steps is 3\. From this start, 2 can be made"):
        grow(states, CODE, n_steps=3)
    with pytest.raises(BadParameter, match="min_trials is nan"):
        grow(states, CODE, n_steps=1, min_trials=np.nan)
    with pytest.raises(BadParameter, match="min_trials is -1"):
        shrink(states, CODE, min_trials=-1)
    with pytest.raises(UnknownName, match="estimator of entropies 'naive'"):
        grow(states, CODE, n_steps=1, estimator="naive")
    with pytest.raises(BadParameter, match="n_null is -1"):
        grow(states, CODE, n_steps=1, n_null=-1)
