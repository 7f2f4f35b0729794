"""From operations to layers: which neurons feed which, and by what weights."""

from ingest.walk.kernels import NORMS
from ingest.walk.walk import walk
from ingest.walk.walked import SUMMARIES, Site, Walked

__all__ = ["NORMS", "SUMMARIES", "Site", "Walked", "walk"]
