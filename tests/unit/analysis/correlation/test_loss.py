import numpy as np
import pytest
from xor import SHARES, TARGETS, multiplier, xor_class

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.loss import expected_squared_loss
from atlas.analysis.correlation.moments import Mixture, Moments, moments_of
from atlas.analysis.correlation.propagating import closed_from, run_stages
from atlas.errors import ShapeError
from atlas.records import FloatArray

BEST, BEST_BELIEVED = 0.25 / 0.09, 0.25 / 0.215  # a^2 / (a^2 + .05)^2 and a^2 / (a^4 + Var), Var = .1525
TO_SIX_DECIMALS = {"rel": 0.0, "abs": 1e-6}


def predicted(k: float, closing: Closing) -> float:
    """Give the loss of k x1 x2 on XOR as a closure has it."""
    losses = []
    for number in (0, 1):
        points, counts = xor_class(number)
        outputs = closed_from(multiplier(k), points, closing, trial_weights=counts)[-1]
        losses.append(expected_squared_loss(outputs, TARGETS[number]))
    return float(SHARES @ losses)


def true(k: float) -> float:
    """Give the loss of k x1 x2 on XOR, by running the points that have the moments of the blobs."""
    losses = []
    for number in (0, 1):
        points, counts = xor_class(number)
        stages = [stage for layer in multiplier(k) for stage in layer.stages]
        losses.append(np.average((run_stages(stages, points) - TARGETS[number]) ** 2, axis=0, weights=counts)[0])
    return float(SHARES @ losses)


def best(loss: FloatArray) -> float:
    """Give the lowest point of the parabola through the losses at k = 0, 1 and 2."""
    square, slope, _ = np.polyfit([0.0, 1.0, 2.0], loss, 2)
    return float(-slope / (2 * square))


def test_the_best_read_out_of_xor():
    k = best(np.array([true(k) for k in (0.0, 1.0, 2.0)]))
    assert k == pytest.approx(2.77778, abs=1e-5)
    assert true(k) == pytest.approx(0.305556, **TO_SIX_DECIMALS)


def test_the_gaussian_closure_of_xor_chooses_too_small_a_read_out():
    k = best(np.array([predicted(k, Closing()) for k in (0.0, 1.0, 2.0)]))
    assert k == pytest.approx(1.16279, abs=1e-5)
    assert predicted(k, Closing()) == pytest.approx(0.709302, **TO_SIX_DECIMALS)
    assert true(k) == pytest.approx(0.540292, **TO_SIX_DECIMALS)


@pytest.mark.parametrize("closing", [Closing("third"), Closing("mixture", n_components=2)], ids=["third", "mixture"])
@pytest.mark.parametrize("k", [BEST, BEST_BELIEVED, -1.0])
def test_fourth_cumulants_and_blobs_tell_the_loss_of_xor(closing: Closing, k: float):
    assert predicted(k, closing) == pytest.approx(true(k), rel=1e-12)


def test_the_loss_from_measured_moments_is_the_mean_over_trials():
    outputs, target = np.random.default_rng(0).gamma(1.0, size=(50, 3)), np.array([1.0, 0.0, 0.0])
    measured = np.mean(np.sum((outputs - target) ** 2, axis=1))
    assert expected_squared_loss(Mixture.of(moments_of(outputs)), target) == pytest.approx(measured, rel=1e-12)


def test_parts_count_by_their_shares():
    parts = (Moments(np.array([1.0]), np.array([[2.0]])), Moments(np.array([-1.0]), np.array([[4.0]])))
    found = expected_squared_loss(Mixture(np.array([0.25, 0.75]), parts), np.array([2.0]))
    assert found == pytest.approx(0.25 * (1 + 2) + 0.75 * (9 + 4))


def test_a_target_that_does_not_fit_is_refused():
    with pytest.raises(ShapeError, match=r"target has shape \(3,\), the outputs \(2,\)"):
        expected_squared_loss(Mixture.of(Moments(np.zeros(2), np.eye(2))), np.zeros(3))
