"""The figures of the study of relays."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from studies.modules_page import over_networks
from studies.relays_page import PLANTED, hits

if TYPE_CHECKING:
    from studies.relays import Found

_COLOURS = {True: "#D55E00", False: "#999999"}
_MEASURES = {"alone_bits": "alone", "bits": "rest of the layer given"}


def draw(found: Found, folder: Path) -> None:
    """Write every figure of the study into a folder."""
    figures = {"recovery": recovered(found.pairs), "knock_outs": beside_knock_outs(found.neurons)}
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.png", dpi=130)


def recovered(pairs: pd.DataFrame) -> Figure:
    """Draw how many planted pairs every method finds, network by network."""
    counts = hits(pairs).drop(columns=PLANTED)
    figure = Figure(figsize=(7, 4), layout="constrained")
    axes = figure.subplots()
    for place, (_, own) in enumerate(counts.items()):
        mean, low, high = over_networks(own.astype(float), least=0.0, largest=10.0)
        axes.plot(own, [place + 0.2] * len(own), "|", c="#999999", ms=7)
        axes.errorbar(mean, place, xerr=[[mean - low], [high - mean]], fmt="o", c="black", ms=4, lw=1)
    axes.set(yticks=range(counts.shape[1]), yticklabels=counts.columns, xlabel="planted pairs found, of 10")
    axes.set_xlim(-0.2, 10.2)
    axes.invert_yaxis()
    return figure


def beside_knock_outs(neurons: pd.DataFrame) -> Figure:
    """Draw what every neuron relays for every numeral beside what it costs."""
    figure = Figure(figsize=(9, 4), layout="constrained")
    for axes, (measure, name) in zip(figure.subplots(1, 2, sharey=True), _MEASURES.items(), strict=True):
        for planted in (False, True):
            own = neurons[neurons["planted"] == planted]
            label = "of the numeral's detector" if planted else "of another"
            axes.scatter(own[measure], own["knock_out_points"], s=6, lw=0, c=_COLOURS[planted], label=label)
        axes.set(xlabel=f"relay information, {name} (bits)")
        axes.axhline(0, c="#BBBBBB", lw=0.8, zorder=0)
    axes.legend(fontsize=7, frameon=False)
    figure.supylabel("balanced accuracy lost (points)", fontsize=10)
    return figure
