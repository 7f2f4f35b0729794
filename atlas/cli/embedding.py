"""`atlas embedding`: the trials in a plane, coloured by what an ablation does to their answers."""

from __future__ import annotations

from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.ablate import AblationMethod
from atlas.cli.examples import example
from atlas.cli.opening import DataOption, ModelOption, NetworkArgument, opened, reopened
from atlas.cli.saving import TABLES, check_output, save_table
from atlas.keys import names_in

if TYPE_CHECKING:
    from atlas.results import EmbeddingResult


class EmbeddingMethod(str, Enum):
    """How trials are laid out."""

    tsne = "tsne"
    umap = "umap"
    pca = "pca"


def add_to(app: typer.Typer) -> None:
    """Add the command of this file."""
    words = "atlas embedding digits-mlp --neurons digits-mlp/fc2/0,digits-mlp/fc2/1 --output trials.png"
    app.command(epilog=example(words))(embedding)


def embedding(
    network: NetworkArgument,
    neurons: Annotated[
        str | None, typer.Option(help="Keys of the neurons to ablate, with commas between.", show_default=False)
    ] = None,
    cluster: Annotated[
        str | None,
        typer.Option(metavar="PARTITION/NUMBER", help="Cluster to ablate, instead of neurons.", show_default=False),
    ] = None,
    output: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Figure to write, .png or .svg.", show_default=False)
    ] = None,
    table: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Table to write, .parquet or .csv.", show_default=False)
    ] = None,
    method: Annotated[EmbeddingMethod, typer.Option(help="How trials are laid out.")] = EmbeddingMethod.tsne,
    ablation: Annotated[AblationMethod, typer.Option(help="What replaces the activations.")] = AblationMethod.zero,
    layer: Annotated[
        str | None, typer.Option(help="Layer whose activations to lay out; else the inputs.", show_default=False)
    ] = None,
    n_components_pca: Annotated[
        int, typer.Option("--n-components-pca", help="Principal components that are laid out.")
    ] = 30,
    perplexity: Annotated[float, typer.Option(help="Of t-SNE: trials that each is compared with, about.")] = 40.0,
    max_trials: Annotated[int, typer.Option(help="Trials to lay out; of more, as many are drawn.")] = 10_000,
    seed: Annotated[int, typer.Option(help="Seed of all random numbers.")] = 0,
    data: DataOption = None,
    model: ModelOption = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace files that exist.")] = False,
) -> None:
    """Draw the trials: wrong before, still right, newly wrong and newly right once neurons are ablated.

    Nothing is written to the graph.
    """
    from atlas.workflow import embedding as work

    _check_files(output, table, overwrite=overwrite)
    params = work.EmbeddingParams(
        neurons=() if neurons is None else names_in(neurons),
        cluster=cluster,
        method=method.value,
        ablation=ablation.value,
        layer=layer,
        n_components_pca=n_components_pca,
        perplexity=perplexity,
        max_trials=max_trials,
        seed=seed,
    )
    with opened() as (atlas, progress):
        forward = reopened(atlas, network, model=model, data=data)
        progress(f"lay out trials ({method.value})", 0, 0)
        result = work.embedding(atlas.store, forward, params)
    print(_told(result))
    _write(result, output, table, overwrite=overwrite)


def _check_files(output: Path | None, table: Path | None, *, overwrite: bool) -> None:
    """Refuse before anything is computed."""
    from atlas.errors import BadParameter
    from atlas.figures import check_figure_file
    from atlas.store.parquet.files import check_place

    if output is None and table is None:
        raise BadParameter("No file is named to write. Name a figure with --output, a table with --table, or both.")
    check_output(table, TABLES, overwrite=overwrite)
    if output is not None:
        check_figure_file(output)
        check_place(output, overwrite=overwrite)


def _write(result: EmbeddingResult, output: Path | None, table: Path | None, *, overwrite: bool) -> None:
    from atlas.figures import write_embedding_figure
    from atlas.store.parquet.files import put_in_place

    if table is not None:
        save_table(result.to_frame(), table, overwrite=overwrite)
    if output is not None:
        with put_in_place(output, overwrite=overwrite) as place:
            write_embedding_figure(result, place)


def _told(result: EmbeddingResult) -> str:
    from atlas.figures import subtitle, title
    from atlas.results.embedding import STATES

    counts = ", ".join(f"{(result.states == place).sum():,} {state}" for place, state in enumerate(STATES))
    return f"{title(result)}: {counts}; {subtitle(result)}"
