"""`atlas partition`: put every neuron in a cluster."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.analyses import SeedOption, done, planned, tell
from atlas.cli.examples import example
from atlas.cli.opening import (
    DataOption,
    DryRunOption,
    ModelOption,
    NetworkArgument,
    ThreadsOption,
    opened,
    reopened,
)
from atlas.keys import layer_names


class PartitionMethod(str, Enum):
    """How clusters are found."""

    leiden = "leiden"
    cpm = "cpm"
    layered = "layered"
    multiplex = "multiplex"
    n_cut = "n_cut"
    local = "local"
    rb_configuration = "rb_configuration"
    rb_er = "rb_er"
    surprise = "surprise"
    significance = "significance"
    imported = "imported"


class Graph(str, Enum):
    """What joins neurons."""

    weights = "weights"
    activations = "activations"
    both = "both"


class LocalNumber(str, Enum):
    """Where the number of local clusters comes from."""

    global_ = "global"
    same = "same"


class Spread(str, Enum):
    """What sources whose activation does not vary count."""

    ignore = "ignore"
    drop_constant = "drop_constant"
    weight = "weight"


class Association(str, Enum):
    """How activations are compared."""

    spearman = "spearman"
    pearson = "pearson"


class Power(str, Enum):
    """What becomes of an association that is negative."""

    square = "square"
    absolute = "absolute"


class Shuffle(str, Enum):
    """How weights are shuffled."""

    layer = "layer"
    nonzero = "nonzero"
    row = "row"
    degree = "degree"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    app.command(epilog=example("atlas partition digits-mlp --method n_cut --k 10 --dry-run"))(partition)


def partition(
    network: NetworkArgument,
    method: Annotated[PartitionMethod, typer.Option(help="How clusters are found.")] = PartitionMethod.leiden,
    graph: Annotated[
        Graph | None, typer.Option(help="What joins neurons; else weights, for multiplex both.", show_default=False)
    ] = None,
    resolution: Annotated[
        float | None,
        typer.Option(help="Larger gives more, smaller clusters; else 1. cpm has no usual one.", show_default=False),
    ] = None,
    k: Annotated[
        int | None, typer.Option(help="Number of clusters, of n_cut and local; else 12.", show_default=False)
    ] = None,
    deflate: Annotated[
        bool | None,
        typer.Option(
            "--deflate/--no-deflate",
            help="Take the direction of depth out of the spectrum; else in layered graphs.",
            show_default=False,
        ),
    ] = None,
    k_by_layer: Annotated[
        LocalNumber | None,
        typer.Option(
            help="Local clusters: as many as global ones in the layer, or k; else global.", show_default=False
        ),
    ] = None,
    weight_of_activations: Annotated[
        float | None, typer.Option(help="Of multiplex, beside weights; else 1.", show_default=False)
    ] = None,
    rescale: Annotated[
        bool | None,
        typer.Option(
            "--rescale/--no-rescale", help="Scale each ReLU neuron's incoming weights to 1.", show_default=False
        ),
    ] = None,
    spread: Annotated[
        Spread | None,
        typer.Option(
            help="Drop inputs that never vary, or weight by the spread of the source; else neither.",
            show_default=False,
        ),
    ] = None,
    association: Annotated[
        Association | None, typer.Option(help="How activations are compared; else spearman.", show_default=False)
    ] = None,
    power: Annotated[Power | None, typer.Option(help="Of the association; else square.", show_default=False)] = None,
    max_trials: Annotated[
        int | None, typer.Option(help="Most trials activations are compared in; else 5000.", show_default=False)
    ] = None,
    shuffle: Annotated[
        Shuffle, typer.Option(help="How weights are shuffled for the null; degree keeps every neuron's strength.")
    ] = Shuffle.layer,
    n_null: Annotated[int, typer.Option(help="Shuffled networks it is compared with; links and roles want 199.")] = 20,
    n_seeds: Annotated[int, typer.Option(help="Other seeds its stability is judged by.")] = 10,
    seed: SeedOption = 0,
    layers: Annotated[
        str | None,
        typer.Option(
            help="Layers to partition, with commas between; else all, with activations the hidden ones.",
            show_default=False,
        ),
    ] = None,
    within: Annotated[
        str | None, typer.Option(help="Partition whose clusters to divide; else none.", show_default=False)
    ] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="CSV to import: columns layer, number and cluster (--method imported).",
            show_default=False,
        ),
    ] = None,
    name: Annotated[str | None, typer.Option(help="Its name; else like leiden-1.0-seed0.", show_default=False)] = None,
    data: DataOption = None,
    model: ModelOption = None,
    threads: ThreadsOption = None,
    dry_run: DryRunOption = False,
) -> None:
    """Put every neuron of a network in a cluster, by its weights, its activations or both."""
    from atlas.workflow import partition as work
    from atlas.workflow.partition_params import PartitionParams
    from atlas.workflow.workers import Workers

    workers = Workers(threads=threads)
    params = PartitionParams(
        method=method.value,
        graph=_word(graph),
        resolution=resolution,
        k=k,
        deflate=deflate,
        k_by_layer=_word(k_by_layer),
        weight_of_activations=weight_of_activations,
        rescale=rescale,
        spread=_word(spread),
        association=_word(association),
        power=_word(power),
        max_trials=max_trials,
        shuffle=shuffle.value,
        n_null=n_null,
        n_seeds=n_seeds,
        seed=seed,
        layers=layer_names(layers),
        within=within,
        labels=labels,
        name=name,
    )
    with opened() as (atlas, progress):
        forward = reopened(atlas, network, model=model, data=data) if params.needs_forward else None
        if dry_run:
            lines = [planned(work.plan(atlas.store, network, params, forward=forward))]
        else:
            outcome = work.partition(atlas.store, network, params, forward=forward, workers=workers, progress=progress)
            lines = [done(outcome)]
    tell(lines)


def _word(choice: Enum | None) -> str | None:
    """Give a choice as a word."""
    return None if choice is None else str(choice.value)
