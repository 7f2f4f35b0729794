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
    "neuron_information": Need(
        run_kind="inform", of_clusters=False, what="the information of its neurons", command="atlas inform {network}"
    ),
    "cluster_information": Need(
        run_kind="inform",
        of_clusters=True,
        what="the information of the clusters of partition {partition!r}",
        command="atlas inform {network} --partition {partition}",
    ),
}
