"""Networks made of blocks of signed weights."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pytest

from atlas.records import LayerRecord, NetworkRecord, WeightBlock


@pytest.fixture(scope="session")
def wired() -> Callable[[Mapping[str, object]], NetworkRecord]:
    """Build a network from arrays of weights by the letters of their layers: `ab` leads from a to b."""

    def wired(blocks, *, kept=None, unsigned=()) -> NetworkRecord:
        arrays = {ends: np.asarray(value, dtype=np.float64) for ends, value in blocks.items()}
        sizes = {}
        for (source, target), value in arrays.items():
            sizes |= {source: value.shape[0], target: value.shape[1]}
        return NetworkRecord(
            key="wired",
            architecture="",
            layers=tuple(
                LayerRecord(name=name, number=number, kind="linear", n_neurons=sizes[name])
                for number, name in enumerate(sorted(sizes))
            ),
            blocks=tuple(
                WeightBlock(
                    source=ends[0],
                    target=ends[1],
                    value=None if ends in unsigned else value,
                    strength=np.abs(value),
                    kept=(kept or {}).get(ends),
                )
                for ends, value in arrays.items()
            ),
            targets=(),
            file_sha256="",
        )

    return wired
