import pytest

from atlas.errors import BadParameter
from atlas.workflow.compare_params import CompareParams

FAN, CHAIN = [("a", "b"), ("a", "c")], [("a", "b"), ("b", "c")]


@pytest.mark.parametrize(
    ("pairs", "option"),
    [
        (FAN, "second_effect_run"),
        (FAN, "second_label_run"),
        (CHAIN, "first_effect_run"),
        (CHAIN, "first_label_run"),
        (CHAIN, "second_label_run"),
    ],
)
def test_a_run_that_several_networks_would_use(pairs, option):
    with pytest.raises(BadParameter, match=f"'{option}' is 'x', and 2 networks would use it"):
        CompareParams(**{option: "x"}).check_runs(pairs)


@pytest.mark.parametrize(
    ("pairs", "option"),
    [(FAN, "first_effect_run"), (FAN, "first_label_run"), (CHAIN[:1], "second_effect_run"), (FAN, "first")],
)
def test_a_run_that_one_network_would_use(pairs, option):
    CompareParams(**{option: "x"}).check_runs(pairs)
