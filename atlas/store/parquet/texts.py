"""Cypher for the tables: every label, type and property in it comes from the schema, every value is a parameter."""

from __future__ import annotations

from atlas.store.parquet.tables import ELEMENTS, ROOT, LinkTable, NodeTable

UNDECLARED = "undeclared_"  # column of the properties that are not among `$declared`, those of the schema
_ORDER = ("layer_number", "number", "key")


def read_nodes(table: NodeTable) -> str:
    """Read the nodes that hang on one parent, `$parent`; of runs the finished ones."""
    properties = [f"x.{name} AS {name}" for name in table.properties]
    marks = [f"x:{label} AS {mark}" for mark, label in table.marks.items()]
    columns = ", ".join([*properties, *marks, f"{_undeclared('x')} AS {UNDECLARED}"])
    return f"{_children(table)} RETURN {columns} ORDER BY {_ordered('x')}"


def count_links(table: LinkTable, source: str) -> str:
    """Count the relationships that leave each of `$keys`."""
    return f"""UNWIND range(0, size($keys) - 1) AS i MATCH (x:{source} {{key: $keys[i]}})
RETURN COUNT {{ (x)-[:{table.type}]->() }} AS n ORDER BY i"""


def read_links(table: LinkTable, source: str) -> str:
    """Read the relationships that leave each of `$keys`, as one list: four times as fast as one row for each."""
    texts = [f"r.{name}" for name in table.properties if table.columns[name] == table.columns["source"]]
    properties = ", ".join(["y.key", *(f"r.{name}" for name in table.properties)])
    return f"""UNWIND range(0, size($keys) - 1) AS i MATCH (x:{source} {{key: $keys[i]}})
CALL (x) {{
  MATCH (x)-[r:{table.type}]->(y:{"|".join(table.targets)}) WITH r, y ORDER BY {", ".join([_ordered("y"), *texts])}
  RETURN collect([{properties}]) AS links, collect(DISTINCT {_undeclared("r")}) AS {UNDECLARED}
}}
RETURN x.key AS source, links, {UNDECLARED} ORDER BY i"""


def read_arriving(table: LinkTable) -> str:
    """Read the relationships that come to the network `$network` from others."""
    columns = ["x.key AS source", "y.key AS target", *(f"r.{name} AS {name}" for name in table.properties)]
    columns.append(f"{_undeclared('r')} AS {UNDECLARED}")
    return f"""MATCH (x:{ROOT})-[r:{table.type}]->(y:{ROOT} {{key: $network}})
RETURN {", ".join(columns)} ORDER BY source"""


def write_nodes(table: NodeTable) -> str:
    """Create nodes from one list for each column; the network itself as `Loading`, so that no query sees it."""
    labels = f"Loading {{owner: $owner, {_filled(table)}}}" if table.label == ROOT else _labelled(table)
    marks = [
        f"FOREACH (yes IN CASE WHEN $columns.{mark}[i] THEN [1] ELSE [] END | SET x:{label})"
        for mark, label in table.marks.items()
    ]
    return "\n".join([f"UNWIND range(0, size($columns.key) - 1) AS i CREATE (x:{labels})", *marks])


def write_links(table: LinkTable, source: str, target: str) -> str:
    """Create relationships from one list for each column; `$source` and `$target` count in `$sources`, `$targets`."""
    return f"""UNWIND range(0, size($sources) - 1) AS i MATCH (x:{_hidden(source)} {{key: $sources[i]}})
WITH x, i ORDER BY i WITH collect(x) AS sources
UNWIND range(0, size($targets) - 1) AS i MATCH (y:{_hidden(target)} {{key: $targets[i]}})
WITH sources, y, i ORDER BY i WITH sources, collect(y) AS targets
UNWIND range(0, size($source) - 1) AS i WITH sources[$source[i]] AS x, targets[$target[i]] AS y, i
CREATE (x)-[:{table.type} {{{_filled(table)}}}]->(y)"""


def write_between(table: LinkTable) -> str:
    """Join the network to those others that are in the atlas."""
    sets = "".join(f" SET r.{name} = $columns.{name}[i]" for name in table.properties)
    return f"""UNWIND range(0, size($source) - 1) AS i
MATCH (x:{ROOT} {{key: $source[i]}}) MATCH (y:{ROOT} {{key: $target[i]}}) MERGE (x)-[r:{table.type}]->(y){sets}"""


def _children(table: NodeTable) -> str:
    if table.parent is None:
        return f"MATCH (x:{table.label} {{key: $parent}})"
    left, right = ("-", "->") if table.from_parent else ("<-", "-")
    state = " {state: 'finished'}) WHERE x.other IS NULL" if table.label == "Run" else ")"  # one network alone
    return f"MATCH (:{table.parent} {{key: $parent}}){left}[:{table.owner}]{right}(x:{table.label}{state}"


def _undeclared(variable: str) -> str:
    return f"[name IN keys({variable}) WHERE NOT name IN $declared]"


def _ordered(variable: str) -> str:
    return ", ".join(f"{variable}.{name}" for name in _ORDER)


def _labelled(table: NodeTable) -> str:
    return f"{table.label}{':Element' if table.label in ELEMENTS else ''} {{{_filled(table)}}}"


def _filled(table: NodeTable | LinkTable) -> str:
    return ", ".join(f"{name}: $columns.{name}[i]" for name in table.properties)


def _hidden(label: str) -> str:
    """Name the label that a node bears while it is being loaded."""
    return "Loading" if label == ROOT else label
