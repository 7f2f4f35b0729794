"""Networks by hand as records, as the store keeps them."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest

from atlas.records import LayerRecord, NetworkRecord, WeightBlock

BuildRecord = Callable[..., NetworkRecord]


@pytest.fixture(scope="session")
def record_of() -> BuildRecord:
    """Build a record of a chain of layers `input`, `fc1`, ..., `output` from weights; more blocks by place."""

    def build(weights, *, activations: Sequence[str] = (), kinds: Sequence[str] = (), more=()) -> NetworkRecord:
        values = [np.asarray(value, dtype=np.float64) for value in weights]
        sizes = [value.shape[0] for value in values] + [values[-1].shape[1]]
        names = ["input", *(f"fc{number}" for number in range(1, len(values))), "output"]
        functions = activations or ["identity", *["relu"] * (len(values) - 1), "identity"]
        layers = zip(names, kinds or ["input", *["linear"] * len(values)], sizes, functions, strict=True)
        joined = [(place, place + 1, value) for place, value in enumerate(values)]
        joined += [(source, target, np.asarray(value, dtype=np.float64)) for source, target, value in more]
        return NetworkRecord(
            key="net",
            architecture="",
            layers=tuple(
                LayerRecord(name=name, number=number, kind=kind, n_neurons=size, activation=function)
                for number, (name, kind, size, function) in enumerate(layers)
            ),
            blocks=tuple(
                WeightBlock(source=names[source], target=names[target], value=value, strength=np.abs(value))
                for source, target, value in joined
            ),
            targets=(),
            file_sha256="0" * 64,
        )

    return build
