"""Find the server to talk to."""

from __future__ import annotations

import os
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from atlas.client.atlas import Atlas
from atlas.client.from_py2neo import store_of
from atlas.errors import BadParameter
from atlas.progress import Progress, silent
from atlas.store import Store, clean

if TYPE_CHECKING:
    import py2neo

_GIVE = "Give connect(uri, user=..., password=...)"
_USER, _PASSWORD = "ATLAS_NEO4J_USER", "ATLAS_NEO4J_PASSWORD"


def connect(
    uri: str | None = None,
    *,
    user: str | None = None,
    password: str | None = None,
    graph: py2neo.Graph | None = None,
    timeout_seconds: float | None = None,
    progress: Progress = silent,
) -> Atlas:
    """Open an atlas; close it again, or use it by `with`.

    Parameters
    ----------
    uri
        Address of a Neo4j server, as `bolt://HOST:7687`; None takes ATLAS_NEO4J_URI, and without that the
        managed local server, which is started if it does not run.
    user, password
        For that server; None takes ATLAS_NEO4J_USER (else `neo4j`) and ATLAS_NEO4J_PASSWORD.
    graph
        A py2neo.Graph instead of all three: its address, user, password and database are taken, and the atlas opens
        a connection of its own with the official driver.
    timeout_seconds
        How long one question may take before it is stopped, with an error; None takes ATLAS_TIMEOUT_SECONDS, and
        without that has no limit but the server's.
    progress
        Told where the start of the managed server stands, which takes about a minute the first time on a machine, and
        the clearing away of a network whose loading or removal was cut off.

    Raises
    ------
    BadParameter
        Something given is missing, does not go together, or is of the wrong type.
    StoreUnavailable, AccessDenied, ServerTooOld, SchemaMismatch
        Nothing answers at the address, the password is wrong, the server or the graph is too old.
    ServerFailed, DiskFull
        The managed server cannot be started.
    """
    limit = _limit(timeout_seconds)
    if graph is not None:
        if (uri, user, password) != (None, None, None):
            raise BadParameter("A graph and an address, user or password are given. Give the graph alone, or the rest.")
        return _opened(store_of(graph), limit, progress)
    address = uri or os.environ.get("ATLAS_NEO4J_URI")
    if not address:
        return _opened(_managed(user, password, progress), limit, progress)
    secret = password if password is not None else os.environ.get(_PASSWORD)
    if secret is None:
        remedy = f"Set {_USER} and {_PASSWORD}." if uri is None else f"{_GIVE}, or set {_USER} and {_PASSWORD}."
        raise BadParameter(f"No password for {address!r}. {remedy}")
    name = user or os.environ.get(_USER) or "neo4j"
    return _opened(partial(Store, address, name, secret), limit, progress)


def _limit(seconds: float | None) -> float | None:
    text = os.environ.get("ATLAS_TIMEOUT_SECONDS")
    if seconds is not None or not text:
        return seconds
    try:
        return float(text)
    except ValueError:
        raise BadParameter(f"ATLAS_TIMEOUT_SECONDS is {text!r}, no number. Set it to seconds, or unset it.") from None


def _managed(user: str | None, password: str | None, progress: Progress) -> Callable[..., Store]:
    if user is not None or password is not None:
        raise BadParameter(f"User and password without an address: the managed server has its own. {_GIVE}.")
    set_alone = " and ".join(name for name in (_USER, _PASSWORD) if os.environ.get(name))
    if set_alone:
        raise BadParameter(
            f"{set_alone} without ATLAS_NEO4J_URI: the managed server has its own user and password. "
            f"Set ATLAS_NEO4J_URI to the address of your server, or unset {set_alone}."
        )
    from atlas.server import start

    server = start(progress=progress)
    return partial(Store, server.uri, server.user, server.password)


def _opened(begin: Callable[..., Store], timeout_seconds: float | None, progress: Progress) -> Atlas:
    store = begin(timeout_seconds=timeout_seconds)
    try:
        store.prepare()
        clean(store, progress=progress)
    except BaseException:
        store.close()
        raise
    return Atlas(store)
