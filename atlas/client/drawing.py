"""A network of the atlas, drawn: which neurons and weights are chosen, and the page they are drawn on."""

from __future__ import annotations

import html
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from atlas.client.frames import frame_of, read_frame
from atlas.client.picture import FAMILY_OF, Counts, Look, picture_of
from atlas.errors import EmptySelection, MissingAnalysis, UnknownName
from atlas.keys import partition_key
from atlas.store import Store
from atlas.workflow.reading import chosen_partition, layer_sizes, partition_runs

if TYPE_CHECKING:
    import pandas as pd

_NEURONS = """
MATCH (:Network {key: $network})-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(n:Neuron)
OPTIONAL MATCH (n)-[:IN_CLUSTER]->(cluster:Cluster)<-[:HAS_CLUSTER]-(:Partition {key: $partition})
RETURN n.key AS neuron, n.layer AS layer, n.number AS number, cluster.number AS cluster,
       coalesce(n.roles, []) AS roles, n.roles_run AS roles_run,
       n[$size] AS size, n[$size_run] AS size_run, n.in_strength + n.out_strength AS strength
ORDER BY n.layer_number, n.number
"""
_WEIGHTS = """
UNWIND $neurons AS key
MATCH (target:Neuron {key: key})
CALL (target) {
  MATCH (source)-[weight:WEIGHT]->(target)
  WHERE weight.strength > 0 AND source.key IN $neurons
  WITH source, weight ORDER BY weight.strength DESC, source.layer_number, source.number
  WITH collect({source: source.key, value: weight.value, strength: weight.strength}) AS found
  RETURN found[..$strongest] AS drawn, size(found) AS n_found
}
RETURN key, drawn, n_found
"""


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """A drawn network: a notebook shows it, `write` makes one HTML page of it that needs no other file."""

    network: str
    counts: Counts
    page: str = field(repr=False)

    def _repr_html_(self) -> str:
        page = html.escape(self.page, quote=True)
        return f'<iframe srcdoc="{page}" style="width: 100%; height: 950px; border: 0"></iframe>'

    def write(self, file: str | Path, *, overwrite: bool = False) -> None:
        """Write the page.

        Raises
        ------
        KeyTaken
            Something stands there, and `overwrite` does not ask to replace it.
        InputError, DiskFull
            The place cannot be written, or its disk is full.
        """
        from atlas.store.parquet.files import put_in_place

        with put_in_place(Path(file), overwrite=overwrite) as place:
            place.write_text(self.page, encoding="utf-8")


def draw(store: Store, network: str, look: Look) -> Drawing:
    """Choose neurons and weights and draw them.

    Raises
    ------
    UnknownName, EmptySelection
        There is no such layer, partition or cluster; nothing is left to draw.
    InputError, MissingAnalysis
        bokeh is not installed, there is no partition; no run has measured what gives size or colour.
    """
    from atlas.figures.network import check_drawing, network_page

    check_drawing()
    everything = _asked_for(store, network, look)
    neurons = _largest(everything, look.top)
    weights, n_weights = _weights(store, neurons["neuron"].tolist(), look.strongest)
    counts = Counts(
        n_neurons=len(neurons),
        n_neurons_left_out=len(everything) - len(neurons),
        n_weights=len(weights),
        n_weights_left_out=n_weights - len(weights),
    )
    neurons.attrs |= {"network": network, "n_of_layers": everything["layer"].value_counts(sort=False).to_dict()}
    picture = picture_of(neurons, weights, look, counts)
    return Drawing(network=network, counts=counts, page=network_page(picture))


def _asked_for(store: Store, network: str, look: Look) -> pd.DataFrame:
    """Read the neurons of the layers and the cluster asked for, from the input."""
    sizes = layer_sizes(store, network)
    for name in look.layers or ():
        if name not in sizes:
            raise UnknownName("layer", name, sizes)
    partition = None
    if look.colour == "cluster" or look.cluster is not None or look.partition is not None:
        partition = chosen_partition(store, network, look.partition)
    asked = {
        "network": network,
        "partition": None if partition is None else partition_key(network, partition),
        "size": look.size or "",
        "size_run": FAMILY_OF[look.size].run_property if look.size in FAMILY_OF else "",
    }
    neurons = read_frame(store, _NEURONS, asked).astype({"size": float})
    runs = partition_runs(store, network)
    neurons.attrs = {"partition": partition, "partition_run": None if partition is None else runs[partition]}
    _check_measured(network, look, neurons)
    return _within(neurons, look)


def _within(neurons: pd.DataFrame, look: Look) -> pd.DataFrame:
    if look.cluster is not None:
        known = sorted(str(number) for number in neurons["cluster"].dropna().unique())
        if str(look.cluster) not in known:
            raise UnknownName(f"cluster of {neurons.attrs['partition']!r}", str(look.cluster), known)
        neurons = neurons[neurons["cluster"] == look.cluster]
    if look.layers is not None:
        neurons = neurons[neurons["layer"].isin(look.layers)]
    if not len(neurons):
        raise EmptySelection(
            f"The cluster {look.cluster} has no neuron in {', '.join(look.layers or ())}. Choose other layers."
        )
    return neurons


def _check_measured(network: str, look: Look, neurons: pd.DataFrame) -> None:
    if look.colour == "role" and neurons["roles_run"].isna().all():
        raise MissingAnalysis(f"No run has judged the roles of {network!r}. Run it first: `atlas roles {network}`.")
    if look.size is not None and neurons["size"].isna().all():
        command = f"`atlas {FAMILY_OF[look.size].run_kind} {network}`" if look.size in FAMILY_OF else "`atlas ingest`"
        raise MissingAnalysis(
            f"No run has measured {look.size!r} of neurons of {network!r}. Run it first: {command}, or draw all "
            "alike: size=None, `--size none`."
        )


def _largest(neurons: pd.DataFrame, top: int) -> pd.DataFrame:
    """Take the neurons of each layer that are largest by what gives their size, then by strength."""
    ranked = neurons.sort_values(["size", "strength"], ascending=False, kind="stable", na_position="last")
    return neurons.loc[ranked.groupby("layer", sort=False).head(top).index.sort_values()]


def _weights(store: Store, neurons: list[str], strongest: int) -> tuple[pd.DataFrame, int]:
    """Read the strongest weights into each neuron from others that are drawn, and count all such weights."""
    found = store.rows(_WEIGHTS, neurons=neurons, strongest=strongest)
    rows = [(one["source"], row["key"], one["value"], one["strength"]) for row in found for one in row["drawn"]]
    frame = frame_of(rows, ("source", "target", "value", "strength"), text=_WEIGHTS, parameters={})
    return frame.astype({"value": float, "strength": float}), sum(row["n_found"] for row in found)
