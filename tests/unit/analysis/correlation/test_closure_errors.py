"""Errors of closures, where it is known which closure is right."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.closure_errors import closure_errors
from atlas.analysis.correlation.errors import divergence, main_errors, r_squared, trace_ratio
from atlas.analysis.correlation.loss import expected_squared_loss
from atlas.analysis.correlation.moments import moments_of
from atlas.analysis.correlation.propagating import closed_from, run_stages
from atlas.analysis.mapping import Arrays
from atlas.errors import AtlasError
from atlas.records import FloatArray, IntArray, Stage, StagedLayer
from atlas.results.correlation import ERROR_COLUMNS, ClosureErrors

GAUSS, THIRD, MIXTURE = Closing("gauss"), Closing("third"), Closing("mixture", 2)


def layer(name: str, n_in: int, n_out: int, *, activation: str, seed: int = 0) -> StagedLayer:
    random = np.random.default_rng([seed, n_in, n_out])
    stage = Stage(
        weight=random.normal(size=(n_out, n_in)) / np.sqrt(n_in),
        bias=0.1 * random.normal(size=n_out),
        activation=activation,
    )
    return StagedLayer(layer=name, stages=(stage,), numbers=np.arange(n_out))


def network(activation: str, n_in: int = 3, n_hidden: int = 4, n_outputs: int = 2) -> tuple[StagedLayer, ...]:
    hidden = layer("hidden", n_in, n_hidden, activation=activation)
    return hidden, layer("output", n_hidden, n_outputs, activation="identity")


def run(layers: Sequence[StagedLayer], inputs: FloatArray) -> dict[str, FloatArray]:
    activations = {"input": inputs}
    for each in layers:
        inputs = activations[each.layer] = run_stages(each.stages, inputs)
    return activations


def gaussian_trials(seed: int, n_trials: int = 200, n_in: int = 3) -> tuple[FloatArray, IntArray]:
    """Draw two classes, each a Gaussian of its own."""
    random, labels = np.random.default_rng(seed), np.arange(n_trials) % 2
    roots, means = random.normal(size=(2, n_in, n_in)), random.normal(size=(2, n_in))
    return np.einsum("tij,tj->ti", roots[labels], random.normal(size=(n_trials, n_in))) + means[labels], labels


def xor_trials(n_trials: int = 2_000, seed: int = 0) -> tuple[FloatArray, IntArray]:
    """Draw two classes of two blobs each, at +-(.5, .5) and +-(.5, -.5), of variance .05."""
    random, labels = np.random.default_rng(seed), np.arange(n_trials) % 2
    signs = random.choice([-1.0, 1.0], n_trials)
    blobs = 0.5 * np.column_stack([signs, np.where(labels == 0, signs, -signs)])
    return blobs + np.sqrt(0.05) * random.normal(size=(n_trials, 2)), labels


def errors_of(
    layers: Sequence[StagedLayer], inputs: FloatArray, labels: IntArray, n_classes: int = 2, **options: Any
) -> ClosureErrors:
    given = {"closings": (GAUSS,), "n_null": 0, "n_bootstrap": 0, **options}
    return closure_errors(layers, run(layers, inputs), labels, n_classes, network="net", **given)


def test_rows_are_starts_closures_and_layers_after() -> None:
    inputs, labels = gaussian_trials(0)
    found = errors_of(network("relu"), inputs, labels, closings=(GAUSS, THIRD, MIXTURE))
    after_input = [(kind, key) for kind in ("gauss", "third", "mixture") for key in ("net/hidden", "net/output")]
    after_hidden = [(kind, "net/output") for kind in ("gauss", "third", "mixture")]
    assert list(zip(found.closures, found.layers, strict=True)) == after_input + after_hidden
    assert found.starts == ("input",) * 6 + ("hidden",) * 3
    assert found.targets == ("all", "0", "1")


def test_a_linear_network_is_predicted_exactly() -> None:
    inputs, labels = gaussian_trials(0)
    found = errors_of(network("identity"), inputs, labels, n_null=3, n_bootstrap=3)
    assert found.mean_error == pytest.approx(0, abs=1e-12)
    assert found.covariance_error == pytest.approx(0, abs=1e-12)
    assert found.divergence_bits == pytest.approx(0, abs=1e-9)
    assert found.predicted_loss[1] == pytest.approx(found.loss[1], rel=1e-12)


def test_rounding_to_single_precision_is_no_error() -> None:
    inputs, labels = gaussian_trials(0)
    layers = network("identity")
    activations = {name: found.astype(np.float32) for name, found in run(layers, inputs).items()}
    found = closure_errors(layers, activations, labels, 2, network="net", closings=(GAUSS,), n_null=9, n_bootstrap=0)
    assert (found.covariance_error > 1e-9).all()
    assert (found.covariance_error_p == 1).all()


@pytest.mark.parametrize("kind", ["gauss", "third", "mixture"])
def test_every_error_is_that_of_the_whole_network_taken_plainly(kind: str) -> None:
    closing = Closing(kind, 2 if kind == "mixture" else 1)
    inputs, labels = xor_trials(n_trials=120)
    layers = network("relu", n_in=2)
    activations, found = run(layers, inputs), errors_of(layers, inputs, labels, closings=(closing,))
    for label in (0, 1):
        own = labels == label
        predictions = closed_from(layers, inputs[own], closing)
        for row, (each, predicted) in enumerate(zip(layers, predictions, strict=True)):
            measured = moments_of(activations[each.layer][own])
            errors = (found.mean_error[row, 1 + label], found.covariance_error[row, 1 + label])
            assert errors == pytest.approx(main_errors(predicted, measured), rel=1e-9)
            assert found.trace_ratio[row, 1 + label] == pytest.approx(trace_ratio(predicted, measured))
            assert found.r_squared[row, 1 + label] == pytest.approx(r_squared(predicted, measured))
            bits, n_dimensions = divergence(predicted, measured)
            assert found.divergence_bits[row, 1 + label] == pytest.approx(bits, rel=1e-6, nan_ok=True)
            assert found.n_dimensions[row, 1 + label] == n_dimensions
        expected = expected_squared_loss(predictions[-1], np.eye(2)[label])
        assert found.predicted_loss[1, 1 + label] == pytest.approx(expected)


def test_the_loss_is_the_distance_from_one_for_the_class_and_zero_for_the_other() -> None:
    layers = (StagedLayer(layer="output", stages=(Stage(weight=np.eye(2), bias=np.zeros(2)),), numbers=np.arange(2)),)
    inputs = np.array([[1.0, 0.0], [0.0, 0.0], [3.0, 1.0], [3.0, 1.0], [1.0, 1.0]])
    found = errors_of(layers, inputs, np.array([0, 0, 1, 1, 1]))  # losses 0 1, 9 9 1
    assert found.loss[0] == pytest.approx([20 / 5, 1 / 2, 19 / 3])
    assert found.predicted_loss[0] == pytest.approx([20 / 5, 1 / 2, 19 / 3])


def test_there_is_no_loss_but_at_the_output() -> None:
    found = errors_of(network("relu"), *gaussian_trials(0), n_bootstrap=2)
    assert np.isnan(found.loss[0]).all()
    assert np.isnan(found.predicted_loss[0]).all()
    assert not np.isnan(found.loss[1:]).any()


def test_all_is_the_mean_over_classes_by_their_trials() -> None:
    inputs, labels = gaussian_trials(0, n_trials=300)
    labels = np.where(np.arange(300) % 3 == 0, 0, 1)
    found = errors_of(network("relu"), inputs, labels, n_null=2, n_bootstrap=0)
    for values in (found.covariance_error, found.mean_error, found.null_covariance_error, found.r_squared):
        assert values[:, 0] == pytest.approx(values[:, 1:] @ [1 / 3, 2 / 3])


def test_a_class_without_trials_has_nothing_and_counts_for_nothing() -> None:
    inputs, labels = gaussian_trials(0)
    layers = network("relu", n_outputs=3)
    found = errors_of(layers, inputs, 2 * labels, n_classes=3, n_null=2, n_bootstrap=2)
    assert found.targets == ("all", "0", "1", "2")
    for name in ERROR_COLUMNS:
        assert np.isnan(getattr(found, name)[:, 2]).all()
    assert found.covariance_error[:, 0] == pytest.approx(found.covariance_error[:, [1, 3]].mean(axis=1))


def test_what_nothing_varies_in_is_undefined() -> None:
    dead = StagedLayer(
        layer="hidden",
        stages=(Stage(weight=np.eye(3), bias=np.full(3, -1e3), activation="relu"),),
        numbers=np.arange(3),
    )
    layers = (dead, layer("output", 3, 2, activation="identity"))
    found = errors_of(layers, *gaussian_trials(0), n_null=2, n_bootstrap=2)
    assert np.isnan([found.mean_error, found.covariance_error, found.mean_error_p, found.low_mean_error]).all()
    assert (found.n_dimensions == 0).all()
    assert found.predicted_loss[1] == pytest.approx(found.loss[1])  # what is constant is known all the same


@pytest.mark.parametrize(("n_in", "n_hidden", "n_trials"), [(3, 4, 40), (20, 10, 30)])
def test_p_is_even_where_inputs_are_gaussian_however_few(n_in: int, n_hidden: int, n_trials: int) -> None:
    layers, p = network("relu", n_in, n_hidden), []
    for seed in range(30):
        inputs, labels = gaussian_trials(seed, n_trials, n_in)
        found = errors_of(layers, inputs, labels, closings=(GAUSS, THIRD), starts=["input"], n_null=4, seed=seed)
        p.append([*found.mean_error_p[:, 0], *found.covariance_error_p[:, 0]])
    lowest = (np.array(p) == 1 / 5).sum(axis=0)  # 6 of 30 expected; 13 or more, or none, in 4 of 1,000 cases
    assert (lowest < 13).all()
    assert (lowest > 0).all()


@pytest.mark.parametrize("activation", ["relu", "quadratic"])
def test_two_blobs_in_a_class_break_the_gaussian_picture_but_not_the_mixture(activation: str) -> None:
    layers = network(activation, n_in=2)
    found = errors_of(layers, *xor_trials(), closings=(GAUSS, MIXTURE), starts=["input"], n_null=19, n_bootstrap=20)
    gauss, mixture = (found.covariance_error[row, 0] for row in (0, 2))
    assert found.covariance_error_p[:2, 0] == pytest.approx(1 / 20)
    assert mixture < gauss / 3
    assert found.high_covariance_error[2, 0] < found.low_covariance_error[0, 0]
    assert abs(found.predicted_loss[3, 0] - found.loss[3, 0]) < abs(found.predicted_loss[1, 0] - found.loss[1, 0]) / 3


def test_blobs_far_apart_leave_the_mixture_with_no_more_error_than_chance() -> None:
    random, labels = np.random.default_rng(0), np.arange(400) % 2
    blobs = np.where(random.random(400) < 0.5, -9.0, 9.0)[:, None] * np.array([1.0, 1.0])
    inputs = blobs + random.normal(size=(400, 2)) + labels[:, None]
    found = errors_of(network("relu", n_in=2), inputs, labels, closings=(MIXTURE,), starts=["input"], n_null=19)
    assert (found.covariance_error_p[:, 0] > 0.1).all()


def test_fourth_cumulants_make_the_quadratic_closure_exact() -> None:
    found = errors_of(network("quadratic", n_in=2), *xor_trials(n_trials=200), closings=(THIRD,), starts=["input"])
    assert found.covariance_error[0] == pytest.approx(0, abs=1e-9)
    assert found.predicted_loss[1] == pytest.approx(found.loss[1], rel=1e-9)


def test_the_interval_holds_what_is_measured() -> None:
    found = errors_of(network("relu"), *gaussian_trials(3), n_bootstrap=40)
    for name in ("mean_error", "covariance_error"):
        low, value, high = (getattr(found, prefix + name)[:2] for prefix in ("low_", "", "high_"))
        assert (low < value).all()
        assert (value < high).all()


def test_the_interval_of_the_loss_is_that_of_a_mean() -> None:
    inputs, labels = gaussian_trials(1, n_trials=2_000)
    layers = network("relu")
    found = errors_of(layers, inputs, labels, starts=["input"], n_bootstrap=200)
    losses = ((run(layers, inputs)["output"] - np.eye(2)[labels]) ** 2).sum(axis=1)
    within = [np.var(losses[labels == label]) for label in (0, 1)]
    width = 2 * 1.96 * np.sqrt(np.mean(within) / 2_000)
    assert found.high_loss[1, 0] - found.low_loss[1, 0] == pytest.approx(width, rel=0.2)


def test_numbers_do_not_depend_on_who_works_and_do_on_the_seed() -> None:
    def two_backwards(function: Callable[[Any], Arrays], blocks: Sequence[Any]) -> Iterator[Arrays]:
        with ThreadPoolExecutor(2) as workers:
            return iter(list(workers.map(function, blocks[::-1]))[::-1])

    given = (network("relu"), *gaussian_trials(0, n_trials=60))
    options: dict[str, Any] = {"closings": (GAUSS, MIXTURE), "n_null": 5, "n_bootstrap": 6}
    alone, shared = errors_of(*given, **options), errors_of(*given, **options, mapper=two_backwards)
    other = errors_of(*given, **options, seed=1)
    for name in ERROR_COLUMNS:
        assert np.array_equal(getattr(alone, name), getattr(shared, name), equal_nan=True)
    assert (other.null_covariance_error[0] != alone.null_covariance_error[0]).all()
    assert (other.low_covariance_error[0] != alone.low_covariance_error[0]).all()


def test_without_draws_there_is_no_null_and_no_interval() -> None:
    found = errors_of(network("relu"), *gaussian_trials(0))
    assert np.isnan([found.null_mean_error, found.mean_error_p, found.low_mean_error, found.high_mean_error]).all()
    assert not np.isnan(found.mean_error).any()


def test_progress_is_told_to_the_end() -> None:
    told: list[tuple[int, int]] = []
    errors_of(
        network("relu"),
        *gaussian_trials(0),
        n_null=5,
        n_bootstrap=3,
        progress=lambda _, done, total: told.append((done, total)),
    )
    assert told == [(1, 3), (2, 3), (3, 3)]  # three resamples, and five draws by four


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"labels": np.array([0] * 199 + [1])}, "Class 1: .*Covariances need 2"),
        ({"labels": np.array([0] * 198 + [1] * 2), "closings": (THIRD,)}, "Class 1: .*Third cumulants need 3"),
        ({"labels": np.array([0] * 197 + [1] * 3), "closings": (MIXTURE,)}, "Class 1: .*needs 4 trials"),
        ({"labels": np.arange(199) % 2}, "'input' have shape"),
        ({"starts": ["output"]}, "Unknown start 'output'"),
        ({"closings": ()}, "No closure is given"),
        ({"closings": (MIXTURE, Closing("mixture", 3))}, "'mixture' is given twice"),
        ({"n_classes": 3}, "2 outputs and 3 classes"),
        ({"n_null": -1}, "n_null is -1"),
        ({"layers": network("step")}, "'step'"),
    ],
)
def test_what_cannot_be_measured_is_refused(change: dict[str, Any], message: str) -> None:
    inputs, labels = gaussian_trials(0)
    given = {"layers": network("relu"), "labels": labels, "n_classes": 2, "closings": (GAUSS,), **change}
    activations = run(network("relu"), inputs)
    layers, labels, n_classes = (given.pop(name) for name in ("layers", "labels", "n_classes"))
    with pytest.raises(AtlasError, match=message):
        closure_errors(layers, activations, labels, n_classes, network="net", **given)


def test_activations_that_are_not_finite_are_refused() -> None:
    inputs, labels = gaussian_trials(0)
    activations = run(network("relu"), inputs)
    activations["input"][3, 1] = np.nan
    with pytest.raises(AtlasError, match="'input' are NaN"):
        closure_errors(network("relu"), activations, labels, 2, network="net", closings=(GAUSS,))


def test_activations_whose_squared_covariances_overflow_are_refused() -> None:
    inputs, labels = gaussian_trials(0)
    activations = run(network("relu"), 1e61 * inputs)
    with pytest.raises(AtlasError, match="'input' are larger than 1e\\+60"):
        closure_errors(network("relu"), activations, labels, 2, network="net", closings=(GAUSS,))
