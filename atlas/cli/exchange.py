"""`atlas export` and `atlas import`: one network as files that other programs read."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import NetworkArgument, opened

if TYPE_CHECKING:
    from atlas.cli.progress import ConsoleProgress
    from atlas.client import Network
    from atlas.store.parquet import Manifest

_GRAPHML = ".graphml"

PlaceArgument = Annotated[
    Path,
    typer.Argument(
        metavar="PLACE",
        help="Folder to make, of Parquet files; or a file that ends in .graphml.",
        show_default=False,
    ),
]
FolderArgument = Annotated[
    Path, typer.Argument(metavar="FOLDER", help="A folder `atlas export` wrote.", show_default=False)
]
OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace an export that is there.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command("export", epilog=example("atlas export digits-mlp digits-mlp"))(export)
    app.command("import", epilog=example("atlas import digits-mlp"))(import_)


def export(network: NetworkArgument, place: PlaceArgument, overwrite: OverwriteOption = False) -> None:
    """Write a network with its runs and their values as Parquet files, or as GraphML."""
    with opened() as (atlas, progress):
        found = atlas.network(network)
        if place.suffix == _GRAPHML:
            found.export_graphml(place, overwrite=overwrite)
            print(f"Exported {network} to {place} ({place.stat().st_size / 1e6:.1f} MB).")
        else:
            _export(found, place, overwrite, progress)


def import_(folder: FolderArgument) -> None:
    """Load a network that was exported, with its runs and their values."""
    from atlas.store.parquet import import_network

    with opened() as (atlas, progress):
        done = import_network(atlas.store, folder, progress=progress)
    state = "loaded" if done.loaded else "already there"
    print(f"{done.manifest.network}: {state}, {_counts(done.manifest)}")


def _export(network: Network, folder: Path, overwrite: bool, progress: ConsoleProgress) -> None:
    manifest = network.export(folder, overwrite=overwrite, progress=progress)
    for name in manifest.left_out:
        progress.say(f"Left out: {name}, which the schema does not declare.")
    size = sum(file.stat().st_size for file in folder.iterdir())
    print(f"Exported {network.key} to {folder}: {_counts(manifest)} ({size / 1e6:.1f} MB).")


def _counts(manifest: Manifest) -> str:
    names = {"Neuron": "neurons", "WEIGHT": "weights", "Partition": "partitions", "Run": "runs"}
    return ", ".join(f"{manifest.count(name)} {word}" for name, word in names.items())
