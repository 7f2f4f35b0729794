"""The managed local Neo4j: fetched, started on first use, found again, stopped."""

from atlas.server.browser import open_browser
from atlas.server.lock import DEFAULT_LINE, LINES
from atlas.server.manage import Server, is_new, offline_admin, start, status, stop
from atlas.server.program import ToolFailed
from atlas.server.rebuild import Rebuild, rebuild

__all__ = [
    "DEFAULT_LINE",
    "LINES",
    "Rebuild",
    "Server",
    "ToolFailed",
    "is_new",
    "offline_admin",
    "open_browser",
    "rebuild",
    "start",
    "status",
    "stop",
]
