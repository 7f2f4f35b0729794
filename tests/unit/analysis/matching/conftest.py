"""Sides of a matching."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from atlas.analysis.matching import Side


@pytest.fixture(scope="session")
def side() -> Callable[..., Side]:
    """Build a side from the cluster of every neuron, all in one layer but for `layers`, and profiles by name."""

    def build(clusters, *, layers=None, **profiles) -> Side:
        return Side(
            layer_of=np.zeros(len(clusters), dtype=np.int64) if layers is None else np.array(layers),
            cluster_of=np.array(clusters, dtype=np.int64),
            profiles={name: np.array(rows, dtype=np.float64) for name, rows in profiles.items()},
        )

    return build


@pytest.fixture(scope="session")
def random_side(side) -> Callable[..., Side]:
    """Build 12 neurons in 2 layers and up to 4 clusters, some covered by none, some effects not known."""

    def build(seed, **changes) -> Side:
        draws = np.random.default_rng(seed)
        effect = draws.normal(size=(12, 3)) + 1
        effect[draws.random(12) < 0.2] = np.nan
        values = {"layers": [0] * 5 + [1] * 7, "effect": effect, "connectivity": draws.random((12, 5))}
        return side(draws.integers(-1, 4, 12) if draws.random() < 0.5 else np.arange(12) % 4, **values | changes)

    return build
