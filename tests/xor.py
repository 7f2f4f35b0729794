"""The XOR task of the correlation functions: two blobs a class, and a quadratic network that multiplies its inputs.

Blobs of variance .05 stand at (a, a) and (-a, -a) for the answer 1, at (a, -a) and (-a, a) for -1, a = .5. Each is 9
points, counted 1, 4 or 16 times, that have all moments of the Gaussian up to the fifth order: Gauss-Hermite nodes.
"""

from __future__ import annotations

from itertools import product

import numpy as np

from atlas.records import FloatArray, IntArray, Stage, StagedLayer

A, VARIANCE = 0.5, 0.05
TARGETS = np.array([[1.0], [-1.0]])  # of class 0 and of class 1
SHARES = np.array([0.5, 0.5])


def blob(centre: FloatArray) -> tuple[FloatArray, IntArray]:
    """Give the 9 points around a centre, and how often each counts."""
    nodes, counts = np.sqrt(3 * VARIANCE) * np.array([-1.0, 0.0, 1.0]), np.array([1, 4, 1])
    return centre + np.array(list(product(nodes, nodes))), np.outer(counts, counts).ravel()


def xor_class(number: int) -> tuple[FloatArray, IntArray]:
    """Give the 18 points of a class, and how often each counts."""
    centre = np.array([A, A if number == 0 else -A])
    (first, counts), (second, _) = blob(centre), blob(-centre)
    return np.concatenate([first, second]), np.tile(counts, 2)


def multiplier(k: float) -> tuple[StagedLayer, StagedLayer]:
    """Give a network whose output is k x1 x2: both linear parts of z + z^2 / 2 cancel."""
    around = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    read_out = k / 4 * np.array([[1.0, 1.0, -1.0, -1.0]])
    hidden = Stage(weight=around, bias=np.zeros(4), activation="quadratic(0.5)")
    output = Stage(weight=read_out, bias=np.zeros(1))
    return (
        StagedLayer(layer="hidden", stages=(hidden,), numbers=np.arange(4)),
        StagedLayer(layer="output", stages=(output,), numbers=np.arange(1)),
    )
