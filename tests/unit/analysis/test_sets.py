import numpy as np
import pytest

from atlas.analysis.ablation import effect_of_set
from atlas.errors import BadParameter, EmptySelection, UnknownName


def test_a_module(planted):
    result = effect_of_set(planted(n_copies=2), ["chain/fc1/1", "chain/fc1/0"])
    assert result.elements == ("set",)
    assert result.points.tolist() == [[25, 100, 0, 0, 0]]
    assert (result.low_points[0, 0] < 25 < result.high_points[0, 0], result.n_ablated.tolist()) == (True, [2])
    assert np.isnan([result.z, result.p, result.q]).all()


def test_through_layers(two_blocks):
    # without d the output of the first half is s, without fc2/1 too: 4 against 6
    assert effect_of_set(two_blocks, ["chain/fc2/1", "chain/fc1/1"]).points.tolist() == [[50, 100, 0]]


def test_against_random_sets(planted):
    # 4 of the 28 sets of two are modules: p = (1 + as many as that) / 1,000
    result = effect_of_set(planted(n_copies=2), ["chain/fc1/0", "chain/fc1/1"], n_null=999)
    assert result.p[0, 0] == pytest.approx(4 / 28, abs=0.04)


@pytest.mark.parametrize(
    ("neurons", "error", "culprit"),
    [
        ([], EmptySelection, "set of neurons to ablate is empty"),
        (["chain/fc1/0", "chain/fc1/4"], UnknownName, "Unknown neuron 'chain/fc1/4'"),
        (["chain/fc1/00"], UnknownName, "'chain/fc1/00'"),
        (["fc1/0"], UnknownName, "'fc1/0'. Did you mean 'chain/fc1/0'"),
        (["chain/fc1"], UnknownName, "'chain/fc1'"),
        (["chain/input/0"], BadParameter, "'input' is the input"),
        (["chain/output/0"], BadParameter, "'output' is the output"),
        (["chain/fc1/0", "chain/fc1/0"], BadParameter, "'chain/fc1/0' is named twice"),
    ],
)
def test_refused(two_blocks, neurons, error, culprit):
    with pytest.raises(error, match=culprit):
        effect_of_set(two_blocks, neurons)
