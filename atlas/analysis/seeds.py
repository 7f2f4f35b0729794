"""Random draws that depend on the seed and on what is drawn, never on what was drawn before."""

from __future__ import annotations

import numpy as np

from atlas.errors import BadParameter


def check_whole(*, least: int = 0, **numbers: object) -> None:
    """Refuse what is no whole number or below the least, given by the name of its parameter."""
    for name, number in numbers.items():
        if isinstance(number, bool) or not isinstance(number, (int, np.integer)) or number < least:
            raise BadParameter(f"{name} is {number!r}. It is a whole number, {least} or more.")


def check_draws(**numbers: int) -> None:
    """Refuse a number of draws that is not whole, or below 0, given by the name of its parameter."""
    for name, number in numbers.items():
        if isinstance(number, (int, np.integer)) and number < 0:
            raise BadParameter(f"{name} is {number}. It cannot be negative. Give 0 to go without.")
        check_whole(**{name: number})


def generator(seed: int, *purpose: int) -> np.random.Generator:
    """Begin a stream of random numbers of its own for each purpose, named by numbers."""
    if not isinstance(seed, (int, np.integer)) or seed < 0:
        raise BadParameter(f"The seed is {seed!r}. It cannot be negative. Give 0 or a larger whole number.")
    return np.random.default_rng([seed, *purpose])
