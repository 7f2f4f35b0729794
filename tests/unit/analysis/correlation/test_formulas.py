"""Errors of formulas vanish with the number of samples."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from atlas.analysis.correlation.formulas import formula_errors
from atlas.errors import AtlasError
from atlas.records import BoolArray, FloatArray, IntArray, Stage, StagedLayer
from atlas.results.correlation import FormulaErrors

SIZES = (100, 1_000, 10_000)


def layer(name: str, *activations: str, n_elements: int = 3) -> StagedLayer:
    random = np.random.default_rng(len(activations))
    stages = [
        Stage(weight=random.normal(size=(n_elements, 3)), bias=random.normal(size=n_elements), activation=activation)
        for activation in activations
    ]
    return StagedLayer(layer=name, stages=tuple(stages), numbers=np.arange(n_elements))


def trials(n_trials: int = 60) -> tuple[FloatArray, IntArray]:
    random = np.random.default_rng(0)
    return random.exponential(size=(n_trials, 3)), np.arange(n_trials) % 2


def errors_of(layers: Sequence[StagedLayer], **options: Any) -> FormulaErrors:
    inputs, labels = trials()
    activations = {"input": inputs, **{each.layer: inputs for each in layers}}
    return formula_errors(layers, activations, labels, 2, network="net", **options)


@pytest.mark.parametrize("activation", ["relu", "quadratic(0.3)", "erf", "tanh", "gelu"])
def test_errors_fall_with_the_root_of_the_number_of_samples(activation: str) -> None:
    found = [errors_of([layer("one", activation)], n_samples=SIZES, seed=seed) for seed in range(10)]
    for name in ("mean_error", "covariance_error"):
        errors = np.log10([getattr(each, name) for each in found]).mean(axis=0)
        slope, _ = np.polyfit(np.log10(SIZES), errors, 1)
        assert slope == pytest.approx(-0.5, abs=0.1)
        assert 10 ** errors[-1] < 0.05


def test_a_row_is_a_layer_with_a_nonlinearity_and_a_number_of_samples() -> None:
    layers = [layer("one", "relu"), layer("two", "identity"), layer("three", "tanh")]
    found = errors_of(layers, n_samples=(10, 20))
    assert found.layers == ("net/one", "net/one", "net/three", "net/three")
    assert found.n_samples.tolist() == [10, 20, 10, 20]


def test_layers_without_nonlinearities_have_no_formula() -> None:
    found = errors_of([layer("one", "identity")])
    assert found.layers == ()
    assert found.mean_error.shape == (0,)


def test_the_mean_is_off_by_sampling_alone() -> None:
    """The squared error of a mean of M samples is their variance by M, whatever the nonlinearity."""
    layers, (inputs, _) = [layer("one", "relu")], trials()
    given = (layers, {"input": inputs}, np.zeros(len(inputs), dtype=np.int64), 1)
    found = [formula_errors(*given, network="net", n_samples=(200,), seed=seed).mean_error[0] for seed in range(100)]
    assert 200 * np.mean(np.square(found)) == pytest.approx(1.0, abs=0.25)


def test_classes_weigh_by_their_trials() -> None:
    inputs, _ = trials()
    labels = np.arange(60) % 3 // 2  # 40 trials of class 0, 20 of class 1

    def error(chosen: BoolArray) -> float:
        given = ([layer("one", "relu")], {"input": inputs[chosen]}, labels[chosen], 2)
        return float(formula_errors(*given, network="net", n_samples=(50,)).covariance_error[0])

    expected = 2 / 3 * error(labels == 0) + 1 / 3 * error(labels == 1)
    assert error(labels >= 0) == pytest.approx(expected)


def test_a_layer_of_two_nonlinearities_has_the_mean_of_both() -> None:
    """The second is that of a layer fed with what the first puts out; streams of random numbers differ."""
    stages = layer("one", "relu", "tanh").stages
    both = errors_of([StagedLayer(layer="one", stages=stages, numbers=np.arange(3))], n_samples=(50_000,))
    first = errors_of([StagedLayer(layer="one", stages=stages[:1], numbers=np.arange(3))], n_samples=(50_000,))
    assert both.covariance_error[0] != first.covariance_error[0]
    assert both.covariance_error[0] < 0.03


def test_samples_are_measured_as_if_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = errors_of([layer("one", "relu")], n_samples=(1_000,))
    monkeypatch.setattr("atlas.analysis.correlation.formulas._NUMBERS_AT_ONCE", 300)
    pieces = errors_of([layer("one", "relu")], n_samples=(1_000,))
    assert pieces.covariance_error == pytest.approx(whole.covariance_error, rel=1e-9)
    assert pieces.mean_error == pytest.approx(whole.mean_error, rel=1e-9)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_samples": ()}, "No number of samples"),
        ({"n_samples": (1,)}, "n_samples is 1"),
        ({"labels": np.array([0] * 59 + [1])}, "Class 1 has only 1"),
        ({"layers": [layer("one", "step")]}, "'step'"),
        ({"layers": []}, "no layer"),
    ],
)
def test_what_cannot_be_measured_is_refused(change: dict[str, Any], message: str) -> None:
    inputs, labels = trials()
    given = {"layers": [layer("one", "relu")], "labels": labels, **change}
    layers, labels = given.pop("layers"), given.pop("labels")
    with pytest.raises(AtlasError, match=message):
        formula_errors(layers, {"input": inputs}, labels, 2, network="net", **given)
