"""`atlas server`: the managed local Neo4j."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from atlas.cli.errors import OneLineErrors
from atlas.cli.examples import example
from atlas.cli.progress import ConsoleProgress

if TYPE_CHECKING:
    from atlas.server import Server

app = typer.Typer(
    cls=OneLineErrors,
    help="Start, stop and find the managed local Neo4j.",
    epilog=example("atlas server status"),
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command(epilog=example("atlas server start"))
def start() -> None:
    """Start the server, or find the one that runs. Other commands do so themselves."""
    from atlas import server

    with ConsoleProgress() as progress:
        running = server.start(progress=progress)
    _tell(running)
    if os.environ.get("ATLAS_NEO4J_URI"):
        print("ATLAS_NEO4J_URI is set: other commands use that server, not this one.", file=sys.stderr)


@app.command(epilog=example("atlas server stop"))
def stop() -> None:
    """Stop the server; its data stay."""
    from atlas import server

    with ConsoleProgress() as progress:
        stopped = server.stop(progress=progress)
    print(f"Stopped Neo4j {', '.join(stopped)}." if stopped else "No managed server was running.")


@app.command(epilog=example("atlas server status"))
def status() -> None:
    """Tell whether the server runs, and where."""
    from atlas import server

    running = server.status()
    if running is None:
        print("No managed server is running. `atlas server start` starts it.")
    else:
        _tell(running)


@app.command(epilog=example("atlas server browser"))
def browser(
    open_: Annotated[
        bool, typer.Option("--open/--no-open", help="Open it in the default web browser, where there is a desktop.")
    ] = True,
    files: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Only put the questions and the colours there, for the Browser of a server of your own.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Print the address of Neo4j Browser with user and password, and open it where there is a desktop.

    Two files for its window are printed, too: the questions as saved scripts, and colours by label.
    """
    from atlas import server
    from atlas.server.settings import atlas_home

    if files is not None:
        print(*_write_files(files), sep="\n")
        return
    with ConsoleProgress() as progress:
        running = server.start(progress=progress)
    print(server.open_browser(running) if open_ else running.browser_uri)
    print(f"user {running.user}, password {running.password}", file=sys.stderr)
    scripts, colours = _write_files(atlas_home() / "browser")
    print(f"Drop on its window: {scripts} (questions as saved scripts), {colours} (colours by label).", file=sys.stderr)


def _write_files(folder: Path) -> tuple[Path, Path]:
    """Write what is dropped on Browser's window: the questions and the colours."""
    from atlas.catalogue.guide import guide
    from atlas.schema.style import style
    from atlas.store.parquet.files import disk_errors

    scripts, colours = folder / "questions.zip", folder / "atlas.grass"
    with disk_errors(folder):
        folder.mkdir(parents=True, exist_ok=True)
        scripts.write_bytes(guide())
        colours.write_text(style(), encoding="utf-8")
    return scripts, colours


def _tell(running: Server) -> None:
    print(f"Neo4j {running.version} at {running.uri}, process {running.pid}, in {running.folder}")
    print(f"Browser: {running.browser_uri}")
    print(f"User {running.user}, password in {running.folder / 'password'}")
