"""The `atlas` command."""

from __future__ import annotations

import logging
import sys

from atlas.cli.interrupt import INTERRUPTED, LINE


def main() -> None:
    """Run the command of the command line."""
    try:
        from atlas.cli.app import app  # takes a moment, in which Ctrl-C works, too

        # The driver tells that it tries again; whether it failed, the atlas tells.
        logging.getLogger("neo4j").setLevel(logging.CRITICAL)
        app()
    except KeyboardInterrupt:
        print(LINE, file=sys.stderr)
        sys.exit(INTERRUPTED)
