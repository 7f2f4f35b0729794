"""Networks other people trained, measured as `README.md` of the data folder says."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from atlas.records import Replacement
from ingest import Opening, forward, read_data, read_network, record

pytestmark = pytest.mark.published

DATA = Path(os.environ.get("ATLAS_DATA") or Path(__file__).parents[3] / "shared" / "data")
MEYES = DATA / "networks" / "meyes_mnist_mlp_20_10_trained.pt"
HINTZE = DATA / "networks" / "hintze_mnist_tanh_20_full.pt"
STANDARDISED = f"mnist:{DATA / 'mnist'}:test:0.5,0.5"


def test_meyes() -> None:
    """Meyes et al. (2019), Ablation Studies in Artificial Neural Networks: RichardMeyes/AblationStudies, df1ffa19."""
    trained = read_network(MEYES, Opening(chain="fc1:relu,fc2:relu,fc3"))
    network = record(trained, key="meyes", data=read_data(STANDARDISED))
    assert network.file_sha256 == "e4fdbec2136c8354fa4a5d1fda47802919aef5d80f073ebaba111effaa926d4b"
    assert network.architecture == "784-20-10-10 relu"
    assert network.accuracy_percent == pytest.approx(94.64, abs=0.011)


def test_meyes_untrained() -> None:
    untrained = DATA / "networks" / "meyes_mnist_mlp_20_10_untrained.pt"
    running = forward(untrained, key="meyes-0", data=STANDARDISED, opening=Opening(chain="fc1:relu,fc2:relu,fc3"))
    assert running.accuracy_percent == pytest.approx(9.80, abs=0.011)


def test_meyes_unit_12() -> None:
    """Unit 12 of the first hidden layer, counted from 1, carries half of the network."""
    running = forward(MEYES, key="meyes", data=STANDARDISED, opening=Opening(chain="fc1:relu,fc2:relu,fc3"))
    silenced = {"fc1": Replacement(numbers=np.array([11]), method="zero")}
    answers = running.outputs(silenced).argmax(axis=1)
    assert 100 * (answers == running.data.labels).mean() == pytest.approx(46.77, abs=0.011)


def test_hintze() -> None:
    """Hintze and Adami (2023), Entropy 25(3), 401: tanh after both layers, pixels in [0, 1]."""
    chain = "hiddenLayer:tanh,outputLayer:tanh"
    test = forward(HINTZE, key="hintze", data=f"mnist:{DATA / 'mnist'}", opening=Opening(chain=chain))
    assert test.accuracy_percent == pytest.approx(93.81, abs=0.011)
    train = forward(HINTZE, key="hintze", data=f"mnist:{DATA / 'mnist'}:train", opening=Opening(chain=chain))
    assert train.accuracy_percent == pytest.approx(94.64, abs=0.011)


def test_fashion_packed_by_xz() -> None:
    data = read_data(f"fashion:{DATA / 'fashion-mnist'}:train")
    assert (data.inputs.shape, np.bincount(data.labels).tolist()) == ((60000, 28, 28), [6000] * 10)
