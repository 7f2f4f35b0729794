"""Distributions whose relay information is known exactly: inputs, outputs and hidden states are fair bits."""

from itertools import product

import numpy as np
import plain_relay
import pytest

from atlas.analysis.information.relay import Patterns, Trials, grow, relay_information, shrink

BITS = {n: np.array(list(product([0, 1], repeat=n))) for n in range(1, 5)}
TEN = np.array([0.9, 0.1])  # of a bit that is kept or flipped


def fair(n, system):
    """All values of n fair bits; `system` makes inputs, outputs and hidden neurons of their columns."""
    inputs, outputs, *hidden = system(*BITS[n].T)
    return inputs, outputs, np.column_stack(hidden), np.full(2**n, 0.5**n)


def flipped(n, system):
    """One fair bit and n that say whether something is flipped, 1 in 10 times each."""
    inputs, outputs, *hidden = system(*BITS[n + 1].T)
    return inputs, outputs, np.column_stack(hidden), 0.5 * TEN[BITS[n + 1][:, 1:]].prod(axis=1)


SYSTEMS = {
    "relay": fair(1, lambda b: (b, b, b)),
    "noise": fair(2, lambda b, noise: (b, b, b, noise)),
    "constant": fair(1, lambda b: (b, b, b, 0 * b)),
    "two copies": fair(1, lambda b: (b, b, b, b)),
    "three copies": fair(1, lambda b: (b, b, b, b, b)),
    "encrypted": fair(2, lambda b, key: (b, b, key, b ^ key)),
    "two bits": fair(2, lambda a, b: (2 * a + b, 2 * a + b, a, b)),
    "xor": fair(2, lambda a, b: (2 * a + b, a ^ b, a, b)),
    "and": fair(2, lambda a, b: (2 * a + b, a & b, a, b)),
    "noisy relay": flipped(1, lambda b, f: (b, b ^ f, b ^ f)),
    "not on the path": flipped(1, lambda b, f: (b, b, b ^ f)),
    "joined": fair(2, lambda a, b: (a, b, a ^ b)),
    "majority": flipped(3, lambda b, f, g, h: (b, b ^ (f + g + h > 1), b ^ f, b ^ g, b ^ h)),
}
# system, neurons, given the rest, alone
VALUES = [
    ("relay", [0], 1, 1),
    ("noise", [0], 1, 1),
    ("noise", [1], 0, 0),
    ("noise", [0, 1], 1, 1),
    ("constant", [0], 1, 1),
    ("constant", [1], 0, 0),
    ("constant", [0, 1], 1, 1),
    ("two copies", [0], 0, 1),
    ("two copies", [1], 0, 1),
    ("two copies", [0, 1], 1, 1),
    *(("three copies", neurons, 0, 1) for neurons in ([0], [1], [2], [0, 1], [0, 2], [1, 2])),
    ("three copies", [0, 1, 2], 1, 1),
    ("encrypted", [0], 1, 0),
    ("encrypted", [1], 1, 0),
    ("encrypted", [0, 1], 1, 1),
    ("two bits", [0], 1, 1),
    ("two bits", [1], 1, 1),
    ("two bits", [0, 1], 2, 2),
    ("xor", [0], 1, 0),
    ("xor", [1], 1, 0),
    ("xor", [0, 1], 1, 1),
    ("and", [0], 0.5, 0.311278),
    ("and", [1], 0.5, 0.311278),
    ("and", [0, 1], 0.811278, 0.811278),
    ("noisy relay", [0], 0.531004, 0.531004),
    ("not on the path", [0], 0.531004, 0.531004),
    ("joined", [0], -1, -1),
    *(("majority", [neuron], 0.095581, None) for neuron in range(3)),
    *(("majority", pair, 0.293609, None) for pair in ([0, 1], [0, 2], [1, 2])),
    ("majority", [0, 1, 2], 0.815739, 0.815739),
]
TOLD = {"relay": 1, "two bits": 2, "and": 0.811278, "noisy relay": 0.531004, "not on the path": 1, "joined": 0}
LEFT = {"relay": 0, "and": 0, "not on the path": 0.468996, "joined": 1, "majority": 0}


def h(p):
    return -p * np.log2(p) - (1 - p) * np.log2(1 - p)


EXACT = {  # behind six digits
    0.311278: h(0.25) - 0.5,
    0.811278: h(0.25),
    0.531004: 1 - h(0.1),
    0.468996: h(0.1),
    0.815739: 1 - h(0.9**3 + 3 * 0.9**2 * 0.1),
}
# (neuron removed, bits left) of the shrinking search
TRACES = {
    "noise": [(1, 1), (0, 0)],
    "two copies": [(0, 0), (1, 0)],
    "encrypted": [(0, 1), (1, 0)],
    "and": [(0, 0.5), (1, 0)],
    "majority": [(0, 0.293609), (1, 0.095581), (2, 0)],
}


def close(value):
    return pytest.approx(EXACT.get(value, value), abs=1e-9 if value in EXACT or value % 0.5 == 0 else 5e-7)


def trials_of(name):
    inputs, outputs, hidden, p = SYSTEMS[name]
    return Trials.of(inputs, outputs, Patterns.of(hidden.T), weights=p)


@pytest.mark.parametrize(("name", "neurons", "bits", "alone"), VALUES)
def test_value(name, neurons, bits, alone):
    inputs, outputs, hidden, p = SYSTEMS[name]
    found = relay_information(inputs, outputs, hidden, relay=neurons, weights=p)
    assert found.bits == close(bits)
    assert found.bits == pytest.approx(plain_relay.relay(inputs, outputs, hidden, neurons, p), abs=1e-9)
    assert found.alone_bits == pytest.approx(plain_relay.alone(inputs, outputs, hidden, neurons, p), abs=1e-9)
    if alone is not None:
        assert found.alone_bits == close(alone)


@pytest.mark.parametrize(("name", "bits"), TOLD.items())
def test_told(name, bits):
    inputs, outputs, _, p = SYSTEMS[name]
    copy = outputs[:, None]  # a relay of all there is
    assert relay_information(inputs, outputs, copy, relay=[0], weights=p).bits == close(bits)


@pytest.mark.parametrize(("name", "bits"), LEFT.items())
def test_told_past_all_neurons(name, bits):
    inputs, outputs, hidden, p = SYSTEMS[name]
    everything = np.column_stack([hidden, outputs])
    found = relay_information(inputs, outputs, everything, relay=[hidden.shape[1]], weights=p)
    assert found.bits == close(bits)


@pytest.mark.parametrize("name", SYSTEMS)
def test_empty_set(name):
    inputs, outputs, hidden, p = SYSTEMS[name]
    found = relay_information(inputs, outputs, hidden, relay=[], weights=p)
    assert (found.bits, found.alone_bits) == (0, 0)


@pytest.mark.parametrize("name", TRACES)
def test_shrinking(name):
    path = shrink(trials_of(name))
    removed, bits = zip(*TRACES[name], strict=True)
    assert tuple(path.neurons) == removed
    assert path.bits == pytest.approx([close(value).expected for value in bits], abs=5e-7)
    assert path.bits == pytest.approx(plain_relay.shrink(*SYSTEMS[name])[1], abs=1e-9)
    assert path.reliable.all()  # nothing is estimated


def test_growing_finds_unique_relays_but_not_encrypted_ones():
    noise, encrypted = grow(trials_of("noise")), grow(trials_of("encrypted"))
    assert (noise.neurons.tolist(), noise.bits.tolist()) == ([0, 1], [1, 1])
    assert (encrypted.neurons.tolist(), encrypted.bits.tolist()) == ([0, 1], [0, 1])


@pytest.mark.parametrize("name", SYSTEMS)
def test_sample_is_near_the_distribution(name):
    inputs, outputs, hidden, p = SYSTEMS[name]
    n = 10_000
    drawn = np.random.default_rng(0).choice(len(p), size=n, p=p)
    sets = ([0], [*range(hidden.shape[1])])
    for neurons in sets:
        exact = relay_information(inputs, outputs, hidden, relay=neurons, weights=p)
        sampled = relay_information(inputs[drawn], outputs[drawn], hidden[drawn], relay=neurons)
        assert sampled.bits == pytest.approx(exact.bits, abs=3 / np.sqrt(n))
        assert sampled.alone_bits == pytest.approx(exact.alone_bits, abs=3 / np.sqrt(n))
