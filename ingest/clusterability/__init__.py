"""Interventions on torch modules that make networks clusterable: initialisation, regulariser, normalisation."""

from ingest.clusterability.initial import make_clusterable
from ingest.clusterability.normalising import normalise_neurons
from ingest.clusterability.penalty import clusterability_penalty

__all__ = ["clusterability_penalty", "make_clusterable", "normalise_neurons"]
