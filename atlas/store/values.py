"""Plain Python values for what the driver hands over."""

from __future__ import annotations

from typing import Any

from neo4j.graph import Node, Path, Relationship
from neo4j.spatial import Point
from neo4j.time import Date, DateTime, Duration, Time


def plain(value: Any) -> Any:
    """Convert one value.

    A node becomes its properties with `_labels`, a relationship its properties with `_type`, a path the list of both
    in turn. Dates and times become Python's (to the microsecond), durations ISO 8601 text, points tuples. Neo4j's
    internal ids are dropped.
    """
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, Node):
        return {"_labels": sorted(value.labels)} | {name: plain(item) for name, item in sorted(value.items())}
    if isinstance(value, Relationship):
        return {"_type": value.type} | {name: plain(item) for name, item in sorted(value.items())}
    if isinstance(value, Path):
        return _steps(value)
    if isinstance(value, (Date, DateTime, Time)):
        return value.to_native()
    if isinstance(value, Duration):
        return value.iso_format()
    return tuple(value) if isinstance(value, Point) else value


def _steps(path: Path) -> list[Any]:
    steps = [plain(path.start_node)]
    for relationship, node in zip(path.relationships, path.nodes[1:], strict=True):
        steps += [plain(relationship), plain(node)]
    return steps
