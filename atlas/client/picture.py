"""What a drawing of a network shows of the neurons and weights chosen for it, and what it says of them."""

from __future__ import annotations

from dataclasses import dataclass
from math import isnan
from typing import TYPE_CHECKING, Any

from atlas.analysis.seeds import check_whole
from atlas.errors import UnknownName
from atlas.schema import FAMILIES, NODES
from atlas.schema.style import DISTINCT, ROLE_COLOURS

if TYPE_CHECKING:
    import pandas as pd

    from atlas.figures.network import NetworkPicture

COLOURS = ("cluster", "role")
TOP, STRONGEST = 50, 3  # unless told
_REST = "#BBBBBB"
_NEURON = next(kind for kind in NODES if kind.label == "Neuron")
FAMILY_OF = {name: family for family in FAMILIES if "Neuron" in family.labels for name in family.properties}
SIZES = {p.name: p.unit for p in _NEURON.properties if p.type == "float" and not p.name.endswith("_q")}


@dataclass(frozen=True, kw_only=True)
class Look:
    """What is drawn, and how: as `Network.draw` says."""

    colour: str | None = "cluster"
    size: str | None = "effect_points"
    partition: str | None = None
    cluster: int | None = None
    layers: tuple[str, ...] | None = None
    top: int = TOP
    strongest: int = STRONGEST

    def __post_init__(self) -> None:
        if self.colour is not None and self.colour not in COLOURS:
            raise UnknownName("colour", self.colour, COLOURS, remedy="None draws all alike.")
        if self.size is not None and self.size not in SIZES:
            raise UnknownName("measure of neurons", self.size, SIZES, remedy="None draws all alike.")
        check_whole(least=1, top=self.top)
        check_whole(strongest=self.strongest, cluster=self.cluster or 0)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """How much is drawn, and how much of what could be is not."""

    n_neurons: int
    n_neurons_left_out: int
    n_weights: int
    n_weights_left_out: int


def picture_of(neurons: pd.DataFrame, weights: pd.DataFrame, look: Look, counts: Counts) -> NetworkPicture:
    """Say what is drawn of the chosen neurons and weights.

    Parameters
    ----------
    neurons
        Columns neuron, layer, number, cluster, roles, roles_run, size and size_run; in `attrs` network, partition,
        partition_run and n_of_layers, how many neurons each layer drawn would have if none were left out.
    weights
        Columns source, target, value and strength.
    """
    from atlas.figures.network import NetworkPicture

    groups, colours = _coloured(neurons, look.colour)
    place = {name: number for number, name in enumerate(colours)}
    grouped = neurons.assign(group=groups, hint=_hints(neurons, look.size), place=groups.map(place))
    if look.size is None:
        grouped = grouped.assign(size=1.0)
    about, n_drawn = neurons.attrs, neurons["layer"].value_counts()
    return NetworkPicture(
        neurons=grouped.astype({"size": float}).sort_values(["place", "number"], kind="stable"),
        weights=weights,
        columns={
            layer: f"{layer} ({n_drawn[layer]})" if n_drawn[layer] == n else f"{layer} ({n_drawn[layer]} of {n})"
            for layer, n in about["n_of_layers"].items()
        },
        colours=colours,
        title=about["network"] if look.cluster is None else f"{about['network']}, cluster {look.cluster}",
        notes=_notes(neurons, look, counts),
    )


def _coloured(neurons: pd.DataFrame, colour: str | None) -> tuple[pd.Series[Any], dict[str, str]]:
    """Give the group of every neuron, and the colour of every group in the order of the legend."""
    if colour is None:
        return neurons["layer"].map(lambda _: "neuron"), {"neuron": _REST}
    return _by_cluster(neurons) if colour == "cluster" else _by_role(neurons)


def _by_cluster(neurons: pd.DataFrame) -> tuple[pd.Series[Any], dict[str, str]]:
    """Colour the clusters with most neurons drawn; the others share one colour."""
    shown = sorted(neurons["cluster"].value_counts().index[: len(DISTINCT)])
    names = {number: f"cluster {number}" for number in shown}
    clusters = neurons["cluster"].astype(object)  # the names of all that are missing would have no place in Int64
    others = clusters.map(lambda number: names.get(number, "other clusters"), na_action="ignore")
    colours = dict(zip(names.values(), DISTINCT, strict=False)) | {"other clusters": _REST, "no cluster": "#333333"}
    return others.fillna("no cluster").astype(str), colours


def _by_role(neurons: pd.DataFrame) -> tuple[pd.Series[Any], dict[str, str]]:
    """Colour by role; of several the first of the legend is seen."""
    first = neurons["roles"].map(lambda roles: next((role for role in ROLE_COLOURS if role in roles), "no role"))
    return first, ROLE_COLOURS | {"no role": _REST}


def _hints(neurons: pd.DataFrame, size: str | None) -> list[str]:
    """Say of each neuron what is known of it."""
    values = [[]] * len(neurons) if size is None else [[f"{size} {_told(value)}"] for value in neurons["size"]]
    there = zip(neurons["cluster"], neurons["cluster"].notna(), strict=True)
    clusters = [[f"cluster {number}"] if is_in_one else [] for number, is_in_one in there]
    rows = zip(values, clusters, neurons["roles"], strict=True)
    return ["; ".join([*value, *cluster, *roles]) for value, cluster, roles in rows]


def _told(value: float) -> str:
    return "not measured" if isnan(value) else f"{value:.4g}"


def _notes(neurons: pd.DataFrame, look: Look, counts: Counts) -> list[str]:
    """Tell the runs behind colours and sizes, and what is left out."""
    about = neurons.attrs
    judged = ", ".join(neurons["roles_run"].dropna().unique())
    colour = {
        None: [],
        "cluster": [f"Colour: cluster of {about['partition']}; by {about['partition_run']}."],
        "role": [f"Colour: role, of several the first of the legend; by {judged}."],
    }
    ranking = "strength" if look.size is None else f"{look.size}, then strength"
    left_out = f", {counts.n_neurons_left_out:,} left out" if counts.n_neurons_left_out else ""
    return [
        *colour[look.colour],
        *_about_sizes(neurons, look.size),
        f"{counts.n_neurons:,} neurons{left_out}: at most {look.top} of a layer, those of largest {ranking}.",
        f"{counts.n_weights:,} weights, {counts.n_weights_left_out:,} between these neurons left out: the "
        f"{look.strongest} strongest into each are drawn, as wide as they are strong.",
    ]


def _about_sizes(neurons: pd.DataFrame, size: str | None) -> list[str]:
    if size is None:
        return []
    if neurons["size"].isna().all():
        return [f"Area: {size} was measured of none of these neurons."]
    by = ", ".join(neurons["size_run"].dropna().unique()) or "ingestion"
    most = f"{_told(neurons['size'].max())} {SIZES[size]}".rstrip()
    return [f"Area: {size}, from 0 and less to {most}; hollow: not measured; by {by}."]
