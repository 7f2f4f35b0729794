"""The managed local Neo4j: fetched, started on first use, found again, stopped."""

from atlas.server.browser import open_browser
from atlas.server.lock import DEFAULT_LINE, LINES
from atlas.server.manage import Server, offline_admin, start, status, stop

__all__ = ["DEFAULT_LINE", "LINES", "Server", "offline_admin", "open_browser", "start", "status", "stop"]
