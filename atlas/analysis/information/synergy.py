"""What every two clusters tell together: redundancy, unique information and synergy, beside independent codes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from itertools import combinations

import numpy as np

from atlas.analysis.information.checking import Members, check_labels, check_members, check_states
from atlas.analysis.information.coverage import TRIALS_PER_STATE, coverage_of
from atlas.analysis.information.decomposition.pairs import ATOM_BITS, MEASURES, Trials, measure_pairs
from atlas.analysis.information.states import joint_states
from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.analysis.seeds import check_draws
from atlas.analysis.statistics import q_by_target_kind
from atlas.errors import BadParameter, EmptySelection, ShapeError
from atlas.keys import ALL_TARGET
from atlas.progress import Progress, silent
from atlas.records import IntArray
from atlas.results import SynergyResult

PAIRS_AT_ONCE = 8  # never depends on the number of workers, so that results do not
TOO_FEW = "too_few_trials"


def synergy_of_pairs(
    members: Mapping[str, Members],
    states: Mapping[str, IntArray],
    labels: IntArray,
    n_classes: int,
    *,
    min_trials: float = TRIALS_PER_STATE,
    n_null: int = 200,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> SynergyResult:
    """Take apart what every two clusters tell about the class, and about each class against all others.

    A cluster's state is the pattern of the states of its neurons.

    Parameters
    ----------
    members
        Key of each cluster, with the numbers of its neurons in every layer; no two share a neuron.
    states
        Of the neurons of each layer, from 0 to 255, shape (n_neurons, n_trials).
    labels
        Class of every trial, shape (n_trials,).
    n_classes
        Classes count from 0; those without trials get NaN.
    min_trials
        Bits of pairs with fewer trials for each joint state that occurs are NaN.
    n_null
        How often the second cluster's trials are shuffled within the classes, for targets of one class, too. That keeps
        what each cluster tells alone about every target, and makes the two independent given the class: p says, both
        ways round, how often such codes have a synergy by shared exclusions as far out as the observed. It is 2 / (1 +
        n_null) at least, so for a small q of one pair among many take more shuffles than there are pairs.

    Returns
    -------
    SynergyResult
        Counted, so biased when joint states are many: judge synergy beside its null.

    Raises
    ------
    EmptySelection
        There are fewer than two clusters, one without neurons, or no trials.
    UnknownName, BadParameter, ShapeError
        A layer without states; a neuron outside its layer, named twice, or in two clusters; states beyond 255; a label
        outside the classes, or all labels alike; numbers of trials differ.
    """
    check_draws(n_null=n_null)
    _check(members, states, labels, n_classes)
    order = np.argsort(labels, kind="stable")
    clusters = [_states_of(cluster, states)[order] for cluster in members.values()]
    trials = Trials(
        clusters=np.stack(clusters),
        labels=labels[order],
        n_classes=n_classes,
        min_trials=min_trials,
        n_null=n_null,
        seed=seed,
    )
    pairs = list(combinations(range(len(members)), 2))
    blocks: list[Arrays] = []
    for block in mapper(partial(measure_pairs, trials), in_blocks(pairs, PAIRS_AT_ONCE)):
        blocks.append(block)
        progress("pairs of clusters", min(len(blocks) * PAIRS_AT_ONCE, len(pairs)), len(pairs))
    return _result(list(members), pairs, blocks, trials)


def _states_of(cluster: Members, states: Mapping[str, IntArray]) -> IntArray:
    """Number the patterns of a cluster's neurons, shape (n_trials,)."""
    rows = [states[layer][np.asarray(numbers, dtype=np.int64)] for layer, numbers in cluster.items()]
    return joint_states(np.concatenate(rows))


def _check(members: Mapping[str, Members], states: Mapping[str, IntArray], labels: IntArray, n_classes: int) -> None:
    if len(members) < 2:
        raise EmptySelection(f"Clusters: {len(members)}. Synergy is of pairs. Give two clusters or more.")
    check_labels(labels, n_classes)
    for layer, of_layer in states.items():
        check_states(of_layer)
        if of_layer.shape[1] != len(labels):
            raise ShapeError(
                f"The states of layer {layer!r} have shape {of_layer.shape}, there are {len(labels)} labels. "
                "Give a row for each neuron and a column for each label."
            )
    _check_clusters(members, states)


def _check_clusters(members: Mapping[str, Members], states: Mapping[str, IntArray]) -> None:
    owners: dict[tuple[str, int], str] = {}
    for key, cluster in members.items():
        if sum(map(len, cluster.values())) == 0:
            raise EmptySelection(f"Cluster {key!r} has no neurons, so it tells nothing. Leave it out.")
        check_members(key, cluster, states)
        for layer, number in ((layer, int(number)) for layer, numbers in cluster.items() for number in numbers):
            if (layer, number) in owners:
                raise BadParameter(
                    f"Clusters {owners[layer, number]!r} and {key!r} share neuron {number} of layer {layer!r}. "
                    "What two clusters tell is taken apart where they have no neuron in common. Leave it out of one."
                )
            owners[layer, number] = key


def _result(
    elements: Sequence[str], pairs: Sequence[tuple[int, int]], blocks: Sequence[Arrays], trials: Trials
) -> SynergyResult:
    bits = np.concatenate([block["bits"] for block in blocks])
    n_states = np.concatenate([block["n_states"] for block in blocks])
    of = {name: bits[:, place] for place, name in enumerate(MEASURES)}
    n_trials = len(trials.labels)
    covered = [coverage_of(int(n), n_trials, min_trials=trials.min_trials) for n in n_states]
    return SynergyResult(
        elements=tuple(elements),
        targets=(ALL_TARGET, *map(str, range(trials.n_classes))),
        first=np.array([first for first, _ in pairs]),
        second=np.array([second for _, second in pairs]),
        joint_bits=of["joint_bits"],
        first_bits=of["first_bits"],
        second_bits=of["second_bits"],
        mutual_bits=of["mutual_bits"],
        atoms={name: of[name] for name in ATOM_BITS},
        synergy_null_mean=of["mean"],
        synergy_null_sd=of["sd"],
        z=of["z"],
        p=of["p"],
        q=q_by_target_kind(of["p"]),
        n_states=n_states,
        trials_per_state=n_trials / n_states,
        reliable=np.array([cover.reliable for cover in covered]),
        reasons=tuple(None if cover.reliable else TOO_FEW for cover in covered),
        n_trials=n_trials,
        params={"min_trials": float(trials.min_trials), "n_null": trials.n_null, "seed": trials.seed},
    )
