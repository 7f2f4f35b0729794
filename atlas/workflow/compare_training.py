"""Compare every checkpoint of a training run with the next."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from atlas.errors import BadParameter, InputError
from atlas.progress import Progress, silent
from atlas.results import MatchResult
from atlas.store import Store, training_run
from atlas.workflow.compare import compare
from atlas.workflow.compare_params import CompareParams
from atlas.workflow.plan import Outcome
from atlas.workflow.reading import chosen_partition, partition_runs


def compare_training(
    store: Store, network: str, params: CompareParams, *, progress: Progress = silent
) -> list[Outcome[MatchResult]]:
    """Compare every checkpoint of a network's training run with the next.

    Raises
    ------
    BadParameter
        It is a single network.
    UnknownName, InputError
        A checkpoint does not have the partition; or none is named, and no name is that of one in every checkpoint.
    """
    pairs = checkpoints(store, network)
    named = in_every_checkpoint(store, network, params)
    return [compare(store, one, other, named, progress=progress) for one, other in pairs]


def checkpoints(store: Store, network: str) -> list[tuple[str, str]]:
    """List the pairs of checkpoints of a network's training run that follow each other.

    Raises
    ------
    BadParameter
        It is a single network.
    """
    pairs = list(pairwise(training_run(store, network)))
    if not pairs:
        raise BadParameter(
            f"The network {network!r} is joined to no other checkpoint. Name the network to compare it with, or join "
            "checkpoints when they are ingested: `atlas ingest FOLDER --family NAME --seed N`."
        )
    return pairs


def in_every_checkpoint(store: Store, network: str, params: CompareParams) -> CompareParams:
    """Name the partition to compare where none is named: the network's newest whose name every checkpoint has.

    A history follows partitions of one name, so the newest of each, under other names, would be no use.

    Raises
    ------
    UnknownName
        A checkpoint does not have the partition that is named.
    InputError
        There is no name that is one in every checkpoint.
    """
    newest = chosen_partition(store, network, params.first)
    held = {key: partition_runs(store, key) for key in training_run(store, network)}
    if params.first is not None:
        for key in held:
            chosen_partition(store, key, params.first)
        return params
    for name in held[network]:
        if all(name in names for names in held.values()):
            return replace(params, first=name)
    lacking = next(key for key, names in held.items() if newest not in names)
    raise InputError(
        f"{network!r} has no partition whose name every checkpoint of its training run has: {lacking!r} lacks "
        f"{newest!r}, the newest. Clusters are followed in partitions of one name. Make it there, "
        f"`atlas partition {lacking} --name {newest}`, or name two checkpoints, and a partition of each: "
        "--other, --first, --second."
    )
