import pytest

from atlas.catalogue.check import check_query
from atlas.errors import BadQuery

VIEW = "// Picture\n// example:  :param network => 'x'\nMATCH (n {key: $network}) RETURN n;\n"


def test_a_good_file_passes(read):
    check_query(read(view=VIEW))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        pytest.param("name:     strong", "name:     weak", "names it 'weak'", id="name"),
        pytest.param("n.q < $fdr", "n.q < $level", r"uses \$level, which lacks a `param` line", id="unused_param"),
        pytest.param("n.q < $fdr AND ", "", r"\$fdr has a `param` line, and nothing uses it", id="undeclared"),
        pytest.param(
            "// example:  :param top => 5\n", "", r"declares \$top, which lacks an `example` line", id="example"
        ),
        pytest.param(
            ":param top =>",
            ":param bottom => 1\n// example:  :param top =>",
            r"\$bottom has an `example` line",
            id="extra_example",
        ),
        pytest.param(
            "AS strength\n", "AS power\n", "returns neuron, power; the header says neuron, strength", id="column"
        ),
        pytest.param("n.key AS neuron", "n", "returns n, strength", id="bare"),
        pytest.param("n.key AS neuron", "n.key", "returns n.key, strength", id="expression"),
        pytest.param("LIMIT $top;", "LIMIT $top", "only semicolon", id="end"),
        pytest.param("LIMIT $top;", "LIMIT $top; RETURN 1;", "only semicolon", id="two"),
        pytest.param("MATCH (:Network", "SHOW (:Network", "begins with SHOW", id="verb"),
        pytest.param("WHERE n.layer", "SET n.strong = true WITH n WHERE n.layer", "has SET", id="set"),
        pytest.param("WHERE n.layer", "detach delete n WITH n WHERE n.layer", "has detach", id="delete"),
        pytest.param(
            "WHERE n.layer", "CALL db.labels() YIELD label WITH n WHERE n.layer", "has CALL db.labels", id="call"
        ),
        pytest.param("ORDER BY strength DESC, neuron\n", "", "no ORDER BY", id="order"),
        pytest.param(
            "needs:    partition",
            "needs:    luck",
            "needs 'luck', which is none of partition, neuron_effects",
            id="needs",
        ),
    ],
)
def test_each_broken_rule_is_named(read, old, new, message):
    with pytest.raises(BadQuery, match=rf"^strong.cypher: .*{message}"):
        check_query(read(old, new))


def test_words_in_names_are_no_clauses(read):
    check_query(read("n.layer IN", "n.set IN labels(n) OR n:Create OR n.layer IN"))


def test_a_subquery_is_no_procedure(read):
    check_query(read("RETURN n.key", "CALL (n) { RETURN 1 AS one ORDER BY one } RETURN n.key"))


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("$network}", "$layer}", r"view uses \$layer, which the question does not have"),
        ("// example:  :param network => 'x'\n", "", r"view uses \$network, which lacks an `example` line"),
    ],
    ids=["parameter", "example"],
)
def test_a_bad_view_is_named(read, old, new, message):
    with pytest.raises(BadQuery, match=message):
        check_query(read(view=VIEW.replace(old, new)))
