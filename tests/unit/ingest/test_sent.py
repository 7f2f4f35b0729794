"""A network that can be run is sent to another process as the way it was made."""

import pickle

import numpy as np
import pytest
import torch
from networks import two_blocks, two_blocks_data

import ingest
from atlas.errors import BadParameter
from atlas.records import Replacement
from ingest.masked import ProgramForward


def same(one, other):
    replace = {"dense_1": Replacement(numbers=np.array([0, 3]), method="resample", donors=np.arange(64)[::-1])}
    assert other.network == one.network
    assert other.weights_sha256 == one.weights_sha256
    assert other.data.sha256 == one.data.sha256
    assert np.array_equal(other.outputs(replace), one.outputs(replace))


def test_from_memory():
    forward = ingest.forward(two_blocks(), key="blocks", data=two_blocks_data())
    same(forward, pickle.loads(pickle.dumps(forward)))


def test_from_a_file(tmp_path):
    torch.save(two_blocks().state_dict(), tmp_path / "blocks.pt")
    np.savez(tmp_path / "blocks.npz", x=two_blocks_data()[0], y=two_blocks_data()[1])
    data = ingest.read_data(str(tmp_path / "blocks.npz"))
    network = ingest.read_network(
        tmp_path / "blocks.pt", ingest.Opening(chain="dense_1:relu,dense_2:relu,dense_3"), data=data
    )
    opened = {**network.opened, "data": data.text}
    forward = ingest.reopen(opened, key="blocks", file_sha256=network.sha256)
    same(forward, pickle.loads(pickle.dumps(forward)))


def test_made_from_parts():
    data = ingest.read_data(two_blocks_data())
    network = ingest.read_network(two_blocks(), data=data)
    forward = ProgramForward(network.program, network.walked, network="blocks", data=data)
    with pytest.raises(BadParameter, match=r"'blocks' was made from parts"):
        pickle.dumps(forward)
