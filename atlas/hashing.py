"""Hash files."""

from __future__ import annotations

import hashlib
from pathlib import Path

_PIECE = 1 << 18  # bytes read together


def file_sha256(file: Path) -> str:
    """Compute the SHA-256 of a file, a piece at a time. What cannot be read raises `OSError`."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        while piece := stream.read(_PIECE):
            digest.update(piece)
    return digest.hexdigest()
