"""Random networks: what the walk finds against direct computation."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

SIZES = st.lists(st.integers(1, 5), min_size=2, max_size=4)


@settings(max_examples=40)
@given(sizes=SIZES, seed=st.integers(0, 2**16))
def test_values_rebuild_a_perceptron(sizes, seed, handmade):
    draws = np.random.default_rng(seed)
    weights = [draws.normal(size=(after, before)) for before, after in pairwise(sizes)]
    network = handmade((1, sizes[0]))
    for weight in weights:
        network.linear(weight)
        network.pointwise("relu")
    state = wanted = draws.normal(size=sizes[0])
    for block, weight in zip(network.walk().blocks, weights, strict=True):
        state, wanted = np.maximum(state @ block.value, 0), np.maximum(weight @ wanted, 0)
        assert np.array_equal(block.strength, np.abs(block.value))
    assert state == pytest.approx(wanted)


def convolve(x, weight, groups):
    """A valid convolution in plain loops."""
    n_out, per_group, height, width = weight.shape
    result = np.zeros((1, n_out, x.shape[2] - height + 1, x.shape[3] - width + 1))
    for out in range(n_out):
        first = out // (n_out // groups) * per_group
        for row, column in np.ndindex(*result.shape[2:]):
            window = x[0, first : first + per_group, row : row + height, column : column + width]
            result[0, out, row, column] = (window * weight[out]).sum()
    return result


@settings(max_examples=25)
@given(
    groups=st.integers(1, 3),
    per_group=st.integers(1, 2),
    size=st.integers(1, 3),
    pick=st.integers(0, 3),
    seed=st.integers(0, 2**16),
)
def test_convolution_and_flatten_against_perturbation(groups, per_group, size, pick, seed, handmade, blocks):
    """A change of a whole channel changes an output in the middle of nothing but that channel by the value."""
    draws = np.random.default_rng(seed)
    n_in, n_out, side = groups * per_group, groups * 2, size + 2
    weight = draws.normal(size=(n_out, per_group, size, size))
    last = draws.normal(size=(2, n_out * 9))
    norm = ("entrywise_l1", "induced_1", "frobenius", "spectral")[pick]
    network = handmade((1, n_in, side, side))
    network.add("convolution", shape=(1, n_out, 3, 3), weight=weight, groups=groups, name="conv")
    network.move(lambda x: x.reshape(1, -1))
    network.linear(last, name="fc")
    found = blocks(network.walk(norm=norm))
    block, after = found["input", "conv"], found["conv", "fc"]
    kept = np.ones(block.strength.shape, dtype=bool) if block.kept is None else block.kept
    for channel in range(n_in):
        ones = np.zeros((1, n_in, side, side))
        ones[:, channel] = 1
        assert convolve(ones, weight, groups)[0, :, 1, 1] == pytest.approx(block.value[channel])
        touched = convolve(ones, np.abs(weight), groups)[0, :, 1, 1] > 0
        assert touched.tolist() == kept[channel].tolist()
        for out in np.flatnonzero(touched):
            order = {"entrywise_l1": None, "induced_1": 1, "frobenius": "fro", "spectral": 2}[norm]
            kernel = weight[out, channel % per_group]
            wanted = np.abs(kernel).sum() if order is None else np.linalg.norm(kernel, order)
            assert block.strength[channel, out] == pytest.approx(wanted)
    for channel in range(n_out):
        ones = np.zeros((1, n_out, 3, 3))
        ones[:, channel] = 1
        assert last @ ones.reshape(-1) == pytest.approx(after.value[channel])
        part = last.reshape(2, n_out, 9)[:, channel]
        wanted = np.linalg.norm(part, 1 if norm in ("entrywise_l1", "induced_1") else 2, axis=1)
        assert after.strength[channel] == pytest.approx(wanted)


@settings(max_examples=40)
@given(seed=st.integers(0, 2**16), n_steps=st.integers(1, 6))
def test_linear_parts_against_the_jacobian(seed, n_steps, handmade, blocks):
    """Sums, scales, slices, concatenations and turns between two layers: values are the Jacobian, exactly."""
    draws = np.random.default_rng(seed)
    network = handmade((1, 4))
    start = network.linear(draws.normal(size=(4, 4)), name="a")
    other = network.pointwise("tanh", start)  # ends the chain of `a`, whose activations stand here
    values = {other: np.eye(4)}  # how each depends on the activations of `a`
    for _ in range(n_steps):
        names = list(values)
        left, right = (names[draws.integers(len(names))] for _ in range(2))
        one, two = values[left], values[right]
        step = draws.integers(4)
        if step == 0 and len(one) == len(two):
            sign = float(draws.choice([-1, 1]))
            made = network.add("sum", left, right, shape=(1, len(one)), factors=[1.0, sign])
            values[made] = one + sign * two
        elif step == 1:
            factor = draws.normal(size=len(one))
            values[network.add("scale", left, shape=(1, len(one)), factor=factor)] = factor[:, None] * one
        elif step == 2:
            made = network.move(lambda a, b: np.concatenate([a, b], axis=1), left, right)
            values[made] = np.concatenate([one, two])
        else:
            places = draws.permutation(len(one))[: max(1, len(one) - 1)]
            values[network.move(lambda x, places=places: x[:, places], left)] = one[places]
    last = network.output
    weight = draws.normal(size=(3, len(values[last])))
    network.linear(weight, last, name="b")
    block = blocks(network.walk()).get(("a", "b"))
    on_features = values[last]
    present = on_features.any(axis=0)
    value = np.zeros((4, 3)) if block is None else block.value
    assert value[present] == pytest.approx((weight @ on_features).T[present])
    strength = np.abs(weight) @ np.abs(on_features)
    assert block.strength[present] == pytest.approx(strength.T[present])
