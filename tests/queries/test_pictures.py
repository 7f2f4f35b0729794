"""Every picture shows the elements that the table beside it names, also where both are cut short."""

import pytest
from queries.conftest import KEY

from atlas.catalogue import ask, find
from atlas.catalogue.header import example_lines, example_values

PARTITION_NAME, FIRST_HIDDEN = "leiden-1.0-seed0", f"{KEY}/dense_1/1"
OF_CLUSTERS = {"partition": PARTITION_NAME}
# Question, label of what is shown, the columns that name it, and parameters beside the examples.
SHOWN = [
    ("strongest_inputs", "Neuron", ["source"], {"top": 3}),
    ("strongest_outputs", "Neuron", ["target"], {"neuron": FIRST_HIDDEN, "top": 3}),
    ("common_inputs", "Neuron", ["source"], {"top": 1}),
    ("strongest_paths", "Neuron", ["path"], {"neuron": f"{KEY}/input/0", "top": 3}),
    ("find_neurons", "Neuron", ["neuron"], {"min_effect": None, "top": 5}),
    ("find_similar_neurons", "Neuron", ["neuron"], {"by": "effects", "top": 3}),
    ("find_similar_neurons", "Neuron", ["neuron"], {"by": "activations", "top": 2}),
    ("hubs_and_bottlenecks", "Neuron", ["neuron"], {"top": 2}),
    ("neurons_by_role", "Neuron", ["neuron"], {"top": 4}),
    ("dead_and_saturated", "Neuron", ["neuron"], {"top": 2}),
    ("most_damaging_neurons", "Neuron", ["neuron"], {"fdr": None, "top": 3}),
    ("most_damaging_clusters", "Cluster", ["cluster_number"], {"top": 3}),
    ("class_specialists", "Neuron", ["key"], {"top": 3}),
    ("class_specialists", "Cluster", ["key"], OF_CLUSTERS | {"fdr": 1, "top": 2}),
    ("redundant_pairs", "Neuron", ["first", "second"], {"max_single": 100, "min_joint": -100, "top": 2}),
    ("redundant_pairs", "Cluster", ["first", "second"], OF_CLUSTERS | {"max_single": 100, "min_joint": -100}),
    ("safe_to_prune", "Neuron", ["key"], {"top": 3}),
    ("safe_to_prune", "Cluster", ["key"], OF_CLUSTERS | {"top": 2}),
    ("effect_vs_strength_outliers", "Neuron", ["neuron"], {"top": 3}),
    ("indicators_of_effect", "Layer", ["layer"], {}),
    ("informative_neurons", "Neuron", ["neuron"], {"fdr": None, "top": 3}),
    ("relay_neurons", "Neuron", ["neuron"], {"fdr": None, "top": 3}),
    ("gaussian_mismatch", "Neuron", ["neuron"], {"top": 1}),
    ("knows_but_unused", "Neuron", ["key"], {"max_abs_points": 100, "top": 3}),
    ("knows_but_unused", "Cluster", ["key"], OF_CLUSTERS | {"max_abs_points": 100, "fdr": 1, "top": 2}),
    ("complexity_by_degree", "Layer", ["key"], {}),
    ("complexity_by_degree", "Cluster", ["key"], OF_CLUSTERS),
    ("information_through_training", "Layer", ["layer"], {}),
    ("lesion_tests", "Cluster", ["cluster"], {}),
    ("lesion_tests", "Layer", ["layer"], {}),
    ("cluster_card", "Cluster", ["cluster"], {}),
    ("list_partitions", "Partition", ["partition"], {}),
    ("partition_agreement", "Partition", ["first", "second"], {}),
    ("structure_vs_function", "Partition", ["structural", "functional"], {}),
]


@pytest.mark.parametrize(("name", "label", "columns", "more"), SHOWN, ids=[f"{row[0]}-{row[1]}" for row in SHOWN])
def test_a_picture_shows_what_the_table_names(store, examples, name, label, columns, more):
    query = find(name)
    asked = examples(query) | more
    table = ask(store, name, asked)
    named = {key(value) for column in columns for value in table[column].dropna().explode()}
    in_view = example_values(example_lines(query.view), query.path)
    drawn = nodes(store.query(query.view, {name: asked[name] for name in in_view}).rows, label)
    about = {asked.get("neuron"), *asked.get("neurons", [])}
    assert named - about
    assert drawn - about == named - about


def key(value):
    """Give the key of what a table calls by its key, its name, or, of a cluster, its number."""
    if isinstance(value, str):
        return value if value.startswith(f"{KEY}/") else f"{KEY}/{value}"
    return f"{KEY}/{PARTITION_NAME}/{value}"


def nodes(part, label):
    """Gather the keys of all nodes of a label, however deep they lie in lists and paths."""
    if isinstance(part, dict) and "_labels" in part:
        return {part["key"]} if label in part["_labels"] else set()
    inside = part.values() if isinstance(part, dict) else part if isinstance(part, list | tuple) else ()
    return {found for one in inside for found in nodes(one, label)}
