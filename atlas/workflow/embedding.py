"""Lay the trials of a network out in a plane, with what ablating some of its neurons does. Nothing is written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from atlas.analysis.embedding import MAX_TRIALS, embedding_of_trials
from atlas.errors import BadParameter, UnknownName
from atlas.keys import cluster_key, neuron_key
from atlas.records import IntArray, MaskedForward
from atlas.results import EmbeddingResult
from atlas.store import Store
from atlas.workflow.reading import Members, check_forward, hidden_members, layer_sizes


@dataclass(frozen=True, kw_only=True)
class EmbeddingParams:
    """What to ablate, and how to lay trials out. The meaning of each stands at `atlas.analysis.embedding`."""

    neurons: tuple[str, ...] = ()  # keys
    cluster: str | None = None  # PARTITION/NUMBER, instead of neurons
    method: str = "tsne"
    ablation: str = "zero"
    layer: str | None = None
    n_components_pca: int = 30
    perplexity: float = 40.0
    max_trials: int = MAX_TRIALS
    seed: int = 0

    def __post_init__(self) -> None:
        if bool(self.neurons) == (self.cluster is not None):
            raise BadParameter(
                f"{'Neurons and a cluster are' if self.neurons else 'Nothing is'} named to ablate. An embedding shows "
                "one ablation. Name either neurons, by key, or one cluster: PARTITION/NUMBER."
            )
        twice = [key for place, key in enumerate(self.neurons) if key in self.neurons[:place]]
        if twice:
            raise BadParameter(f"The neuron {twice[0]!r} is named twice. Name every neuron once.")


def embedding(store: Store, forward: MaskedForward, params: EmbeddingParams) -> EmbeddingResult:
    """Lay trials out, each with its answers before and after the ablation of a set of hidden neurons.

    Raises
    ------
    UnknownName
        There is no such network, neuron, partition, cluster, layer or method.
    EmptySelection
        The cluster has no hidden neuron.
    BadParameter, InputError
        A number outside its range, a neuron of the input or the output, or UMAP is not installed.
    """
    check_forward(store, forward)
    if params.cluster is None:
        members = _of_neurons(store, forward.network, params.neurons)
    else:
        members = _of_cluster(store, forward, params.cluster)
    return embedding_of_trials(
        forward,
        members,
        method=params.method,
        ablation=params.ablation,
        layer=params.layer,
        n_components_pca=params.n_components_pca,
        perplexity=params.perplexity,
        max_trials=params.max_trials,
        seed=params.seed,
    )


def _of_neurons(store: Store, network: str, keys: tuple[str, ...]) -> Mapping[str, IntArray]:
    sizes = layer_sizes(store, network)
    known = {neuron_key(network, layer, n): (layer, n) for layer, size in sizes.items() for n in range(size)}
    found: dict[str, list[int]] = {}
    for key in keys:
        if key not in known:
            raise UnknownName(f"neuron of {network!r}", key, known)
        layer, number = known[key]
        found.setdefault(layer, []).append(number)
    return {layer: np.array(numbers) for layer, numbers in found.items()}


def _of_cluster(store: Store, forward: MaskedForward, name: str) -> Members:
    partition, _, number = name.removeprefix(f"{forward.network}/").rpartition("/")
    if not partition:
        raise BadParameter(f"The cluster {name!r} is not named as PARTITION/NUMBER, for example leiden-1.0-seed0/3.")
    clusters = hidden_members(store, forward, partition)
    key = f"{forward.network}/{partition}/{number}"
    if key not in clusters:
        numbers = [cluster_key(forward.network, partition, place) for place in range(len(clusters))]
        raise UnknownName(f"cluster of {forward.network!r}", key, numbers)
    return clusters[key]
