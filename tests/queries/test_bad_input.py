"""What nobody meant to ask: every question refuses it by name, or answers; none answers with an empty table instead."""

from contextlib import contextmanager

import numpy as np
import pandas as pd
import pytest

from atlas.catalogue import ask, questions
from atlas.catalogue.needs import NEEDS, needed
from atlas.errors import BadParameter, MissingAnalysis, UnknownName

NETWORK = "query-blocks"
NO_SUCH = "no'such`\"}) DETACH DELETE n //"  # quotes of every kind, and an end of the pattern
QUESTIONS = {query.name: query for query in questions()}
OF_TYPE = [(query.name, one.name, one.type) for query in questions() for one in query.parameters]
NAMES = [(name, parameter) for name, parameter, type_ in OF_TYPE if type_ == "string"]
LISTS = [(name, parameter) for name, parameter, type_ in OF_TYPE if type_ == "list of string"]
LIMITS = [(name, parameter) for name, parameter, type_ in OF_TYPE if f"LIMIT ${parameter}\n" in QUESTIONS[name].text]
NEEDS_OF = [(query.name, need) for query in questions() if "network" in query.example_values for need in query.needs]

RUNS = """MATCH (run:Run)
WHERE $network IN [run.network, run.other] AND run.kind IN $kinds
  AND (run.kind = 'compare' OR (run.partition IS NOT NULL) = $of_clusters)"""


def wrong(type_):
    """List values that a type does not take; no type takes the first."""
    others = {"string": 5, "integer": 2.5, "float": "0.5", "boolean": 1, "datetime": "2026-01-02"}
    kind = type_.removeprefix("list of ")
    return [pd.NaT, others[kind], [others[kind]], float("nan"), b"x"]


@pytest.fixture
def asked(store, examples):
    """Ask a question with its examples, but for one."""

    def asked(question, **given):
        return ask(store, question, {**examples(QUESTIONS[question]), **given})

    return asked


@pytest.mark.parametrize(("question", "parameter"), NAMES)
def test_every_name_is_looked_up(asked, question, parameter):
    with pytest.raises(UnknownName) as caught:
        asked(question, **{parameter: NO_SUCH})
    assert repr(NO_SUCH) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(("question", "parameter"), LISTS)
def test_every_name_of_a_list_is_looked_up(asked, question, parameter):
    with pytest.raises(UnknownName) as caught:
        asked(question, **{parameter: [NO_SUCH]})
    assert repr(NO_SUCH) in str(caught.value)


@pytest.mark.parametrize(("question", "parameter", "type_"), OF_TYPE)
def test_a_value_of_the_wrong_type_is_named(asked, question, parameter, type_):
    for value in wrong(type_):
        with pytest.raises(BadParameter, match=f"^Parameter '{parameter}' cannot be .* Give a value of type {type_}"):
            asked(question, **{parameter: value})


@pytest.mark.parametrize(("question", "parameter"), LIMITS)
def test_a_negative_limit_is_named(asked, question, parameter):
    with pytest.raises(BadParameter, match=f"^Parameter '{parameter}' is -1: .* Give 0 or more"):
        asked(question, **{parameter: np.int64(-1)})


@pytest.mark.parametrize(("question", "parameter"), LIMITS)
def test_a_limit_of_none_is_named(asked, question, parameter):
    with pytest.raises(BadParameter, match=f"^Parameter '{parameter}' cannot be null"):
        asked(question, **{parameter: None})


@pytest.fixture
def undone(store):
    """Have no finished run that does what is needed for a while."""

    @contextmanager
    def undone(network, need):
        kinds = ["partition", "populations"] if need is NEEDS["partition"] else [need.run_kind]
        given = {"network": network, "kinds": kinds, "of_clusters": need.of_clusters, "owner": store.owner}
        hide = f"{RUNS} SET run.state = 'running', run.owner = $owner RETURN run.key"
        assert store.write((hide, given))
        try:
            yield
        finally:
            store.write((f"{RUNS} SET run.state = 'finished' REMOVE run.owner", given))

    return undone


@pytest.mark.parametrize(("question", "name"), NEEDS_OF)
def test_each_need_that_is_not_met_is_named_with_its_command(asked, examples, undone, question, name):
    values = examples(QUESTIONS[question])
    network, partition = values["network"], values.get("partition")
    need = needed(name, partition, values.get("kind"))
    command = need.command.format(network=network, partition=partition)
    with undone(network, need), pytest.raises(MissingAnalysis) as caught:
        asked(question)
    assert str(caught.value).startswith(f"Question {question!r} needs {need.what.format(partition=partition)}, ")
    assert str(caught.value).endswith(f". Run `{command}`.")


def test_nothing_has_run(store, second_network, examples):
    with second_network("query-bare"):
        for question in dict.fromkeys(question for question, _ in NEEDS_OF):
            query = QUESTIONS[question]
            required = {one.name: examples(query)[one.name] for one in query.parameters if one.required}
            with pytest.raises(MissingAnalysis, match=r"Run `atlas .* query-bare"):
                ask(store, question, {**required, "network": "query-bare"})


@pytest.mark.parametrize(
    ("parameter", "value", "command"),
    [
        ("min_effect", 1, "atlas ablate query-bare"),
        ("max_effect", 1, "atlas ablate query-bare"),
        ("min_bits", 0, "atlas inform query-bare"),
        ("max_bits", 1, "atlas inform query-bare"),
        ("min_relay_bits", 0, "atlas relay query-bare"),
        ("role", "dead", "atlas roles query-bare"),
    ],
)
def test_a_criterion_asks_for_its_analysis(store, second_network, parameter, value, command):
    with second_network("query-bare"), pytest.raises(MissingAnalysis, match=f"Run `{command}`"):
        ask(store, "find_neurons", {"network": "query-bare", parameter: value})


@pytest.mark.parametrize(
    ("parameter", "run"),
    [("effect_run", "ablate-clusters"), ("information_run", "inform-clusters"), ("relay_run", "relay-clusters")],
)
def test_a_run_of_clusters_tells_nothing_of_neurons(asked, parameter, run):
    with pytest.raises(UnknownName, match=f"Unknown {parameter.replace('_', ' ')} '{NETWORK}/run/{run}'"):
        asked("find_neurons", **{parameter: f"{NETWORK}/run/{run}"})


def test_a_role_of_another_kind(asked):
    assert asked("find_neurons", role="dead", partition=None, min_effect=None)["neuron"].tolist() == [
        f"{NETWORK}/dense_1/1"
    ]
    with pytest.raises(UnknownName, match="Unknown role 'dead'"):
        asked("hubs_and_bottlenecks", role="dead")  # which a partition does not tell


def test_ten_thousand_keys(store, asked):
    two = [f"{NETWORK}/dense_2/0", f"{NETWORK}/dense_2/1"]
    many = asked("common_inputs", neurons=np.array(two * 5_000))
    pd.testing.assert_frame_equal(many, asked("common_inputs", neurons=two))
    with pytest.raises(UnknownName, match=f"Unknown neuron '{NETWORK}/dense_2/4'"):
        asked("common_inputs", neurons=[*two * 5_000, f"{NETWORK}/dense_2/4"])
