"""What `explain` gives leads to the rows of `ask`, as Neo4j Browser runs it: the parameters first, then the Cypher."""

import re

import pytest

from atlas.catalogue import ask, explain, questions
from atlas.catalogue.explain import literal
from atlas.errors import UnknownName

PARAM = re.compile(r":param (\w+) => (.*);")
QUESTIONS = {query.name: query for query in questions()}


def pasted(store, text):
    """Have the server evaluate every `:param` line, as Browser has, and run the text below with them."""
    lines, _, cypher = text.partition("\n\n")
    found = [PARAM.fullmatch(line) for line in lines.splitlines()]
    values = {match[1]: store.rows(f"RETURN {match[2]} AS value")[0]["value"] for match in found}
    return values, store.query(cypher, values)


@pytest.mark.parametrize("name", QUESTIONS)
@pytest.mark.parametrize("line", ["store", "store_2026"])
def test_the_rows_are_those_of_the_question(request, examples, line, name):
    store = request.getfixturevalue(line)
    frame = ask(store, name, examples(QUESTIONS[name]))
    values, answer = pasted(store, frame.attrs["explanation"])
    assert values == frame.attrs["parameters"]
    assert list(answer.columns) == list(frame.columns)
    assert answer.rows == store.query(frame.attrs["query"], frame.attrs["parameters"]).rows
    assert len(answer.rows) == len(frame)


def test_explain_gives_what_the_table_names(store, examples):
    given = examples(QUESTIONS["effect_and_information"]) | {"partition": None}
    text = explain(store, "effect_and_information", given)
    assert ":param partition => 'leiden-1.0-seed0';\n" in text  # the newest, as it was filled in
    assert text == ask(store, "effect_and_information", given).attrs["explanation"]
    with pytest.raises(UnknownName, match="Did you mean 'query-blocks'"):
        explain(store, "effect_and_information", {"network": "query-block"})


@pytest.mark.parametrize("text", ["it's `a` \\ b; // no comment\n\"q\" ü 'x", "\\", "'", "\\'\t\r\n"])
def test_any_text_comes_through(store, text):
    assert store.rows(f"RETURN {literal(text)} AS value, {literal([text])} AS many") == [
        {"value": text, "many": [text]}
    ]


@pytest.mark.parametrize("number", [0.1, 1e22, -1e-05, 5e-324, 1.7976931348623157e308, 2**63 - 1, -(2**63) + 1])
def test_any_number_comes_through(store, number):
    assert store.rows(f"RETURN {literal(number)} AS value") == [{"value": number}]
