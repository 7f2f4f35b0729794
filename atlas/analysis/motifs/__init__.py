"""Small wiring patterns among the strongest weights, counted and compared with shuffled wirings."""

from atlas.analysis.motifs.measuring import motifs

__all__ = ["motifs"]
