"""An empty figure, and the file it is written to."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from atlas.errors import BadParameter, InputError

if TYPE_CHECKING:
    from matplotlib.figure import Figure

FORMATS = (".png", ".svg")


def new_figure(width: float, height: float) -> Figure:
    """Make a figure of this size, in inches.

    Raises
    ------
    InputError
        matplotlib is not installed.
    """
    try:
        from matplotlib.figure import Figure
    except ImportError as error:
        raise InputError(
            "matplotlib is not installed. Install it: pip install 'network-atlas[figures]', or write only a table."
        ) from error
    return Figure(figsize=(width, height), layout="constrained")


def check_figure_file(file: Path) -> None:
    """Refuse a file that is neither PNG nor SVG, or any if matplotlib is not installed."""
    new_figure(1, 1)
    if file.suffix.lower() not in FORMATS:
        raise BadParameter(f"The figure {str(file)!r} has no known format. It ends in {' or '.join(FORMATS)}.")


def save_figure(figure: Figure, file: Path) -> None:
    """Write a figure as the ending of its file says; the same figure gives the same file."""
    from matplotlib import rc_context

    # No date, and the same names within an SVG.
    with rc_context({"svg.hashsalt": "network-atlas"}):
        figure.savefig(file, dpi=200, metadata={"Date": None} if file.suffix.lower() == ".svg" else None)
