"""Names of another type than text, at a Python prompt: each is refused by name, in one line."""

import numpy as np
import pytest
from networks import two_blocks

from atlas import connect
from atlas.errors import BadParameter, InputError, UnknownName

NAMES = {
    "network": lambda atlas, name: atlas.network(name),
    "network whose runs": lambda atlas, name: atlas.runs(name),
    "network to remove": lambda atlas, name: atlas.remove(name),
    "question": lambda atlas, name: atlas.ask(name),
    "question to explain": lambda atlas, name: atlas.explain(name),
    "partition": lambda atlas, name: atlas.network("client-blocks").clusters(name),
    "partition of effects": lambda atlas, name: atlas.network("client-blocks").effects(partition=name),
    "run": lambda atlas, name: atlas.network("client-blocks").effects(run=name),
    "kind": lambda atlas, name: atlas.network("client-blocks").information(kind=name),
    "layer": lambda atlas, name: atlas.network("client-blocks").matrix(name),
    "measure": lambda atlas, name: atlas.network("client-blocks").matrix(of=name),
}


@pytest.mark.parametrize("what", NAMES)
@pytest.mark.parametrize("name", [5, ["a"], {"a": 1}], ids=repr)
def test_a_name_that_is_no_text(atlas, blocks, what, name):
    with pytest.raises(UnknownName) as caught:
        NAMES[what](atlas, name)
    assert what.split()[0] in str(caught.value)
    assert repr(name) in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_network_without_a_name(atlas):
    with pytest.raises(BadParameter, match="'key' cannot be nan"):
        atlas.network(float("nan"))


def test_a_network_by_a_numpy_name(atlas, blocks):
    assert repr(atlas.network(np.str_("client-blocks"))) == "Network('client-blocks')"


def test_a_module_is_not_run_as_it_is(atlas, blocks):
    with pytest.raises(BadParameter, match=r"^Sequential\(.* Give ingest\.forward\(module, key='client-blocks', "):
        atlas.network("client-blocks", forward=two_blocks())


ASKED = {
    "ablate": {"workers": 4, "method": "mean"},
    "ablate by a score": {"score": 3},
    "partition": {"name": 3},
    "curve": {"max_neurons": 1.5},
    "lesion": {"level": "a"},
    "motifs": {"n_strongest": 1.5},
}


@pytest.mark.parametrize("what", ASKED)
def test_a_parameter_of_another_type(blocks, what):
    value, *_ = ASKED[what].values()
    with pytest.raises(BadParameter) as caught:
        getattr(blocks, what.split()[0])(**ASKED[what])
    assert repr(value) in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("text", [None, 5, "", " "], ids=repr)
def test_a_cypher_text_that_is_none(atlas, text):
    with pytest.raises(BadParameter, match=r"^.* is no Cypher text\. Give one that reads"):
        atlas.cypher(text)


def test_a_file_is_no_record(atlas):
    with pytest.raises(BadParameter, match=r"^'mine\.pt' is no NetworkRecord.* ingest\.add\(atlas, module, key="):
        atlas.load("mine.pt")


@pytest.mark.parametrize("given", [{"uri": 5, "password": "x"}, {"uri": "localhost", "password": "x"}], ids=repr)
def test_an_address_that_is_none(given):
    with pytest.raises(InputError, match=r"^The address .* is none of a Neo4j server\. One looks like bolt://"):
        connect(**given)


def test_a_time_out_of_numpy(environment):
    with connect(timeout_seconds=np.int64(60)) as atlas:
        assert len(atlas.cypher("RETURN 1 AS one")) == 1
