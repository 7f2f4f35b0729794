"""Which files an exported network has, and their columns: from the schema, so that a new kind of value needs no code.

A label's file has one column for each declared property, a relationship type's file those and the keys of both ends.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import polars as pl

from atlas.schema import NODES, RELATIONSHIPS, ROLE_LABELS, NodeKind, Property, RelationshipKind

ROOT = "Network"
ENDS = ("source", "target")  # columns of a relationship's file: keys of its ends
# The only types that lead from one network to another; an end that is not in the atlas is waited for.
BETWEEN_NETWORKS = ("NEXT",)
ELEMENTS = ("Layer", "Neuron", "Cluster")  # labels whose nodes also carry `Element`
MARKS = {  # labels that some nodes carry besides, each a column
    "Cluster": {"is_module": "Module"},
    "Neuron": {f"is_{role}": label for role, label in ROLE_LABELS.items()},
}

UNWRITTEN = ("owner",)  # null once a network is complete
_TYPES: Mapping[str, pl.DataType] = {
    "string": pl.String(),
    "integer": pl.Int64(),
    "float": pl.Float64(),
    "boolean": pl.Boolean(),
    "datetime": pl.Datetime("us", "UTC"),
    "list of string": pl.List(pl.String()),
}


@dataclass(frozen=True, kw_only=True)
class NodeTable:
    """The nodes of one label. `owner` is the relationship type by which one hangs on its `parent`."""

    label: str
    file: str
    columns: Mapping[str, pl.DataType]
    properties: tuple[str, ...]
    parent: str | None
    owner: str | None
    from_parent: bool  # the relationship leads from the parent

    @property
    def name(self) -> str:
        """Name it as the schema does."""
        return self.label

    @property
    def marks(self) -> Mapping[str, str]:
        """Name the columns that tell further labels."""
        return MARKS.get(self.label, {})


@dataclass(frozen=True, kw_only=True)
class LinkTable:
    """The relationships of one type."""

    type: str
    file: str
    columns: Mapping[str, pl.DataType]
    properties: tuple[str, ...]
    sources: tuple[str, ...]
    targets: tuple[str, ...]

    @property
    def name(self) -> str:
        """Name it as the schema does."""
        return self.type

    @property
    def bare(self) -> bool:
        """See whether it only says what belongs to what: one label at each end, another one, nothing measured."""
        return not self.properties and len(self.sources) == len(self.targets) == 1 and self.sources != self.targets

    @property
    def between_networks(self) -> bool:
        """See whether it leads from one network to another."""
        return self.type in BETWEEN_NETWORKS


Table = NodeTable | LinkTable


@cache
def node_tables() -> tuple[NodeTable, ...]:
    """List the labels of what belongs to a network, each after its parent, runs before what they wrote."""
    kinds = [kind for kind in NODES if kind.label == ROOT or any(p.name == "network" for p in kind.properties)]
    first = (ROOT, "Run")
    return tuple(_node_table(kind) for kind in sorted(kinds, key=lambda kind: kind.label not in first))


@cache
def link_tables() -> tuple[LinkTable, ...]:
    """List the relationship types of the graph."""
    return tuple(_link_table(kind) for kind in RELATIONSHIPS)


def tables() -> tuple[Table, ...]:
    """List every file there can be."""
    return (*node_tables(), *link_tables())


def _node_table(kind: NodeKind) -> NodeTable:
    names = tuple(p.name for p in kind.properties if p.name not in UNWRITTEN)
    owner = _owner(kind.label)
    return NodeTable(
        label=kind.label,
        file=f"{kind.label.lower()}{'' if kind.label == ROOT else 's'}.parquet",
        columns=_columns(kind.properties, names) | {mark: pl.Boolean() for mark in MARKS.get(kind.label, {})},
        properties=names,
        parent=None if owner is None else (set(owner.sources + owner.targets) - {kind.label}).pop(),
        owner=None if owner is None else owner.type,
        from_parent=owner is None or owner.targets == (kind.label,),
    )


def _owner(label: str) -> RelationshipKind | None:
    """Find what a label's nodes hang by: `HAS_…` from what they belong to, or `ABOUT` to the network."""
    return next(
        (
            kind
            for kind in RELATIONSHIPS
            if (kind.type.startswith("HAS_") and kind.targets == (label,))
            or (kind.type == "ABOUT" and kind.sources == (label,))
        ),
        None,
    )


def _link_table(kind: RelationshipKind) -> LinkTable:
    names = tuple(p.name for p in kind.properties)
    return LinkTable(
        type=kind.type,
        file=f"{kind.type.lower()}.parquet",
        columns={end: pl.String() for end in ENDS} | _columns(kind.properties, names),
        properties=names,
        sources=kind.sources,
        targets=kind.targets,
    )


def _columns(properties: tuple[Property, ...], names: tuple[str, ...]) -> dict[str, pl.DataType]:
    return {property_.name: _TYPES[property_.type] for property_ in properties if property_.name in names}
