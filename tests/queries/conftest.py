"""two_blocks (tests/networks.py) in the graph, with a partition, effects and information made by hand."""

from contextlib import contextmanager
from dataclasses import replace

import numpy as np
import pytest
from networks import two_blocks
from queries.agreeing import NAME as HALVES
from queries.agreeing import agreement, halves
from queries.correlated import correlations
from queries.described import study
from queries.informed import cluster_relays, complexity, label_information, relays, synergy
from queries.judged import JUDGED, OLDER_JUDGED, roles
from queries.judged import OLDER as OLDER_ROLES
from queries.judged import ROWS as NEWER_ROLES
from queries.lesioned import lesions
from queries.matched import EXAMPLES, fill_matched, remove_matched
from queries.paired import double_lesions, joint_effects
from queries.structured import LAYERS, motif_counts, partition

from atlas.catalogue import ask
from atlas.records import LayerRecord, NetworkRecord, RunRecord, TargetRecord, WeightBlock
from atlas.results import ConfusionSummary, EffectResult
from atlas.store import (
    Store,
    annotate_complexity,
    annotate_correlation,
    annotate_information,
    annotate_relay,
    annotate_synergy,
    link_checkpoints,
    load,
)
from atlas.store.annotate import annotate_effects
from atlas.store.annotate_agreement import annotate_agreement
from atlas.store.annotate_indicators import annotate_indicators
from atlas.store.annotate_lesion import annotate_lesion
from atlas.store.annotate_motifs import annotate_motifs
from atlas.store.annotate_pairs import annotate_pairs
from atlas.store.annotate_partition import annotate_partition
from atlas.store.annotate_roles import annotate_roles
from atlas.store.prepare import prepare
from atlas.store.remove import remove_network

KEY = "query-blocks"
TARGETS = ("all", "0", "1")
NONE = float("nan")

# Each of four clusters in another quadrant, the fifth not measured.
CLUSTER_POINTS = [[50, 100, 0], [30, 0, 60], [0, 0, 0], [5, 0, 10], [NONE] * 3]
CLUSTER_NULL = [20, 25, 10, 10, NONE]
CLUSTER_EFFECT_Q = [0.02, 0.04, 1, 0.6, NONE]
CLUSTER_BITS = [1, 0.3, 0, 0.9, 0.5]
CLUSTER_NULL_BITS = [0.125, 0.125, 0.0625, 0.125, 0.125]
CLUSTER_BITS_Q = [0.01, 0.3, 0.9, 0.01, 0.2]

NEURON_POINTS = [[50, 100, 0], [0, 0, 0], [50, 0, 100], [0, 0, 0], [50, 100, 0], [25, 50, 0], [50, 0, 100], [25, 0, 50]]
NEURON_BITS = [1, 0, 1, 1, 1, 1, 0.5, NONE]
NEURON_BITS_Q = [0.01, 1, 0.01, 0.01, 0.01, 0.01, 0.02, NONE]
LAYER_BITS = [1.5, NONE]

HIDDEN = tuple(f"{KEY}/{layer}/{number}" for layer in ("dense_1", "dense_2") for number in range(4))
HIDDEN_LAYERS = (f"{KEY}/dense_1", f"{KEY}/dense_2")
CLUSTERS = tuple(f"{KEY}/leiden-1.0-seed0/{number}" for number in range(5))
OLD, NEW = f"{KEY}/run/ablate-old", f"{KEY}/run/ablate-new"
ABLATE_CLUSTERS, INFORM_CLUSTERS = f"{KEY}/run/ablate-clusters", f"{KEY}/run/inform-clusters"
INDICATORS = f"{KEY}/run/indicators"
OLDER, NEWER, PAIR = f"{KEY}/run/agree-older", f"{KEY}/run/agree-newer", ("leiden-1.0-seed0", HALVES)
POPULATIONS = f"{KEY}/run/populations-1"
INFORM, PARTITION = f"{KEY}/run/inform-neurons", f"{KEY}/run/partition-only"
PAIRS, DOUBLE, MOTIFS = f"{KEY}/run/pairs-1", f"{KEY}/run/pairs-2", f"{KEY}/run/motifs-1"
RELAY_OLD, RELAY_NEW, RELAY_CLUSTERS = (f"{KEY}/run/relay-{name}" for name in ("old", "new", "clusters"))
COMPLEXITY, CLUSTER_COMPLEXITY = f"{KEY}/run/complexity-layers", f"{KEY}/run/complexity-clusters"
SYNERGY = f"{KEY}/run/synergy-1"
CORRELATE_OLD, CORRELATE_NEW = (f"{KEY}/run/correlate-{name}" for name in ("old", "new"))
ROLES_OLD, ROLES_NEW = (f"{KEY}/run/roles-{name}" for name in ("old", "new"))

LESION, PUBLISHED = f"{KEY}/run/lesion-1", f"{KEY}/run/lesion-2"


def network(key=KEY) -> NetworkRecord:
    linear = [part for part in two_blocks() if hasattr(part, "weight")]
    values = [part.weight.detach().numpy().T.astype(float) for part in linear]
    names = list(LAYERS)
    return NetworkRecord(
        key=key,
        architecture="4-4-4-2 relu",
        layers=tuple(
            LayerRecord(name=name, number=i, kind="linear" if i else "input", n_neurons=size)
            for i, (name, size) in enumerate(LAYERS.items())
        ),
        blocks=tuple(
            WeightBlock(source=source, target=target, value=value, strength=np.abs(value))
            for source, target, value in zip(names, names[1:], values, strict=False)
        ),
        targets=(
            TargetRecord(name="all", kind="all"),
            TargetRecord(name="0", kind="class", number=0),
            TargetRecord(name="1", kind="class", number=1),
        ),
        file_sha256="f" * 64,
        dataset="two_blocks",
        seed=7,
        training_step=100,
        accuracy_percent=100.0,
        opened={"file": "blocks.pt"},
    )


def run(key, kind, method, *, network=KEY, partition=None, **params) -> RunRecord:
    return RunRecord(
        key=key,
        network=network,
        kind=kind,
        method=method,
        seed=3,
        params={"partition": partition, **params},
        command=f"atlas {kind} {network}",
        code_version="0.1.0",
        data=None if kind == "partition" else "two_blocks",
        data_sha256=None if kind == "partition" else "d" * 64,
        n_trials=None if kind == "partition" else 64,
    )


def effects(elements, points, *, null, q, method) -> EffectResult:
    points = np.array(points, dtype=float)
    wide = np.broadcast_to(np.array(null, dtype=float)[:, None], points.shape)
    n_broken = np.rint(np.nan_to_num(points) / 100 * [64, 32, 32]).astype(int)
    other = np.stack([n_broken[:, 1] >= n_broken[:, 2], n_broken[:, 1] >= 0, n_broken[:, 2] < 0], axis=1).astype(int)
    return EffectResult(
        method=method,
        elements=elements,
        targets=TARGETS,
        points=points,
        low_points=points - 5,
        high_points=points + 5,
        n_trials=np.array([64, 32, 32]),
        macro_points=points[:, 1:].mean(axis=1),
        null_mean=wide,
        null_sd=wide / 10,
        z=(points - wide) / (wide / 10),
        p=np.broadcast_to(np.array(q, dtype=float)[:, None] / 2, points.shape),
        q=np.broadcast_to(np.array(q, dtype=float)[:, None], points.shape),
        n_ablated=np.array([4, 2, 1, 1, 1] if len(elements) == 5 else [1] * len(elements)),
        n_right=np.array([64, 32, 32]),
        n_broken=n_broken,
        n_repaired=np.zeros_like(n_broken),
        n_near_ties=np.zeros(len(elements), dtype=int),
        confusion=ConfusionSummary(answer=np.where(n_broken > 0, other, -1), n_trials=n_broken),
        changes=None,
        params={},
    )


def fill(store: Store) -> None:
    """Load the network and write everything above; the newer ablation of neurons replaces the older one."""
    prepare(store)
    load(store, network())
    annotate_partition(store, run(POPULATIONS, "populations", "ablation"), halves(), name=HALVES)
    annotate_partition(
        store, run(PARTITION, "partition", "leiden", resolution=1.0), partition(), name="leiden-1.0-seed0"
    )
    for key, ari, (first, second) in ((OLDER, 0.25, PAIR), (NEWER, 0.375, PAIR[::-1])):
        compared = run(key, "agree", "label_shuffles", first=first, second=second)
        annotate_agreement(store, compared, agreement(ari), first=first, second=second)
    quiet = [NONE] * 8
    q = [0.01 if points[0] else 1 for points in NEURON_POINTS]
    older = effects(HIDDEN, NEURON_POINTS, null=quiet, q=q, method="zero")
    annotate_effects(store, run(OLD, "ablate", "zero"), older)
    newer = effects(HIDDEN, [[40, 80, 0], *NEURON_POINTS[1:]], null=quiet, q=q, method="mean")
    annotate_effects(store, run(NEW, "ablate", "mean"), newer)
    about_clusters = effects(CLUSTERS, CLUSTER_POINTS, null=CLUSTER_NULL, q=CLUSTER_EFFECT_Q, method="zero")
    annotate_effects(store, run(ABLATE_CLUSTERS, "ablate", "zero", partition="leiden-1.0-seed0"), about_clusters)
    _inform(store)
    annotate_indicators(store, run(INDICATORS, "indicators", "spearman", effect_run=NEW), study(HIDDEN), effect_run=NEW)
    annotate_pairs(store, run(PAIRS, "pairs", "zero"), joint_effects(KEY), top=3)
    doubled = run(DOUBLE, "pairs", "zero", partition="leiden-1.0-seed0")
    annotate_pairs(store, doubled, double_lesions(f"{KEY}/leiden-1.0-seed0"), top=2)
    for key, rule in ((LESION, "corrected"), (PUBLISHED, "published")):
        tested = run(key, "lesion", "zero", partition="leiden-1.0-seed0", rule=rule, level=0.05)
        annotate_lesion(store, tested, lesions(CLUSTERS[0].rpartition("/")[0], rule=rule), partition="leiden-1.0-seed0")
    annotate_motifs(store, run(MOTIFS, "motifs", "degree_preserving", n_strongest=2), motif_counts())
    for key, factor in ((CORRELATE_OLD, 2.0), (CORRELATE_NEW, 1.0)):
        annotate_correlation(store, run(key, "correlate", "gauss", start="input"), correlations(KEY, factor=factor))
    for key, judged, rows in ((ROLES_OLD, OLDER_JUDGED, OLDER_ROLES), (ROLES_NEW, JUDGED, NEWER_ROLES)):
        annotate_roles(store, run(key, "roles", "thresholds", roles=judged), roles(KEY, rows))
    fill_matched(store, run, effects)


def _inform(store: Store) -> None:
    """Write what the neurons, layers and clusters tell and relay; the newer relays replace the older ones."""
    of_clusters = {"partition": "leiden-1.0-seed0"}
    bits, null, q = [*NEURON_BITS, *LAYER_BITS], [0.0625] * 8 + [0.5, NONE], [*NEURON_BITS_Q, 0.005, NONE]
    told = label_information((*HIDDEN, *HIDDEN_LAYERS), bits, null=null, q=q)
    states = {"discretisation": "quantile", "states": 8, "layer_discretisation": "median", "layer_states": 2}
    annotate_information(store, run(INFORM, "inform", "label", **states), told)
    told = label_information(CLUSTERS, CLUSTER_BITS, null=CLUSTER_NULL_BITS, q=CLUSTER_BITS_Q)
    annotate_information(store, run(INFORM_CLUSTERS, "inform", "label", **of_clusters), told)
    annotate_relay(store, run(RELAY_OLD, "relay", "greedy"), relays(KEY, factor=2))
    annotate_relay(store, run(RELAY_NEW, "relay", "greedy", discretisation="zero", states=2), relays(KEY))
    partition_key = CLUSTERS[0].rpartition("/")[0]
    annotate_relay(store, run(RELAY_CLUSTERS, "relay", "greedy", **of_clusters), cluster_relays(partition_key))
    code = run(COMPLEXITY, "complexity", "sx", discretisation="quantile", states=4)
    annotate_complexity(store, code, complexity(*HIDDEN_LAYERS))
    found = complexity(*CLUSTERS[:2])
    annotate_complexity(store, run(CLUSTER_COMPLEXITY, "complexity", "sx", **of_clusters), found)
    annotate_synergy(store, run(SYNERGY, "synergy", "sx", **of_clusters), synergy(partition_key))


@contextmanager
def filled(uri, user, password):
    with Store(uri, user, password) as store:
        fill(store)
        yield store
        remove_network(store, KEY)
        remove_matched(store)


@pytest.fixture(scope="package")
def store(neo4j_access):
    with filled(*neo4j_access.values()) as store:
        yield store


@pytest.fixture(scope="package")
def store_2026(server_2026):
    with filled(server_2026.uri, server_2026.user, server_2026.password) as store:
        yield store


@pytest.fixture
def answer(store):
    """Ask a question about the network and give the answer as a table."""

    def answer(name, **parameters):
        return ask(store, name, {"network": KEY, **parameters})

    return answer


@pytest.fixture
def second_network(store):
    """Have another network of the same shape in the graph for a while, without analyses."""

    @contextmanager
    def second_network(key="query-second"):
        load(store, network(key))
        try:
            yield
        finally:
            remove_network(store, key)

    return second_network


@pytest.fixture
def trained(store):
    """Have an earlier and a later checkpoint for a while; of the earlier one `dense_1` is informed."""
    early, late = "query-early", "query-late"
    load(store, replace(network(early), training_step=0, accuracy_percent=50.0))
    load(store, replace(network(late), training_step=200))
    link_checkpoints(store, [early, KEY, late])
    told = label_information((f"{early}/dense_1",), [0.25], null=[0.125], q=[0.5])
    states = {"discretisation": "zero", "states": 2}
    annotate_information(store, run(f"{early}/run/inform-1", "inform", "label", network=early, **states), told)
    yield early, late
    remove_network(store, early)
    remove_network(store, late)


@pytest.fixture
def write_partition(store):
    """Write the same partition onto another network."""

    def write_partition(key):
        made = run(f"{key}/run/partition-only", "partition", "leiden", network=key, resolution=1.0)
        annotate_partition(store, made, partition(), name="leiden-1.0-seed0")

    return write_partition


@pytest.fixture
def examples():
    """Give the examples of a question, of networks that are here instead of the demo's."""

    def examples(query):
        own = {"network": KEY, "neuron": f"{KEY}/dense_2/0", "key": f"{KEY}/dense_2/0"}
        own |= {"neurons": [f"{KEY}/dense_2/0", f"{KEY}/dense_2/1"], "max_points": 30.0}
        own |= EXAMPLES.get(query.name, {})
        return {name: own.get(name, value) for name, value in query.example_values.items()}

    return examples


@pytest.fixture
def sloped(store):
    """Have a 1-4-2 network for a while: strengths 1, 2, 3, 4 of the hidden neurons, effects 2, 4, 6, 12."""
    key = "query-sloped"
    points = [[2, 2, 2], [4, 4, 4], [6, 6, 6], [12, 12, 12]]
    _write_ablated(store, key, points, inward=np.array([[1.0, 2.0, 3.0, 4.0]]), outward=np.zeros((4, 2)))
    yield key
    remove_network(store, key)


@pytest.fixture
def looped(store):
    """Have a 1-2-2 network for a while: of strength 10, of which 3 is what the first hidden neuron feeds itself."""
    key = "query-looped"
    feed = {"inward": np.ones((1, 2)), "among": np.array([[3.0, 0.0], [1.0, 0.0]]), "outward": np.ones((2, 2))}
    _write_ablated(store, key, [[0, 0, 0]] * 2, **feed)
    yield key
    remove_network(store, key)


def _write_ablated(store, key, points, **feed):
    """Write a network of one hidden layer, and the effects of its neurons, under a run."""
    ends = {"inward": ("input", "hidden"), "among": ("hidden", "hidden"), "outward": ("hidden", "output")}
    sizes = {"input": len(feed["inward"]), "hidden": len(points), "output": feed["outward"].shape[1]}
    record = NetworkRecord(
        key=key,
        architecture="-".join(map(str, sizes.values())),
        layers=tuple(
            LayerRecord(name=name, number=number, kind="linear" if number else "input", n_neurons=size)
            for number, (name, size) in enumerate(sizes.items())
        ),
        blocks=tuple(
            WeightBlock(source=ends[name][0], target=ends[name][1], value=value, strength=value)
            for name, value in feed.items()
        ),
        targets=network().targets,
        file_sha256="f" * 64,
    )
    load(store, record)
    neurons = tuple(f"{key}/hidden/{number}" for number in range(len(points)))
    found = effects(neurons, points, null=[NONE] * len(points), q=[1] * len(points), method="zero")
    annotate_effects(store, run(f"{key}/run/ablate-1", "ablate", "zero", network=key), found)
