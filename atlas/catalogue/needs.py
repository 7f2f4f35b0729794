"""The analyses a question can need, and how to see and mend that one has not run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from atlas.catalogue.contents import Contents
from atlas.errors import MissingAnalysis


@dataclass(frozen=True, kw_only=True)
class Need:
    """One analysis: the kind of run that does it, whether of clusters, and the command that runs it."""

    run_kind: str
    of_clusters: bool
    what: str
    command: str

    def runs(self, held: Contents, partition: object) -> list[str]:
        """List the finished runs of a network that did it."""
        about = (self.run_kind, partition if self.of_clusters else None)
        return [run["name"] for run in held.runs if (run["kind"], run["partition"]) == about]

    def missing(self, asker: str, held: Contents, partition: object) -> MissingAnalysis:
        """Say that it has not run, and the command that runs it."""
        command = self.command.format(network=held.network, partition=partition)
        return MissingAnalysis(
            f"{asker} needs {self.what.format(partition=partition)}, which network {held.network!r} does not have. "
            f"Run `{command}`."
        )


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
    "roles": Need(
        run_kind="roles", of_clusters=False, what="the roles of its neurons", command="atlas roles {network}"
    ),
    "agreement": Need(
        run_kind="agree",
        of_clusters=False,
        what="two partitions that were compared",
        command="atlas agree {network} --first NAME --second NAME",
    ),
    "comparison": Need(
        run_kind="compare",
        of_clusters=False,
        what="clusters matched with those of another network",
        command="atlas compare {network} --other OTHER",
    ),
    "checkpoint_matches": Need(
        run_kind="compare",
        of_clusters=True,
        what="the clusters of partition {partition!r} matched with those of the checkpoint before or after",
        command="atlas compare {network} --first {partition}",
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
    "cluster_relays": Need(
        run_kind="relay",
        of_clusters=True,
        what="the relay information of the clusters of partition {partition!r}",
        command="atlas relay {network} --partition {partition}",
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

# Of a question that needs nothing else, where a parameter is given: an empty answer would look like a finding.
BY_PARAMETER = {
    "min_effect": "neuron_effects",
    "max_effect": "neuron_effects",
    "min_bits": "neuron_information",
    "max_bits": "neuron_information",
    "min_relay_bits": "neuron_relays",
    "role": "roles",
    "effect_run": "neuron_effects",
    "information_run": "neuron_information",
    "relay_run": "neuron_relays",
    "activation_run": "indicators",
    "correlation_run": "correlations",
}
BY_VALUE = {("by", "effects"): "neuron_effects", ("by", "activations"): "indicators"}


def needed_by(values: Mapping[str, object]) -> list[str]:
    """List the needs of a question that has none of its own: those of the parameters that are given."""
    named = [need for name, need in BY_PARAMETER.items() if values.get(name) is not None]
    return [*named, *(need for (name, value), need in BY_VALUE.items() if values.get(name) == value)]


def needed(name: str, partition: object, kind: object) -> Need:
    """Give a need by name, as far as it depends on whether a partition is named and on the kind of information."""
    if name in OF_EITHER:
        of_neurons, of_clusters = OF_EITHER[name]
        return NEEDS[of_neurons if partition is None else of_clusters]
    return NEEDS[OF_KIND[name][str(kind)] if name in OF_KIND else name]
