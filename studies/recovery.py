"""Which methods find the sub-networks of a planted network again, by its weights, its activations, or both."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pandas as pd
from sklearn.metrics import adjusted_rand_score

import ingest
from atlas.analysis.graph import NeuronGraph, activation_graph, weight_graph
from atlas.analysis.partition import Method, partition
from atlas.analysis.partition.layered import Layered
from atlas.analysis.partition.leiden import Leiden
from atlas.analysis.partition.local import Local
from atlas.analysis.partition.multiplex import Multiplex
from atlas.analysis.partition.objectives import Objective
from atlas.analysis.partition.spectral import NCut
from atlas.errors import AtlasError
from atlas.records import BoolArray, DataRecord
from studies.planted import Planted, accuracy_percent, with_noise

RECOVERED = 0.9  # smallest adjusted Rand index that counts
LOCAL = "local"


def recovery(planted: Planted, trials: DataRecord, *, noise: float, seed: int) -> pd.DataFrame:
    """Partition a planted network with noise by every graph and method: one row each.

    Columns: graph, method, ari (of hidden neurons that are joined to others; for clusters within layers the mean over
    layers), ari_active (of those of them that vary without noise), n_apart (hidden neurons that are not joined),
    n_inactive (that do not vary without noise), refused (why there is no index), accuracy_percent.
    """
    network, active = with_noise(planted, noise, seed=seed), _active(planted, trials)
    rows = [
        {"graph": name, "method": method_name, **_recovered(graph, method, planted, active, seed=seed)}
        for name, graph in _graphs(network, trials).items()
        for method_name, method in methods(graph, int(planted.modules["input"].max()) + 1)
    ]
    right = accuracy_percent(network, trials)
    return pd.DataFrame(rows).assign(noise=noise, seed=seed, accuracy_percent=right, n_inactive=int((~active).sum()))


def methods(graph: NeuronGraph, n_modules: int) -> Iterator[tuple[str, Method]]:
    """Give every method for a kind of graph; those that ask for a number of clusters are told the right one."""
    if graph.beside is not None:
        yield "multiplex", Multiplex()
        return
    density = float(graph.degree.sum()) / (graph.n_neurons * (graph.n_neurons - 1))
    yield "leiden", Leiden()
    yield "cpm", Leiden(objective="cpm", resolution=density)
    for objective in ("rb_er", "surprise", "significance"):
        yield objective, Objective(objective)
    yield "layered", Layered()
    yield "n_cut, plain", NCut(n_modules, deflate=False)
    yield "n_cut, deflated", NCut(n_modules, deflate=True)
    yield LOCAL, Local(NCut(n_modules), k_by_layer="same")


def _graphs(network, trials: DataRecord) -> dict[str, NeuronGraph]:
    """Join the hidden and output neurons by weights, the hidden ones by activations, and by both."""
    forward = ingest.forward(network, key="planted", data=trials)
    record = ingest.record(ingest.read_network(network), key="planted")
    weights, activations = weight_graph(record, layers=forward.layers[1:]), activation_graph(forward)
    both = replace(weights.select(forward.hidden), beside=activations)
    return {"weights": weights, "activations": activations, "both": both}


def _active(planted: Planted, trials: DataRecord) -> BoolArray:
    """Tell which hidden neurons take part in their sub-network: their activations vary, shape (n_hidden,)."""
    forward = ingest.forward(planted.network, key="planted", data=trials)
    return np.concatenate([np.ptp(forward.activations(layer), axis=0) > 0 for layer in forward.hidden])


def _recovered(
    graph: NeuronGraph, method: Method, planted: Planted, active: BoolArray, *, seed: int
) -> dict[str, object]:
    try:
        found = partition(graph, method, seed=seed, n_null=0, n_seeds=0)
    except AtlasError as error:
        return {"ari": np.nan, "ari_active": np.nan, "n_apart": 0, "refused": str(error)}
    hidden = list(planted.modules)[1:-1]
    truth = np.concatenate([planted.modules[layer] for layer in hidden])
    layer_of = np.repeat(hidden, [len(planted.modules[layer]) for layer in hidden])
    labels = found.labels[: len(truth)]
    kept = np.array([reason is None for reason in found.set_apart])[labels]
    scopes = [layer_of == layer for layer in hidden] if method.name == LOCAL else [np.full(len(truth), True)]
    ari, ari_active = (
        float(np.mean([adjusted_rand_score(truth[scope & own], labels[scope & own]) for scope in scopes]))
        for own in (kept, kept & active)
    )
    return {"ari": ari, "ari_active": ari_active, "n_apart": int((~kept).sum()), "refused": None}
