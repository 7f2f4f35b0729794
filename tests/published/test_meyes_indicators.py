"""Meyes and others (2019, 2020), arXiv 1901.08644 and 2004.01254: trials by what an ablation does, and indicators.

Of their network magnitude predicts the effect of a first-layer unit well, and selectivity predicts it negatively.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from atlas.analysis.ablation import effects_of_neurons
from atlas.analysis.embedding import embedding_of_trials
from atlas.analysis.indicators import indicators_of_neurons, predictions
from ingest import Opening, ProgramForward, TrainedNetwork, forward, read_network, record

pytestmark = pytest.mark.published

DATA = Path(os.environ.get("ATLAS_DATA") or Path(__file__).parents[3] / "shared" / "data")


def network(state: str) -> TrainedNetwork:
    file = DATA / "networks" / f"meyes_mnist_mlp_20_10_{state}.pt"
    return read_network(file, Opening(chain="fc1:relu,fc2:relu,fc3"))


@pytest.fixture(scope="module")
def meyes() -> ProgramForward:
    return forward(network("trained"), key="meyes", data=f"mnist:{DATA / 'mnist'}:test:0.5,0.5")


def test_trials_without_unit_12(meyes):
    found = embedding_of_trials(meyes, {"fc1": np.array([11])}, method="pca")
    wrong_before, still_right, newly_wrong, newly_right = np.bincount(found.states, minlength=4)
    assert (still_right + newly_wrong, wrong_before + newly_right) == (9464, 536)  # 94.64 % intact
    assert still_right + newly_right == pytest.approx(4677, abs=1)  # 46.77 %; single precision may turn one answer


def test_indicators(meyes):
    indicators = indicators_of_neurons(
        meyes, weights=record(network("trained"), key="meyes"), initial=record(network("untrained"), key="initial")
    )
    effects = effects_of_neurons(meyes)
    found = predictions(indicators, effects.points).to_frame()
    fc1 = found[(found["layer"] == "fc1") & (found["target"] == "all")].set_index("indicator")
    assert fc1.loc["mean_activation", "low_rho"] > 0.7
    assert fc1.loc["selectivity", "high_rho"] < 0.01
    assert fc1.loc["weight_change_p", "high_rho"] < 0  # the more training moved a unit's weights, the more it matters
    assert (fc1.loc[["mean_activation", "selectivity", "weight_change_p"], "q"] <= 0.05).all()
