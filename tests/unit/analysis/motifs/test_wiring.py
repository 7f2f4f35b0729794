"""Which weights are looked at."""

import numpy as np
import pytest

from atlas.analysis.motifs.wiring import strongest
from atlas.errors import BadParameter, EmptySelection, NonFiniteWeights


def test_the_strongest_of_every_target(wired):
    (wiring,) = strongest(wired({"ab": [[1, -5], [-3, 4], [2, 0.5]]}), 2)
    assert wiring.matrix(wiring.signs).toarray().tolist() == [[0, -1, 1], [-1, 1, 0]]  # rows are targets


def test_of_equal_ones_the_first(wired):
    (wiring,) = strongest(wired({"ab": [[1], [2], [1]]}), 2)
    assert wiring.sources.tolist() == [[0, 1]]


def test_over_all_earlier_layers(wired):
    first, second, direct = strongest(wired({"ab": [[1]], "bc": [[2, 1]], "ac": [[1, 3]]}), 1)
    assert [(one.source, one.target) for one in (first, second, direct)] == [(0, 1), (0, 2), (1, 2)]
    assert second.matrix().toarray().tolist() == [[0], [1]]
    assert direct.matrix().toarray().tolist() == [[1], [0]]


def test_neither_zeros_nor_what_is_not_kept(wired):
    kept = np.array([[True, True], [False, True]])
    (wiring,) = strongest(wired({"ab": [[1, 0], [9, 2]]}, kept={"ab": kept}), 5)
    assert wiring.matrix().toarray().tolist() == [[1, 0], [0, 1]]


def test_back_and_to_the_same_layer_is_left_out(wired):
    found = strongest(wired({"ab": [[1]], "bb": [[1]], "ba": [[1]]}), 5)
    assert [(one.source, one.target) for one in found] == [(0, 1)]


def test_a_strong_weight_that_sums_to_0_has_no_sign(wired):
    record = wired({"ab": [[1, 1]]})
    record.blocks[0].value[0, 1] = 0
    assert strongest(record, 1)[0].signs is None


@pytest.mark.parametrize(
    ("blocks", "n_strongest", "error", "message"),
    [
        ({"ab": [[1]]}, 0, BadParameter, "n_strongest is 0"),
        ({"ab": [[1]]}, 1.5, BadParameter, "n_strongest is 1.5. It is a whole number"),
        ({"ab": [[np.nan]]}, 1, NonFiniteWeights, "from 'a' to 'b'"),
        ({"aa": [[1]]}, 1, EmptySelection, "'wired' has no weights from one layer to a later one"),
    ],
    ids=["none", "part", "nan", "no_layers"],
)
def test_refused(wired, blocks, n_strongest, error, message):
    with pytest.raises(error, match=message):
        strongest(wired(blocks), n_strongest)
