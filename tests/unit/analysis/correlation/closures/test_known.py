"""Names of nonlinearities, and what they compute."""

import numpy as np
import pytest
import torch

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.closures.known import PLAIN, WITH_NUMBER
from atlas.errors import UnsupportedLayer
from ingest.activation import FUNCTIONS, parse_activation


@pytest.mark.parametrize("name", sorted({*PLAIN, *WITH_NUMBER} & {*FUNCTIONS}))
def test_functions_are_those_that_networks_compute(name):
    z = np.linspace(-30, 30, 1_001)
    wanted = parse_activation(name)(torch.from_numpy(z)).numpy()
    assert closure_of(name).function(z) == pytest.approx(wanted, rel=1e-7, abs=1e-8)


def test_numbers_in_brackets():
    z = np.array([-2.0, 3.0])
    assert closure_of("leaky_relu(0.2)").function(z).tolist() == [-0.4, 3.0]
    assert closure_of("quadratic(0.1)").function(z) == pytest.approx([-1.6, 3.9])
    assert closure_of("quadratic").function(z).tolist() == [0, 7.5]
    assert closure_of("erf").function(np.zeros(1)).tolist() == [0]


@pytest.mark.parametrize(
    "activation", ["relu6", "hardswish", "pointwise", "selu", "elu", "tanh(2)", "leaky_relu(x)", "softmax", ""]
)
def test_others_are_refused_by_name(activation):
    with pytest.raises(
        UnsupportedLayer, match=r"Those that have one: identity, .*quadratic.*Take one of these"
    ) as refused:
        closure_of(activation)
    assert repr(activation) in str(refused.value)
