"""The figures of the study of modules."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
from matplotlib.figure import Figure

from studies.modules_page import kinds
from studies.recovery import RECOVERED
from studies.specialisation import NULLS
from studies.tables import over_networks

if TYPE_CHECKING:
    from studies.modules import Found

_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#56B4E9", "#D55E00", "#000000", "#999999")  # Okabe and Ito
_MARKS = {"layer": "s", "nonzero": "^", "degree": "D"}


def draw(found: Found, folder: Path) -> None:
    """Write every figure of the study into a folder."""
    for name, figure in (
        ("recovery", recovered(found.planted)),
        ("n_cut", cuts(found.cuts)),
        ("effects", effects(found.lesions)),
    ):
        figure.savefig(folder / f"{name}.png", dpi=130)


def recovered(planted: pd.DataFrame) -> Figure:
    """Draw how well every method finds the planted modules through more and more noise."""
    rows = planted.dropna(subset="ari")
    functions, graphs = list(rows["function"].unique()), list(rows["graph"].unique())
    figure = Figure(figsize=(10, 3 * len(functions)), layout="constrained")
    grid = figure.subplots(len(functions), len(graphs), sharex=True, sharey=True, squeeze=False)
    for line, function in zip(grid, functions, strict=True):
        for axes, graph in zip(line, graphs, strict=True):
            own = rows[(rows["function"] == function) & (rows["graph"] == graph)]
            means = own.groupby(["method", "noise"], sort=False)["ari"].mean().unstack("noise")
            for colour, (method, values) in zip(_COLOURS, means.iterrows(), strict=False):
                axes.plot(values.index, values, "o-", c=colour, ms=3, lw=1, label=method)
            axes.axhline(RECOVERED, c="#BBBBBB", lw=0.8, zorder=0)
            axes.set_title(f"{function}: {graph}", fontsize=9)
            axes.legend(fontsize=6, frameon=False)
    figure.supxlabel("noise across sub-networks, as a share of the strength inside", fontsize=10)
    figure.supylabel("adjusted Rand index", fontsize=10)
    return figure


def cuts(rows: pd.DataFrame) -> Figure:
    """Draw the n-cut of every kind of network beside those of shuffled weights."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    groups = list(rows.groupby("spectrum", sort=False))
    for axes, (spectrum, own) in zip(figure.subplots(1, len(groups), sharey=True), groups, strict=True):
        names = [name for name, _ in kinds(own)]
        for place, (_, of_kind) in enumerate(kinds(own)):
            mean, low, high = over_networks(of_kind["n_cut"])
            axes.errorbar(mean, place, xerr=[[mean - low], [high - mean]], fmt="o", c="black", ms=4, lw=1)
            for colour, null in zip(_COLOURS, NULLS, strict=False):
                label = null if place == 0 else None
                shuffled = of_kind[f"{null}_null_mean"].mean()
                axes.plot(shuffled, place + 0.2, _MARKS[null], c=colour, ms=4, mfc="none", label=label)
        axes.set(yticks=range(len(names)), yticklabels=names, title=f"{spectrum} spectrum", xlabel="n-cut")
        axes.legend(fontsize=7, frameon=False, title="shuffled", title_fontsize=7)
    return figure


def effects(rows: pd.DataFrame) -> Figure:
    """Draw how much more parts matter, and matter to few classes, than random sets."""
    figure = Figure(figsize=(10, 4), layout="constrained")
    for axes, measure in zip(figure.subplots(1, 2, sharey=True), ("importance", "coherence"), strict=True):
        names = [name for name, _ in kinds(rows)]
        for place, (_, of_kind) in enumerate(kinds(rows)):
            for number, (spectrum, own) in enumerate(of_kind.groupby("spectrum", sort=False)):
                mean, low, high = over_networks(own[f"{measure}_effect"])
                bars = [[mean - low], [high - mean]]
                at, label = place + 0.25 * number, spectrum if place == 0 else None
                axes.errorbar(mean, at, xerr=bars, fmt="o", c=_COLOURS[number], ms=4, lw=1, label=label)
        axes.axvline(1, c="#BBBBBB", lw=0.8, zorder=0)
        axes.set(yticks=range(len(names)), yticklabels=names, title=measure, xlabel="effect of parts, 1 like chance")
        axes.legend(fontsize=7, frameon=False)
    return figure
