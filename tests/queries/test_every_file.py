"""Every query file on both server lines: no complaint of the server, the columns it declares, the same rows."""

import neo4j
import pandas as pd
import pytest

from atlas.catalogue import ask, questions
from atlas.catalogue.header import example_lines, example_values

QUESTIONS = {query.name: query for query in questions()}
VIEWS = {name: query for name, query in QUESTIONS.items() if query.view}
UNDRAWN = {"data_dictionary", "atlas_health", "provenance_of"}  # no relationships join what their rows name
DTYPES = {
    "string": "string",
    "integer": "Int64",
    "float": "float64",
    "boolean": "boolean",
    "datetime": "datetime64[ns, UTC]",
    "list of string": "object",
    "list of integer": "object",
}


@pytest.fixture(params=QUESTIONS)
def query(request):
    return QUESTIONS[request.param]


@pytest.fixture(scope="module")
def explain(neo4j_access, server_2026):
    """Ask the server what it thinks of a text, as somebody without our settings would."""
    access = {
        "5.26": tuple(neo4j_access.values()),
        "2026.08": (server_2026.uri, server_2026.user, server_2026.password),
    }
    drivers = {line: neo4j.GraphDatabase.driver(uri, auth=(user, word)) for line, (uri, user, word) in access.items()}

    def explain(line, prefix, text, parameters):
        with drivers[line].session() as session:
            result = session.run(f"{prefix} EXPLAIN {text}", parameters)
            columns = list(result.keys())
            return columns, result.consume()

    yield explain
    for driver in drivers.values():
        driver.close()


@pytest.mark.parametrize(
    ("line", "prefix"),
    [("5.26", ""), ("5.26", "CYPHER 5"), ("2026.08", ""), ("2026.08", "CYPHER 5"), ("2026.08", "CYPHER 25")],
)
def test_the_server_has_nothing_to_say(store, store_2026, explain, examples, query, line, prefix):
    view = {name: value for name, value in examples(query).items() if f"${name}" in (query.view or "")}
    for text, parameters in ((query.text, examples(query)), (query.view, view)):
        if text is not None:
            columns, summary = explain(line, prefix, text, parameters)
            said = [status.status_description for status in summary.gql_status_objects if complains(status)]
            assert said == []
            assert summary.query_type == "r"
            assert text is query.view or columns == [column.name for column in query.columns]


@pytest.mark.parametrize("line", ["5.26", "2026.08"])
def test_no_plan_begins_with_all_nodes(store, store_2026, explain, examples, query, line):
    for text in filter(None, (query.text, query.view)):
        _, summary = explain(line, "", text, examples(query))
        assert not {"AllNodesScan", "DirectedAllRelationshipsScan", "UndirectedAllRelationshipsScan"} & set(
            operators(summary.plan)
        )


def operators(plan):
    """List every operator of a plan."""
    below = [one for part in plan.get("children", []) for one in operators(part)]
    return [plan["operatorType"].partition("@")[0], *below]


def complains(status):
    """Tell whether it is a notification, other than of a name that this small graph does not hold."""
    return status.is_notification and status.classification != neo4j.NotificationClassification.UNRECOGNIZED


def test_the_table_is_as_declared(store, examples, query):
    frame = ask(store, query.name, examples(query))
    assert {name: str(dtype) for name, dtype in frame.dtypes.items()} == {
        column.name: DTYPES[column.type] for column in query.columns
    }


def test_a_second_network_changes_no_row(store, examples, second_network):
    about_one = [query for query in QUESTIONS.values() if query.name != "data_dictionary"]
    before = [ask(store, query.name, examples(query)) for query in about_one]
    with second_network():
        after = [ask(store, query.name, examples(query)) for query in about_one]
    for one, other in zip(before, after, strict=True):
        pd.testing.assert_frame_equal(one, other)


def test_both_lines_give_the_same_rows(store, store_2026, examples, query):
    ours, theirs = (ask(one, query.name, examples(query)) for one in (store, store_2026))
    # Times differ, and coverage is of the whole atlas, in which other tests have networks.
    apart = [column.name for column in query.columns if column.type == "datetime" or column.name == "coverage"]
    pd.testing.assert_frame_equal(ours.drop(columns=apart), theirs.drop(columns=apart))


def test_what_can_be_drawn_has_a_picture():
    assert {name for name, query in QUESTIONS.items() if not query.view and query.subject != "checks"} == UNDRAWN


@pytest.mark.parametrize("name", VIEWS)
def test_each_picture_has_nodes_and_relationships(store, examples, name):
    query = VIEWS[name]
    used = example_values(example_lines(query.view), query.path)
    parts = store.query(query.view, {name: value for name, value in examples(query).items() if name in used}).rows
    text = repr(parts)
    assert "_labels" in text
    assert "_type" in text
