import pytest

from atlas.catalogue import Column, Parameter
from atlas.errors import BadQuery


def test_fields(read):
    query = read()
    assert (query.name, query.title, query.question) == ("strong", "Strong neurons", "Which neurons are strong?")
    assert query.needs == ("partition",)
    assert query.columns == (
        Column(name="neuron", type="string", meaning="key of the neuron"),
        Column(name="strength", type="float", meaning="its strength"),
    )
    assert query.view is None


def test_needs_nothing(read):
    assert read("needs:    partition", "needs:    nothing").needs == ()


def test_a_parameter_without_default_is_required(read):
    assert read().parameters[0] == Parameter(
        name="network", type="string", required=True, default=None, meaning="key of the network"
    )


def test_defaults_are_typed(read):
    defaults = {parameter.name: parameter.default for parameter in read().parameters}
    assert defaults == {"network": None, "layers": ["a", "b"], "fdr": 0.05, "top": 10, "whole": None}
    assert not read().parameters[-1].required  # null is a default


def test_one_blank_after_the_default_is_enough(read):
    query = read("integer = 10    rows", "integer = null rows")
    assert (query.parameters[3].default, query.parameters[3].meaning) == (None, "rows to return")


def test_examples_stay_as_browser_takes_them(read):
    assert read().examples[0] == ":param network => 'two_blocks'"
    assert read().example_values == {"network": "two_blocks", "layers": ["a"], "fdr": 0.1, "top": 5, "whole": None}


def test_the_view_beside_it_is_read(read):
    assert read(view="// Picture\nRETURN 1;\n").view == "// Picture\nRETURN 1;\n"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("// Strong neurons\n", "", "first line is not a title"),
        ("// question: Which neurons are strong?\n", "", "0 `question` lines"),
        ("// needs:    partition", "// needs:    partition\n// needs:    nothing", "2 `needs` lines"),
        ("// needs: ", "// wants: ", "'// wants:    partition' has none of the fields"),
        ("$fdr      float", "$fdr      real", r"param line '\$fdr      real"),
        ("neuron    string ", "neuron    words ", "returns line 'neuron    words"),
        (":param top => 5", ":param top = 5", "':param top = 5' does not read"),
        (":param top => 5", ":param top => five", "'five' is not a value"),
    ],
    ids=["title", "missing", "twice", "field", "type", "column", "arrow", "value"],
)
def test_a_bad_header_is_named(read, old, new, message):
    with pytest.raises(BadQuery, match=rf"^strong.cypher: .*{message}"):
        _ = read(old, new).example_values
