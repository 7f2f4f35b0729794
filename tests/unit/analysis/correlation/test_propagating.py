import tracemalloc

import numpy as np
import pytest
from scipy import sparse
from xor import multiplier, xor_class

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.cumulants import cumulants_of
from atlas.analysis.correlation.mixtures import parts_of
from atlas.analysis.correlation.moments import Mixture, Moments, moments_of
from atlas.analysis.correlation.propagating import (
    MOST_ELEMENTS,
    closed_from,
    cumulants_at_start,
    propagate,
    run_stages,
)
from atlas.errors import AnalysisError, BadParameter, ShapeError, UnsupportedLayer
from atlas.records import FloatArray, Stage, StagedLayer

EXACT = {"rel": 1e-12, "abs": 1e-12}
TWO = Closing("mixture", n_components=2)
BELIEVED, TRUE = 0.1525, 0.0275  # variance of x1 x2 in XOR, of the Gaussian and of the blobs


def normal(*shape: int, seed: int = 0) -> FloatArray:
    return np.random.default_rng(seed).normal(size=shape)


def layer(name: str, *stages: Stage) -> StagedLayer:
    return StagedLayer(layer=name, stages=stages, numbers=np.arange(stages[-1].weight.shape[0]))


def stage(n_out: int, n_in: int, activation: str = "identity") -> Stage:
    return Stage(weight=normal(n_out, n_in, seed=n_out), bias=normal(n_out, seed=n_in), activation=activation)


SUM_AND_ONE = Stage(weight=np.ones((1, 2)), bias=np.ones(1))
LINEAR = (layer("one", stage(6, 4), stage(5, 6)), layer("two", stage(3, 5)))


def test_running_stages_is_affine_map_then_nonlinearity():
    stages = (
        Stage(weight=np.array([[1.0, -1.0], [2.0, 0.0]]), bias=np.array([0.0, 1.0]), activation="relu"),
        SUM_AND_ONE,
    )
    assert run_stages(stages, np.array([[1.0, 3.0], [3.0, 1.0]])).tolist() == [[4.0], [10.0]]  # 0 + 3 + 1, 2 + 7 + 1


def test_single_precision_is_run_in_double():
    x = np.array([[0.1, 0.2]], dtype=np.float32)
    assert run_stages((SUM_AND_ONE,), x).tolist() == [[float(x[0, 0]) + float(x[0, 1]) + 1]]


def test_sparse_stages_run_as_dense_ones():
    dense = stage(5, 4, "relu")
    thin = Stage(weight=sparse.csr_array(dense.weight), bias=dense.bias, activation="relu")
    assert run_stages((thin,), normal(7, 4)) == pytest.approx(run_stages((dense,), normal(7, 4)), **EXACT)


@pytest.mark.parametrize("kind", ["gauss", "third"])
def test_linear_networks_are_predicted_exactly_whatever_comes_in(kind: str):
    trials = np.random.default_rng(2).gamma(0.5, size=(40, 4))
    first, second = closed_from(LINEAR, trials, Closing(kind))
    for predicted, run in ((first, LINEAR[:1]), (second, LINEAR)):
        measured = moments_of(run_stages([stage for each in run for stage in each.stages], trials))
        assert predicted.mean == pytest.approx(measured.mean, **EXACT)
        assert predicted.covariance == pytest.approx(measured.covariance, **EXACT)


@pytest.mark.parametrize("number", [0, 1])
@pytest.mark.parametrize(
    ("closing", "variance"),
    [(Closing(), BELIEVED), (Closing("third"), TRUE), (TWO, TRUE)],
    ids=lambda given: str(given),
)
def test_xor_is_believed_wider_by_its_fourth_cumulant_alone(number: int, closing: Closing, variance: float):
    points, counts = xor_class(number)
    output = closed_from(multiplier(1.0), points, closing, trial_weights=counts)[-1]
    assert output.mean == pytest.approx([0.25 if number == 0 else -0.25], **EXACT)
    assert output.covariance == pytest.approx(np.array([[variance]]), **EXACT)


def test_cumulants_of_a_quadratic_layer_make_it_exact():
    trials, layers = np.random.default_rng(1).gamma(1.0, size=(30, 4)), (layer("one", stage(3, 4, "quadratic(0.5)")),)
    predicted = closed_from(layers, trials, Closing("third"))[-1]
    measured = moments_of(run_stages(layers[0].stages, trials))
    assert predicted.mean == pytest.approx(measured.mean, rel=1e-10)
    assert predicted.covariance == pytest.approx(measured.covariance, rel=1e-10)


def test_cumulants_wait_for_the_first_nonlinearity():
    trials = np.random.default_rng(1).gamma(1.0, size=(30, 4))
    scaled = (layer("norm", stage(5, 4)), layer("one", stage(3, 5, "quadratic(0.5)")))
    predicted = closed_from(scaled, trials, Closing("third"))[-1]
    measured = moments_of(run_stages([*scaled[0].stages, *scaled[1].stages], trials))
    assert predicted.covariance == pytest.approx(measured.covariance, rel=1e-10)


def test_cumulants_are_used_at_the_first_nonlinearity_alone():
    trials = np.random.default_rng(1).gamma(1.0, size=(30, 4))
    layers = (layer("one", stage(4, 4, "relu")), layer("two", stage(4, 4, "relu")))
    first, second = closed_from(layers, trials, Closing("third"))
    onwards = propagate(layers[1:], first)[-1]
    assert second.mean.tolist() == onwards.mean.tolist()
    assert second.covariance.tolist() == onwards.covariance.tolist()


def test_third_cumulants_are_those_of_what_enters_the_nonlinearity():
    trials, layers = np.random.default_rng(1).gamma(1.0, size=(30, 4)), (layer("one", stage(3, 4, "relu")),)
    found = cumulants_at_start(layers, trials)
    expected = cumulants_of(trials @ layers[0].stages[0].weight.T + layers[0].stages[0].bias)
    assert found is not None and found.fourth is None
    assert found.third == pytest.approx(expected.third, **EXACT)


def test_nothing_is_measured_where_all_is_linear():
    assert cumulants_at_start(LINEAR, normal(5, 4)) is None


def test_a_root_is_closed_as_the_full_covariance_is():
    trials, layers = normal(10, 20), (layer("one", stage(15, 20, "relu")), layer("two", stage(2, 15)))
    given = moments_of(trials)
    full = propagate(layers, Mixture.of(Moments(given.mean, given.covariance)))[-1]
    found = propagate(layers, Mixture.of(given))[-1]
    assert given.root is not None
    assert found.covariance == pytest.approx(full.covariance, rel=1e-9)


@pytest.mark.parametrize("closing", [Closing(), Closing("third"), TWO], ids=lambda given: str(given.kind))
def test_wide_inputs_never_take_a_full_covariance(closing: Closing):
    n_in = 3_072
    trials, layers = normal(100, n_in), (layer("one", stage(10, n_in, "relu")),)
    tracemalloc.start()
    closed_from(layers, trials, closing)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < n_in**2 * 8 / 4


def test_every_part_of_a_mixture_goes_its_own_way():
    points, counts = xor_class(0)
    layers = (layer("one", stage(3, 2, "relu")), layer("two", stage(2, 3)))
    parts = parts_of(points, n_parts=2)
    found = closed_from(layers, points, TWO, trial_weights=counts, parts=parts)[-1]
    for number, part in enumerate(found.parts):
        own = closed_from(layers, points[parts == number], Closing(), trial_weights=counts[parts == number])[-1]
        assert part.mean == pytest.approx(own.mean, **EXACT)
        assert part.covariance == pytest.approx(own.covariance, **EXACT)


def test_resampled_trials_give_what_the_same_trials_repeated_give():
    trials, counts = normal(20, 4), np.arange(20) % 4
    layers = (layer("one", stage(3, 4, "relu")),)
    found = closed_from(layers, trials, Closing("third"), trial_weights=counts)[-1]
    repeated = closed_from(layers, np.repeat(trials, counts, axis=0), Closing("third"))[-1]
    assert found.mean == pytest.approx(repeated.mean, rel=1e-11)
    assert found.covariance == pytest.approx(repeated.covariance, rel=1e-9, abs=1e-12)


def test_elements_that_never_vary_come_out_as_the_function_of_their_value():
    trials = np.column_stack([np.full(9, 2.0), np.full(9, -3.0), np.arange(9.0)])
    layers = (layer("one", Stage(weight=np.eye(3), bias=np.zeros(3), activation="relu")),)
    found = closed_from(layers, trials, Closing())[-1]
    assert found.mean[:2].tolist() == [2.0, 0.0]
    assert (found.covariance[:2] == 0).all()


def test_activations_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match=r"\(3, 5\) do not fit weights of shape \(6, 4\)"):
        run_stages(LINEAR[0].stages, normal(3, 5))


def test_moments_that_do_not_fit_are_refused():
    with pytest.raises(ShapeError, match="does not fit 5 elements"):
        propagate(LINEAR, Mixture.of(moments_of(normal(9, 5))))


def test_a_nonlinearity_without_a_closure_is_named():
    with pytest.raises(UnsupportedLayer, match="softmax"):
        propagate((layer("one", stage(3, 4, "softmax")),), Mixture.of(moments_of(normal(9, 4))))


def test_two_trials_have_no_third_cumulants():
    with pytest.raises(BadParameter, match="Third cumulants need 3"):
        closed_from((layer("one", stage(3, 4, "relu")),), normal(2, 4), Closing("third"))


def test_a_layer_too_wide_for_its_covariance_is_named():
    n_out = MOST_ELEMENTS + 1
    wide = Stage(weight=sparse.csr_array((n_out, 4)), bias=np.zeros(n_out), activation="relu")
    with pytest.raises(AnalysisError, match=r"Layer 'conv' puts out 16385 elements.*2.0 GiB"):
        propagate((layer("conv", wide),), Mixture.of(moments_of(normal(9, 4))))
