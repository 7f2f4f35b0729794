"""Random draws that depend on the seed and on what is drawn, never on what was drawn before."""

from __future__ import annotations

import numpy as np

from atlas.errors import BadParameter


def check_draws(**numbers: int) -> None:
    """Refuse a number of draws below 0, given by the name of its parameter."""
    for name, number in numbers.items():
        if number < 0:
            raise BadParameter(f"{name} is {number}. It cannot be negative. Give 0 to go without.")


def generator(seed: int, *purpose: int) -> np.random.Generator:
    """Begin a stream of random numbers of its own for each purpose, named by numbers."""
    if seed < 0:
        raise BadParameter(f"The seed is {seed}. It cannot be negative. Give 0 or a larger whole number.")
    return np.random.default_rng([seed, *purpose])
