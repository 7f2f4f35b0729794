import pytest

from atlas.catalogue import checks, find, questions
from atlas.errors import UnknownName

FIRST = {
    "atlas_health",
    "cluster_card",
    "cluster_members",
    "data_dictionary",
    "describe_neuron",
    "effect_and_information",
    "find_neurons",
    "informative_neurons",
    "layer_matrix",
    "list_partitions",
    "most_damaging_clusters",
    "most_damaging_neurons",
    "network_card",
    "provenance_of",
    "strongest_inputs",
}


def test_every_question_is_found_once():
    names = [query.name for query in questions()]
    assert len(names) == len(set(names))
    assert set(names) >= FIRST


def test_a_misspelt_question_gets_the_nearest():
    with pytest.raises(UnknownName, match=r"Unknown question 'netwrk_card'\. Did you mean 'network_card'\?"):
        find("netwrk_card")


def test_checks_are_apart():
    assert {query.subject for query in checks()} == {"checks"}
    assert "neurons_in_two_clusters" in {query.name for query in checks()}
    assert "atlas_health" not in {query.name for query in checks()}
