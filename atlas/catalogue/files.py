"""Find the query files: inside the installed package, or in the repository beside it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from atlas.catalogue.check import check_query
from atlas.catalogue.header import Query, read_query
from atlas.errors import BadQuery, UnknownName

_PACKAGE = Path(__file__).parents[1]
CHECKS = "checks"  # the folder of questions that a healthy atlas answers with no rows


def folder() -> Path:
    """Give the folder of query files."""
    for candidate in (_PACKAGE / "queries", _PACKAGE.parent / "queries"):
        if candidate.is_dir():
            return candidate
    raise BadQuery("The folder of query files is missing. Install network-atlas again.")


@cache
def questions() -> tuple[Query, ...]:
    """Read and check every query file, by subject and name."""
    paths = [path for path in folder().glob("*/*.cypher") if not path.name.endswith(".view.cypher")]
    queries = tuple(read_query(path) for path in sorted(paths))
    for query in queries:
        check_query(query)
    return queries


def checks() -> tuple[Query, ...]:
    """List the questions that a healthy atlas answers with no rows."""
    return tuple(query for query in questions() if query.subject == CHECKS)


def find(name: str) -> Query:
    """Find a question by name, or raise `UnknownName` with the nearest one."""
    by_name = {query.name: query for query in questions()}
    if name not in list(by_name):
        raise UnknownName("question", name, by_name, remedy="`atlas questions` lists them all.")
    return by_name[name]
