"""Neurons judged by one rule."""

from __future__ import annotations

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
