"""Write the schema page: `python -m atlas.schema.page > docs/schema.md`."""

from __future__ import annotations

from atlas.schema import FAMILIES, NODES, RELATIONSHIPS, VERSION, Property

HEAD = f"""# The graph

<!-- Made from atlas/schema by `make schema`. Do not edit by hand. -->

Schema version {VERSION}. The same text stands in the graph: `atlas ask data_dictionary`.
Every node has a unique `key`. Neurons, layers and clusters also carry the label `Element`.
A network carries `Loading` instead of `Network` until it is complete, and `Removing` while it is being removed.
"""


def page() -> str:
    """Render every label, relationship type and property as Markdown."""
    nodes = [f"### `{kind.label}`\n\n{kind.meaning}\n\n{_table(kind.properties)}" for kind in NODES]
    relationships = [
        f"### `({'|'.join(kind.sources)})-[:{kind.type}]->({'|'.join(kind.targets)})`\n\n"
        f"{kind.meaning}\n{_table(kind.properties)}"
        for kind in RELATIONSHIPS
    ]
    families = [
        f"- **{family.name}**: {', '.join(f'`{name}`' for name in family.properties)}; "
        f"the run is named in `{family.run_property}`, the full values are `{family.full}` relationships."
        for family in FAMILIES
    ]
    parts = [
        HEAD,
        "## Labels\n",
        *nodes,
        "## Relationships\n",
        *relationships,
        "## Headline properties\n",
        "Each is the value of the newest finished run.\n",
        "\n".join(families),
    ]
    return "\n".join(parts) + "\n"


def _table(properties: tuple[Property, ...]) -> str:
    if not properties:
        return ""
    rows = [f"| `{p.name}` | {p.type} | {p.unit} | {p.meaning} |" for p in properties]
    return "\n".join(["", "| property | type | unit | meaning |", "| --- | --- | --- | --- |", *rows, ""])


if __name__ == "__main__":
    print(page(), end="")
