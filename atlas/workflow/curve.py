"""Ablate the neurons of a network of the graph one after the other. Nothing is written."""

from __future__ import annotations

from collections.abc import Sequence

from atlas.analysis.ablation import cumulative_ablation
from atlas.progress import Progress, silent
from atlas.records import MaskedForward
from atlas.results import CurveResult
from atlas.store import Store
from atlas.workflow.reading import check_forward
from atlas.workflow.workers import Workers, mapper_of


def curve(
    store: Store,
    forward: MaskedForward,
    *,
    layers: Sequence[str] | None = None,
    order: str = "least",
    method: str = "zero",
    seed: int = 0,
    n_random: int = 20,
    max_neurons: int | None = None,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> CurveResult:
    """Measure the accuracy with more and more neurons ablated. The meaning of each stands at `atlas.analysis.ablation`.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        There is no such network, layer, order or method; numbers out of range.
    InputError
        The network to run is not the one in the graph.
    """
    check_forward(store, forward)
    with mapper_of(workers or Workers()) as mapper:
        return cumulative_ablation(
            forward,
            layers=layers,
            order=order,
            method=method,
            seed=seed,
            n_random=n_random,
            max_neurons=max_neurons,
            mapper=mapper,
            progress=progress,
        )
