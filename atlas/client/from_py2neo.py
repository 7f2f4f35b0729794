"""Where a py2neo.Graph is connected to, for the official driver to connect to the same."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from atlas.errors import BadParameter, shown
from atlas.store import Store

if TYPE_CHECKING:
    import py2neo


def store_of(graph: py2neo.Graph) -> Callable[..., Store]:
    """Take address, user, password and database of a graph; py2neo itself is not imported.

    Raises
    ------
    BadParameter
        It is no py2neo.Graph.
    """
    profile = getattr(getattr(graph, "service", None), "profile", None)
    if profile is None:
        raise BadParameter(f"{shown(graph)} is no py2neo.Graph. Make one: py2neo.Graph('bolt://HOST:7687', auth=...).")
    return partial(Store, profile.uri, profile.user, profile.password, database=graph.name)
