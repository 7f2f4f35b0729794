"""What relays, complexity and synergy refuse before anything begins."""

import pytest

from atlas.errors import BadParameter, UnknownName
from atlas.workflow.complexity_params import ComplexityParams
from atlas.workflow.relay_params import RelayParams
from atlas.workflow.synergy import SynergyParams


def synergy_params(**params):
    return SynergyParams(partition="halves", **params)


@pytest.mark.parametrize("params", [RelayParams, ComplexityParams, synergy_params])
@pytest.mark.parametrize(
    ("bad", "said"),
    [
        ({"min_trials": -1.0}, "min_trials is -1.0. It is a number of trials, 0 or more"),
        ({"min_trials": float("nan")}, "min_trials is nan. It is a number of trials, 0 or more"),
        ({"seed": -1}, "The seed is -1. It cannot be negative"),
        ({"n_null": -1}, "n_null is -1. It cannot be negative"),
    ],
)
def test_numbers_outside_their_range(params, bad, said):
    with pytest.raises(BadParameter, match=said):
        params(**bad)


def test_searches_that_cannot_be():
    with pytest.raises(BadParameter, match=r"beam is 0\. It is a whole number, 1 or more"):
        RelayParams(beam=0)
    with pytest.raises(UnknownName, match="Unknown search 'all'"):
        RelayParams(search="all")


def test_draws_of_clocks_that_are_too_few():
    with pytest.raises(BadParameter, match=r"n_draws is 3\. It is a whole number, 20 or more"):
        ComplexityParams(n_draws=3)


@pytest.mark.parametrize(
    ("params", "size", "said"),
    [
        ({"estimator": "exact"}, 7, "'exact' takes at most 6 neurons, the smallest element has 7 neurons"),
        ({"estimator": "clock"}, 17, "'clock' takes at most 16 neurons, .*Take the estimator 'auto'"),
        ({"estimator": "coarse"}, 33, "'coarse' takes at most 16 groups of 2 neurons"),
        ({"subset_size": 17}, 40, "subset_size is 17. At most 16 neurons can be measured together"),
    ],
)
def test_an_estimator_that_takes_no_element(params, size, said):
    given = ComplexityParams(**params)
    with pytest.raises(BadParameter, match=said):
        given.check([size, size + 1])
    given.check([6, size])  # one of them can be measured
