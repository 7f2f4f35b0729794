"""The figures of the study of correlation functions."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import ScalarFormatter

from studies.correlation_measuring import Tables
from studies.correlation_tables import CLOSINGS, KIND, TRAINED_ON, at_output, kind_name, origin_name
from studies.correlation_training import SOURCES

_COLOURS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7", "#D55E00")  # Okabe and Ito
_KEPT = ("means", "covariances", "gaussian", "everything")
_OF_CLOSING = dict(zip(CLOSINGS.values(), _COLOURS, strict=True))


def draw(found: Tables, folder: Path) -> None:
    """Write every figure of the study into a folder."""
    figures = {
        "loss": by_start(found["closures"], "predicted_loss", "predicted / measured loss", scale="log", beside="loss"),
        "covariance": by_start(found["closures"], "covariance_error", "covariance error at the output", scale="linear"),
        "entries": entries(found["entries"]),
        "kept": kept(found["kept"]),
        "training": training(found["answers"]),
    }
    for name, figure in figures.items():
        figure.savefig(folder / f"{name}.svg")


def by_start(closures: pd.DataFrame, measure: str, title: str, *, scale: str, beside: str | None = None) -> Figure:
    """Draw a measure at the output by where closure starts, one point a network; `beside` divides it."""
    own = at_output(closures)
    values = own[measure] if beside is None else own[measure] / own[beside]
    figure, panels = _panels(own)
    for axes, (_, table) in zip(panels, _kinds(own.assign(value=values)), strict=True):
        starts = list(dict.fromkeys(table["start"]))
        for shift, ((closure, parts), closing) in enumerate(CLOSINGS.items()):
            points = table[(table["closure"] == closure) & (table["parts"] == parts)]
            places = [starts.index(start) + 0.13 * (shift - 2) for start in points["start"]]
            axes.plot(places, points["value"], "o", ms=4, c=_OF_CLOSING[closing], label=closing.strip(", ") or "gauss")
        axes.set_xticks(range(len(starts)), [origin_name(start) for start in starts])
        axes.set_xlim(-0.5, len(starts) - 0.5)
        axes.set_yscale(scale)
        for which in (axes.yaxis.set_major_formatter, axes.yaxis.set_minor_formatter):
            which(ScalarFormatter())
        if beside is not None:
            axes.axhline(1, c="#BBBBBB", lw=0.8, zorder=0)
    panels[0].legend(fontsize=7, frameon=False)
    figure.supylabel(title, fontsize=9)
    figure.supxlabel("moments measured at", fontsize=9)
    return figure


def entries(found: pd.DataFrame) -> Figure:
    """Draw predicted against measured entries of covariances, from the moments of the inputs."""
    own = found[(found["depth"] == found["depth"].max()) & (found["seed"] == found["seed"].min())]
    groups = list(own.groupby(["activation", "layer"], sort=False))
    figure = Figure(figsize=(2.9 * len(groups), 3.1), layout="constrained")
    panels = figure.subplots(1, len(groups), squeeze=False)[0]
    for axes, ((activation, layer), table) in zip(panels, groups, strict=True):
        limit = np.abs(table[["measured", "predicted"]]).to_numpy().max() * np.linspace(-1, 1, 200)
        axes.plot(limit, limit, c="#BBBBBB", lw=0.8, zorder=0)
        axes.set_xscale("symlog", linthresh=0.01)
        axes.set_yscale("symlog", linthresh=0.01)
        axes.plot(table["measured"], table["predicted"], ".", ms=2, c=_COLOURS[0])
        axes.set_title(f"{activation.partition('(')[0]}, {layer}", fontsize=9)
        axes.tick_params(labelsize=7)
    figure.supxlabel("measured covariance", fontsize=9)
    figure.supylabel("predicted from x", fontsize=9)
    return figure


def kept(found: pd.DataFrame) -> Figure:
    """Draw accuracy by the layer whose activations are replaced, and what is kept of them."""
    figure, panels = _panels(found)
    for axes, (_, table) in zip(panels, _kinds(found), strict=True):
        for name, colour in zip(_KEPT, _COLOURS, strict=False):
            means = table[table["kept"] == name].groupby("layer", sort=False)["accuracy_percent"].mean()
            axes.plot(range(len(means)), means, "o-", ms=4, lw=1, c=colour, label=name)
            axes.set_xticks(range(len(means)), [origin_name(layer) for layer in means.index])
    panels[0].legend(fontsize=7, frameon=False)
    figure.supylabel("accuracy, percent", fontsize=9)
    figure.supxlabel("replaced", fontsize=9)
    return figure


def training(answers: pd.DataFrame) -> Figure:
    """Draw the accuracy on test images by what networks were trained on, one point a network."""
    figure = Figure(figsize=(7, 3.2), layout="constrained")
    axes = figure.subplots()
    for shift, ((kind, table), colour) in enumerate(zip(_kinds(answers), _COLOURS, strict=False)):
        places = [SOURCES.index(source) + 0.15 * (shift - 1.5) for source in table["source"]]
        axes.plot(table["accuracy_percent"], places, "o", ms=4, c=colour, label=kind_name(*kind))
    axes.set_yticks(range(len(SOURCES)), [TRAINED_ON[source] for source in SOURCES])
    axes.set_xlabel("accuracy on test images, percent")
    axes.invert_yaxis()
    axes.legend(fontsize=7, frameon=False)
    return figure


def _kinds(table: pd.DataFrame):
    """Give the rows of each kind of network, narrow ones first."""
    return sorted(table.groupby(KIND), key=lambda one: (one[0][1], one[0][0]))


def _panels(table: pd.DataFrame) -> tuple[Figure, list[Axes]]:
    kinds = [kind for kind, _ in _kinds(table)]
    figure = Figure(figsize=(2.6 * len(kinds), 3.1), layout="constrained")
    panels = list(figure.subplots(1, len(kinds), sharey=True, squeeze=False)[0])
    for axes, kind in zip(panels, kinds, strict=True):
        axes.set_title(kind_name(*kind), fontsize=9)
        axes.tick_params(labelsize=8)
    return figure, panels
