"""Open the atlas for one command, and a network of it to run."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.progress import ConsoleProgress

if TYPE_CHECKING:
    from atlas.client import Atlas
    from atlas.records import MaskedForward

NetworkArgument = Annotated[str, typer.Argument(metavar="NETWORK", help="Key of the network.", show_default=False)]
DataOption = Annotated[
    str | None,
    typer.Option(
        "--data",
        metavar="SPEC",
        help="Trials: digits, mnist:FOLDER, fashion:FOLDER, FILE.npz or package.module:function.",
        show_default=False,
    ),
]
ModelOption = Annotated[
    str | None,
    typer.Option("--model", metavar="FILE", help="Where the network's file lies now.", show_default=False),
]
ThreadsOption = Annotated[
    int | None, typer.Option(help="Threads that work at it; else one for each core.", show_default=False)
]
DaskOption = Annotated[
    str | None,
    typer.Option(metavar="ADDRESS", help="Dask scheduler whose workers do it instead.", show_default=False),
]
DryRunOption = Annotated[bool, typer.Option("--dry-run", help="Tell what would be done, and do nothing.")]


@contextmanager
def opened() -> Iterator[tuple[Atlas, ConsoleProgress]]:
    """Open the atlas the environment names, else the managed one; progress goes to standard error."""
    from atlas.client import connect

    with ConsoleProgress() as progress, connect(progress=progress) as atlas:
        yield atlas, progress


def reopened(atlas: Atlas, network: str, *, model: str | None, data: str | None) -> MaskedForward:
    """Open a network again as it was opened when it was ingested, ready to run."""
    from atlas.store import opened as opened_as
    from ingest import reopen

    how = opened_as(atlas.store, network)
    return reopen(how.opened, key=network, file_sha256=how.file_sha256, model=model, data=data)
