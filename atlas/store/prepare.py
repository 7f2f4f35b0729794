"""Make an empty database an atlas: constraints, data dictionary, version of the schema."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING

from atlas import schema
from atlas.errors import SchemaMismatch

if TYPE_CHECKING:
    from atlas.store.connection import Store

_VERSION = "OPTIONAL MATCH (s:Schema {key: 'schema'}) RETURN s.version AS version, s.dictionary_sha256 AS sha256"
_DICTIONARY = "UNWIND $rows AS row MERGE (p:Property {key: row.key}) SET p = row"
_FORGOTTEN = "MATCH (p:Property) WHERE NOT p.key IN $keys DELETE p"
_DONE = "MERGE (s:Schema {key: 'schema'}) SET s.version = $version, s.dictionary_sha256 = $sha256"


def prepare(store: Store) -> None:
    """Create constraints, data dictionary and the schema's version where they are missing; else one read.

    Raises
    ------
    SchemaMismatch
        The database holds another version of the schema.
    """
    declared = _sha256()
    (found,) = store.rows(_VERSION)
    if found["version"] is not None:
        _check_version(found["version"], store.uri)
    if found["sha256"] == declared:
        return
    for constraint in schema.constraints():
        store.alter(constraint)
    rows = schema.dictionary()
    store.write(
        (_DICTIONARY, {"rows": rows}),
        (_FORGOTTEN, {"keys": [row["key"] for row in rows]}),
        (_DONE, {"version": schema.VERSION, "sha256": declared}),
    )


def _check_version(version: int, uri: str) -> None:
    if version > schema.VERSION:
        raise SchemaMismatch(
            f"The database at {uri} has version {version} of the schema, this network-atlas knows {schema.VERSION}. "
            "Update it: pip install --upgrade network-atlas."
        )
    if version < schema.VERSION:
        raise SchemaMismatch(
            f"The database at {uri} has version {version} of the schema, this network-atlas needs {schema.VERSION}. "
            f"Follow 'From schema {version} to {schema.VERSION}' in CHANGELOG.md, "
            "or ingest the networks again into an empty atlas (set ATLAS_HOME to a new folder)."
        )


def _sha256() -> str:
    declared = json.dumps([schema.constraints(), schema.dictionary()])
    return hashlib.sha256(declared.encode()).hexdigest()
