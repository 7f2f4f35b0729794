"""Write the reference of all questions: `python -m atlas.catalogue.page > docs/queries.md`."""

from __future__ import annotations

from collections.abc import Iterable

from atlas.catalogue.files import CHECKS, questions
from atlas.catalogue.header import Parameter, Query
from atlas.catalogue.needs import NEEDS, OF_EITHER, OF_KIND

_HEAD = """# Questions

<!-- Made from the headers in queries/ by `make reference`. Do not edit by hand. -->

Each question is one Cypher file, `queries/SUBJECT/NAME.cypher`. It runs unchanged in Neo4j Browser, on the command
line (`atlas ask NAME network=KEY`) and in Python (`atlas.ask("NAME", network="KEY")`). It only reads, its rows have one
order, and a limit that cuts an answer short is told by the column `n_total`. `atlas.explain("NAME", network="KEY")`
prints the Cypher with its parameters.

A parameter without a default must be given. A question that needs an analysis which has not run names the command.
"""
_CHECKS_ARE = "A healthy atlas answers these with no rows; `atlas check` asks them all.\n"
_DRAWN = "Neo4j Browser draws its answer: `{path}`."


def page() -> str:
    """Render every question as Markdown, by subject: what it needs, its parameters and its columns."""
    subjects = sorted({query.subject for query in questions()}, key=lambda subject: (subject == CHECKS, subject))
    of_subjects = {subject: [query for query in questions() if query.subject == subject] for subject in subjects}
    parts = [_HEAD, *(_list(subject, queries) for subject, queries in of_subjects.items())]
    for subject, queries in of_subjects.items():
        parts.append(f"## {subject.capitalize()}\n")
        parts += [_CHECKS_ARE] if subject == CHECKS else []
        parts += [_question(query) for query in queries]
    return "\n".join(parts)


def _list(subject: str, queries: Iterable[Query]) -> str:
    return f"**{subject.capitalize()}**\n\n" + "".join(f"- [`{q.name}`](#{q.name}) {q.question}\n" for q in queries)


def _question(query: Query) -> str:
    parts = [f"### `{query.name}`\n", f"{query.question}\n", f"{_needs(query)}\n"]
    if query.view is not None:
        parts.append(_DRAWN.format(path=f"queries/{query.subject}/{query.name}.view.cypher") + "\n")
    if query.parameters:
        rows = ((f"`{p.name}`", p.type, _default(p), p.meaning) for p in query.parameters)
        parts.append(_table(("parameter", "type", "default", "meaning"), rows))
    columns = ((f"`{c.name}`", c.type, c.meaning) for c in query.columns)
    parts.append(_table(("column", "type", "meaning"), columns))
    return "\n".join(parts)


def _needs(query: Query) -> str:
    commands = [f"`{NEEDS[name].command}`" for need in query.needs for name in _either(need)]
    given = {"network": "NETWORK", "partition": "PARTITION"}
    return "Needs " + ", ".join(commands).format(**given) + "." if commands else "Needs no analysis."


def _either(need: str) -> Iterable[str]:
    if need in OF_EITHER:
        return OF_EITHER[need]
    return OF_KIND[need].values() if need in OF_KIND else (need,)


def _default(parameter: Parameter) -> str:
    if parameter.required:
        return ""
    return "null" if parameter.default is None else f"`{parameter.default}`"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *(tuple(cell.replace("|", "\\|") for cell in row) for row in rows)]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


if __name__ == "__main__":
    print(page(), end="")
