"""What a drawing can be asked for."""

import pytest

from atlas.client.picture import SIZES, Look
from atlas.errors import BadParameter, UnknownName


def test_measures_that_give_sizes_have_units():
    assert SIZES["effect_points"] == "percentage points"
    assert SIZES["label_bits"] == "bits"
    assert "effect_q" not in SIZES
    assert "roles" not in SIZES


@pytest.mark.parametrize(
    ("asked", "error", "told"),
    [
        ({"colour": "clusters"}, UnknownName, "Unknown colour 'clusters'. Did you mean 'cluster'?"),
        ({"size": "effect"}, UnknownName, "Unknown measure of neurons 'effect'. Did you mean 'effect_points'?"),
        ({"top": 0}, BadParameter, "top is 0. It is a whole number, 1 or more."),
        ({"top": 2.5}, BadParameter, "top is 2.5. It is a whole number, 1 or more."),
        ({"strongest": -1}, BadParameter, "strongest is -1. It is a whole number, 0 or more."),
        ({"cluster": "3"}, BadParameter, "cluster is '3'. It is a whole number, 0 or more."),
    ],
)
def test_what_does_not_fit_is_refused(asked, error, told):
    with pytest.raises(error, match=told):
        Look(**asked)
