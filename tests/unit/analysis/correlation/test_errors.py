"""Errors of moments, worked out by hand."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.analysis.correlation.errors import divergence, main_errors, r_squared, trace_ratio
from atlas.records import FloatArray


class Gaussian(NamedTuple):
    mean: FloatArray
    covariance: FloatArray


def gaussian(mean: list[float], covariance: list[list[float]]) -> Gaussian:
    return Gaussian(np.array(mean), np.array(covariance))


MEASURED = gaussian([0.0, 3.0], [[9.0, 0.0], [0.0, 12.0]])
CONSTANT = gaussian([1.0, 2.0], [[0.0, 0.0], [0.0, 0.0]])


def random_gaussian(seed: int, n: int) -> Gaussian:
    rng = np.random.default_rng(seed)
    root = rng.normal(size=(n, n + 2))
    return Gaussian(rng.normal(size=n), root @ root.T)


def textbook_bits(measured: Gaussian, predicted: Gaussian) -> float:
    """Write the formula down as it stands in books."""
    inverse = np.linalg.inv(predicted.covariance)
    off = predicted.mean - measured.mean
    logs = np.linalg.slogdet(predicted.covariance)[1] - np.linalg.slogdet(measured.covariance)[1]
    trace = np.trace(inverse @ measured.covariance)
    return float(0.5 * (trace + off @ inverse @ off - len(off) + logs) / np.log(2))


def test_mean_error_is_in_units_of_the_total_spread() -> None:
    predicted = gaussian([0.0, 0.0], [[9.0, 0.0], [0.0, 12.0]])
    assert main_errors(predicted, MEASURED).mean_error == pytest.approx(3 / np.sqrt(21))


def test_covariance_error_is_relative_to_the_measured_norm() -> None:
    predicted = gaussian([0.0, 3.0], [[9.0, 4.0], [4.0, 8.0]])
    assert main_errors(predicted, MEASURED).covariance_error == pytest.approx(np.sqrt(48) / 15)


def test_trace_ratio_is_predicted_over_measured() -> None:
    assert trace_ratio(gaussian([0.0, 0.0], [[2.0, 0.0], [0.0, 5.0]]), MEASURED) == pytest.approx(1 / 3)


def test_r_squared_counts_every_entry_once() -> None:
    predicted = gaussian([0.0, 0.0], [[9.0, 1.0], [1.0, 10.0]])  # entries 9 0 12, their mean 7, scatter 4 + 49 + 25
    assert r_squared(predicted, MEASURED) == pytest.approx(1 - (1 + 4) / 78)


def test_r_squared_is_of_the_values_not_of_their_correlation() -> None:
    twice = Gaussian(MEASURED.mean, 2 * MEASURED.covariance)
    assert r_squared(twice, MEASURED) == pytest.approx(1 - (81 + 144) / 78)


def test_r_squared_of_one_entry_is_undefined() -> None:
    assert np.isnan(r_squared(gaussian([0.0], [[1.0]]), gaussian([0.0], [[1.0]])))


def test_divergence_of_a_shifted_gaussian() -> None:
    found = divergence(gaussian([2.0], [[1.0]]), gaussian([0.0], [[1.0]]))
    assert found.bits == pytest.approx(2 / np.log(2))  # a shift by d costs d^2 / 2 nats


def test_divergence_is_of_the_measured_from_the_predicted() -> None:
    found = divergence(gaussian([0.0], [[4.0]]), gaussian([0.0], [[1.0]]))
    assert found.bits == pytest.approx((1 / 4 - 1 + np.log(4)) / 2 / np.log(2))


@given(seed=st.integers(0, 10_000), n=st.integers(1, 6))
def test_divergence_is_the_textbook_formula(seed: int, n: int) -> None:
    measured, predicted = random_gaussian(seed, n), random_gaussian(seed + 1, n)
    found = divergence(predicted, measured)
    assert found.n_dimensions == n
    assert found.bits == pytest.approx(textbook_bits(measured, predicted), rel=1e-9, abs=1e-9)


@given(seed=st.integers(0, 10_000), n=st.integers(1, 6))
def test_equal_moments_have_no_error(seed: int, n: int) -> None:
    measured = random_gaussian(seed, n)
    assert main_errors(measured, measured) == (0.0, 0.0)
    assert divergence(measured, measured).bits == pytest.approx(0.0, abs=1e-9)


def test_divergence_stands_on_the_directions_that_vary() -> None:
    measured = gaussian([0.0, 0.0], [[0.5, 0.5], [0.5, 0.5]])  # all variance, 1, along (1, 1)
    predicted = gaussian([0.0, 0.0], [[2.0, 0.0], [0.0, 2.0]])
    found = divergence(predicted, measured)
    assert found.n_dimensions == 1
    assert found.bits == pytest.approx((1 / 2 - 1 + np.log(2)) / 2 / np.log(2))


def test_a_dead_neuron_changes_no_divergence() -> None:
    measured = gaussian([0.0, 0.0], [[1.0, 0.0], [0.0, 0.0]])
    predicted = gaussian([0.0, 5.0], [[1.0, 0.0], [0.0, 1e-12]])
    found = divergence(predicted, measured)
    assert found.bits == pytest.approx(0.0, abs=1e-12)
    assert found.n_dimensions == 1


def test_a_prediction_without_variance_where_there_is_some_has_no_finite_divergence() -> None:
    predicted = gaussian([0.0, 3.0], [[1.0, 1.0], [1.0, 1.0]])
    found = divergence(predicted, MEASURED)
    assert np.isnan(found.bits)
    assert found.n_dimensions == 2


def test_where_nothing_varies_nothing_is_defined() -> None:
    assert all(np.isnan(main_errors(MEASURED, CONSTANT)))
    assert np.isnan(trace_ratio(MEASURED, CONSTANT))
    assert np.isnan(r_squared(MEASURED, CONSTANT))
    assert np.isnan(divergence(MEASURED, CONSTANT).bits)
    assert divergence(MEASURED, CONSTANT).n_dimensions == 0
