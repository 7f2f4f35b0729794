"""Ehrlich, Schneider, Priesemann, Wibral and Makkeh (TMLR 2023): complexity falls while a network is trained.

Their network with inputs of 64 pixels, on scikit-learn's digits; the paper gives no numbers for it. Runs that begin
with neurons at one level for nearly all images are not complex to begin with, so the mean over runs is tested.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from atlas.analysis.information.complexity import complexity_of
from atlas.analysis.information.decomposition import Joint
from studies.complexity_measuring import LEVELS, run
from studies.quantised import LAYERS, Job, network_of, read_parts, states_of

pytestmark = pytest.mark.published

N_RUNS = 5


def falls(folder: Path, seed: int) -> list[float]:
    job = Job(data="digits", folder=folder, seed=seed, n_epochs=1_000, trained=folder)
    train, _ = read_parts(job)
    states = states_of(job, train)
    found = []
    for epoch in (0, 1_000):
        activations, _ = run(network_of(states[epoch]), train)
        joints = [Joint.of_trials(LEVELS.states(activations[layer]), train.labels) for layer in LAYERS]
        found.append([complexity_of(joint).complexity for joint in joints])
    return (np.array(found[0]) - found[1]).tolist()


def test_complexity_falls(tmp_path: Path) -> None:
    fell = np.array([falls(tmp_path, seed) for seed in range(N_RUNS)])
    assert (fell > 0).all()
    assert (fell.mean(axis=0) > 0.4).all()
