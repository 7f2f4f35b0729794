"""Before and after an offline load: the atlas is empty; then what was imported becomes an atlas."""

from __future__ import annotations

from atlas.errors import KeyTaken, StoreError
from atlas.store.clean import clean
from atlas.store.connection import Store
from atlas.store.offline.files import ImportFiles

_INDEX_SECONDS = 3600
_HELD = "MATCH (n) WHERE n:Network OR n:Loading RETURN n.key AS key ORDER BY key LIMIT 1"
_NETWORKS = "MATCH (n:Network) RETURN count(n) AS n"
_RELATIONSHIPS = "MATCH ()-[r]->() RETURN count(r) AS n"
_AWAIT = f"CALL db.awaitIndexes({_INDEX_SECONDS})"


def check_empty(store: Store) -> None:
    """Check that no network stands in the atlas or is being loaded; what an ended process left is removed first.

    Raises
    ------
    KeyTaken
        There is one.
    """
    clean(store)
    for held in store.rows(_HELD):
        raise KeyTaken(
            f"The atlas is not empty: it holds {held['key']!r}. Only an empty one is filled offline. "
            "Add networks while it runs, or fill another: set ATLAS_HOME to a new folder."
        )


def complete(store: Store, files: ImportFiles) -> None:
    """Check that all was imported; create constraints, wait for their indexes, and write the data dictionary.

    Raises
    ------
    StoreError
        The graph holds other numbers of networks and relationships than the files.
    """
    expected = (len(files.networks), files.n_relationships)
    found = (store.rows(_NETWORKS)[0]["n"], store.rows(_RELATIONSHIPS)[0]["n"])
    if found != expected:
        raise StoreError(
            f"Of {expected[0]} networks and {expected[1]} relationships, {found[0]} and {found[1]} were imported. "
            "The atlas is as it was. Repeat the command."
        )
    store.prepare()
    store.rows(_AWAIT)
