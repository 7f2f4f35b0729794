"""The five lines of a notebook, and what a second time does."""

import pytest
from networks import two_blocks, two_blocks_data, xor, xor_data

import ingest
from atlas import connect
from atlas.errors import BadParameter, InputError, KeyTaken, MissingAnalysis, StoreError, UnknownName


@pytest.fixture
def forget(atlas):
    keys = []
    yield keys.append
    for key in keys:
        atlas.remove(key)


def test_five_lines(environment, forget):
    module, (x, y) = two_blocks(), two_blocks_data()
    forget("mine")
    with connect() as atlas:
        network = ingest.add(atlas, module, key="mine", data=(x, y))
        network.partition()
        network.ablate()
        network.inform()
        answer = atlas.ask("effect_and_information", network="mine")
    assert answer["cluster_number"].tolist() == [0, 1]
    assert answer["n_neurons"].tolist() == [7, 7]
    assert answer["effect_points"].tolist() == [50, 50]
    assert answer["label_bits"].tolist() == pytest.approx([1, 1])
    assert answer.attrs["parameters"]["partition"] == "leiden-1.0-seed0"
    assert [run.rpartition("/")[2].partition("-")[0] for run in answer.attrs["runs"]] == [
        "ablate",
        "inform",
        "partition",
    ]


def test_again_computes_nothing(blocks):
    before = blocks.effects()
    outcomes = [blocks.partition(), *blocks.ablate(), *blocks.inform()]
    assert [outcome.already_there for outcome in outcomes] == [True] * 5
    assert blocks.effects().equals(before)


def test_the_same_module_again_changes_nothing(atlas, blocks):
    loaded_at = atlas.networks().set_index("network")["loaded_at"]["client-blocks"]
    ingest.add(atlas, two_blocks(), key="client-blocks", data=two_blocks_data())
    assert atlas.networks().set_index("network")["loaded_at"]["client-blocks"] == loaded_at


def test_another_module_under_the_key(atlas, blocks):
    with pytest.raises(KeyTaken, match="'client-blocks'"):
        ingest.add(atlas, xor(), key="client-blocks", data=xor_data())


def test_without_a_module_it_cannot_be_ablated(atlas, blocks):
    with pytest.raises(InputError, match=r"forward=ingest.forward\(module, key='client-blocks'"):
        atlas.network("client-blocks").ablate()


def test_another_networks_module(atlas, blocks):
    forward = ingest.forward(xor(), key="client-blocks", data=xor_data())
    with pytest.raises(InputError, match=r"hidden \(2\).*dense_1 \(4\)"):
        atlas.network("client-blocks", forward=forward).ablate()


def test_the_same_layers_with_other_weights(atlas, blocks):
    module = two_blocks()
    module.dense_1.weight.data[0, 0] = 2
    other = ingest.forward(module, key="client-blocks", data=two_blocks_data())
    with pytest.raises(InputError, match="has other weights than 'client-blocks'"):
        atlas.network("client-blocks", forward=other).ablate(method="mean")


def test_unknown_network(atlas, blocks):
    with pytest.raises(UnknownName, match="Did you mean 'client-blocks'"):
        atlas.network("client-block")


def test_no_partition_yet(atlas, forget):
    forget("client-xor")
    network = ingest.add(atlas, xor(), key="client-xor", data=xor_data())
    with pytest.raises(MissingAnalysis, match="atlas partition client-xor"):
        atlas.ask("effect_and_information", network="client-xor")
    with pytest.raises(InputError, match="atlas partition client-xor"):
        network.ablate(only="clusters")
    assert len(network.ablate()) == 1
    assert network.effects()["points"].tolist() == [50, 0, 100, 25, 50, 0]


def test_the_newest_of_two_partitions(atlas, blocks):
    outcome = blocks.partition(resolution=0.5, name="coarse")
    try:
        assert blocks.clusters().attrs["parameters"]["partition"] == "coarse"
        with pytest.raises(MissingAnalysis, match="atlas ablate client-blocks --partition coarse"):
            atlas.ask("effect_and_information", network="client-blocks")
        with pytest.raises(KeyTaken, match="'coarse'"):
            blocks.partition(resolution=0.7, name="coarse")
    finally:
        atlas.remove(outcome.run)


def test_refused_parameters_leave_no_run(atlas, blocks):
    before = atlas.runs()
    with pytest.raises(BadParameter):
        blocks.partition(resolution=-1.0)
    with pytest.raises(UnknownName):
        blocks.ablate(method="burn")
    with pytest.raises(BadParameter):
        blocks.inform(states=1)
    assert atlas.runs().equals(before)


@pytest.mark.parametrize("name", ["dense_1", "target"])
def test_partition_named_like_a_layer(name, blocks):
    with pytest.raises(BadParameter, match=f"'{name}' is taken"):
        blocks.partition(name=name)


def test_a_closed_atlas_says_so(environment):
    with connect() as atlas:
        pass
    with pytest.raises(StoreError, match="was closed"):
        atlas.networks()


def test_an_empty_address_is_none(monkeypatch):
    monkeypatch.setenv("ATLAS_NEO4J_URI", "")
    with pytest.raises(BadParameter, match="without an address"):
        connect(user="neo4j")
