"""Find the server to talk to."""

from __future__ import annotations

import os

from atlas.client.atlas import Atlas
from atlas.errors import BadParameter
from atlas.progress import Progress, silent
from atlas.store import Store, clean

_REMEDY = "Give connect(uri, user=..., password=...), or set ATLAS_NEO4J_USER and ATLAS_NEO4J_PASSWORD."


def connect(
    uri: str | None = None, *, user: str | None = None, password: str | None = None, progress: Progress = silent
) -> Atlas:
    """Open an atlas; close it again, or use it by `with`.

    Parameters
    ----------
    uri
        Address of a Neo4j server, as `bolt://HOST:7687`; None takes ATLAS_NEO4J_URI, and without that the
        managed local server, which is started if it does not run.
    user, password
        For that server; None takes ATLAS_NEO4J_USER (else `neo4j`) and ATLAS_NEO4J_PASSWORD.
    progress
        Told where the start of the managed server stands, which takes about a minute the first time on a machine, and
        the clearing away of a network whose loading or removal was cut off.

    Raises
    ------
    StoreUnavailable, AccessDenied, ServerTooOld, SchemaMismatch
        Nothing answers at the address, the password is wrong, the server or the graph is too old.
    ServerFailed, DiskFull
        The managed server cannot be started.
    """
    address = uri or os.environ.get("ATLAS_NEO4J_URI")
    if not address:
        return _managed(user, password, progress)
    secret = password if password is not None else os.environ.get("ATLAS_NEO4J_PASSWORD")
    if secret is None:
        raise BadParameter(f"No password for {address!r}. {_REMEDY}")
    return _opened(Store(address, user or os.environ.get("ATLAS_NEO4J_USER") or "neo4j", secret), progress)


def _managed(user: str | None, password: str | None, progress: Progress) -> Atlas:
    if user is not None or password is not None:
        raise BadParameter(f"User and password without an address: the managed server has its own. {_REMEDY}")
    from atlas.server import start

    server = start(progress=progress)
    return _opened(Store(server.uri, server.user, server.password), progress)


def _opened(store: Store, progress: Progress) -> Atlas:
    try:
        store.prepare()
        clean(store, progress=progress)
    except BaseException:
        store.close()
        raise
    return Atlas(store)
