"""What the networks of the study of complexity are, epoch by epoch: complexity, what stands beside it, accuracy."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import pandas as pd
import torch
from torch import nn

from atlas.analysis.information import label_information
from atlas.analysis.information.complexity import complexity_of_elements
from atlas.analysis.information.discretising import Discretisation
from atlas.analysis.information.relay.measuring import relay_of_neurons
from atlas.keys import layer_key
from atlas.records import DataRecord, FloatArray, IntArray
from ingest.cores import one_core
from studies.quantised import LAYERS, N_CLASSES, N_LEVELS, Job, network_of, read_parts, states_of

N_NULL = {"digits": 5, "mnist": 3}  # shuffles of the labels
N_NOISE = 5  # shuffles of one neuron, each in turn
LEVELS = Discretisation(method="quantiser", n_states=N_LEVELS)
LEAST_RELAYED = 0.1  # bits; shares of less are shares of noise
TWO = Discretisation(method="two_means")  # joint states of five neurons that trials cover


def measure(job: Job) -> pd.DataFrame:
    """Train a network, or take it as it was trained, and measure it: one row is one layer after one epoch."""
    train, test = read_parts(job)
    states = states_of(job, train)
    with one_core():
        rows = [measure_network(network_of(states[epoch]), train, test, job=job, epoch=epoch) for epoch in states]
    return pd.concat(rows, ignore_index=True)


def measure_network(
    network: nn.Sequential, train: DataRecord, test: DataRecord, *, job: Job, epoch: int
) -> pd.DataFrame:
    """Measure the three five-wide layers on the trials the network was trained on."""
    activations, answers = run(network, train)
    members = {layer_key(job.data, layer): LEVELS.states(values) for layer, values in activations.items()}
    complexity = complexity_of_elements(
        members,
        train.labels,
        N_CLASSES,
        min_trials=1,  # the trials are the whole population asked about, as in the paper
        n_null=N_NULL[job.data],
        n_noise=N_NOISE,
        n_subsamples=0,
    ).to_frame()
    beside = _beside(activations, train.labels, answers, complexity["bits"].to_numpy())
    return complexity.drop(columns=["element", "reason", "note"]).assign(
        data=job.data,
        seed=job.seed,
        epoch=epoch,
        layer=LAYERS,
        train_percent=100 * (answers == train.labels).mean(),
        test_percent=100 * (run(network, test)[1] == test.labels).mean(),
        usual_percent=[usual_percent(states) for states in members.values()],
        **beside,
    )


def usual_percent(states: IntArray) -> float:
    """Give the share of trials in which a neuron is in its most frequent state, mean over neurons, in percent."""
    return float(np.mean([100 * np.bincount(neuron).max() / len(neuron) for neuron in states]))


def run(network: nn.Sequential, data: DataRecord) -> tuple[dict[str, FloatArray], IntArray]:
    """Give the activations of the five-wide layers, each of shape (n_trials, 5), and the answers."""
    with torch.no_grad():
        x = torch.tensor(data.inputs.reshape(len(data.inputs), -1))
        found: dict[str, FloatArray] = {}
        for name, part in network.named_children():
            x = part(x)
            layer = name.replace("quantised", "fc")
            if layer != name and layer in LAYERS:
                found[layer] = x.numpy()
    return found, x.argmax(dim=1).numpy()


def _beside(
    activations: Mapping[str, FloatArray], labels: IntArray, answers: IntArray, bits: FloatArray
) -> dict[str, FloatArray]:
    """Give what single neurons tell, and what layers and their neurons relay: shape (n_layers,) each.

    Shares are sums over the single neurons of a layer, divided by what the layer tells or relays; of relay information
    NaN where the layer relays next to nothing.
    """
    n_layers = len(LAYERS)
    single = label_information(
        activations, labels, N_CLASSES, network="n", discretisation=LEVELS, min_trials=0, n_null=0, n_subsamples=0
    )
    states = {layer: TWO.states(values) for layer, values in activations.items()}
    relay = relay_of_neurons(
        states, labels, answers, N_CLASSES, network="n", n_null=0, n_searches=0, n_subsamples=0, min_trials=0
    )
    relayed = relay.bits[-n_layers:, 0]
    enough = np.where(relayed >= LEAST_RELAYED, relayed, np.nan)
    return {
        "single_share": single.bits[:, 0].reshape(n_layers, -1).sum(axis=1) / bits,
        "relay_bits": relayed,
        "only_share": relay.bits[:-n_layers, 0].reshape(n_layers, -1).sum(axis=1) / enough,
        "alone_share": relay.alone_bits[:-n_layers, 0].reshape(n_layers, -1).sum(axis=1) / enough,
    }
