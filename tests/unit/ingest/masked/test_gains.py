"""Bounds on what a step lengthens a change by: never too small, and not far too large."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch.nn import functional

from ingest.activation import FUNCTIONS, QUANTISED, Activation, parse_activation
from ingest.masked.gains import gain_of_function, gain_of_kernels, gain_of_matrix, gain_of_windows
from ingest.masked.steps import Linear
from ingest.program.operation import numbered
from ingest.program.windows import windows

BOUNDED = [name for name in FUNCTIONS if name not in (QUANTISED, "quadratic")]


@pytest.mark.parametrize("text", [*BOUNDED, "leaky_relu(0.3)", "leaky_relu(-2)", "elu(3)", "softplus(4)"])
def test_slopes(text):
    activation = parse_activation(text)
    x = torch.linspace(-12, 12, 2_000_001, dtype=torch.float64)
    steepest = float(activation(x).diff().abs().max() / (x[1] - x[0]))
    assert steepest <= gain_of_function(activation) * (1 + 1e-9)
    assert gain_of_function(activation) <= 1.002 * steepest


@pytest.mark.parametrize("name", [QUANTISED, "quadratic"])
def test_neither_a_leap_nor_a_parabola_has_a_bound(name):
    assert gain_of_function(Activation(name)) == np.inf


def test_matrix():
    assert gain_of_matrix(np.array([[3.0, 0], [0, 4]])) == pytest.approx(4)
    assert gain_of_matrix(np.ones((2, 8))) == pytest.approx(4)  # the root of all squares, the rank being one


@pytest.mark.parametrize("n_trial_axes", [1, 2])
def test_reach_of_a_matrix(n_trial_axes):
    # one hundred directions, lengthened by 1, 1/2, 1/3, ...: a change along one of them, or along any
    draws = np.random.default_rng(0)
    left, right = (np.linalg.qr(draws.normal(size=(size, 100)))[0] for size in (120, 100))
    matrix = torch.from_numpy(left / np.arange(1, 101) @ right.T).float()
    linear = Linear("out", matrix, None)
    every = np.concatenate([right.T, draws.normal(size=(200, 100)), np.zeros((1, 100))])
    change = torch.from_numpy(every).float().reshape(-1, *[1] * (n_trial_axes - 1), 100)
    true, found = (change @ matrix.T).flatten(1).norm(dim=1), linear.reach(change)
    assert (true <= found).all()
    assert (found <= 1.001 * change.flatten(1).norm(dim=1)).all()  # never wider than the gain, 1
    assert found[:16].numpy() == pytest.approx(1 / np.arange(1, 17), rel=0.01)
    assert found[16:100].numpy() == pytest.approx(1 / 17, rel=0.01)


def test_reach_of_a_small_matrix():
    linear = Linear("out", torch.tensor([[3.0, 0.0], [0.0, 4.0]]), None)
    assert linear.reach(torch.tensor([[1.0, 0.0], [0.6, 0.8]])).tolist() == [4, 4]


def test_kernel_of_ones():
    found = gain_of_kernels(np.ones((1, 1, 3, 3)))  # the sum of nine neighbours, all alike in a constant image
    assert 9 <= found <= 1.2 * 9


def test_difference_of_neighbours():
    found = gain_of_kernels(np.array([[[1.0, -1.0]]]))  # twice as large where signs alternate
    assert 2 <= found <= 1.2 * 2


def test_groups():
    weight = np.zeros((2, 1, 1, 1))
    weight[:, 0, 0, 0] = [3, -5]
    assert gain_of_kernels(weight, groups=2) == pytest.approx(5)


def test_too_large_for_a_bound():
    assert gain_of_kernels(np.zeros((512, 512, 7, 7), dtype=np.float32)) == np.inf


@settings(max_examples=30)
@given(st.integers(0, 2**32), st.integers(1, 4), st.integers(1, 3), st.integers(1, 2), st.integers(0, 2))
def test_convolutions(seed, length, stride, dilation, padding):
    draws = np.random.default_rng(seed)
    weight = draws.normal(size=(3, 2, length, 2))
    every = torch.eye(2 * 81, dtype=torch.float64).reshape(-1, 2, 9, 9)
    matrix = functional.conv2d(every, torch.from_numpy(weight), None, stride, padding, dilation).flatten(1)
    assert torch.linalg.matrix_norm(matrix, 2) <= gain_of_kernels(weight) * (1 + 1e-9)


@pytest.mark.parametrize(
    ("kernel", "stride", "largest", "mean"),
    [((2, 2), (2, 2), 1, 0.5), ((3, 3), (1, 1), 3, 1), ((3, 3), (2, 2), 2, 2 / 3)],
)
def test_windows(kernel, stride, largest, mean):
    joined = windows(numbered((1, 1, 9, 9)), kernel, stride=stride)[0, 0].reshape(-1, kernel[0] * kernel[1])
    assert gain_of_windows(joined, averaged=False) == pytest.approx(largest)  # an element is in 1, 9 or 4 windows
    assert gain_of_windows(joined, averaged=True) == pytest.approx(mean)


def test_names_are_written_alike():
    assert gain_of_function(Activation("leaky_relu")) == gain_of_function(parse_activation("leaky_relu(0.01)")) == 1
