"""Label information, relay information and complexity of each layer against the training step."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from atlas.errors import MissingAnalysis
from atlas.figures.files import check_figure_file, new_figure, save_figure
from atlas.records import FloatArray

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Of the question `information_through_training`: what an axis shows, and the command that measures it.
MEASURES = {
    "label_bits": ("label information (bits)", "atlas inform"),
    "relay_bits": ("relay information (bits)", "atlas relay"),
    "complexity": ("complexity (mean degree of synergy)", "atlas complexity"),
}
_TOO_FEW_TRIALS = "trials are too few for the states of its layers: give more trials (--data) or fewer states"
_SEVERAL_DECADES = 100  # steps that reach this far are drawn on a logarithmic axis


def measured(frame: pd.DataFrame) -> tuple[str, ...]:
    """Name the measures of which a checkpoint has a value, of `label_bits`, `relay_bits`, `complexity`."""
    return tuple(name for name in MEASURES if frame[name].notna().any())


def training_figure(frame: pd.DataFrame, *, target: str = "all") -> Figure:
    """Draw every measure that a checkpoint has: a line for each layer, its 95 % interval, its null as a thin line.

    Parameters
    ----------
    frame
        Answer of the question `information_through_training`.
    target
        What it was asked about.

    Raises
    ------
    MissingAnalysis
        No checkpoint is measured.
    InputError
        matplotlib is not installed.
    """
    check_measured(frame)
    names = measured(frame)
    figure = new_figure(7.5, 1.2 + 2.4 * len(names))
    rows = figure.subplots(len(names), squeeze=False, sharex=True)[:, 0]
    for axes, name in zip(rows, names, strict=True):
        _draw(axes, frame, name)
        axes.set_ylabel(MEASURES[name][0], fontsize=9)
        axes.spines[["top", "right"]].set_visible(False)
    _label_steps(rows[-1], frame)
    figure.suptitle(_title(frame, target), fontsize=13, x=0.008, ha="left")
    rows[0].set_title(
        "bands: 95 % intervals; thin lines: means under shuffling", fontsize=9, color="#555555", loc="left"
    )
    layers = set(frame["layer"])
    by_layer = {line.get_label(): line for axes in rows for line in axes.lines if line.get_label() in layers}
    figure.legend(by_layer.values(), by_layer.keys(), loc="outside lower center", ncols=5, frameon=False)
    return figure


def write_training_figure(frame: pd.DataFrame, file: Path, *, target: str = "all") -> None:
    """Write the figure as PNG or SVG, after the ending of the file; what stands there is replaced.

    Raises
    ------
    BadParameter
        Another ending.
    MissingAnalysis, InputError
        As `training_figure`.
    """
    check_figure_file(file)
    save_figure(training_figure(frame, target=target), file)


def check_measured(frame: pd.DataFrame) -> None:
    """Raise `MissingAnalysis`, with what to do, where no checkpoint has a measure."""
    if measured(frame):
        return
    words = with_checkpoints(frame)
    found: dict[str, list[str]] = {}  # why they are missing, and what is
    for name, (what, _) in MEASURES.items():
        if why := why_missing(frame, name):
            found.setdefault(why, []).append(what.partition(" (")[0])
    commands = ", ".join(
        f"`{command} {words}`" for name, (_, command) in MEASURES.items() if why_missing(frame, name) is None
    )
    raise MissingAnalysis(
        f"No layer of {frame['network'].iloc[0]!r}, or of another checkpoint of its training, has label information, "
        "relay information or complexity."
        + "".join(f" Of {', '.join(names)}, {why}." for why, names in found.items())
        + (f" Run one or more of {commands}." if commands else "")
    )


def why_missing(frame: pd.DataFrame, name: str) -> str | None:
    """Say why a measure has no value though a run was to measure it; None where no run was."""
    reasons = frame[f"{name.removesuffix('_bits')}_reason"].dropna().unique()
    if "too_few_trials" in reasons:
        return _TOO_FEW_TRIALS
    return f"the reason is {', '.join(reasons)}" if len(reasons) else None


def with_checkpoints(frame: pd.DataFrame) -> str:
    """Name the network in the words of a command that measures all its checkpoints."""
    keys = list(dict.fromkeys(frame["network"]))
    return keys[0] if len(keys) == 1 else f"{keys[0]} --checkpoints"


def _draw(axes: Axes, frame: pd.DataFrame, name: str) -> None:
    from matplotlib import colormaps

    layers = list(dict.fromkeys(frame["layer"]))
    steps = _steps(frame)
    for place, layer in enumerate(layers):
        chosen = (frame["layer"] == layer).to_numpy()
        values, low, high, null = (
            frame.loc[chosen, column].to_numpy(float)
            for column in (name, f"low_{name}", f"high_{name}", f"null_{name}")
        )
        if np.isnan(values).all():
            continue
        colour = colormaps["viridis"](place / max(len(layers) - 0.5, 1))
        at = steps[chosen]
        axes.fill_between(at, low, high, color=colour, alpha=0.15, linewidth=0)
        axes.vlines(at, low, high, color=colour, alpha=0.5, linewidth=1)  # all there is to see of a single checkpoint
        axes.plot(at, null, color=colour, linewidth=0.7, linestyle="--", marker="_", label=f"{layer}, shuffled")
        axes.plot(at, values, color=colour, linewidth=1.6, marker="o", markersize=3, label=layer)


def _label_steps(axes: Axes, frame: pd.DataFrame) -> None:
    if frame["training_step"].isna().any():
        axes.set_xlabel("checkpoint")
        return
    axes.set_xlabel("training step")
    positive = frame["training_step"][frame["training_step"] > 0]
    if len(positive) and positive.max() >= _SEVERAL_DECADES * positive.min():
        axes.set_xscale("symlog", linthresh=float(positive.min()))


def _steps(frame: pd.DataFrame) -> FloatArray:
    """Give the training step of every row; where one is not known, the place of its checkpoint."""
    if frame["training_step"].isna().any():
        places = {key: place for place, key in enumerate(dict.fromkeys(frame["network"]))}
        return frame["network"].map(places).to_numpy(float)
    return frame["training_step"].to_numpy(float)


def _title(frame: pd.DataFrame, target: str) -> str:
    keys = list(dict.fromkeys(frame["network"]))
    which = keys[0] if len(keys) == 1 else f"{keys[0]} to {keys[-1]}"
    return f"Information through training: {which}" + ("" if target == "all" else f", about class {target}")
