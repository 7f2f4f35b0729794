"""`atlas dump` and `atlas load`: a whole atlas in one file, to back up or to hand to a colleague."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.interrupt import interrupts_later
from atlas.cli.progress import ConsoleProgress
from atlas.errors import InputError, KeyTaken, SchemaMismatch, ServerFailed, UnreadableFile

_DATABASE = "neo4j"
_DUMP = f"{_DATABASE}.dump"  # the name the administration tool writes and reads
_HOLDS_NETWORKS = "MATCH (n) WHERE n:Network OR n:Loading RETURN count(n) > 0 AS holds"
_BEGINNINGS = (b"DZV1", b"DGV1")  # of every dump: compressed by zstd, or by gzip

OverwriteOption = Annotated[bool, typer.Option("--overwrite", help="Replace what is there.")]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(epilog=example("atlas dump atlas.dump"))(dump)
    app.command(epilog=example("atlas load atlas.dump"))(load)


def dump(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="File to write.", show_default=False)],
    overwrite: OverwriteOption = False,
) -> None:
    """Write the whole atlas to one file. The managed server is stopped for a moment."""
    from atlas.store.parquet.files import disk_errors, put_in_place

    _check_managed()
    with disk_errors(file):
        if file.exists() and not file.is_file():
            raise KeyTaken(f"{str(file)!r} is no file, so it is not replaced. Choose another name.")
        # In this order: what cannot be written is refused before the server is stopped, and what is written stays
        # where the server fails to start again.
        with ConsoleProgress() as progress, _state_kept(progress), put_in_place(file, overwrite=overwrite) as place:
            _dump_to(place, progress)
    print(f"Dumped to {file} ({file.stat().st_size / 1e6:.1f} MB).")


def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file `atlas dump` wrote.", show_default=False)],
    overwrite: OverwriteOption = False,
) -> None:
    """Fill an empty atlas from a file that `atlas dump` wrote. If it fails, the atlas stays as it was."""
    _check_managed()
    _check_dump(file)
    with ConsoleProgress() as progress, _state_kept(progress):
        if not overwrite:
            _check_empty(progress)
        _replace(file, progress, overwrite=overwrite)
    print(f"Loaded {file}.")


def _check_dump(file: Path) -> None:
    """Refuse at once what cannot be a dump; whether it is a whole one, only reading it shows."""
    try:
        with file.open("rb") as opened:
            beginning = opened.read(4)
    except OSError as error:
        raise UnreadableFile(
            f"The file {str(file)!r} cannot be read: {error.strerror}. Give one that `atlas dump` wrote."
        ) from error
    if beginning not in _BEGINNINGS:
        raise UnreadableFile(
            f"The file {str(file)!r} is no dump: it does not begin like one. Only what `atlas dump` wrote can be "
            "loaded. Give such a file; a trained network goes in by `atlas ingest`."
        )


def _check_empty(progress: ConsoleProgress) -> None:
    from atlas import server

    if not server.is_new() and _holds_networks(progress):
        raise KeyTaken(
            "The atlas is not empty, and loading replaces all of it. Dump it first, then repeat with --overwrite, "
            "or load into another: set ATLAS_HOME to a new folder."
        )


def _replace(file: Path, progress: ConsoleProgress, *, overwrite: bool) -> None:
    """Load a dump beside the atlas and exchange the two; where it is not one of an atlas, all is as it was."""
    from atlas import server

    with server.rebuild(line=server.DEFAULT_LINE) as new:
        try:
            new.run_load(file, progress=progress)
        except server.ToolFailed as error:
            raise UnreadableFile(
                f"The dump {str(file)!r} is cut off or damaged: Neo4j cannot read it to its end. Only a whole dump can "
                "be loaded, and the atlas is as it was. Copy the file anew, or make another with `atlas dump`."
            ) from error
        if not overwrite:
            _check_empty(progress)  # others may have used it in the meantime
        try:
            new.put_in_place(progress=progress)
            _holds_networks(progress)
        except (ServerFailed, SchemaMismatch) as error:
            raise UnreadableFile(
                f"The dump {str(file)!r} cannot be opened as an atlas: {str(error).rstrip('.')}. It must come from "
                "`atlas dump` of this version, and the atlas is as it was. Make it anew with that."
            ) from error


def _dump_to(place: Path, progress: ConsoleProgress) -> None:
    from atlas import server

    server.start(progress=progress)
    server.stop(line=server.DEFAULT_LINE, progress=progress)
    progress("dump", 0, 0)
    server.offline_admin(None, "database", "dump", _DATABASE, f"--to-path={place.parent}", progress=progress)
    (place.parent / _DUMP).replace(place)


@contextmanager
def _state_kept(progress: ConsoleProgress) -> Iterator[None]:
    """Leave the managed server running if it was, stopped if not; Ctrl-C waits until it is so."""
    from atlas import server

    was_running = server.status(line=server.DEFAULT_LINE) is not None
    try:
        yield
    finally:
        with interrupts_later():
            if was_running:
                server.start(progress=progress)
            else:
                server.stop(line=server.DEFAULT_LINE, progress=progress)


def _holds_networks(progress: ConsoleProgress) -> bool:
    from atlas.client import connect

    with connect(progress=progress) as atlas:
        return bool(atlas.store.rows(_HOLDS_NETWORKS)[0]["holds"])


def _check_managed() -> None:
    address = os.environ.get("ATLAS_NEO4J_URI")
    if address:
        raise InputError(
            f"The atlas at {address} is not the managed one, whose files could be dumped or loaded. Use the tools of "
            "that server (neo4j-admin database dump), or unset ATLAS_NEO4J_URI."
        )
