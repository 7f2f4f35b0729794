import pytest

from atlas.catalogue import ask
from atlas.schema import dictionary


def test_every_declared_property_is_listed_once(store):
    listed = ask(store, "data_dictionary")
    assert list(zip(listed["label"], listed["property"], strict=True)) == sorted(
        (row["label"], row["name"]) for row in dictionary()
    )


def test_meaning_and_unit(store):
    listed = ask(store, "data_dictionary", {"label": "Cluster"}).set_index("property")
    assert set(listed["label"]) == {"Cluster"}
    points = listed.loc["effect_points"]
    assert (points["type"], points["unit"], points["written_by"]) == ("float", "percentage points", "ablate")
    assert points["meaning"] == "Accuracy over all classes lost when it is ablated."


@pytest.fixture
def coverage(store):
    def coverage(label):
        return ask(store, "data_dictionary", {"label": label}).set_index("property")["coverage"]

    return coverage


def test_coverage_counts_nodes(coverage):
    """Only what every node of the label has, whatever other networks are there."""
    assert coverage("Neuron")["in_strength"] == 1.0
    assert 0 < coverage("Neuron")["effect_points"] < 1.0  # hidden ones only
    assert coverage("Layer")["key"] == 1.0


def test_coverage_of_relationships_is_not_counted(coverage):
    assert coverage("WEIGHT").isna().all()


def test_unpublished_networks_are_not_counted(store, coverage):
    before = coverage("Neuron")["effect_points"]
    store.write(("CREATE (:Neuron:Element {key: 'query-hidden/a/0', network: 'query-hidden', effect_points: 1.0})", {}))
    try:
        assert coverage("Neuron")["effect_points"] == before
    finally:
        store.write(("MATCH (n:Neuron {key: 'query-hidden/a/0'}) DELETE n", {}))
