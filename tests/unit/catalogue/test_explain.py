import pytest

from atlas.catalogue.explain import explanation, literal


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (False, "false"),
        (-5, "-5"),
        (0.25, "0.25"),
        (1e22, "1e22"),
        (-1e-05, "-1e-05"),
        ("x", "'x'"),
        ("it's", r"'it\'s'"),
        ("a\\b", r"'a\\b'"),
        ("a\nb\tc\r", r"'a\nb\tc\r'"),
        ('`;//"ü', "'`;//\"ü'"),
        ([], "[]"),
        (["a'", "b"], r"['a\'', 'b']"),
        ([1, 2], "[1, 2]"),
    ],
)
def test_a_value_as_cypher_writes_it(value, text):
    assert literal(value) == text


def test_parameters_then_an_empty_line_then_the_cypher(read):
    values = {"network": "it's", "layers": ["a"], "fdr": 0.05, "top": 10, "whole": None}
    lines = explanation(read(), values).splitlines()
    assert lines[:7] == [
        r":param network => 'it\'s';",
        ":param layers => ['a'];",
        ":param fdr => 0.05;",
        ":param top => 10;",
        ":param whole => null;",
        "",
        "// Strong neurons. In Neo4j Browser, run the lines above first.",
    ]
    assert lines[7].startswith("MATCH (:Network {key: $network})")
    assert lines[-1] == "LIMIT $top;"
    assert "// example" not in "\n".join(lines)
