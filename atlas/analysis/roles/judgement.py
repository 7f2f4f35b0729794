"""Neurons judged by one rule."""

from __future__ import annotations

import math
from dataclasses import dataclass

from atlas.records import BoolArray, FloatArray


@dataclass(frozen=True, kw_only=True)
class Judgement:
    """Which neurons have a role, and what speaks for it; arrays have shape (n_neurons,)."""

    role: str
    rule: str  # one sentence
    run: str  # key of the run whose values are judged
    elements: tuple[str, ...]  # neurons that could have it
    holds: BoolArray
    value: FloatArray
    threshold: float
    p: FloatArray
    q: FloatArray | None = None  # None: judged by p alone
    targets: tuple[str, ...] | None = None  # of every neuron; None: all classes together
    notes: tuple[str | None, ...] = ()  # what could not be judged, and why; None: nothing to say


def too_few_draws(run: str, n_null: int, *, level: float) -> str | None:
    """Say if a run has so few shuffles that no p, the observed one counted, is small enough for a role."""
    if 1 / (1 + n_null) <= level:
        return None
    return f"{run} has {n_null} shuffles, so no p is at most {level:g}: that takes --n-null {math.ceil(1 / level) - 1}"
