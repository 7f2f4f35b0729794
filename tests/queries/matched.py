"""A training run of four checkpoints and two networks of other seeds, their clusters matched by hand."""

from dataclasses import replace

import numpy as np
from partitions import partition_by_hand
from queries.informed import label_information

from atlas.records import LayerRecord, NetworkRecord, TargetRecord, WeightBlock
from atlas.results import MatchResult
from atlas.store import (
    annotate_effects,
    annotate_information,
    annotate_matches,
    annotate_partition,
    link_checkpoints,
    load,
    remove_network,
)

NONE = float("nan")
FAMILY, PARTS = "match", "parts"
CHECKPOINTS = tuple(f"match-{step}" for step in range(4))
SEEDS = ("match-seed1", "match-seed2")
EXAMPLES = {  # by question; those of others are of two_blocks
    "cluster_history": {"network": CHECKPOINTS[1], "partition": PARTS, "cluster": 1},
    "checkpoint_diff": {"first": CHECKPOINTS[1], "second": CHECKPOINTS[2]},
    "diff_networks": {"first": CHECKPOINTS[3], "second": SEEDS[0]},
    "stable_across_seeds": {"family": FAMILY},
}

# The cluster of each of 8 hidden neurons. First 0 splits and 1 and 2 merge; then a part of 1 joins 0 and 2 splits;
# then 1 ends, and 1 begins with what it shares by chance only.
LABELS = {
    CHECKPOINTS[0]: [0, 0, 0, 0, 1, 1, 2, 2],
    CHECKPOINTS[1]: [0, 0, 1, 1, 2, 2, 2, 2],
    CHECKPOINTS[2]: [0, 0, 0, 1, 2, 2, 3, 3],
    CHECKPOINTS[3]: [0, 0, 0, 1, 1, 2, 3, 3],
    SEEDS[0]: [0, 0, 0, 0, 1, 1, 1, 1],
    SEEDS[1]: [0, 0, 0, 0, 1, 1, 1, 1],
}
BY_CHANCE = {(1, 1), (2, 1)}  # of the last two checkpoints: shared by chance
EFFECTS = {CHECKPOINTS[3]: [4, 0, 2, 0], SEEDS[0]: [8, 0], SEEDS[1]: [12, 1]}  # of clusters
BITS = [1, 0.5, 0.25, 0]  # of the clusters of the last checkpoint
NEURON_EFFECTS = {CHECKPOINTS[1]: [10, 1, 0, 0, 0, 0, 0, 0], CHECKPOINTS[2]: [4, 1, 0, 0, 0, 0, 0, 0]}

# Network, other, and of each cluster its partner, score and q; the first is older than the second.
OF_SEEDS = {
    "older": (CHECKPOINTS[3], SEEDS[0], [(1, 0.5, 0.01), None, None, None]),
    "newer": (CHECKPOINTS[3], SEEDS[0], [(0, 0.9, 0.01), None, None, (1, 0.5, 0.2)]),
    "turned": (SEEDS[1], CHECKPOINTS[3], [(0, 0.75, 0.02), (2, 0.25, 0.04)]),
    "seeds": (SEEDS[0], SEEDS[1], [(0, 0.5, 0.01), (1, 0.5, None)]),
}


def tiny(key) -> NetworkRecord:
    """Give a 2-8-2 network of ones, the last of no sign; in the third checkpoint weights of three neurons differ."""
    inward, outward, kept = np.ones((2, 8)), np.ones((8, 2)), np.ones((2, 8), dtype=bool)
    kept[:, 2] = False
    kept[0, 1] = False
    if key == CHECKPOINTS[2]:
        inward[:, 0] = -2, -3
        outward[3, 0] = 4
        inward[0, 1] = 2
        kept[:, 1] = True, False
    sizes = {"input": 2, "hidden": 8, "output": 2}
    return NetworkRecord(
        key=key,
        architecture="2-8-2",
        layers=tuple(
            LayerRecord(name=name, number=number, kind="linear" if number else "input", n_neurons=size)
            for number, (name, size) in enumerate(sizes.items())
        ),
        blocks=(
            WeightBlock(
                source="input", target="hidden", value=inward, strength=abs(inward), kept=kept, policy="by hand"
            ),
            WeightBlock(source="hidden", target="output", value=None, strength=outward),
        ),
        targets=(
            TargetRecord(name="all", kind="all"),
            TargetRecord(name="0", kind="class", number=0),
            TargetRecord(name="1", kind="class", number=1),
        ),
        file_sha256="f" * 64,
        family=FAMILY,
        seed=SEEDS.index(key) + 1 if key in SEEDS else 0,
        training_step=CHECKPOINTS.index(key) * 10 if key in CHECKPOINTS else None,
    )


def same_neurons(first, second, *, by_chance=()) -> MatchResult:
    """Match the clusters of two checkpoints: each with the one it shares most with, be it another's match, too."""
    one, other = (np.array(LABELS[key]) for key in (first, second))
    n_first, n_second = one.max() + 1, other.max() + 1
    shared = np.zeros((n_first, n_second))
    np.add.at(shared, (one, other), 1)
    sizes, others = shared.sum(axis=1, keepdims=True), shared.sum(axis=0, keepdims=True)
    p = np.where(shared > 0, 0.01, 1.0)
    for pair in by_chance:
        p[pair] = 0.5
    jaccard = shared / (sizes + others - shared)
    partner = jaccard.argmax(axis=1)
    result = other_neurons(n_first, n_second, [(place, 0.0, 0.01) for place in partner.tolist()])
    shares = {"first_share": shared / sizes, "second_share": shared / others}
    return replace(result, jaccard=jaccard, n_shared=shared, score=jaccard, overlap_p=p, **shares)


def other_neurons(n_first, n_second, matches) -> MatchResult:
    """Match by connectivity; no neuron is the same."""
    nothing = np.full((n_first, n_second), NONE)
    score, q = nothing.copy(), np.full(n_first, NONE)
    partner = np.full(n_first, -1)
    for place, (other, one, rate) in ((place, match) for place, match in enumerate(matches) if match):
        partner[place], score[place, other], q[place] = other, one, NONE if rate is None else rate
    known = np.where(partner >= 0, 0.0, NONE)
    return MatchResult(
        first=np.arange(n_first),
        second=np.arange(n_second),
        **dict.fromkeys(("jaccard", "n_shared", "first_share", "second_share", "overlap_p"), nothing),
        **dict.fromkeys(("effect", "information"), nothing),
        connectivity=score,
        score=score,
        partner=partner,
        low_score=known + 0.125,
        high_score=known + 1,
        null_mean=known + 0.25,
        null_sd=known + 0.5,
        z=known + 2,
        p=q / 2,
        q=q,
        reasons={},
        params={},
    )


def fill_matched(store, run, effects) -> None:
    """Load the networks with their partitions, effects and matches; `run` and `effects` make records of them."""
    for key, labels in LABELS.items():
        load(store, tiny(key))
        made = run(f"{key}/run/partition-1", "partition", "leiden", network=key)
        annotate_partition(store, made, partition_by_hand({"hidden": 8}, labels), name=PARTS)
    link_checkpoints(store, CHECKPOINTS)
    _measure(store, run, effects)
    one, two, three, four = CHECKPOINTS
    nothing_shared = replace(same_neurons(one, two), overlap_p=np.ones((3, 3)))
    runs = {
        "older": (one, two, nothing_shared),
        "newer": (one, two, same_neurons(one, two)),
        "back": (three, two, same_neurons(three, two)),
        "on": (three, four, same_neurons(three, four, by_chance=BY_CHANCE)),
    }
    for name, (first, second, matches) in OF_SEEDS.items():
        sizes = (max(LABELS[key]) + 1 for key in (first, second))
        runs[f"seed-{name}"] = (first, second, other_neurons(*sizes, matches))
    for name, (first, second, result) in runs.items():
        about = run(
            f"{first}/run/compare-{name}",
            "compare",
            "one_to_one",
            network=first,
            other=second,
            first=PARTS,
            second=PARTS,
            n_null=999,
            same_neurons=name not in {f"seed-{one}" for one in OF_SEEDS},
        )
        annotate_matches(store, about, result, first=PARTS, other=second, second=PARTS)


def _measure(store, run, effects) -> None:
    for key, points in EFFECTS.items():
        clusters = tuple(f"{key}/{PARTS}/{number}" for number in range(len(points)))
        ablated = run(f"{key}/run/ablate-1", "ablate", "zero", network=key, partition=PARTS)
        annotate_effects(store, ablated, _effects(effects, clusters, points))
    for key, points in NEURON_EFFECTS.items():
        neurons = tuple(f"{key}/hidden/{number}" for number in range(8))
        annotate_effects(
            store, run(f"{key}/run/ablate-2", "ablate", "zero", network=key), _effects(effects, neurons, points)
        )
    last = CHECKPOINTS[3]
    told = label_information(
        tuple(f"{last}/{PARTS}/{number}" for number in range(4)), BITS, null=[0.125] * 4, q=[0.5] * 4
    )
    annotate_information(store, run(f"{last}/run/inform-1", "inform", "label", network=last, partition=PARTS), told)


def _effects(effects, elements, points):
    wide, unknown = [[one] * 3 for one in points], [NONE] * len(points)
    return effects(elements, wide, null=unknown, q=unknown, method="zero")


def remove_matched(store) -> None:
    """Remove the networks again."""
    for key in LABELS:
        remove_network(store, key)
