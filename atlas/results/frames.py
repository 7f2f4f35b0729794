"""Tables of results: one row for each element and target."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    import pandas as pd


Columns = Mapping[str, NDArray[Any]]


def long_frame(
    elements: tuple[str, ...], targets: tuple[str, ...], columns: Mapping[str, NDArray[Any]]
) -> pd.DataFrame:
    """Put columns of shape (n_elements, n_targets) beside their elements and targets."""
    import pandas as pd

    head = {"element": np.repeat(elements, len(targets)), "target": np.tile(targets, len(elements))}
    return pd.DataFrame(head | {name: np.asarray(values).ravel() for name, values in columns.items()})
