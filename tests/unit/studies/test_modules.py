"""How the networks of the study of modules are pruned, and how numbers of several networks are summed up."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
import torch
from torch import nn

from studies.modules_page import joint_p
from studies.pruned_training import Pruning, sparsity
from studies.tables import over_networks


@pytest.mark.parametrize(("progress", "share"), [(0.0, 0.5), (0.5, 0.85), (1.0, 0.9)])
def test_sparsity(progress: float, share: float) -> None:
    assert sparsity(progress) == pytest.approx(share, abs=1e-12)


def test_pruning_keeps_the_largest() -> None:
    network = nn.Sequential(nn.Linear(10, 10))
    before = network[0].weight.detach().clone()
    prune = Pruning(network, n_steps=1)
    prune()
    kept = before.abs().flatten().sort().values[90:].min()
    assert torch.equal(network[0].weight, torch.where(before.abs() >= kept, before, 0.0))


def test_pruned_stays_pruned_between_prunings() -> None:
    network = nn.Sequential(nn.Linear(10, 10))
    prune = Pruning(network, n_steps=100)
    for _ in range(10):
        prune()
    pruned = network[0].weight == 0
    with torch.no_grad():
        network[0].weight.add_(1.0)
    prune()
    assert pruned.sum() == round(100 * sparsity(0.1))
    assert torch.equal(network[0].weight == 0, pruned)


def test_interval_of_networks() -> None:
    # Student's t of 2 degrees of freedom is 4.3027 at 97.5 %, the standard error 1 / sqrt(3).
    assert over_networks(pd.Series([3.0, 4.0, 5.0])) == pytest.approx((4.0, 1.5159, 6.4841), abs=1e-4)
    assert over_networks(pd.Series([1.0, 2.0, 3.0]), least=0.0, largest=4.0)[1:] == (0.0, 4.0)


def test_one_network_has_no_interval() -> None:
    mean, low, high = over_networks(pd.Series([3.0, np.nan]))
    assert (mean, np.isnan(low), np.isnan(high)) == (3.0, True, True)


def test_p_of_networks() -> None:
    assert joint_p(pd.Series([0.02, 0.08, np.nan])) == pytest.approx(0.1**2 / 2, abs=1e-12)
    assert np.isnan(joint_p(pd.Series([np.nan])))
