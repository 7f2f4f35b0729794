"""The graph a partition is of: weights that were read, activations that are measured, or both."""

from __future__ import annotations

from dataclasses import replace

from atlas.analysis.graph import NeuronGraph
from atlas.analysis.graph.activations import activation_graph
from atlas.analysis.graph.weights import weight_graph
from atlas.errors import InputError
from atlas.records import MaskedForward
from atlas.store import Store, read_network
from atlas.workflow.partition_params import PartitionParams


def graph_of(store: Store, network: str, params: PartitionParams, forward: MaskedForward | None) -> NeuronGraph:
    """Join the neurons of a network as a partition asks for; its layers are those chosen.

    Raises
    ------
    InputError
        Activations are asked for, and there is no network to run.
    """
    if params.kind == "activations":
        return _activations(params, _to_run(network, params, forward))
    if params.kind == "weights":
        return _weights(store, network, params, forward)
    hidden = replace(params, layers=params.layers or _to_run(network, params, forward).hidden)
    activations = _activations(hidden, _to_run(network, params, forward))
    return replace(_weights(store, network, hidden, forward), beside=activations)


def _weights(store: Store, network: str, params: PartitionParams, forward: MaskedForward | None) -> NeuronGraph:
    spread = params.value("spread")
    return weight_graph(
        read_network(store, network),
        layers=params.layers,
        rescale=params.value("rescale"),
        spread=spread,
        forward=None if spread == "ignore" else _to_run(network, params, forward),
    )


def _activations(params: PartitionParams, forward: MaskedForward) -> NeuronGraph:
    return activation_graph(
        forward,
        layers=params.layers,
        association=params.value("association"),
        power=params.value("power"),
        max_trials=params.value("max_trials"),
        seed=params.seed,
    )


def _to_run(network: str, params: PartitionParams, forward: MaskedForward | None) -> MaskedForward:
    if forward is None:
        raise InputError(
            f"A partition of {network!r} by {params.kind} with spread {params.value('spread')!r} needs it to run. "
            "Give `forward`, or partition it by weights alone."
        )
    return forward
