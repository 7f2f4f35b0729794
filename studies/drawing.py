"""The figures of the study of populations."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from atlas.figures import write_embedding_figure
from atlas.results import EmbeddingResult

if TYPE_CHECKING:
    from studies.populations import Studied

_LAYERS = ("#0072B2", "#E69F00", "#009E73", "#CC79A7")  # Okabe and Ito


def draw(studied: list[Studied], trials: EmbeddingResult, folder: Path) -> None:
    """Write every figure of the study into a folder."""
    write_embedding_figure(trials, folder / "trials.png")
    for one in studied:
        _save(effects_by_population(one), folder / f"{one.network}-effects.png")
    _save(predictions(studied), folder / "indicators.png")
    _save(curves(studied), folder / "curves.png")


def effects_by_population(one: Studied) -> Figure:
    """Draw what each class loses without each neuron, neurons in the order of their ablation populations."""
    frame = one.by_ablation.to_frame()
    order = np.lexsort((-one.effects.points[:, 0], frame["cluster"], _ranks(frame["layer"])))
    values = one.effects.points[order, 1:]
    figure = Figure(figsize=(5.5, max(4.0, len(values) * 0.03)), layout="constrained")
    axes = figure.subplots()
    limit = np.abs(values).max()
    norm = mpl.colors.SymLogNorm(1.0, vmin=-limit, vmax=limit)
    image = axes.imshow(values, aspect="auto", cmap="RdBu_r", norm=norm, interpolation="nearest")
    _mark_populations(axes, frame.iloc[order])
    axes.set(xlabel="class", xticks=range(values.shape[1]), title=f"{one.network}: effects by ablation population")
    figure.colorbar(image, label="accuracy lost, percentage points", shrink=0.6)
    return figure


def predictions(studied: list[Studied]) -> Figure:
    """Draw the rank correlation of each indicator with the effect, all hidden layers together."""
    figure = Figure(figsize=(4.2 * len(studied) / 2, 6.5), layout="constrained")
    for axes, one in zip(figure.subplots(2, (len(studied) + 1) // 2, sharex=True).flat, studied, strict=False):
        table = one.predictions[one.predictions["rho"].notna()]
        names = list(dict.fromkeys(table["indicator"]))
        layers = [None, *dict.fromkeys(table["layer"].dropna())]
        for number, layer in enumerate(layers):
            rows = table[table["layer"].isna()] if layer is None else table[table["layer"] == layer]
            places = [names.index(name) + 0.16 * number - 0.3 for name in rows["indicator"]]
            bars = [rows["rho"] - rows["low_rho"], rows["high_rho"] - rows["rho"]]
            colour = "black" if layer is None else _LAYERS[number - 1]
            axes.errorbar(rows["rho"], places, xerr=bars, fmt="o", ms=3, lw=1, c=colour, label=layer or "all layers")
        axes.axvline(0, c="#BBBBBB", lw=0.8, zorder=0)
        axes.set(yticks=range(len(names)), yticklabels=names, xlim=(-1, 1), title=one.network)
        axes.tick_params(labelsize=7)
        axes.title.set_size(9)
        axes.legend(fontsize=6, frameon=False)
    figure.supxlabel("Spearman correlation with the effect, 95 % interval", fontsize=10)
    return figure


def curves(studied: list[Studied]) -> Figure:
    """Draw the accuracy as more and more neurons of the first hidden layer are removed, least harmful first."""
    figure = Figure(figsize=(4.2 * len(studied) / 2, 5.5), layout="constrained")
    for axes, one in zip(figure.subplots(2, (len(studied) + 1) // 2, sharey=True).flat, studied, strict=False):
        n, band = one.curve["n_ablated"], ("random_low_percent", "random_high_percent")
        axes.fill_between(n, *(one.curve[name] for name in band), color="#CCCCCC", label="95 % of random orders")
        axes.plot(n, one.curve["random_mean_percent"], c="#777777", lw=1, label="random, mean")
        axes.fill_between(n, one.curve["low_percent"], one.curve["high_percent"], color=_LAYERS[0], alpha=0.3)
        axes.plot(n, one.curve["accuracy_percent"], c=_LAYERS[0], lw=1.5, label="least harmful next")
        axes.set_title(one.network, fontsize=9)
        axes.legend(fontsize=7, frameon=False)
    figure.supxlabel("neurons of fc1 ablated", fontsize=10)
    figure.supylabel("accuracy, percent", fontsize=10)
    return figure


def _mark_populations(axes: Axes, frame) -> None:
    """Draw a line where a population ends, a heavier one where a layer does, and name the layers."""
    layers, clusters = frame["layer"].to_numpy(), frame["cluster"].to_numpy()
    for place in range(1, len(frame)):
        if layers[place] != layers[place - 1]:
            axes.axhline(place - 0.5, c="black", lw=1.5)
        elif clusters[place] != clusters[place - 1]:
            axes.axhline(place - 0.5, c="black", lw=0.4)
    places = [np.flatnonzero(layers == layer).mean() for layer in dict.fromkeys(layers)]
    axes.set_yticks(places, list(dict.fromkeys(layers)))


def _ranks(layers) -> list[int]:
    names = list(dict.fromkeys(layers))
    return [names.index(layer) for layer in layers]


def _save(figure: Figure, file: Path) -> None:
    figure.savefig(file, dpi=130)
