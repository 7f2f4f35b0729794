"""The roles of neurons: relationship, headline property, and the labels by which Neo4j Browser colours them."""

from __future__ import annotations

from atlas.results.roles import ROLES
from atlas.schema.declaration import Property, RelationshipKind
from atlas.schema.values import RUN

ROLE_LABELS = {role: role.capitalize() for role in ROLES}  # of neurons that the newest finished run gave the role

ROLE_HEADLINES = (
    Property("roles", "list of string", "", "Its roles by the newest finished run, sorted; each is a label, too."),
    Property("roles_run", "string", "", "Key of the newest finished run that judged the roles of its network."),
)

ROLE = RelationshipKind(
    "ROLE",
    ("Neuron",),
    ("Target",),
    "A role of a neuron: the class of a specialist, else against target `all`.",
    (
        RUN,
        Property("role", "string", "", f"{', '.join(ROLES[:-1])} or {ROLES[-1]}."),
        Property("value", "float", "", "What its rule compares with the threshold."),
        Property("threshold", "float", "", "The threshold."),
        Property("p", "float", "", "Of what its rule judges by: what chance gives as much, as docs/roles.md says."),
        Property("q", "float", "", "Its false discovery rate among the neurons judged; null for roles in a partition."),
        Property("rule", "string", "", "The rule, one sentence."),
        Property("from_run", "string", "", "Key of the run whose values were judged."),
    ),
)
