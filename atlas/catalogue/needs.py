"""The analyses a question can need, and how to see and mend that one has not run."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Need:
    """One analysis: the kind of run that does it, whether of clusters, and the command that runs it."""

    run_kind: str
    of_clusters: bool
    what: str
    command: str


NEEDS = {
    "partition": Need(
        run_kind="partition", of_clusters=False, what="a partition of its neurons", command="atlas partition {network}"
    ),
    "neuron_effects": Need(
        run_kind="ablate", of_clusters=False, what="the effects of its neurons", command="atlas ablate {network}"
    ),
    "cluster_effects": Need(
        run_kind="ablate",
        of_clusters=True,
        what="the effects of the clusters of partition {partition!r}",
        command="atlas ablate {network} --partition {partition}",
    ),
    "lesions": Need(
        run_kind="lesion",
        of_clusters=True,
        what="the lesion tests of the clusters of partition {partition!r}",
        command="atlas lesion {network} --partition {partition}",
    ),
    "neuron_pairs": Need(
        run_kind="pairs",
        of_clusters=False,
        what="the joint effects of pairs of its neurons",
        command="atlas pairs {network}",
    ),
    "cluster_pairs": Need(
        run_kind="pairs",
        of_clusters=True,
        what="the joint effects of pairs of clusters of partition {partition!r}",
        command="atlas pairs {network} --partition {partition}",
    ),
    "motifs": Need(
        run_kind="motifs", of_clusters=False, what="the motifs of its wiring", command="atlas motifs {network}"
    ),
    "indicators": Need(
        run_kind="indicators",
        of_clusters=False,
        what="the indicators of its neurons",
        command="atlas indicators {network}",
    ),
    "agreement": Need(
        run_kind="agree",
        of_clusters=False,
        what="two partitions that were compared",
        command="atlas agree {network} --first NAME --second NAME",
    ),
    "neuron_information": Need(
        run_kind="inform", of_clusters=False, what="the information of its neurons", command="atlas inform {network}"
    ),
    "cluster_information": Need(
        run_kind="inform",
        of_clusters=True,
        what="the information of the clusters of partition {partition!r}",
        command="atlas inform {network} --partition {partition}",
    ),
    "neuron_relays": Need(
        run_kind="relay",
        of_clusters=False,
        what="the relay information of its neurons",
        command="atlas relay {network}",
    ),
    "layer_complexity": Need(
        run_kind="complexity",
        of_clusters=False,
        what="the representational complexity of its layers",
        command="atlas complexity {network}",
    ),
    "cluster_complexity": Need(
        run_kind="complexity",
        of_clusters=True,
        what="the representational complexity of the clusters of partition {partition!r}",
        command="atlas complexity {network} --partition {partition}",
    ),
    "correlations": Need(
        run_kind="correlate",
        of_clusters=False,
        what="the correlation functions of its layers",
        command="atlas correlate {network}",
    ),
    "synergy": Need(
        run_kind="synergy",
        of_clusters=True,
        what="the synergy of pairs of clusters of partition {partition!r}",
        command="atlas synergy {network} --partition {partition}",
    ),
}
# Of neurons or layers, or of clusters where the question names a partition or a cluster's key.
OF_EITHER = {
    "effects": ("neuron_effects", "cluster_effects"),
    "pairs": ("neuron_pairs", "cluster_pairs"),
    "information": ("neuron_information", "cluster_information"),
    "complexity": ("layer_complexity", "cluster_complexity"),
}
# By the question's parameter `kind`.
OF_KIND = {"information_of_kind": {"label": "neuron_information", "relay": "neuron_relays"}}


def needed(name: str, partition: object, kind: object) -> Need:
    """Give a need by name, as far as it depends on whether a partition is named and on the kind of information."""
    if name in OF_EITHER:
        of_neurons, of_clusters = OF_EITHER[name]
        return NEEDS[of_neurons if partition is None else of_clusters]
    return NEEDS[OF_KIND[name][str(kind)] if name in OF_KIND else name]
