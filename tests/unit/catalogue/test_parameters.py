from dataclasses import replace
from datetime import datetime, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.catalogue import find
from atlas.catalogue.header import Parameter
from atlas.catalogue.parameters import fill, from_text
from atlas.errors import BadParameter, UnknownName


def test_text_is_typed_by_the_header(read):
    values = from_text(read(), ["network=5", "layers=[a, b]", "fdr=1e-3", "top=7", "whole=True"])
    assert values == {"network": "5", "layers": ["a", "b"], "fdr": 0.001, "top": 7, "whole": True}


def test_null_in_text(read):
    assert from_text(read(), ["whole=null"]) == {"whole": None}


def test_an_equals_sign_may_stand_in_a_value(read):
    assert from_text(read(), ["network=a=b"]) == {"network": "a=b"}


def test_a_parameter_given_twice(read):
    with pytest.raises(BadParameter, match=r"^Parameter 'top' is given twice\. Give it once\.$"):
        from_text(read(), ["network=x", "top=2", "top=2"])


def test_defaults_fill_what_is_left_out(read):
    assert fill(read(), {"network": "x", "top": 3}) == {
        "network": "x",
        "layers": ["a", "b"],
        "fdr": 0.05,
        "top": 3,
        "whole": None,
    }


def test_numpy_values_become_plain(read):
    given = {"network": np.str_("x"), "layers": np.array(["c"]), "fdr": np.float32(0.5), "top": np.int64(2)}
    values = fill(read(), given | {"whole": np.bool_(False)})
    assert values == {"network": "x", "layers": ["c"], "fdr": 0.5, "top": 2, "whole": False}
    assert [type(value) for value in values.values()] == [str, list, float, int, bool]  # what the driver can send


def test_an_integer_will_do_for_a_float(read):
    assert fill(read(), {"network": "x", "fdr": 1})["fdr"] == 1.0


def test_what_looks_like_cypher_is_a_value(read):
    text = "x'}) DETACH DELETE n //"
    assert from_text(read(), [f"network={text}"]) == {"network": text}


def test_a_missing_parameter_is_named_with_its_meaning(read):
    with pytest.raises(BadParameter, match=r"'strong' lacks 'network': key of the network\. Give it as network=VALUE"):
        fill(read(), {})


def test_an_unknown_parameter_gets_the_nearest(read):
    with pytest.raises(
        UnknownName, match=r"^Unknown parameter 'netwrk' of question 'strong'\. Did you mean 'network'\?"
    ):
        fill(read(), {"netwrk": "x"})
    with pytest.raises(UnknownName, match="Did you mean 'top'"):
        from_text(read(), ["topp=1"])


def test_text_without_equals_sign(read):
    with pytest.raises(BadParameter, match=r"'top5' is not a parameter\. Write NAME=VALUE"):
        from_text(read(), ["top5"])


@pytest.mark.parametrize(
    ("name", "value", "type_"),
    [
        ("top", "many", "integer"),
        ("top", 2.5, "integer"),
        ("top", True, "integer"),
        ("top", 2**63, "integer"),
        ("fdr", "low", "float"),
        ("fdr", float("nan"), "float"),
        ("fdr", float("inf"), "float"),
        ("whole", 1, "boolean"),
        ("network", 5, "string"),
        ("layers", "a", "list of string"),
        ("layers", [1], "list of string"),
        ("layers", ["a", None], "list of string"),
        ("layers", pd.Series(["a", pd.NA], dtype="string"), "list of string"),
        ("layers", np.array([["a"], ["b"]]), "list of string"),
        ("layers", np.array("a"), "list of string"),
        ("layers", {"a"}, "list of string"),
        ("layers", b"ab", "list of string"),
        ("network", pd.Series(["a", "b"]), "string"),
        ("network", np.array(["a"]), "string"),
        ("network", datetime(2026, 1, 2), "string"),
        ("network", datetime(2026, 1, 2, tzinfo=timezone.utc), "string"),
        ("network", b"x", "string"),
        ("network", pd.NA, "string"),
        ("top", pd.NaT, "integer"),
        ("top", pd.Timestamp("2026-01-02"), "integer"),
        ("top", np.datetime64("2026-01-02T00:00:00", "ns"), "integer"),
        ("top", np.timedelta64(5, "ns"), "integer"),
        ("top", np.float64(5), "integer"),
        ("top", pd.Series([5]), "integer"),
        ("fdr", np.float64("nan"), "float"),
        ("fdr", pd.NA, "float"),
        ("fdr", np.longdouble(0.5), "float"),
        ("fdr", 1j, "float"),
        ("whole", pd.NaT, "boolean"),
    ],
)
def test_a_value_of_the_wrong_type(read, name, value, type_):
    message = rf"^Parameter '{name}' cannot be .* Give a value of type {type_}"
    with pytest.raises(BadParameter, match=message) as caught:
        fill(read(), {"network": "x", name: value})
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


LISTS = [
    list,
    tuple,
    pd.Series,
    pd.Index,
    lambda values: np.array(values),
    lambda values: np.array(values, dtype=object),
    lambda values: pd.array(values),
]


@pytest.mark.parametrize("make", LISTS)
def test_lists_of_every_library(read, make):
    layers = fill(read(), {"network": "x", "layers": make(["a'", "b`"])})["layers"]
    assert layers == ["a'", "b`"]
    assert {type(layer) for layer in layers} == {str}


def test_ten_thousand_keys(read):
    keys = [f"mine/dense/{number}" for number in range(10_000)]
    assert fill(read(), {"network": "x", "layers": np.array(keys)})["layers"] == keys


NUMBERS = Parameter(name="numbers", type="list of integer", required=True, default=None, meaning="some numbers")
COUNTING = replace(find("network_card"), parameters=(NUMBERS,))


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1), min_size=1))
def test_integers_of_every_library(values):
    for given_as in (np.array(values, dtype=np.int64), pd.Series(values, dtype="Int64"), tuple(values)):
        checked = fill(COUNTING, {"numbers": given_as})["numbers"]
        assert checked == values
        assert {type(value) for value in checked} <= {int}


def test_times_are_no_integers():
    times = np.array(["2026-01-02"], dtype="datetime64[ns]")
    for given_as in (times, pd.Series(times), pd.DatetimeIndex(times)):
        with pytest.raises(BadParameter, match=r"Parameter 'numbers' cannot be .* of type list of integer"):
            fill(COUNTING, {"numbers": given_as})


@pytest.mark.parametrize(("name", "text"), [("top", "2.5"), ("fdr", "low"), ("whole", "yes")])
def test_text_of_the_wrong_type(read, name, text):
    with pytest.raises(BadParameter, match=f"Parameter '{name}' cannot be '{text}'"):
        from_text(read(), [f"{name}={text}"])


def test_a_negative_limit(read):
    with pytest.raises(BadParameter, match="Parameter 'top' is -1: rows to return"):
        fill(read(), {"network": "x", "top": -1})


def test_a_negative_limit_by_another_name():
    question = find("subgraph_of_cluster")
    with pytest.raises(BadParameter, match="Parameter 'top_border' is -2: strongest weights"):
        fill(question, {"network": "x", "cluster": 0, "top_border": -2})


def test_null_only_where_the_header_has_it(read):
    with pytest.raises(BadParameter, match=r"Parameter 'top' cannot be null: .* Give a value of type integer\.$"):
        fill(read(), {"network": "x", "top": None})
    with pytest.raises(BadParameter, match="Parameter 'fdr' cannot be null"):
        from_text(read(), ["fdr=null"])
