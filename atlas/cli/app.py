"""The commands of `atlas`."""

from __future__ import annotations

import typer

from atlas.cli import (
    ablate,
    ask,
    backup,
    compare,
    complexity,
    contents,
    correlate,
    demo,
    draw,
    embedding,
    exchange,
    indicators,
    inform,
    ingest,
    inspect,
    lesion,
    motifs,
    pairs,
    partition,
    populations,
    relay,
    roles,
    server,
    synergy,
    training,
)
from atlas.cli.errors import OneLineErrors
from atlas.cli.examples import example

app = typer.Typer(
    cls=OneLineErrors,
    name="atlas",
    help="An atlas of trained neural networks in Neo4j.",
    epilog=example("atlas demo"),
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)


def _version(asked: bool) -> None:
    if asked:
        from atlas.version import __version__

        typer.echo(__version__)
        raise typer.Exit


@app.callback()
def _options(
    version: bool = typer.Option(False, "--version", callback=_version, is_eager=True, help="Print the version."),
) -> None:
    """An atlas of trained neural networks in Neo4j."""


demo.add_to(app)
app.add_typer(server.app, name="server")
ingest.add_to(app)
inspect.add_to(app)
partition.add_to(app)
lesion.add_to(app)
inform.add_to(app)
relay.add_to(app)
complexity.add_to(app)
synergy.add_to(app)
correlate.add_to(app)
ablate.add_to(app)
pairs.add_to(app)
motifs.add_to(app)
populations.add_to(app)
indicators.add_to(app)
roles.add_to(app)
compare.add_to(app)
embedding.add_to(app)
draw.add_to(app)
training.add_to(app)
ask.add_to(app)
contents.add_to(app)
backup.add_to(app)
exchange.add_to(app)
