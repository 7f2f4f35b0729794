"""A network run from what the graph holds alone, against the module it came from."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from torch import nn

from atlas.store import Store, load, read_network, remove_network
from ingest import read_network as read_module
from ingest import record


@st.composite
def modules(draw: st.DrawFn) -> nn.Sequential:
    """Random dense networks of up to four layers without biases, as the graph holds none."""
    sizes = draw(st.lists(st.integers(1, 7), min_size=2, max_size=5))
    torch.manual_seed(draw(st.integers(0, 2**32)))
    parts: list[nn.Module] = []
    for n_in, n_out in pairwise(sizes):
        parts += [nn.Linear(n_in, n_out, bias=False), nn.Tanh()]
    return nn.Sequential(*parts)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(module=modules())
def test_answers_from_the_graph(store: Store, module: nn.Sequential) -> None:
    load(store, record(read_module(module), key="rebuilt"))
    held = read_network(store, "rebuilt")
    inputs = np.random.default_rng(0).normal(size=(5, held.layers[0].n_neurons))
    values = inputs
    for block in held.blocks:
        values = np.tanh(values @ block.value)
    remove_network(store, "rebuilt")
    with torch.no_grad():
        expected = module(torch.tensor(inputs, dtype=torch.float32)).numpy()
    assert values == pytest.approx(expected, abs=1e-5)
