"""Trials in a plane, coloured by what an ablation does to their answers."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from atlas.figures.files import check_figure_file, new_figure, save_figure
from atlas.results import EmbeddingResult
from atlas.results.embedding import STATES

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# Okabe and Ito's palette, which the colour-blind can tell apart; what changes stands out and is drawn last, and larger.
_COLOURS = {"still right": "#56B4E9", "wrong before": "#999999", "newly wrong": "#D55E00", "newly right": "#009E73"}
_MARKERS = {"still right": "o", "wrong before": "X", "newly wrong": "o", "newly right": "D"}
_AREAS = {"still right": 5, "wrong before": 12, "newly wrong": 12, "newly right": 16}  # square points, of 10,000 trials
_METHODS = {"tsne": "t-SNE", "umap": "UMAP", "pca": "PCA"}
_NEURONS_NAMED = 3


def embedding_figure(result: EmbeddingResult) -> Figure:
    """Draw trials in the colours of their states, the number of each class where its trials lie.

    Raises
    ------
    InputError
        matplotlib is not installed.
    """
    figure = new_figure(7.5, 7.5)
    axes = figure.subplots()
    _draw_states(axes, result)
    _draw_classes(axes, result)
    axes.set_xticks([])
    axes.set_yticks([])
    axes.spines[:].set_color("#BBBBBB")
    axes.margins(0.03)
    if result.method == "pca":
        axes.set(xlabel="first component", ylabel="second component")
    figure.suptitle(title(result), fontsize=13, x=0.008, ha="left")
    axes.set_title(subtitle(result), fontsize=9, color="#555555", loc="left")
    figure.legend(loc="outside lower center", ncols=4, frameon=False, fontsize=10, markerscale=2.0, handletextpad=0.3)
    return figure


def write_embedding_figure(result: EmbeddingResult, file: Path) -> None:
    """Write the figure as PNG or SVG, after the ending of the file; what stands there is replaced.

    Raises
    ------
    BadParameter
        Another ending.
    InputError
        matplotlib is not installed.
    """
    check_figure_file(file)
    save_figure(embedding_figure(result), file)


def title(result: EmbeddingResult) -> str:
    """Name the ablation: `digits-mlp without fc1/3, fc1/7 (zero ablation)`."""
    short = [key.removeprefix(f"{result.network}/") for key in result.ablated]
    n_more = len(short) - _NEURONS_NAMED
    named = ", ".join(short) if n_more <= 0 else f"{', '.join(short[:_NEURONS_NAMED])} and {n_more} more neurons"
    return f"{result.network} without {named} ({result.params['ablation']} ablation)"


def subtitle(result: EmbeddingResult) -> str:
    """Say what is laid out, and how."""
    what = "inputs" if result.params["layer"] is None else f"activations of {result.params['layer']}"
    drawn = "" if len(result.trials) == result.n_trials else f" of {result.n_trials:,}, drawn at random"
    return f"{_METHODS[result.method]} of the {what}; {len(result.trials):,} trials{drawn}; numbers are classes"


def _draw_states(axes: Axes, result: EmbeddingResult) -> None:
    """Draw one state after the other, in this order; few trials are drawn larger."""
    scale = float(np.clip((10_000 / len(result.trials)) ** 0.5, 1, 5))
    for name, colour in _COLOURS.items():
        chosen = result.states == STATES.index(name)
        axes.scatter(
            result.x[chosen],
            result.y[chosen],
            s=_AREAS[name] * scale,
            c=colour,
            marker=_MARKERS[name],
            linewidths=0,
            alpha=0.9 if name.startswith("newly") else 0.55,
            label=f"{name} ({int(chosen.sum()):,})",
            rasterized=True,
        )


def _draw_classes(axes: Axes, result: EmbeddingResult) -> None:
    from matplotlib.patheffects import withStroke

    for label in np.unique(result.labels):
        of_class = result.labels == label
        x, y = np.median(result.x[of_class]), np.median(result.y[of_class])
        text = axes.text(float(x), float(y), str(label), fontsize=14, weight="bold", ha="center", va="center")
        text.set_path_effects([withStroke(linewidth=3, foreground="white")])
