"""Which cluster of one partition is which of another: by shared neurons, or by what the clusters are like."""

from atlas.analysis.matching.connectivity import connectivity, leads_forward
from atlas.analysis.matching.matching import matching
from atlas.analysis.matching.side import NO_CLUSTER, Side

__all__ = ["NO_CLUSTER", "Side", "connectivity", "leads_forward", "matching"]
