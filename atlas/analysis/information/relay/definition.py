"""Relay information of one set of neurons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from atlas.analysis.information.relay.patterns import Patterns
from atlas.analysis.information.relay.refinement import Cells
from atlas.analysis.information.relay.trials import Trials
from atlas.errors import BadParameter, ShapeError


@dataclass(frozen=True, kw_only=True)
class RelayBits:
    """Relay information of a set, counted. The two tell unique relays (both high) from copies and encrypted shares."""

    bits: float  # all other neurons conditioned on: 0 for one of two copies
    alone_bits: float  # all others left out: 0 for one of two shares that tell only together


def relay_information(
    inputs: ArrayLike,
    outputs: ArrayLike,
    hidden: ArrayLike,
    *,
    relay: Sequence[int],
    weights: ArrayLike | None = None,
) -> RelayBits:
    """Measure how much of what the inputs tell about the outputs passes one set of neurons.

    Parameters
    ----------
    inputs, outputs
        Class shown and class answered in each trial, or whether it was a certain class; any whole numbers: (n_trials,).
    hidden
        Discretised activations, from 0 to 255, shape (n_trials, n_neurons).
    relay
        Columns of `hidden` that form the set, each once; all other columns are conditioned on.
    weights
        How often each trial occurred, in whole numbers; or its probability, of an exact distribution. None: once.

    Returns
    -------
    RelayBits
        `bits` = I(X;Z|Y_0) - I(X;Z|Y), with Y all of `hidden` and Y_0 the columns beyond `relay`; `alone_bits` =
        I(X;Z) - I(X;Z|Y_R), of the set Y_R. Both are biased where trials are few for the joint states conditioned on.
        From 0 to the entropy of `inputs` if `hidden` determines `outputs`; else they can be below 0.

    Raises
    ------
    ShapeError, EmptySelection
        `inputs`, `outputs`, `hidden` and `weights` differ in n_trials; no trial has weight.
    BadParameter
        States that are not whole numbers from 0 to 255, classes that are not whole numbers; columns that are not
        there, or twice; negative weights, probabilities that do not sum to 1.

    References
    ----------
    Hintze and Adami (2023), Entropy 25(3), 401, eq. 3.

    Examples
    --------
    >>> bit = np.array([0, 1, 0, 1])
    >>> two_copies = np.column_stack([bit, bit])
    >>> relay_information(bit, bit, two_copies, relay=[0])  # the other copy suffices
    RelayBits(bits=0.0, alone_bits=1.0)
    >>> relay_information(bit, bit, two_copies, relay=[0, 1]).bits
    1.0
    """
    states = np.asarray(hidden)
    if states.ndim != 2:
        raise ShapeError(f"The hidden states have shape {states.shape}. Give one row per trial, one column per neuron.")
    counts = None if weights is None else np.asarray(weights)
    trials = Trials.of(np.asarray(inputs), np.asarray(outputs), Patterns.of(states.T), weights=counts)
    members = _checked(relay, trials.n_neurons)
    every = Cells.whole(trials)
    rest = every.split(np.setdiff1d(np.arange(trials.n_neurons), members))
    return RelayBits(
        bits=rest.bits - rest.split(members).bits,
        alone_bits=every.bits - every.split(members).bits,
    )


def _checked(relay: Sequence[int], n_neurons: int) -> list[int]:
    members = [int(column) for column in relay]
    outside = [column for column in members if not 0 <= column < n_neurons]
    if outside:
        raise BadParameter(
            f"The relay names column {outside[0]}, the hidden states have {n_neurons}. "
            "Columns count from 0. Give columns that are there."
        )
    if len(set(members)) < len(members):
        raise BadParameter(f"The relay {members} names a column twice. A set has each neuron once. Leave out doubles.")
    return members
