import pytest

from atlas.catalogue.header import read_query

STRONG = """\
// Strong neurons
// name:     strong
// question: Which neurons are strong?
// needs:    partition
// param:    $network  string          key of the network
// param:    $layers   list of string = ['a', 'b']  names of layers
// param:    $fdr      float = 0.05    largest q
// param:    $top      integer = 10    rows to return
// param:    $whole    boolean = null  true: all of them
// returns:  neuron    string          key of the neuron
// returns:  strength  float           its strength
// example:  :param network => 'two_blocks'
// example:  :param layers => ['a']
// example:  :param fdr => 0.1
// example:  :param top => 5
// example:  :param whole => null
MATCH (:Network {key: $network})-[:HAS_NEURON]->(n) // a comment with a semicolon; and $another
WHERE n.layer IN $layers AND n.q < $fdr AND coalesce($whole, n.name <> 'CREATE ;')
RETURN n.key AS neuron, reduce(total = 0.0, w IN n.weights | total + w) AS strength
ORDER BY strength DESC, neuron
LIMIT $top;
"""


@pytest.fixture
def read(tmp_path):
    """Read the query above after replacing some of its text."""

    def read(old="", new="", *, view=None):
        path = tmp_path / "strong.cypher"
        assert old in STRONG
        path.write_text(STRONG.replace(old, new, 1) if old else STRONG)
        if view is not None:
            (tmp_path / "strong.view.cypher").write_text(view)
        return read_query(path)

    return read
