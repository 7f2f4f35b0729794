"""What to paste into Neo4j Browser to get the rows of an answer.

Browser shows no rows of a statement that is run together with others: so the parameters go first, in one piece.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from atlas.catalogue.header import Query, Value

_ESCAPES = str.maketrans({"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t"})


def explanation(query: Query, values: Mapping[str, Value]) -> str:
    """Write a `:param` line for each value and, after an empty line, the Cypher of a question."""
    parameters = [f":param {name} => {literal(value)};" for name, value in values.items()]
    body = [line for line in query.text.splitlines() if not line.startswith("// ")]
    return "\n".join([*parameters, "", f"// {query.title}. In Neo4j Browser, run the lines above first.", *body])


def literal(value: Value) -> str:
    """Write a value as Cypher does, in one line."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f"'{value.translate(_ESCAPES)}'"
    if isinstance(value, list):
        return f"[{', '.join(literal(cast(Value, one)) for one in value)}]"
    return repr(value).replace("e+", "e")  # Cypher knows 1e22 and 1e-05, and no 1e+22
