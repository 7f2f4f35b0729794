"""Hintze and Adami (2023), Entropy 25(3), 401: relay information of their network, 20 tanh neurons trained on MNIST.

They discretise by k-means with random starts; exact 2-means moves a value by 0.0003 bits at most, and the joint states
from 6,293 to 6,290. Relay information of numerals is that of "it or another".
"""

from __future__ import annotations

import os
from functools import cache
from pathlib import Path

import numpy as np
import pytest
import torch

from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.relay import Patterns, Trials, aggregated_bits, leave_one_out, relay_information, shrink
from atlas.results import RelayPath
from ingest import Opening, ProgramForward, forward

pytestmark = pytest.mark.published

DATA = Path(os.environ.get("ATLAS_DATA") or Path(__file__).parents[3] / "shared" / "data")
BITS = 5e-4
ALL = [0.4193, 0.4546, 0.3787, 0.3613, 0.3839, 0.3356, 0.4074, 0.4067, 0.3520, 0.3645]
SURVIVORS = [{10, 12}, {0, 8}, {5, 18}, {9, 17}, {16, 17}]
LEFT_OF_0 = {1: 0.4191, 5: 0.4087, 10: 0.2943, 15: 0.1261, 18: 0.0125}
ORDER_OF_2 = [13, 11, 3, 2, 1, 4, 15, 12, 16, 17, 14, 6, 7, 10, 0, 9, 8, 19, 18, 5]


@cache
def network(part: str) -> ProgramForward:
    file = DATA / "networks" / "hintze_mnist_tanh_20_full.pt"
    tensors = torch.load(file, map_location="cpu", weights_only=True)
    return forward(
        {name: tensor.double() for name, tensor in tensors.items()},
        key="hintze",
        data=f"mnist:{DATA / 'mnist'}:{part}",
        opening=Opening(chain="hiddenLayer:tanh,outputLayer:tanh"),
    )


@pytest.fixture
def trained() -> ProgramForward:
    return network("train")


@pytest.fixture(scope="module")
def patterns() -> Patterns:
    return patterns_of(network("train"))


@pytest.fixture(scope="module")
def paths(patterns) -> list[RelayPath]:
    return [shrink(trials_of(network("train"), patterns, numeral)) for numeral in range(10)]


def patterns_of(made: ProgramForward) -> Patterns:
    return Patterns.of(Discretisation(method="two_means").states(made.activations("hiddenLayer")))


def trials_of(made: ProgramForward, patterns: Patterns, numeral: int) -> Trials:
    return Trials.of(made.data.labels == numeral, made.predict() == numeral, patterns)


@pytest.mark.parametrize(("part", "percent"), [("train", 94.64), ("test", 93.81)])
def test_accuracy(part, percent):
    made = network(part)
    assert round(100 * np.mean(made.predict() == made.data.labels), 2) == percent


def test_joint_states(patterns):
    assert len(patterns.states) == 6290


@pytest.mark.parametrize("numeral", range(10))
def test_all_neurons(trained, patterns, numeral):
    answer = trained.predict() == numeral
    hidden = patterns.states[patterns.of_trials]
    found = relay_information(trained.data.labels == numeral, answer, hidden, relay=range(20))
    assert found.bits == pytest.approx(ALL[numeral], abs=BITS)


def test_last_two_survivors(paths):
    assert [set(path.neurons[-2:].tolist()) for path in paths[:5]] == SURVIVORS


def test_what_is_left_of_numeral_0(paths):
    found = [paths[0].bits[n_removed - 1] for n_removed in LEFT_OF_0]
    assert found == pytest.approx(list(LEFT_OF_0.values()), abs=BITS)


def test_order_of_removal_of_numeral_2(paths):
    assert paths[2].neurons.tolist() == ORDER_OF_2


def test_aggregated_matrix(paths):
    """The figure's colour bar ends at 4.26, at numeral 1 and node 8."""
    matrix = aggregated_bits(np.stack([path.sets for path in paths]), np.stack([path.bits for path in paths]))
    assert np.unravel_index(matrix.argmax(), matrix.shape) == (1, 8)
    assert matrix.max() == pytest.approx(4.26, abs=20 * BITS)


def test_removal_of_single_neurons():
    """Their figure's colour bar ends at 0.305, at numeral 1 and node 8: of the test images."""
    made = network("test")
    patterns = patterns_of(made)
    lost = np.stack([leave_one_out(trials_of(made, patterns, numeral)).alone_bits for numeral in range(10)])
    assert np.unravel_index(lost.argmax(), lost.shape) == (1, 8)
    assert lost.max() == pytest.approx(0.305, abs=1e-3)


def test_beam_of_64_finds_the_best_sets(trained, patterns, paths):
    trials = trials_of(trained, patterns, 0)
    beam, exact = shrink(trials, search="beam"), shrink(trials, search="exact")
    assert beam.bits == pytest.approx(exact.bits, abs=1e-12)
    assert (exact.bits - paths[0].bits).max() == pytest.approx(0.033, abs=BITS)  # greedy is as far below
