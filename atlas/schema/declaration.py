"""How the graph is declared: kinds of node, kinds of relationship, and their properties."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Property:
    """One property: its type in Cypher's words, its unit (empty for a pure number or text), and one sentence."""

    name: str
    type: str
    unit: str
    meaning: str


@dataclass(frozen=True)
class NodeKind:
    """One label, what it stands for, and its properties. Each has a unique `key`."""

    label: str
    meaning: str
    properties: tuple[Property, ...]


@dataclass(frozen=True)
class RelationshipKind:
    """One relationship type, the labels at its ends, what it says, and its properties."""

    type: str
    sources: tuple[str, ...]
    targets: tuple[str, ...]
    meaning: str
    properties: tuple[Property, ...] = ()


@dataclass(frozen=True)
class Family:
    """Headline properties that one kind of run sets together; `<name>_run` names the run.

    `full` is the relationship type that holds the full values, `labels` are those of the nodes that show them.
    """

    name: str
    run_kind: str
    full: str
    properties: tuple[str, ...]
    labels: tuple[str, ...]

    @property
    def run_property(self) -> str:
        """Name the property that names the run."""
        return f"{self.name}_run"


OWNER = Property("owner", "string", "", "Process that is writing it; null once it is complete.")
KEY = Property("key", "string", "", "Readable, stable name, unique among its label.")
NETWORK = Property("network", "string", "", "Key of the network it belongs to.")
