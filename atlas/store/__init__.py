"""Connection, load, read, annotate, remove: the only room that talks to Neo4j."""

from atlas.store.annotate import annotate_effects
from atlas.store.annotate_agreement import annotate_agreement
from atlas.store.annotate_complexity import annotate_complexity
from atlas.store.annotate_correlation import annotate_correlation
from atlas.store.annotate_indicators import annotate_indicators
from atlas.store.annotate_information import annotate_information, annotate_relay
from atlas.store.annotate_lesion import annotate_lesion
from atlas.store.annotate_matches import annotate_matches
from atlas.store.annotate_motifs import annotate_motifs
from atlas.store.annotate_pairs import annotate_pairs
from atlas.store.annotate_partition import annotate_partition
from atlas.store.annotate_roles import annotate_roles
from atlas.store.annotate_synergy import annotate_synergy
from atlas.store.checkpoints import link_checkpoints, training_run
from atlas.store.clean import clean
from atlas.store.connection import Answer, CheckedQuery, Row, Store
from atlas.store.fingerprint import fingerprint
from atlas.store.load import load
from atlas.store.read import Opened, clusters_set_apart, layers, members, network_properties, opened, read_network
from atlas.store.read_effects import neuron_effect_run, read_effects, read_points
from atlas.store.read_profiles import read_profiles
from atlas.store.read_roles import neuron_runs, read_activity, read_harm, read_places, read_relays
from atlas.store.remove import remove_network, remove_run
from atlas.store.runs import begin, fail, finish

__all__ = [
    "Answer",
    "CheckedQuery",
    "Opened",
    "Row",
    "Store",
    "annotate_agreement",
    "annotate_complexity",
    "annotate_correlation",
    "annotate_effects",
    "annotate_indicators",
    "annotate_information",
    "annotate_lesion",
    "annotate_matches",
    "annotate_motifs",
    "annotate_pairs",
    "annotate_partition",
    "annotate_relay",
    "annotate_roles",
    "annotate_synergy",
    "begin",
    "clean",
    "clusters_set_apart",
    "fail",
    "fingerprint",
    "finish",
    "layers",
    "link_checkpoints",
    "load",
    "members",
    "network_properties",
    "neuron_effect_run",
    "neuron_runs",
    "opened",
    "read_activity",
    "read_effects",
    "read_harm",
    "read_network",
    "read_places",
    "read_points",
    "read_profiles",
    "read_relays",
    "remove_network",
    "remove_run",
    "training_run",
]
