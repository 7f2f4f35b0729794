"""`atlas server`: the managed local Neo4j."""

from __future__ import annotations

import os
import sys
from typing import TYPE_CHECKING

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
def browser() -> None:
    """Print the address of Neo4j Browser with user and password, and open it where there is a desktop."""
    from atlas import server

    with ConsoleProgress() as progress:
        running = server.start(progress=progress)
    print(server.open_browser(running))
    print(f"user {running.user}, password {running.password}", file=sys.stderr)


def _tell(running: Server) -> None:
    print(f"Neo4j {running.version} at {running.uri}, process {running.pid}, in {running.folder}")
    print(f"Browser: {running.browser_uri}")
    print(f"User {running.user}, password in {running.folder / 'password'}")
