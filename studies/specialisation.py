"""How clusterable trained networks are, and whether the parts of their clusters matter, each beside chance."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

import ingest
from atlas.analysis.graph import weight_graph
from atlas.analysis.lesion import lesion_tests
from atlas.analysis.partition import partition
from atlas.analysis.partition.spectral import NCut
from atlas.analysis.seeds import generator
from atlas.errors import AnalysisError
from atlas.records import DataRecord, IntArray
from atlas.results import LesionResult, PartitionResult, Scored
from ingest.cores import one_core
from studies.pruned_training import CHAIN, train_pruned

N_CLUSTERS = 12
NULLS = ("layer", "nonzero", "degree")
SPECTRA = {"plain": False, "deflated": True}
N_TRIALS, LEVEL = 2_500, 0.05  # trials of the lesion tests, drawn from the test images
N_NULL, N_LESIONS = 20, 249  # shuffles of each null; random sets of each size and layer
N_PUBLISHED = 19  # random sets, as the authors have them


@dataclass(frozen=True, kw_only=True)
class Job:
    """One network to train, prune and study."""

    data: str  # mnist, fashion
    folder: Path  # of the images
    dropout: bool
    seed: int
    trained: Path  # folder of trained networks


def study(job: Job) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train a network, unpruned and pruned, cut both, and lesion the parts: n-cuts, and lesion tests."""
    with one_core():
        spec = partial("{}:{}:{}".format, job.data, job.folder)
        files = train_pruned(job.trained, spec("train"), dropout=job.dropout, seed=job.seed)
        test = ingest.read_data(spec("test"))
        cuts, lesions = [], []
        for pruned, file in ((False, files.unpruned), (True, files.pruned)):
            about = {"data": job.data, "dropout": job.dropout, "pruned": pruned, "seed": job.seed}
            for cut, lesion in _studied(file, test):
                cuts.append({**about, **cut})
                lesions.append({**about, **lesion})
    return pd.DataFrame(cuts), pd.DataFrame(lesions)


def _studied(file: Path, test: DataRecord) -> Iterator[tuple[dict[str, object], dict[str, object]]]:
    """Give what was found by the plain and by the deflated spectrum."""
    opening = ingest.Opening(chain=CHAIN)
    network = ingest.read_network(file, opening, data=test)
    record = ingest.record(network, key="studied", data=test)
    graph = weight_graph(record)
    forward = ingest.forward(network, key="studied", data=_some(test))
    for spectrum, deflate in SPECTRA.items():
        method = NCut(N_CLUSTERS, deflate=deflate)
        found = partition(graph, method, n_null=0, n_seeds=0)
        cut = {"spectrum": spectrum, "accuracy_percent": record.accuracy_percent, "n_cut": found.scores.n_cut.value}
        cut |= {"layer_nmi": found.scores.layer_nmi.value}
        for null in NULLS:
            cut |= _beside(null, partial(partition, graph, method, shuffle=null, n_null=N_NULL, n_seeds=0))
        parts, pool = _parts(found, forward.hidden)
        test_parts = partial(lesion_tests, forward, parts, pool=pool, level=LEVEL)
        lesion = _tested(test_parts(n_null=N_LESIONS))
        published = test_parts(n_null=N_PUBLISHED, rule="published").combined
        lesion |= {
            "published_importance_p": published.importance_p[0],
            "published_coherence_p": published.coherence_p[0],
        }
        yield cut, {"spectrum": spectrum, **lesion}


def _some(test: DataRecord) -> DataRecord:
    """Draw the trials of the lesion tests."""
    chosen = np.sort(generator(0).permutation(len(test.labels))[:N_TRIALS])
    return ingest.read_data((test.inputs[chosen], test.labels[chosen]))


def _beside(null: str, scored) -> dict[str, float]:
    """Give the n-cut's place among those of shuffled weights; NaN where weights cannot be shuffled so."""
    try:
        n_cut: Scored = scored().scores.n_cut
    except AnalysisError:
        return {}
    return {f"{null}_{name}": float(getattr(n_cut, name)) for name in ("null_mean", "z", "p")}


def _parts(
    found: PartitionResult, hidden: tuple[str, ...]
) -> tuple[dict[str, dict[str, IntArray]], dict[str, IntArray]]:
    """Give each cluster's part in each hidden layer as a set of its own, and the neurons that have weights."""
    labels = dict(zip(found.layers, np.split(found.labels, np.cumsum(found.sizes)[:-1]), strict=True))
    grouped = [number for number, reason in enumerate(found.set_apart) if reason is None]
    parts = {
        f"{number}/{layer}": {layer: np.flatnonzero(labels[layer] == number)}
        for number in grouped
        for layer in hidden
        if number in labels[layer]
    }
    return parts, {layer: np.flatnonzero(np.isin(labels[layer], grouped)) for layer in hidden}


def _tested(result: LesionResult) -> dict[str, float]:
    """Sum up the tests of all parts."""
    of_parts = np.array([layer is not None for layer in result.layers])
    summed: dict[str, float] = {}
    for name in ("importance", "coherence"):
        statistic = getattr(result, name)
        tested = of_parts & ~np.isnan(statistic.p)
        summed[f"{name}_p"] = float(getattr(result.combined, f"{name}_p")[0])
        summed[f"{name}_n"] = int(tested.sum())
        summed[f"{name}_percent"] = 100.0 * float(np.mean(statistic.q[tested] <= LEVEL)) if tested.any() else np.nan
        summed[f"{name}_effect"] = float(np.nanmean(statistic.effect[tested])) if tested.any() else np.nan
    return summed
