"""The weights of a chain as the record of a network."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.records import LayerRecord, NetworkRecord, TargetRecord, WeightBlock


def record(chain, *, weights=None, **first) -> NetworkRecord:
    """Describe a chain; `first` are fields of its first block of weights."""
    values = [np.asarray(value, dtype=float) for value in (chain.weights if weights is None else weights)]
    names = list(zip(chain.layers, chain.layers[1:], strict=False))
    sizes = [len(values[0]), *(value.shape[1] for value in values)]
    blocks = [
        WeightBlock(source=source, target=target, value=value, strength=np.abs(value))
        for (source, target), value in zip(names, values, strict=True)
    ]
    blocks[0] = WeightBlock(**(vars(blocks[0]) | first))
    return NetworkRecord(
        key=chain.network,
        architecture="",
        layers=tuple(
            LayerRecord(name=name, number=number, kind="linear" if number else "input", n_neurons=size)
            for number, (name, size) in enumerate(zip(chain.layers, sizes, strict=True))
        ),
        blocks=tuple(blocks),
        targets=(TargetRecord(name="all", kind="all"),),
        file_sha256="",
    )


@pytest.fixture
def record_of():
    return record
