"""Ablate the pairs of neurons of a network, and write those that do most together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from atlas.analysis.ablation import count_pairs, effects_of_pairs
from atlas.analysis.ablation.pairing import pairs_of_layers
from atlas.analysis.ablation.selecting import keys_of
from atlas.analysis.mapping import Mapper, one_by_one
from atlas.errors import BadParameter, UnknownName
from atlas.progress import Progress, silent
from atlas.records import METHODS_OF_ABLATION, MaskedForward, Parameter, RunRecord
from atlas.results import PairResult
from atlas.store import Store, annotate_pairs
from atlas.workflow.execution import execute, is_finished
from atlas.workflow.plan import VALUES_PER_SECOND, Outcome, Plan, seconds_of
from atlas.workflow.provenance import run_record
from atlas.workflow.reading import check_forward, subject
from atlas.workflow.resuming import sweeping
from atlas.workflow.workers import Workers, mapper_of

TRIED = 16  # pairs whose time a plan is estimated from


@dataclass(frozen=True, kw_only=True)
class PairParams:
    """Which pairs to ablate, and how. The meaning of each stands at `atlas.analysis.ablation`."""

    layers: tuple[str, ...] | None = None  # hidden layers to pair within and across; None: all
    method: str = "zero"
    seed: int = 0
    top: int = 1_000  # pairs that are written, those of largest interaction

    def __post_init__(self) -> None:
        if self.method not in METHODS_OF_ABLATION:
            raise UnknownName("method of ablation", self.method, METHODS_OF_ABLATION)
        if self.top < 1:
            raise BadParameter(f"top is {self.top}. It is how many pairs are written to the graph. Give 1 or more.")

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records beside method and seed."""
        return {"layers": None if self.layers is None else ",".join(self.layers), "top": self.top}

    @property
    def measures(self) -> str:
        """Say in words what is measured."""
        what = "hidden neurons" if self.layers is None else f"neurons of {', '.join(self.layers)}"
        return f"joint effects of pairs of {what} ({self.method})"


def plan(store: Store, forward: MaskedForward, params: PairParams) -> Plan:
    """Tell what `pairs` would do; the time is estimated from a few pairs spread over all."""
    run = _run(store, forward, params)
    neurons, places = pairs_of_layers(forward, params.layers)
    tried = places[np.unique(np.linspace(0, len(places) - 1, TRIED).astype(np.int64))]
    named = [keys_of(forward, [neurons[place] for place in pair]) for pair in tried]
    n_alone = len(np.unique(tried))
    once = seconds_of(lambda: _measured(forward, params, pairs=[(a, b) for a, b in named])) / (len(tried) + n_alone)
    n_forwards, n_relationships = len(places) + len(neurons), min(params.top, len(places))
    return Plan(
        run=run.key,
        measures=params.measures,
        already_there=is_finished(store, run),
        n_elements=len(places),
        n_forwards=n_forwards,
        n_relationships=n_relationships,
        seconds=once * n_forwards + n_relationships / VALUES_PER_SECOND,
    )


def pairs(
    store: Store,
    forward: MaskedForward,
    params: PairParams,
    *,
    workers: Workers | None = None,
    progress: Progress = silent,
) -> Outcome[PairResult]:
    """Measure what is lost without both neurons of every pair, and write the pairs of largest interaction under a run.

    Taken up where it was, if it was killed.

    Raises
    ------
    UnknownName, BadParameter, EmptySelection
        There is no such network, layer or method; a layer that cannot be ablated; no pair.
    InputError
        The network to run is not the one in the graph.
    """
    run = _run(store, forward, params)

    def compute() -> PairResult:
        with sweeping(run.key, workers or Workers()) as mapper:
            return _measured(forward, params, mapper=mapper, progress=progress)

    return execute(
        store,
        run,
        compute=compute,
        annotate=lambda result: annotate_pairs(store, run, result, top=params.top, progress=progress),
        measures=params.measures,
    )


def measure(
    forward: MaskedForward, params: PairParams, *, workers: Workers | None = None, progress: Progress = silent
) -> PairResult:
    """Measure all pairs and write nothing: the graph has only the top ones of a finished run."""
    with mapper_of(workers or Workers()) as mapper:
        return _measured(forward, params, mapper=mapper, progress=progress)


def _run(store: Store, forward: MaskedForward, params: PairParams) -> RunRecord:
    found = subject(store, forward.network)
    check_forward(store, forward)
    return run_record(
        found,
        kind="pairs",
        method=params.method,
        seed=params.seed,
        params=params.for_run,
        data=forward.data,
        found={"n_pairs": count_pairs(forward, params.layers)},
    )


def _measured(
    forward: MaskedForward,
    params: PairParams,
    *,
    pairs: Sequence[tuple[str, str]] | None = None,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> PairResult:
    return effects_of_pairs(
        forward,
        layers=params.layers if pairs is None else None,
        pairs=pairs,
        method=params.method,
        seed=params.seed,
        mapper=mapper,
        progress=progress,
    )
