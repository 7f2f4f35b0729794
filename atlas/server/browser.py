"""Open Neo4j Browser on a managed server."""

from __future__ import annotations

import os
import sys
import webbrowser

from atlas.server.manage import Server


def open_browser(server: Server) -> str:
    """Open Neo4j Browser where there is a desktop, and give its address anywhere."""
    if has_desktop():
        webbrowser.open(server.browser_uri)
    return server.browser_uri


def has_desktop() -> bool:
    """See whether a window could be shown."""
    return sys.platform in ("darwin", "win32") or any(name in os.environ for name in ("DISPLAY", "WAYLAND_DISPLAY"))
