"""`atlas ask`, `atlas questions` and `atlas cypher`: reading the atlas."""

from __future__ import annotations

from typing import Annotated

import typer

from atlas.cli.examples import example
from atlas.cli.opening import opened
from atlas.cli.tables import Format, FormatOption, print_table
from atlas.errors import BadParameter

Assignments = Annotated[
    list[str] | None, typer.Argument(metavar="[NAME=VALUE]...", help="Parameters.", show_default=False)
]


def add_to(app: typer.Typer) -> None:
    """Add the commands of this file."""
    app.command(epilog=example("atlas ask effect_and_information network=digits-mlp"))(ask)
    app.command(epilog=example("atlas questions effect_and_information"))(questions)
    app.command(epilog=example("atlas cypher 'MATCH (n:Network) RETURN n.key AS network' --format csv"))(cypher)


def ask(
    question: Annotated[
        str, typer.Argument(metavar="NAME", help="Name of the question; `atlas questions` lists them.")
    ],
    parameters: Assignments = None,
    format_: FormatOption = Format.table,
) -> None:
    """Ask one question of the library and print the answer."""
    from atlas.catalogue import find, from_text

    values = from_text(find(question), parameters or [])
    with opened() as (atlas, _):
        frame = atlas.ask(question, **values)
    print_table(frame, format_)


def questions(
    name: Annotated[str | None, typer.Argument(metavar="[NAME]", help="One question, in full.")] = None,
    format_: FormatOption = Format.table,
) -> None:
    """List the questions, or the parameters and columns of one. Needs no server."""
    import pandas as pd

    from atlas import catalogue

    if name is None:
        rows = [(q.subject, q.name, q.question) for q in catalogue.questions()]
        print_table(pd.DataFrame(rows, columns=["subject", "name", "question"]), format_)
        return
    query = catalogue.find(name)
    if format_ is Format.table:
        print(f"{query.name}: {query.question}")
    parameters = [
        ("parameter", p.name, p.type, "required" if p.required else str(p.default), p.meaning) for p in query.parameters
    ]
    columns = [("column", c.name, c.type, "", c.meaning) for c in query.columns]
    print_table(pd.DataFrame(parameters + columns, columns=["what", "name", "type", "default", "meaning"]), format_)


def cypher(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="A query that only reads, with $NAME for parameters.")],
    parameters: Assignments = None,
    format_: FormatOption = Format.table,
) -> None:
    """Run a Cypher text that only reads. Values are JSON where they can be, else text."""
    values: dict[str, object] = {}
    for name, value in map(_assignment, parameters or []):
        if name in values:
            raise BadParameter(f"Parameter {name!r} is given twice. Give it once.")
        values[name] = value
    with opened() as (atlas, _):
        frame = atlas.cypher(text, **values)
    print_table(frame, format_)


def _assignment(text: str) -> tuple[str, object]:
    import json

    name, equals, value = text.partition("=")
    if not equals or not name.isidentifier():
        raise BadParameter(f"{text!r} is not a parameter. Write NAME=VALUE, for example network=digits-mlp.")
    try:
        return name, json.loads(value)
    except ValueError:
        return name, value
