"""The figures of the study of complexity."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from studies.complexity_tables import NAMES, falls
from studies.quantised import LAYERS
from studies.tables import over_networks

_COLOURS = dict(zip(LAYERS, ("#0072B2", "#E69F00", "#009E73"), strict=True))  # Okabe and Ito
_PANELS = (  # measure, what stands beside it (dashed), title
    ("complexity", "null_complexity", "complexity (shared exclusions)"),
    ("min_complexity", None, "by I_min"),
    ("mmi_complexity", None, "by minimal mutual information"),
    ("bits", "null_bits", "information about the class, bits"),
)
_RELATED = (
    ("single_share", "told by neurons / by the layer"),
    ("relay_bits", "relay information, bits"),
    ("alone_share", "relayed by neurons alone / by the layer"),
    ("only_share", "relayed only by neurons / by the layer"),
)


def draw(found: pd.DataFrame, folder: Path) -> None:
    """Write every figure of the study into a folder."""
    for name, figure in (("complexity", through_training(found)), ("beside", beside(found)), ("falls", begun(found))):
        figure.savefig(folder / f"{name}.png", dpi=130)


def through_training(found: pd.DataFrame) -> Figure:
    """Draw complexity by three definitions, information and accuracy against epochs."""
    figure, grid = _grid(found, n_columns=len(_PANELS) + 1)
    for line, (data, own) in zip(grid, found.groupby("data"), strict=True):
        for axes, (measure, null, title) in zip(line, _PANELS, strict=False):
            _by_layer(axes, own, measure, null)
            axes.set_title(f"{NAMES[data]}: {title}", fontsize=8)
        for axes, measure, colour in ((line[-1], "train_percent", "black"), (line[-1], "test_percent", "#CC79A7")):
            _band(axes, own[own["layer"] == LAYERS[0]], measure, colour=colour, label=measure.removesuffix("_percent"))
        line[-1].set_title(f"{NAMES[data]}: accuracy, percent", fontsize=8)
        line[0].legend(fontsize=7, frameon=False)
        line[-1].legend(fontsize=7, frameon=False)
    return figure


def beside(found: pd.DataFrame) -> Figure:
    """Draw what single neurons tell and relay against epochs."""
    figure, grid = _grid(found, n_columns=len(_RELATED))
    for line, (data, own) in zip(grid, found.groupby("data"), strict=True):
        for axes, (measure, title) in zip(line, _RELATED, strict=True):
            _by_layer(axes, own, measure, None)
            axes.set_title(f"{NAMES[data]}: {title}", fontsize=8)
        line[0].legend(fontsize=7, frameon=False)
    return figure


def begun(found: pd.DataFrame) -> Figure:
    """Draw how far complexity falls against the information a layer begins with, one point a run and layer."""
    figure = Figure(figsize=(4.5 * found["data"].nunique(), 3.6), layout="constrained")
    panels = figure.subplots(1, found["data"].nunique(), sharey=True, squeeze=False)[0]
    for axes, (data, own) in zip(panels, falls(found).groupby("data"), strict=True):
        for layer, rows in own.groupby("layer", sort=False):
            axes.plot(rows["first_bits"], rows["fall"], "o", c=_COLOURS[layer], ms=4, label=layer)
        axes.axhline(0, c="#BBBBBB", lw=0.8, zorder=0)
        axes.set(title=NAMES[data], xlabel="information before training, bits", ylabel="fall of complexity")
        axes.legend(fontsize=7, frameon=False)
    return figure


def _grid(found: pd.DataFrame, *, n_columns: int) -> tuple[Figure, np.ndarray]:
    n_rows = found["data"].nunique()
    figure = Figure(figsize=(2.9 * n_columns, 2.9 * n_rows), layout="constrained")
    grid = figure.subplots(n_rows, n_columns, squeeze=False)
    for axes in grid.flat:
        axes.set_xscale("symlog", linthresh=1)
        axes.tick_params(labelsize=7)
    figure.supxlabel("epoch", fontsize=9)
    return figure, grid


def _by_layer(axes: Axes, own: pd.DataFrame, measure: str, null: str | None) -> None:
    for layer, rows in own.groupby("layer", sort=False):
        _band(axes, rows, measure, colour=_COLOURS[layer], label=layer)
        if null is not None:
            means = rows.groupby("epoch")[null].mean()
            axes.plot(means.index, means, "--", c=_COLOURS[layer], lw=0.8)


def _band(axes: Axes, rows: pd.DataFrame, measure: str, *, colour: str, label: str) -> None:
    """Draw the mean over runs, its interval as a band, and each run as a faint line."""
    for _, run in rows.groupby("seed"):
        axes.plot(run["epoch"], run[measure], c=colour, lw=0.4, alpha=0.25)
    curve = rows.dropna(subset=measure).groupby("epoch")[measure].apply(over_networks).apply(pd.Series)
    axes.plot(curve.index, curve[0], c=colour, lw=1.6, label=label)
    axes.fill_between(curve.index, curve[1], curve[2], color=colour, alpha=0.15, lw=0)
