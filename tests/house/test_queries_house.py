"""Rules that every query file keeps; `atlas.catalogue.questions` has checked each header against its query."""

import re

import pytest

from atlas.catalogue import questions
from atlas.schema import NODES, RELATIONSHIPS

QUESTIONS = {query.name: query for query in questions()}
EXAMPLES = {"network": "digits-mlp", "partition": "leiden-1.0-seed0"}  # what `atlas demo` makes
CHECK_COLUMNS = ["network", "key", "problem", "fix"]


@pytest.fixture(params=QUESTIONS)
def query(request):
    return QUESTIONS[request.param]


def test_lines_are_at_most_120_wide(query):
    for text in (query.text, query.view or ""):
        assert [line for line in text.splitlines() if len(line) > 120] == []


def test_examples_name_what_the_demo_makes(query):
    for name, value in query.example_values.items():
        if value is not None and query.subject != "checks":
            assert value == EXAMPLES.get(name, value)


def test_a_network_is_the_first_parameter(query):
    about = {"network"}, {"first"}, {"family"}  # one, the first of two, those of other seeds
    assert {parameter.name for parameter in query.parameters[:1]} in about or query.name == "data_dictionary"


def test_what_is_truncated_says_how_much(query):
    if "top" in {parameter.name for parameter in query.parameters}:
        assert query.columns[-1].name == "n_total"


def test_measures_name_their_run(query):
    words = set(query.text.replace(":", " ").replace("|", " ").replace("]", " ").split())
    measured = {"EFFECT", "INFORMATION", "CORRELATION"} & words
    if measured and query.subject != "checks":
        assert [column for column in query.columns if column.name == "run" or column.name.endswith("_run")]


def test_no_internal_ids_and_no_plugins(query):
    for word in ("elementId(", " id(", "apoc.", "gds."):
        assert word not in query.text + (query.view or "")


def test_checks_share_their_columns(query):
    if query.subject == "checks":
        assert [column.name for column in query.columns] == CHECK_COLUMNS
        assert [parameter.name for parameter in query.parameters] == ["network"]


def test_columns_are_words_of_the_house(query):
    for column in query.columns:
        assert (
            not {"node", "edge", "unit", "model", "group", "job"} & set(column.name.split("_")) or column.name == "unit"
        )


def test_labels_and_types_are_declared(query):
    declared = (
        {kind.label for kind in NODES}
        | {kind.type for kind in RELATIONSHIPS}
        | {"Element", "Loading", "Removing", "Module"}
    )
    text = "\n".join(line for line in query.text.splitlines() if not line.lstrip().startswith("//"))
    used = {name for names in re.findall(r"[(\[]\w*:([A-Za-z_|]+)", text) for name in names.split("|")}
    assert used <= declared
