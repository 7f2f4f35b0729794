"""Check that the header of a query file says what its query does."""

from __future__ import annotations

import re

from atlas.catalogue.cypher import bare, final_columns, orders_rows, parameters_used
from atlas.catalogue.header import Query, example_lines, example_values
from atlas.catalogue.needs import NEEDS, OF_EITHER, OF_KIND
from atlas.errors import BadQuery

_WRITES = re.compile(
    r"(?<![.:\w$])(CREATE|MERGE|SET|DELETE|DETACH|REMOVE|DROP|FOREACH|LOAD\s+CSV|CALL\s+[A-Za-z_][\w.]*)\b(?!\s*:)",
    re.I,
)
_READS = ("MATCH", "OPTIONAL", "CALL", "UNWIND", "WITH", "RETURN")


def check_query(query: Query) -> None:
    """Raise `BadQuery` for the first rule the file breaks; return nothing when it keeps them all."""
    problem = next((problem for rule in _RULES if (problem := rule(query))), None)
    if problem is not None:
        raise BadQuery(f"{query.path.name}: {problem}")


def _name(query: Query) -> str | None:
    if query.name == query.path.stem:
        return None
    return f"the header names it {query.name!r}. The name is the file's: {query.path.stem!r}."


def _parameters(query: Query) -> str | None:
    declared = {parameter.name for parameter in query.parameters}
    return _difference("parameter", parameters_used(query.text), declared, "the query uses", "a `param` line")


def _examples(query: Query) -> str | None:
    declared = {parameter.name for parameter in query.parameters}
    return _difference("parameter", declared, set(query.example_values), "the header declares", "an `example` line")


def _columns(query: Query) -> str | None:
    returned, declared = final_columns(query.text), [column.name for column in query.columns]
    if returned == declared:
        return None
    return f"the query returns {', '.join(returned)}; the header says {', '.join(declared)}. Make them the same."


def _one_statement(query: Query) -> str | None:
    text = bare(query.text)
    if text.count(";") == 1 and text.endswith(";"):
        return None
    return "a query file is one statement and ends with its only semicolon."


def _reads_only(query: Query) -> str | None:
    text = bare(query.text)
    if text.split(None, 1)[0] not in _READS:
        return f"the query begins with {text.split(None, 1)[0]}. Begin with one of {', '.join(_READS)}."
    match = _WRITES.search(text)
    return None if match is None else f"the query has {match[1]}, and a question only reads. Take it out."


def _order(query: Query) -> str | None:
    return None if orders_rows(query.text) else "the last RETURN has no ORDER BY, so its rows have no order. Add one."


def _needs(query: Query) -> str | None:
    known = (*NEEDS, *OF_EITHER, *OF_KIND)
    unknown = [need for need in query.needs if need not in known]
    return f"needs {unknown[0]!r}, which is none of {', '.join(known)}, nothing." if unknown else None


def _view(query: Query) -> str | None:
    if query.view is None:
        return None
    declared = {parameter.name for parameter in query.parameters}
    used = parameters_used(query.view)
    examples = set(example_values(example_lines(query.view), query.path))
    if used - declared:
        return f"its view uses ${min(used - declared)}, which the question does not have."
    return _difference("parameter", used, examples, "its view uses", "an `example` line in the view")


def _difference(what: str, left: set[str], right: set[str], left_says: str, right_is: str) -> str | None:
    if left - right:
        return f"{left_says} ${min(left - right)}, which lacks {right_is}."
    if right - left:
        return f"the {what} ${min(right - left)} has {right_is}, and nothing uses it. Take it out."
    return None


_RULES = (_name, _one_statement, _reads_only, _needs, _parameters, _examples, _columns, _order, _view)
