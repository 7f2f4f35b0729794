"""How neurons are wired: strengths, weights that training changed, and what the mean input of a class drives."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from scipy import stats

from atlas.errors import ShapeError, UnknownName
from atlas.records import FloatArray, IntArray, NetworkRecord, WeightBlock


def strengths(network: NetworkRecord, layer: str) -> tuple[FloatArray, FloatArray]:
    """Sum the kept strength into and out of every neuron of a layer, each of shape (n_neurons,)."""
    n_neurons = size_of(network, layer)
    into, out_of = np.zeros(n_neurons), np.zeros(n_neurons)
    for block in network.blocks:
        kept = block.strength if block.kept is None else np.where(block.kept, block.strength, 0)
        into += kept.sum(axis=0, dtype=np.float64) if block.target == layer else 0.0
        out_of += kept.sum(axis=1, dtype=np.float64) if block.source == layer else 0.0
    return into, out_of


def weight_change_p(network: NetworkRecord, initial: NetworkRecord, layer: str) -> FloatArray:
    """Test whether a neuron's incoming weights lie elsewhere than before training.

    Returns
    -------
    FloatArray
        Two-sided p of a Mann-Whitney U test, asymptotic with correction for ties, shape (n_neurons,). The authors
        used a version of SciPy that gave the one-sided p, half of it. NaN where weights have no sign, or some were
        left out: those that are kept are no fair sample.

    References
    ----------
    Meyes, Lu, Waubert de Puiseau and Meisen (2019), arXiv 1901.08644.
    """
    trained, untrained = _values(_incoming(network, layer)), _values(_incoming(initial, layer))
    if trained is None or untrained is None:
        return np.full(size_of(network, layer), np.nan)
    tested = stats.mannwhitneyu(trained, untrained, alternative="two-sided", method="asymptotic", axis=0)
    return np.asarray(tested.pvalue, dtype=np.float64)


def check_initial(network: NetworkRecord, initial: NetworkRecord) -> None:
    """Raise `ShapeError` if the network was wired otherwise before training."""
    for layer in network.layers:
        now, before = _incoming(network, layer.name), _incoming(initial, layer.name)
        if _sizes(now) != _sizes(before):
            raise ShapeError(
                f"The layer {layer.name!r} is fed by {_spelled(now)}, in the initial network by {_spelled(before)}. "
                "Both must have the same layers of the same sizes. Give the network as it was before this training."
            )


def activation_proxy(
    network: NetworkRecord, layer: str, inputs: FloatArray, labels: IntArray, n_classes: int
) -> FloatArray:
    """Multiply the mean input of every class by the kept incoming weights, without running the network.

    Parameters
    ----------
    inputs
        Activations of the input layer, shape (n_trials, n_inputs).
    labels
        Class of every trial, shape (n_trials,).

    Returns
    -------
    FloatArray
        Shape (n_neurons, n_classes), divided by the largest magnitude in the layer; NaN for classes without trials,
        and for layers that are not linear or not fed by the input alone.
    """
    feeding = _incoming(network, layer)
    kind = next(one.kind for one in network.layers if one.name == layer)
    weights = _values(feeding, partly=True)
    if kind != "linear" or [block.source for block in feeding] != [_first(network)] or weights is None:
        return np.full((size_of(network, layer), n_classes), np.nan)
    means = np.full((n_classes, inputs.shape[1]), np.nan)
    for number in np.unique(labels):
        means[number] = inputs[labels == number].mean(axis=0, dtype=np.float64)
    driven: FloatArray = (means @ weights).T
    largest = np.nanmax(np.abs(driven))
    return driven / largest if largest > 0 else driven


def size_of(network: NetworkRecord, layer: str) -> int:
    """Count the neurons of a layer.

    Raises
    ------
    UnknownName
        The network has no such layer.
    """
    sizes = {one.name: one.n_neurons for one in network.layers}
    if layer not in sizes:
        raise UnknownName("layer", layer, sizes)
    return sizes[layer]


def _first(network: NetworkRecord) -> str:
    return next(layer.name for layer in network.layers if layer.number == 0)


def _incoming(network: NetworkRecord, layer: str) -> tuple[WeightBlock, ...]:
    found = [block for block in network.blocks if block.target == layer]
    return tuple(sorted(found, key=lambda block: block.source))


def _sizes(blocks: Sequence[WeightBlock]) -> list[tuple[str, tuple[int, ...]]]:
    return [(block.source, block.strength.shape) for block in blocks]


def _values(blocks: Sequence[WeightBlock], *, partly: bool = False) -> FloatArray | None:
    """Give all signed weights into a layer, shape (n_sources, n_neurons); None where there are none to be had."""
    parts = []
    for block in blocks:
        if block.value is None or (block.kept is not None and not block.kept.all() and not partly):
            return None
        parts.append(block.value if block.kept is None else np.where(block.kept, block.value, 0))
    return np.concatenate(parts).astype(np.float64) if parts else None


def _spelled(blocks: Sequence[WeightBlock]) -> str:
    return ", ".join(f"{source!r} ({shape[0]} by {shape[1]})" for source, shape in _sizes(blocks)) or "nothing"
