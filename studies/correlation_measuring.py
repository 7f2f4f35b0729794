"""What the networks of the study of correlation functions are: how they answer, and how far closures hold in them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import torch
from torch import nn

import ingest
from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.closure_errors import closure_errors
from atlas.analysis.correlation.formulas import formula_errors
from atlas.analysis.correlation.moments import moments_of
from atlas.analysis.correlation.one_step import one_step_scores
from atlas.analysis.correlation.propagating import closed_from
from atlas.analysis.correlation.surrogates import surrogate_accuracy
from atlas.analysis.seeds import generator
from atlas.keys import layer_key
from atlas.records import DataRecord, FloatArray, StagedLayer
from ingest.cores import one_core
from ingest.statistics import class_statistics, closure_loss
from studies.correlation_training import N_CLASSES, Job, network_of, read_images

START = "input"
MIXTURES = (2, 5, 10)  # parts of each class
N_NULL = 10  # of mixtures none: their parts would be searched again in each
N_DRAWS = 5
N_SAMPLES = (1_000, 10_000, 100_000)
N_ENTRIES = 60  # of the covariance of each layer and class, drawn for the figure
Tables = dict[str, pd.DataFrame]
Activations = Mapping[str, FloatArray]


def study(job: Job) -> Tables:
    """Train a network, or take it as it was trained, and test it; if it was trained on data, measure it.

    One trained on statistics has the loss, too, that closure predicts from them.
    """
    network, test = network_of(job), read_images(job.folder, "test")
    tables = {"answers": answers(network, test)}
    if job.source == "statistics":
        given = class_statistics(read_images(job.folder, "train"))
        tables["answers"]["believed_loss"] = closure_loss(network, given).item()
    if job.source == "data":
        with one_core():
            tables |= measure(network, test, seed=job.seed)
    kind = {"activation": job.activation, "depth": job.depth, "source": job.source, "seed": job.seed}
    return {name: table.assign(**kind) for name, table in tables.items()}


def answers(network: nn.Sequential, test: DataRecord) -> pd.DataFrame:
    """Give accuracy and squared loss, in one row."""
    with torch.no_grad():
        outputs = network(torch.tensor(test.inputs.reshape(len(test.inputs), -1))).numpy().astype(np.float64)
    loss = ((outputs - np.eye(N_CLASSES)[test.labels]) ** 2).sum(axis=1).mean()
    accuracy = 100 * (outputs.argmax(axis=1) == test.labels).mean()
    return pd.DataFrame([{"test_loss": loss, "accuracy_percent": accuracy}])


def measure(network: nn.Sequential, test: DataRecord, *, seed: int) -> Tables:
    """Measure a network on the images to test on."""
    forward = ingest.forward(network, key="n", data=test)
    layers = forward.staged(START)
    activations = {START: test.inputs.reshape(len(test.inputs), -1)} | {
        layer.layer: forward.activations(layer.layer) for layer in layers
    }
    everything = (layers, activations, test.labels, N_CLASSES)
    _, orders = one_step_scores(*everything, network="n", n_null=N_NULL, n_bootstrap=0, seed=seed)
    formulas = formula_errors(*everything, network="n", n_samples=N_SAMPLES, seed=seed)
    kept = surrogate_accuracy(*everything, network="n", start=START, n_draws=N_DRAWS, n_bootstrap=0, seed=seed)
    return {
        "closures": _closures(*everything, seed=seed),
        "orders": _of_layers(orders.to_frame(), layers),
        "formulas": _named(formulas.to_frame()),
        "kept": _named(_all_classes(kept.to_frame())),
        "entries": _entries(layers, activations, test, seed=seed),
    }


def _closures(*everything, seed: int) -> pd.DataFrame:
    """Measure every closure from every start; `parts` is how many a class has."""
    closings = [(Closing(), Closing("third")), *((Closing("mixture", n_components=n),) for n in MIXTURES)]
    tables = []
    for some in closings:
        n_null = N_NULL if some[0].n_components == 1 else 0
        found = closure_errors(*everything, network="n", closings=some, n_null=n_null, n_bootstrap=0, seed=seed)
        tables.append(_named(_all_classes(found.to_frame())).assign(parts=some[0].n_components))
    return pd.concat(tables, ignore_index=True)


def _of_layers(table: pd.DataFrame, layers: Sequence[StagedLayer]) -> pd.DataFrame:
    keys = [layer_key("n", layer.layer) for layer in layers]
    return _named(table[table["element"].isin(keys)].rename(columns={"element": "layer"}))


def _all_classes(table: pd.DataFrame) -> pd.DataFrame:
    return table[table["target"] == "all"].drop(columns="target")


def _named(table: pd.DataFrame) -> pd.DataFrame:
    """Name layers without the network."""
    return table.assign(layer=table["layer"].str.rpartition("/")[2]).reset_index(drop=True)


def _entries(layers: Sequence[StagedLayer], activations: Activations, test: DataRecord, *, seed: int) -> pd.DataFrame:
    """Draw entries of measured covariances, and what the Gaussian closure from the input predicts of them."""
    random = generator(seed, 1)
    rows = []
    for number in range(N_CLASSES):
        own = test.labels == number
        predicted = closed_from(layers, activations[START][own], Closing())
        for layer, mixture in zip(layers[:-1], predicted, strict=False):
            measured = moments_of(activations[layer.layer][own]).covariance
            at = random.integers(0, len(measured), (2, N_ENTRIES))
            rows.append(
                pd.DataFrame(
                    {"layer": layer.layer, "measured": measured[tuple(at)], "predicted": mixture.covariance[tuple(at)]}
                )
            )
    return pd.concat(rows, ignore_index=True)
