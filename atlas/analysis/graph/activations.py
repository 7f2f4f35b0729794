"""Graphs of neurons joined by how alike they are active."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from atlas.analysis.graph.blocks import GraphBlock, NeuronGraph
from atlas.analysis.graph.ranks import standard_ranks
from atlas.analysis.graph.trials import finite_activations, never_vary
from atlas.analysis.seeds import generator
from atlas.analysis.threads import one_thread
from atlas.errors import BadParameter, UnknownName
from atlas.keys import layer_names
from atlas.records import FloatArray, IntArray, MaskedForward

ASSOCIATIONS = ("spearman", "pearson")
POWERS = ("square", "absolute")
_VALUES_AT_ONCE = 2**18  # 2 MiB of ranks, which a core keeps near


def activation_graph(
    forward: MaskedForward,
    *,
    layers: Sequence[str] | None = None,
    association: str = "spearman",
    power: str = "square",
    max_trials: int = 5_000,
    seed: int = 0,
) -> NeuronGraph:
    """Join every two neurons by how alike they are active, within layers and across them.

    Strengths and what they are made of are of single precision: 10,000 neurons on 5,000 trials take 200 MB for the
    ranks and 200 to 400 MB for the strengths (half of a block within one layer is 0), and no matrix beside them.

    Parameters
    ----------
    forward
        The network on its trials; an activation is what a layer puts out after its nonlinearity.
    layers
        Names of the layers; None for all hidden ones.
    association
        `spearman` (ranks, equal activations share their mean rank) or `pearson`.
    power
        `square` or `absolute` value of the correlation, so that strengths are from 0 to 1 but for rounding.
    max_trials
        Most trials to compare on; of more, as many are drawn without replacement.
    seed
        Of that draw.

    Returns
    -------
    NeuronGraph
        Of kind `activations`: a block for every two layers, and one within each in which every pair stands once, above
        the diagonal. A neuron that never varies (by more than 64 roundings) has strength 0 with all others.

    Raises
    ------
    UnknownName
        No such layer, association or power.
    BadParameter
        `max_trials` is below 2, or a layer is named twice or none.
    NonFiniteActivations
        An activation is NaN or infinite.

    References
    ----------
    Hod et al. (2021), arXiv 2110.08058: squared Spearman correlations on 5,000 trials.
    """
    for what, name, known in (("association", association, ASSOCIATIONS), ("power", power, POWERS)):
        if name not in known:
            raise UnknownName(what, name, known)
    chosen = _in_order(forward, layers)
    trials = trials_compared(len(forward.data.labels), max_trials=max_trials, seed=seed)
    standard = [_standardised(finite_activations(forward, layer), trials, association) for layer in chosen]
    with one_thread():  # sums would depend on the number of threads
        blocks = tuple(
            GraphBlock(source=source, target=target, strength=_strength(standard[source], standard[target], power))
            for source in range(len(chosen))
            for target in range(source, len(chosen))
        )
    return NeuronGraph(
        layers=chosen,
        sizes=tuple(len(rows) for rows in standard),
        blocks=blocks,
        kind="activations",
        n_trials=len(trials),
    )


def trials_compared(n_trials: int, *, max_trials: int, seed: int) -> IntArray:
    """Choose the trials that activations are compared on, in ascending order; all if there are no more than asked for.

    Raises
    ------
    BadParameter
        `max_trials` is below 2.
    """
    if max_trials < 2:
        raise BadParameter(f"max_trials is {max_trials}. Correlations need 2 trials or more. Give a larger number.")
    if n_trials <= max_trials:
        return np.arange(n_trials)
    return np.sort(generator(seed).choice(n_trials, max_trials, replace=False))


def _in_order(forward: MaskedForward, layers: Sequence[str] | None) -> tuple[str, ...]:
    """Take the chosen layers from the input on."""
    named = layer_names(layers)
    if named is None:
        return forward.hidden
    for name in named:
        if name not in forward.layers:
            raise UnknownName("layer", name, forward.layers)
    return tuple(name for name in forward.layers if name in named)


def _standardised(activations: FloatArray, trials: IntArray, association: str) -> FloatArray:
    """Bring what is compared to mean 0 and length 1, single precision; shape (n_neurons, n_trials), 0 if constant."""
    n_neurons = activations.shape[1]
    standard = np.empty((n_neurons, len(trials)), dtype=np.float32)
    at_once = max(1, _VALUES_AT_ONCE // len(trials))
    for first in range(0, n_neurons, at_once):
        own = activations[trials, first : first + at_once]
        rows = np.ascontiguousarray(own.T)
        levels = standard_ranks(rows) if association == "spearman" else _standard(rows)
        levels[never_vary(own)] = 0.0
        standard[first : first + at_once] = levels
    return standard


def _standard(rows: FloatArray) -> FloatArray:
    """Bring rows to mean 0 and length 1, 0 where they are constant."""
    levels: FloatArray = rows - rows.mean(axis=1, keepdims=True, dtype=np.float64)
    length = np.linalg.norm(levels, axis=1, keepdims=True)
    levels /= np.where(length > 0, length, 1.0)
    return levels


def _strength(source: FloatArray, target: FloatArray, power: str) -> FloatArray:
    """Correlate the neurons of two layers, or of one with itself: then above the diagonal only."""
    strength = source @ target.T
    (np.square if power == "square" else np.abs)(strength, out=strength)
    if source is target:
        for number, row in enumerate(strength):
            row[: number + 1] = 0.0
    return strength
