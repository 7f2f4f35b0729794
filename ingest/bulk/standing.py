"""Networks that stand in the atlas already, told by what is recorded of them, without reading their weights."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from atlas.errors import AtlasError
from atlas.store import Store
from ingest.bulk.entry import Entry
from ingest.bulk.reading import cached_trials
from ingest.input_shape import parse_input
from ingest.keep import Keep
from ingest.sources.regular import hash_file, regular_file

_OPENED = "opened_"
_PROGRAMS = (".onnx", ".pt2")  # they say themselves how they are opened
_FOUND = """MATCH (n:Network) WHERE n.key IN $keys
OPTIONAL MATCH (n)-[:HAS_LAYER]->(:Layer)-[f:FEEDS]->(:Layer)
RETURN properties(n) AS properties, collect(DISTINCT f.weight_policy) AS policies"""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """What the atlas records of a network."""

    properties: Mapping[str, Any]
    policies: tuple[str, ...]  # how its weights were chosen


def standing(store: Store, keys: Iterable[str]) -> dict[str, Standing]:
    """Read what is recorded of some networks; those that are not there are left out."""
    rows = store.rows(_FOUND, keys=list(keys))
    return {
        row["properties"]["key"]: Standing(properties=row["properties"], policies=tuple(row["policies"]))
        for row in rows
    }


def is_same(entry: Entry, there: Standing, keep: Keep) -> bool:
    """Tell whether a network was taken in from the same bytes in the same way; all that is said must agree."""
    try:
        return (
            set(there.policies) <= {str(keep) or "all"}
            and _origin_agrees(entry, there)
            and _opening_agrees(entry, there)
            and hash_file(regular_file(entry.file)) == there.properties["file_sha256"]
        )
    except AtlasError:
        return False  # reading it will tell


def _origin_agrees(entry: Entry, there: Standing) -> bool:
    said = {name: value for name, value in vars(entry.origin).items() if value is not None}
    return all(there.properties.get(name) == value for name, value in said.items())


def _opening_agrees(entry: Entry, there: Standing) -> bool:
    opened = {name.removeprefix(_OPENED): value for name, value in there.properties.items() if name.startswith(_OPENED)}
    shape = opened.pop("input", None)
    said = entry.opening.input
    if said is not None and shape is not None and str(parse_input(said)) != shape:
        return False
    opened.pop("file", None)
    return opened == _as_opened(entry)


def _as_opened(entry: Entry) -> dict[str, Any]:
    """Say how a network is recorded as opened, its file and input left out."""
    opening = entry.opening
    names = () if entry.file.suffix.lower() in _PROGRAMS else ("chain", "factory", "part")
    said = {name: getattr(opening, name) for name in names if getattr(opening, name) is not None}
    data = {} if entry.data is None else {"data": cached_trials(entry.data).text}
    return said | {"norm": opening.norm} | ({"allow_opaque": True} if opening.allow_opaque else {}) | data
