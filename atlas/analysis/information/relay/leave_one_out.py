"""What every single neuron relays: given all others, and alone."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.relay.refinement import Cells
from atlas.analysis.information.relay.trials import Trials
from atlas.records import FloatArray


@dataclass(frozen=True, kw_only=True)
class NeuronRelays:
    """Relay information of every neuron, shape (n_neurons,); both meanings as in `RelayBits`."""

    bits: FloatArray
    alone_bits: FloatArray


def leave_one_out(trials: Trials) -> NeuronRelays:
    """Measure the relay information of every neuron, conditional on all others and alone.

    `alone_bits` is also what the whole layer's relay information loses when the neuron is removed first. About
    n log2 n refinements: halves of the neurons are split off and share what they have in common.

    Examples
    --------
    >>> from atlas.analysis.information.relay.patterns import Patterns
    >>> key, message = np.array([[0, 0, 1, 1], [0, 1, 0, 1]])
    >>> told = leave_one_out(Trials.of(message, message, Patterns.of(np.array([key, message ^ key]))))
    >>> told.bits.tolist(), told.alone_bits.tolist()  # encrypted: nothing without the other
    ([1.0, 1.0], [0.0, 0.0])
    """
    every = Cells.whole(trials)
    without = np.fromiter(_without_each(every, range(trials.n_neurons)), dtype=np.float64, count=trials.n_neurons)
    return NeuronRelays(
        bits=without - every.split(range(trials.n_neurons)).bits,
        alone_bits=every.bits - every.bits_of_splits()[0],
    )


def _without_each(cells: Cells, neurons: range) -> Iterator[float]:
    """Give I(X;Z|cell, all of `neurons` but one) for each of them."""
    if len(neurons) <= 1:
        yield from [cells.bits] * len(neurons)
        return
    half = len(neurons) // 2
    yield from _without_each(cells.split(neurons[half:]), neurons[:half])
    yield from _without_each(cells.split(neurons[:half]), neurons[half:])
