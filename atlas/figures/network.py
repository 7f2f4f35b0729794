"""A network drawn as one HTML page: layers as columns, neurons as circles, weights as curves."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.errors import InputError

if TYPE_CHECKING:
    import pandas as pd
    from bokeh.models import GlyphRenderer
    from bokeh.plotting import figure

# Okabe and Ito (2008), "Color Universal Design".
WEIGHTS = {"positive weight": "#0072B2", "negative weight": "#D55E00", "weight without a sign": "#777777"}
_ENDS = (("0", "source"), ("1", "target"))
_COLUMN = 1.0
_PAGE, _LEGEND, _TOOLS, _LEAST_COLUMN, _LETTER = 1100, 200, 90, 120, 7  # widths in pixels
_ROW, _LEAST_HEIGHT, _MOST_HEIGHT = 22, 400, 1200  # in pixels
_LEAST_DIAMETER, _MOST_DIAMETER, _MOST_WIDTH = 8.0, 28.0, 4.0  # in pixels


@dataclass(frozen=True, kw_only=True)
class NetworkPicture:
    """What a drawing of a network shows.

    Parameters
    ----------
    neurons
        Columns neuron, layer, group, size (NaN: not measured) and hint, by column from top to bottom.
    weights
        Columns source and target (neurons), value (NaN: no sign) and strength.
    columns
        What stands below each column, by layer, from left to right.
    colours
        Colour of every group, in the order of the legend.
    title, notes
        What stands above and below the picture.
    """

    neurons: pd.DataFrame
    weights: pd.DataFrame
    columns: Mapping[str, str]
    colours: Mapping[str, str]
    title: str
    notes: Sequence[str]


def network_page(picture: NetworkPicture) -> str:
    """Draw a network as one page of HTML, about 1.7 MB, that asks no other host for anything.

    Raises
    ------
    InputError
        bokeh is not installed.
    """
    check_drawing()
    from bokeh.embed import file_html
    from bokeh.layouts import column
    from bokeh.models import Div
    from bokeh.resources import INLINE

    placed = _placed(picture)
    plot = _empty(picture, placed)
    _add_legend(plot, _weights(plot, picture.weights, placed) | _neurons(plot, picture.colours, placed))
    notes = Div(text="<br>".join(map(html.escape, picture.notes)), width=_PAGE)
    page: str = file_html(column(plot, notes), INLINE, title=picture.title)
    return page


def check_drawing() -> None:
    """Refuse to draw where bokeh is not installed."""
    try:
        import bokeh  # noqa: F401
    except ImportError as error:
        raise InputError("bokeh is not installed. Install it: pip install 'network-atlas[drawing]'.") from error


def _placed(picture: NetworkPicture) -> pd.DataFrame:
    """Give every neuron its place, each column centred, and its diameter: its area grows with what it is sized by."""
    neurons = picture.neurons.set_index("neuron")
    place = {layer: number * _COLUMN for number, layer in enumerate(picture.columns)}
    row = neurons.groupby("layer", sort=False).cumcount()
    n_rows = neurons.groupby("layer", sort=False)["layer"].transform("size")
    share = (neurons["size"].clip(lower=0) / (neurons["size"].max() or 1)).fillna(0).clip(lower=0)
    return neurons.assign(
        x=neurons["layer"].map(place),
        y=(n_rows - 1) / 2 - row,
        diameter=(_LEAST_DIAMETER**2 + (_MOST_DIAMETER**2 - _LEAST_DIAMETER**2) * share) ** 0.5,
    )


def _empty(picture: NetworkPicture, placed: pd.DataFrame) -> figure:
    from bokeh.plotting import figure

    n_rows, n_columns = int(placed.groupby("layer").size().max()), len(picture.columns)
    wide = max((_PAGE - _LEGEND - _TOOLS) / n_columns, _LEAST_COLUMN)  # of a column
    plot = figure(
        width=round(wide * n_columns) + _LEGEND + _TOOLS,
        height=min(max(n_rows * _ROW, _LEAST_HEIGHT), _MOST_HEIGHT),
        x_range=(-0.5 * _COLUMN, (n_columns - 0.5 + _LEGEND / wide) * _COLUMN),
        min_border_left=60,
        title=picture.title,
        tools="pan,wheel_zoom,box_zoom,reset,save",
        output_backend="svg",
    )
    plot.xaxis.ticker = [number * _COLUMN for number in range(len(picture.columns))]
    plot.xaxis.major_label_overrides = {
        number * _COLUMN: label for number, label in enumerate(picture.columns.values())
    }
    if max(map(len, picture.columns.values())) * _LETTER > wide:
        plot.xaxis.major_label_orientation = 0.5  # in radians; side by side they would overlap
    plot.yaxis.visible = plot.xgrid.visible = plot.ygrid.visible = False
    return plot


def _weights(plot: figure, weights: pd.DataFrame, placed: pd.DataFrame) -> dict[str, list[GlyphRenderer]]:
    """Draw weights by sign and strength; within a layer they bulge to the right."""
    ends = {f"{axis}{end}": placed[axis].loc[weights[name]].to_numpy() for axis in "xy" for end, name in _ENDS}
    bulge = (ends["x0"] == ends["x1"]) * _COLUMN / 4 + (ends["x1"] - ends["x0"]) / 2
    spread = (weights["source"] == weights["target"]).to_numpy() * 1.5  # else what loops back would be a point
    curves = weights.assign(
        **ends,
        cx0=ends["x0"] + bulge,
        cx1=ends["x1"] - bulge * (1 - 2 * (ends["x0"] == ends["x1"])),
        cy0=ends["y0"] + spread,
        cy1=ends["y1"] - spread,
        width=0.5 + (_MOST_WIDTH - 0.5) * weights["strength"] / (weights["strength"].max() or 1),
    )
    signs = dict(zip(WEIGHTS, (weights["value"] >= 0, weights["value"] < 0, weights["value"].isna()), strict=True))
    return {name: [_curves(plot, curves[is_one], WEIGHTS[name])] for name, is_one in signs.items() if is_one.any()}


def _curves(plot: figure, curves: pd.DataFrame, colour: str) -> GlyphRenderer:
    from bokeh.models import ColumnDataSource

    names = ("x0", "y0", "x1", "y1", "cx0", "cy0", "cx1", "cy1")
    source = ColumnDataSource({name: curves[name].to_numpy() for name in (*names, "width")})
    places = {name: name for name in names}
    return plot.bezier(**places, line_width="width", line_color=colour, line_alpha=0.6, source=source)


def _neurons(plot: figure, colours: Mapping[str, str], placed: pd.DataFrame) -> dict[str, list[GlyphRenderer]]:
    """Draw neurons group by group; those that are not measured are hollow."""
    from bokeh.models import HoverTool

    drawn: dict[str, list[GlyphRenderer]] = {}
    for group, colour in colours.items():
        own = placed[placed["group"] == group]
        parts = ((own[own["size"].isna()], "#FFFFFF"), (own[own["size"].notna()], colour))
        drawn[group] = [_circles(plot, part, fill, colour) for part, fill in parts if len(part)]
    circles = [renderer for renderers in drawn.values() for renderer in renderers]
    plot.add_tools(HoverTool(renderers=circles, tooltips=[("neuron", "@neuron"), ("", "@hint")]))
    return drawn


def _circles(plot: figure, neurons: pd.DataFrame, fill: str, line: str) -> GlyphRenderer:
    from bokeh.models import ColumnDataSource

    columns = ("x", "y", "diameter", "hint")
    source = ColumnDataSource({"neuron": neurons.index.to_numpy()} | {name: neurons[name] for name in columns})
    edge = "#333333" if fill == line else line
    return plot.scatter("x", "y", size="diameter", fill_color=fill, line_color=edge, line_width=1.5, source=source)


def _add_legend(plot: figure, drawn: Mapping[str, list[GlyphRenderer]]) -> None:
    from bokeh.models import Legend, LegendItem

    items = [LegendItem(label=name, renderers=renderers) for name, renderers in drawn.items() if renderers]
    plot.add_layout(Legend(items=items, click_policy="hide", location="top_right"))
