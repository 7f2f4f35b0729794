"""`atlas dump` and `atlas load`: a whole atlas in one file, to back up or to hand to a colleague."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.progress import ConsoleProgress
from atlas.errors import InputError, KeyTaken, UnreadableFile

_DATABASE = "neo4j"
_DUMP = f"{_DATABASE}.dump"  # the name the administration tool writes and reads
_HOLDS_NETWORKS = "MATCH (n) WHERE n:Network OR n:Loading RETURN count(n) > 0 AS holds"
_BEFORE = "before-load.dump"

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
    _check_managed()
    if file.exists() and not overwrite:
        raise KeyTaken(f"The file {str(file)!r} exists. Choose another name, or replace it with --overwrite.")
    if not file.absolute().parent.is_dir():
        raise InputError(f"There is no folder {str(file.absolute().parent)!r}. Make it first.")
    with ConsoleProgress() as progress, _stopped(progress):
        _dump_to(file, progress)
    print(f"Dumped to {file} ({file.stat().st_size / 1e6:.1f} MB).")


def load(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file `atlas dump` wrote.", show_default=False)],
    overwrite: OverwriteOption = False,
) -> None:
    """Fill an empty atlas from a file that `atlas dump` wrote. If it fails, the atlas stays as it was."""
    _check_managed()
    if not file.is_file():
        raise UnreadableFile(f"There is no file {str(file)!r}. Give one that `atlas dump` wrote.")
    with ConsoleProgress() as progress, _state_kept(progress) as folder:
        holds_networks = _holds_networks(progress)
        if holds_networks and not overwrite:
            raise KeyTaken(
                "The atlas is not empty, and loading replaces all of it. Dump it first, then repeat with --overwrite, "
                "or load into another: set ATLAS_HOME to a new folder."
            )
        _replace(file, folder() / _BEFORE, progress)
    print(f"Loaded {file}.")


def _replace(file: Path, before: Path, progress: ConsoleProgress) -> None:
    """Load a dump; put back what was there before if it turns out not to be one of an atlas."""
    from atlas import server

    server.stop(line=server.DEFAULT_LINE)
    _dump_to(before, progress)
    try:
        _load_from(file, progress)
        _holds_networks(progress)
    except BaseException:
        server.stop(line=server.DEFAULT_LINE)
        _load_from(before, progress)
        before.unlink()
        raise
    before.unlink()


def _dump_to(file: Path, progress: ConsoleProgress) -> None:
    """Dump beside the file and rename, so that a failure leaves no half file and no older one damaged."""
    from atlas.server import offline_admin

    progress("dump", 0, 0)
    with _folder_beside(file) as folder:
        offline_admin(None, "database", "dump", _DATABASE, f"--to-path={folder}", progress=progress)
        (folder / _DUMP).replace(file)


def _load_from(file: Path, progress: ConsoleProgress) -> None:
    from atlas.server import offline_admin

    progress("load", 0, 0)
    with _folder_beside(file) as folder:
        _link_or_copy(file, folder / _DUMP)
        offline_admin(
            None,
            "database",
            "load",
            _DATABASE,
            f"--from-path={folder}",
            "--overwrite-destination=true",
            progress=progress,
        )


@contextmanager
def _folder_beside(file: Path) -> Iterator[Path]:
    """Make a folder on the same disk, for a moment; in the temporary folder where that one cannot be written."""
    parent = file.absolute().parent
    with tempfile.TemporaryDirectory(
        prefix=f".{file.name}-", dir=parent if os.access(parent, os.W_OK) else None
    ) as folder:
        yield Path(folder)


def _link_or_copy(file: Path, link: Path) -> None:
    try:
        os.link(file, link)
    except OSError:  # another disk, or one without links
        shutil.copyfile(file, link)


@contextmanager
def _stopped(progress: ConsoleProgress) -> Iterator[None]:
    with _state_kept(progress) as folder:
        from atlas import server

        folder()
        server.stop(line=server.DEFAULT_LINE)
        yield


@contextmanager
def _state_kept(progress: ConsoleProgress) -> Iterator[Callable[[], Path]]:
    """Leave the managed server running if it was, stopped if not; give its folder when asked."""
    from atlas import server

    was_running = server.status(line=server.DEFAULT_LINE) is not None
    try:
        yield lambda: server.start(progress=progress).folder
    finally:
        if was_running:
            server.start(progress=progress)
        else:
            server.stop(line=server.DEFAULT_LINE)


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
