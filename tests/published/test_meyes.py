"""Meyes, Lu, Waubert de Puiseau and Meisen (2019), arXiv 1901.08644: their network, ablated on MNIST test images.

Their figures (50.1 % without unit 12) come from images binarised on the way; here the images are clean. In double
precision every count is exact.
"""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
import torch

from atlas.analysis.ablation import effects_of_clusters, effects_of_neurons
from ingest import Opening, ProgramForward, forward

pytestmark = pytest.mark.published

DATA = Path(os.environ.get("ATLAS_DATA") or Path(__file__).parents[3] / "shared" / "data")
INTACT = 94.64
CLASSES = [97.76, 98.41, 94.86, 94.36, 93.89, 92.71, 95.72, 94.55, 91.38, 92.07]


@pytest.fixture(scope="module")
def meyes() -> ProgramForward:
    file = DATA / "networks" / "meyes_mnist_mlp_20_10_trained.pt"
    tensors = torch.load(file, map_location="cpu", weights_only=True)
    return forward(
        {name: tensor.double() for name, tensor in tensors.items()},
        key="meyes",
        data=f"mnist:{DATA / 'mnist'}:test:0.5,0.5",
        opening=Opening(chain="fc1:relu,fc2:relu,fc3"),
    )


def test_classes(meyes):
    right = meyes.predict() == meyes.data.labels
    assert right.sum() == 9464
    accuracy = [round(100 * right[meyes.data.labels == number].mean(), 2) for number in range(10)]
    assert accuracy == CLASSES


@pytest.mark.parametrize("outputs", [True, False], ids=["all outputs", "answers only"])
def test_units(meyes, outputs):
    result = effects_of_neurons(meyes, layers=["fc1"], outputs=outputs)
    left = INTACT - result.points[:, 0]
    assert left[[11, 18]].round(10).tolist() == [46.77, 85.45]  # units 12 and 19, counted from 1
    assert result.points[[5, 10, 17]].tolist() == [[0] * 11] * 3  # units 6, 11 and 18
    assert result.p[[5, 10, 17], 0].tolist() == [1, 1, 1]
    assert result.q[11, 0] < 1e-100
    assert result.points[:, 0].argmax() == 11
    assert result.n_near_ties.tolist() == [0] * 20


def test_pair(meyes):
    result = effects_of_clusters(meyes, {"meyes/pair/0": {"fc1": np.array([11, 18])}}, n_null=999)
    assert round(INTACT - result.points[0, 0], 10) == 39.98
    assert result.p[0, 0] <= 0.05  # of 190 pairs hardly one does more harm
