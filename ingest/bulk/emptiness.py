"""Whether the atlas is one that may be filled offline: managed, and empty."""

from __future__ import annotations

import os

from atlas.client import connect
from atlas.errors import KeyTaken
from atlas.progress import Progress
from atlas.server import is_new
from atlas.store.offline import check_empty


def may_be_filled(progress: Progress) -> bool:
    """Tell whether the atlas that the environment means is managed and empty; the server is started to see."""
    if os.environ.get("ATLAS_NEO4J_URI"):
        return False
    if is_new():
        return True
    with connect(progress=progress) as atlas:
        try:
            check_empty(atlas.store)
        except KeyTaken:
            return False
    return True
