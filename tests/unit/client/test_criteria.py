import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas import Neurons
from atlas.errors import BadParameter

LIMITS = st.none() | st.integers(0, 3)
FREE = {"min_in_strength": LIMITS, "min_out_strength": LIMITS, "min_effect": LIMITS, "max_effect": LIMITS}
CRITERIA = st.builds(Neurons, **FREE, min_bits=LIMITS, max_bits=LIMITS, min_relay_bits=LIMITS)


def test_they_become_parameters():
    found = Neurons(layer="fc1", partition="leiden-1.0-seed0", cluster=2, min_effect=1, target="3")
    assert found.parameters == {
        "layer": "fc1",
        "partition": "leiden-1.0-seed0",
        "cluster": 2,
        "min_effect": 1.0,
        "target": "3",
    }
    assert Neurons().parameters == {"target": "all"}


def test_values_of_numpy_and_pandas_become_plain():
    row = pd.Series([3, 1], index=["cluster", "other"])
    found = Neurons(partition=np.str_("p"), cluster=row["cluster"], min_bits=np.float32(0.5)).parameters
    assert found == {"partition": "p", "cluster": 3, "min_bits": 0.5, "target": "all"}
    assert [type(value) for value in found.values()] == [str, int, float, str]


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"min_effect": "high"}, "'min_effect' cannot be 'high': smallest effect"),
        ({"min_effect": float("nan")}, "'min_effect' cannot be nan"),
        ({"cluster": pd.NA}, "'cluster' cannot be <NA>"),
        ({"cluster": True}, "'cluster' cannot be True"),
        ({"layer": 1}, "'layer' cannot be 1"),
        ({"layer": ["fc1", "fc2"]}, r"'layer' cannot be \['fc1', 'fc2'\]"),
    ],
)
def test_a_value_of_the_wrong_type(given, message):
    with pytest.raises(BadParameter, match=message):
        Neurons(**given)


def test_both_have_to_be_met():
    joined = Neurons(layer="fc1", min_effect=1, max_effect=5) & Neurons(min_effect=2, max_effect=9, role="relay")
    assert joined == Neurons(layer="fc1", role="relay", min_effect=2, max_effect=5)


@pytest.mark.parametrize(
    ("one", "other", "name"),
    [
        ({"layer": "fc1"}, {"layer": "fc2"}, "layer"),
        ({"cluster": 1}, {"cluster": 2}, "cluster"),
        ({"role": "hub"}, {"role": "dead"}, "role"),
        ({"min_effect": 1, "target": "3"}, {"min_bits": 1}, "target"),  # whose bits are about all
        ({"min_effect": 1, "effect_run": "a"}, {"max_effect": 2}, "effect_run"),  # whose effect is the newest
    ],
)
def test_two_names_for_one_thing(one, other, name):
    with pytest.raises(BadParameter, match=f"two values of '{name}'"):
        Neurons(**one) & Neurons(**other)


def test_criteria_are_joined_with_criteria():
    with pytest.raises(TypeError, match="unsupported operand"):
        Neurons() & {"layer": "fc1"}


def test_a_target_goes_with_its_limits():
    about_3 = Neurons(min_effect=1, target="3", effect_run="a")
    assert (about_3 & Neurons(layer="fc1")).target == "3"
    assert (Neurons(layer="fc1", target="4") & about_3).parameters == {"layer": "fc1", **about_3.parameters}
    assert (about_3 & Neurons(min_in_strength=1)).effect_run == "a"


@given(CRITERIA, CRITERIA, CRITERIA)
def test_and_is_the_meet_of_a_lattice(a, b, c):
    assert a & a == a
    assert a & b == b & a
    assert (a & b) & c == a & (b & c)
    assert a & Neurons() == a


def test_the_example_of_its_docstring():
    strong = Neurons(min_in_strength=2) & Neurons(layer="fc1", min_in_strength=1)
    assert repr(strong) == "Neurons(layer='fc1', min_in_strength=2.0)"
    assert eval(repr(strong)) == strong
    assert strong.parameters == {"layer": "fc1", "min_in_strength": 2.0, "target": "all"}


def test_atlas_has_what_stands_at_a_prompt():
    import atlas

    assert [getattr(atlas, name).__name__ for name in ("Atlas", "Network", "Neurons", "connect")] == [
        "Atlas",
        "Network",
        "Neurons",
        "connect",
    ]
    with pytest.raises(AttributeError, match="Neuron"):
        _ = atlas.Neuron
