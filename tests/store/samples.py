"""Records and results made by hand, and a process that writes them: `python samples.py NETWORK`."""

from __future__ import annotations

import os
import sys
from dataclasses import replace
from itertools import pairwise

import numpy as np
from partitions import partition_by_hand, scored

from atlas.keys import cluster_key, neuron_key, run_key
from atlas.records import CompositionBlock, LayerRecord, NetworkRecord, RunRecord, TargetRecord, WeightBlock
from atlas.results import ConfusionSummary, EffectResult, InformationResult, PartitionResult

MIX = np.array([[1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 1, 1], [0, 0, 1, -1]], dtype=np.float32)
SUM = np.array([[1, 0], [1, 0], [0, 1], [0, 1]], dtype=np.float32)
LAYERS = ("input", "dense_1", "dense_2", "dense_3")
SIZES = (4, 4, 4, 2)
_COMPOSED = ("query", "key", "value")

NEURONS = """MATCH (:Network {key: $network})-[:HAS_LAYER]->(l:Layer)-[:HAS_NEURON]->(x:Neuron)
WHERE $layer IS NULL OR l.name = $layer
RETURN x.in_strength AS in_strength, x.out_strength AS out_strength, x.effect_points AS effect_points,
  x.effect_q AS effect_q, x.most_affected_target AS most_affected_target, x.effect_run AS effect_run,
  x.label_bits AS label_bits, x.label_run AS label_run ORDER BY x.layer_number, x.number"""
WEIGHTS = """MATCH (:Layer {key: $layer})-[:HAS_NEURON]->(a:Neuron)-[:WEIGHT]->(b:Neuron)
RETURN a.key AS source, b.key AS target ORDER BY a.number, b.number"""
PARTITIONS = """MATCH (:Network {key: $network})-[:HAS_PARTITION]->(p:Partition)
RETURN p.n_clusters AS n_clusters, p.modularity AS modularity, p.z AS z, p.run AS run ORDER BY p.name"""
CLUSTERS = """MATCH (:Network {key: $network})-[:HAS_PARTITION]->(:Partition {name: $partition})-[:HAS_CLUSTER]->(c)
RETURN c.key AS cluster, c:Module AS is_module, c.n_neurons AS n_neurons, c.n_layers AS n_layers,
  c.internal_share AS internal_share, c.effect_run AS effect_run ORDER BY c.number"""
RUNS = "MATCH (r:Run {network: $network}) RETURN r.state AS state ORDER BY r.started_at, r.key"
EFFECTS = """MATCH (:Network {key: $network})-[:HAS_TARGET]->(t:Target)<-[r:EFFECT]-(x)
WHERE r.run = coalesce($run, x.effect_run)
RETURN x.key AS element, t.name AS target, r.points AS points, r.macro_points AS macro_points,
  r.n_trials AS n_trials, r.null_mean AS null_mean, r.z AS z
ORDER BY x:Cluster, coalesce(x.layer_number, 0), x.number, t.kind, size(t.name), t.name"""
INFORMATION = """MATCH (:Network {key: $network})-[:HAS_TARGET]->(t:Target)<-[r:INFORMATION]-(x)
WHERE r.run = x.label_run
RETURN r.bits AS bits ORDER BY x.layer_number, x.number, t.kind, size(t.name), t.name"""


def two_blocks(key: str) -> NetworkRecord:
    """The network of tests/networks.py as a record: two halves, 40 weights, 20 of them of strength 1."""
    values = dict(zip(LAYERS[1:], (MIX, MIX, SUM), strict=True))
    blocks = [
        WeightBlock(source=source, target=target, value=values[target], strength=np.abs(values[target]))
        for source, target in pairwise(LAYERS)
    ]
    return _record(key, dict(zip(LAYERS, SIZES, strict=True)), blocks)


def random_network(key: str, sizes: tuple[int, ...], *, seed: int = 0) -> NetworkRecord:
    """A network of random weights whose strength is not their magnitude."""
    draws = np.random.default_rng(seed)
    names = ["input", *(f"fc{i}" for i in range(1, len(sizes)))]
    blocks = []
    for (source, target), shape in zip(pairwise(names), pairwise(sizes), strict=True):
        value = draws.normal(size=shape).astype(np.float32)
        blocks.append(WeightBlock(source=source, target=target, value=value, strength=value**2))
    return _record(key, dict(zip(names, sizes, strict=True)), blocks)


def thinned(record: NetworkRecord) -> NetworkRecord:
    """The same network with only its positive weights kept."""
    blocks = []
    for block in record.blocks:
        kept = block.value > 0
        removed = float(block.strength[~kept].sum() / block.strength.sum())
        blocks.append(replace(block, kept=kept, policy="positive", n_trained=kept.size, removed_strength_share=removed))
    return replace(record, blocks=tuple(blocks))


def mixed(key: str) -> NetworkRecord:
    """A network with everything a record can hold: no signs, two groups, a recurrent layer, sums, composing heads."""
    draws = np.random.default_rng(2)
    grouped = np.kron(np.eye(2, dtype=bool), np.ones((2, 2), dtype=bool))
    value = draws.normal(size=(4, 4)).astype(np.float32)
    ends = (("input", "conv", grouped), ("conv", "rnn", None), ("rnn", "rnn", None), ("rnn", "one", None))
    ends += (("conv", "one", None), ("one", "two", None), ("rnn", "two", None))
    blocks = [
        WeightBlock(
            source=source,
            target=target,
            value=None if target in ("one", "two") else value,
            strength=draws.random(size=(4, 4)),
            kept=kept,
        )
        for source, target, kept in ends
    ]
    thin = replace(blocks[-1], kept=value > 0, policy="positive", n_trained=16, removed_strength_share=0.25)
    record = _record(key, dict.fromkeys(("input", "conv", "rnn", "one", "two"), 4), [*blocks[:-1], thin])
    heads = [replace(layer, kind="attention", summary="mean length over positions") for layer in record.layers[3:]]
    composition = CompositionBlock(source="one", target="two", **{n: draws.random((4, 4)) for n in _COMPOSED})
    return replace(record, layers=(*record.layers[:3], *heads), compositions=(composition,), norm="frobenius")


def _record(key: str, sizes: dict[str, int], blocks: list[WeightBlock]) -> NetworkRecord:
    layers = [
        LayerRecord(name=name, number=i, kind="linear" if i else "input", n_neurons=size, activation="relu")
        for i, (name, size) in enumerate(sizes.items())
    ]
    classes = [TargetRecord(name=str(i), kind="class", number=i) for i in range(layers[-1].n_neurons)]
    return NetworkRecord(
        key=key,
        architecture="-".join(map(str, sizes.values())),
        layers=tuple(layers),
        blocks=tuple(blocks),
        targets=(TargetRecord(name="all", kind="all"), *classes),
        file_sha256="0" * 64,
        opened={"file": "net.pt", "chain": "a,b"},
    )


def run(network: str, kind: str, name: str = "1", **params: str) -> RunRecord:
    """A run to write under."""
    return RunRecord(
        key=run_key(network, kind, name),
        network=network,
        kind=kind,
        method={"partition": "leiden", "ablate": "zero", "inform": "label", "indicators": "spearman"}[kind],
        seed=0,
        params={"n_null": 20, **params},
        command=f"atlas {kind} {network}",
        code_version="0",
    )


def halves(network: NetworkRecord) -> PartitionResult:
    """Two clusters: the first and the second half of every layer."""
    sizes = [layer.n_neurons for layer in network.layers]
    return by_labels(network, np.concatenate([np.arange(size) * 2 // size for size in sizes]).tolist())


def by_labels(network: NetworkRecord, labels: list[int]) -> PartitionResult:
    """Make a partition of all layers from the cluster of every neuron."""
    return partition_by_hand(
        {layer.name: layer.n_neurons for layer in network.layers},
        labels,
        scores={
            "modularity": scored(0.5, null_mean=0.1, null_sd=0.0, p=1 / 21),
            "layer_agreement": scored(0.0),
            "n_cut": scored(0.0),
        },
        clusters={"internal_share": scored(np.ones(max(labels) + 1))},
        neurons={
            "internal_share": np.ones(len(labels)),
            "participation": np.zeros(len(labels)),
            "agreement_across_seeds": np.linspace(0, 1, len(labels)),
        },
    )


def effects(elements: list[str], points: list[list[float]], q: list[float], *, classes: int = 2) -> EffectResult:
    """Effects on `all` and on the classes, with the same q against every target of an element."""
    values = np.array(points, dtype=float)
    nothing = np.full_like(values, np.nan)
    rates = np.repeat(np.array(q)[:, None], values.shape[1], axis=1)
    n_trials = np.array([64] + [32] * classes)
    lost = np.nan_to_num(np.rint(values / 100 * n_trials)).astype(int)
    return EffectResult(
        method="zero",
        elements=tuple(elements),
        targets=("all", *map(str, range(classes))),
        points=values,
        low_points=values - 1,
        high_points=values + 1,
        n_trials=n_trials,
        macro_points=values[:, 0],
        null_mean=nothing,
        null_sd=nothing,
        z=nothing,
        p=rates,
        q=rates,
        n_ablated=np.ones(len(elements), dtype=int),
        n_right=n_trials,
        n_broken=np.maximum(lost, 0),
        n_repaired=np.maximum(-lost, 0),
        n_near_ties=np.zeros(len(elements), dtype=int),
        confusion=ConfusionSummary(answer=np.where(lost > 0, 1, -1), n_trials=np.maximum(lost, 0)),
        changes=None,
        params={},
    )


def information(elements: list[str], bits: list[list[float]], *, classes: int = 2) -> InformationResult:
    """Information on `all` and on the classes."""
    values = np.array(bits, dtype=float)
    return InformationResult(
        kind="label",
        elements=tuple(elements),
        targets=("all", *map(str, range(classes))),
        bits=values,
        low_bits=values,
        high_bits=values,
        null_bits=np.zeros_like(values),
        null_sd_bits=np.full_like(values, 0.5),
        z=values / 0.5,
        p=np.full_like(values, 0.01),
        q=np.full_like(values, 0.02),
        n_states=np.full(len(elements), 8),
        trials_per_state=np.full(len(elements), 8.0),
        reliable=np.full(len(elements), True),
        reasons=tuple([None] * len(elements)),
        n_trials=64,
        params={},
    )


def clusters_of(network: str, name: str) -> list[str]:
    """Keys of the two clusters of `halves`."""
    return [cluster_key(network, name, 0), cluster_key(network, name, 1)]


def write_everything(network: str) -> None:
    """Load a network and annotate it, as the commands do, on the server of the environment."""
    from atlas import store as room

    record = random_network(network, (200, 100, 50, 10))
    hidden = [neuron_key(network, layer, i) for layer, size in (("fc1", 100), ("fc2", 50)) for i in range(size)]
    draws = np.random.default_rng(1)
    points = draws.normal(size=(len(hidden), 11))
    q = draws.uniform(size=len(hidden))
    with room.Store(*(os.environ[f"ATLAS_NEO4J_{name}"] for name in ("URI", "USER", "PASSWORD"))) as store:
        store.prepare()
        room.clean(store)
        print("ready", flush=True)
        room.load(store, record)
        room.annotate_partition(store, run(network, "partition"), halves(record), name="halves")
        result = effects(hidden, points.tolist(), q.tolist(), classes=10)
        room.annotate_effects(store, run(network, "ablate"), result)
        result = effects(clusters_of(network, "halves"), points[:2].tolist(), [0.01, 0.5], classes=10)
        room.annotate_effects(store, run(network, "ablate", "2", partition="halves"), result)
        bits = information(hidden, abs(points).tolist(), classes=10)
        room.annotate_information(store, run(network, "inform"), bits)


if __name__ == "__main__":
    write_everything(sys.argv[1])
