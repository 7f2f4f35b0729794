"""Tables of results: one row for each element and target, or whatever else is crossed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


Columns = Mapping[str, NDArray[Any]]


def long_frame(elements: Sequence[str], targets: Sequence[str], columns: Columns) -> pd.DataFrame:
    """Put columns of shape (n_elements, n_targets) beside their elements and targets."""
    return crossed_frame({"element": elements}, {"target": targets}, columns)


def crossed_frame(
    rows: Mapping[str, Sequence[object]], across: Mapping[str, Sequence[object]], columns: Columns
) -> pd.DataFrame:
    """Put columns of shape (n_rows, n_across) beside what their rows are, and the one thing that goes across.

    Examples
    --------
    >>> crossed_frame({"layer": ["a", "b"]}, {"order": [1, 2]}, {"share": np.array([[0.5, 0.25], [1.0, 0.0]])})
      layer  order  share
    0     a      1   0.50
    1     a      2   0.25
    2     b      1   1.00
    3     b      2   0.00
    """
    import pandas as pd

    ((name, crossing),) = across.items()
    n_rows = len(next(iter(rows.values())))
    head = {row: np.repeat(np.asarray(values), len(crossing)) for row, values in rows.items()}
    head[name] = np.tile(np.asarray(crossing), n_rows)
    return pd.DataFrame(head | {column: np.asarray(values).ravel() for column, values in columns.items()})
