"""Every label, relationship type and property of the graph, declared once."""

from __future__ import annotations

from atlas.schema.declaration import Family, NodeKind, Property, RelationshipKind
from atlas.schema.nodes import NODES
from atlas.schema.relationships import RELATIONSHIPS
from atlas.schema.roles import ROLE_LABELS

VERSION = 1

_ALL = ("Neuron", "Cluster", "Layer")

FAMILIES = (
    Family("effect", "ablate", "EFFECT", ("effect_points", "effect_q", "most_affected_target"), ("Neuron", "Cluster")),
    Family("label", "inform", "INFORMATION", ("label_bits", "label_q"), _ALL),
    Family("relay", "relay", "INFORMATION", ("relay_bits", "relay_q", "relay_alone_bits", "relay_alone_q"), _ALL),
    Family("complexity", "complexity", "INFORMATION", ("complexity",), ("Cluster", "Layer")),
    Family(
        "correlation",
        "correlate",
        "CORRELATION",
        ("gaussian_mismatch", "gaussian_mismatch_q", "higher_share"),
        ("Neuron", "Layer"),
    ),
    Family("lesion", "lesion", "LESION", ("importance", "importance_q", "coherence", "coherence_q"), ("Cluster",)),
    Family("activation", "indicators", "RESPONDS", ("mean_activation", "active_share", "selectivity"), ("Neuron",)),
    Family("roles", "roles", "ROLE", ("roles",), ("Neuron",)),
)
VALUES_ON_TARGETS = (
    "EFFECT",
    "INFORMATION",
    "CORRELATION",
    "RESPONDS",
    "PREDICTS",
    "LESION",
    "ROLE",
)  # each names its run
VALUES_BETWEEN = (
    "JOINT_EFFECT",
    "JOINT_INFORMATION",
    "AGREES",
    "LESION",
    "LINK",
    "MOTIF",
    "MATCHES",
)  # so do these, between parts; the run is about the network of the first

# Labels with a unique key. `Element` is carried by neurons, layers and clusters; `Loading` by a network being loaded,
# `Removing` by one being removed.
KEYED_LABELS = (*(kind.label for kind in NODES), "Element", "Loading", "Removing")


# Which kinds of run write a label or type as a whole; what is not here is written by ingestion.
WRITTEN_BY = {
    **dict.fromkeys(("Partition", "Cluster", "IN_CLUSTER", "HAS_PARTITION", "HAS_CLUSTER"), "partition or populations"),
    "JOINT_EFFECT": "pairs",
    "JOINT_INFORMATION": "synergy",
    "AGREES": "agree",
    "PREDICTS": "indicators",
    "LESION": "lesion",
    "MOTIF": "motifs",
    "MATCHES": "compare",
    **dict.fromkeys(("LINK", "WITHIN"), "partition"),
    **{family.full: family.run_kind for family in FAMILIES},
    "INFORMATION": "inform, relay or complexity",
}


def constraints() -> tuple[str, ...]:
    """List the statements that make every key unique; repeating them changes nothing."""
    return tuple(
        f"CREATE CONSTRAINT {label.lower()}_key IF NOT EXISTS FOR (n:{label}) REQUIRE n.key IS UNIQUE"
        for label in KEYED_LABELS
    )


def dictionary() -> tuple[dict[str, str | None], ...]:
    """List the data dictionary: one row for each property of each label and relationship type."""
    owners = [(kind.label, kind.properties) for kind in NODES]
    owners += [(kind.type, kind.properties) for kind in RELATIONSHIPS]
    return tuple(_row(owner, property_) for owner, properties in owners for property_ in properties)


def _row(owner: str, property_: Property) -> dict[str, str | None]:
    own = [family for family in FAMILIES if owner in family.labels]
    family = next((f for f in own if property_.name in (*f.properties, f.run_property)), None)
    return {
        "key": f"{owner}.{property_.name}",
        "label": owner,
        "name": property_.name,
        "type": property_.type,
        "unit": property_.unit,
        "meaning": property_.meaning,
        "family": family.name if family else None,
        "written_by": family.run_kind if family else WRITTEN_BY.get(owner),
    }


__all__ = [
    "FAMILIES",
    "KEYED_LABELS",
    "NODES",
    "RELATIONSHIPS",
    "ROLE_LABELS",
    "VALUES_BETWEEN",
    "VALUES_ON_TARGETS",
    "VERSION",
    "Family",
    "NodeKind",
    "Property",
    "RelationshipKind",
    "constraints",
    "dictionary",
]
