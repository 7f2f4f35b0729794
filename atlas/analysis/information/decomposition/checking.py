"""Refuse what is no joint distribution."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from atlas.errors import BadParameter, EmptySelection, ShapeError
from atlas.records import FloatArray, IntArray

MOST_SOURCES = 16  # 65,536 sets of them
SUM_WITHIN = 1e-9  # of probabilities, around 1


def whole_states(values: ArrayLike, name: str) -> IntArray:
    """Take states as they are, or refuse what is not whole, and rows of unequal lengths."""
    try:
        states = np.asarray(values)
    except ValueError as ragged:
        raise ShapeError(
            f"The rows of {name} have unequal lengths. Every row has as many states. Give an array."
        ) from ragged
    if states.dtype.kind not in "iub" and states.size > 0:
        raise BadParameter(f"{name} holds {states.dtype} values. States are whole numbers from 0. Discretise first.")
    return states.astype(np.int64)


def check_shapes(columns: IntArray, target: IntArray) -> None:
    """Refuse sources, shape (n_sources, n_rows), that do not fit the target, or cannot be counted."""
    if columns.size == 0 or target.size == 0:
        raise EmptySelection("There is no source, or no row. Give at least one of each.")
    if columns.ndim != 2 or target.ndim != 1 or columns.shape[1] != len(target):
        raise ShapeError(
            f"The sources have shape {columns.shape}, the target {target.shape}. "
            "Every source and the target have one state in each row."
        )
    if len(columns) > MOST_SOURCES:
        raise BadParameter(
            f"There are {len(columns)} sources. {MOST_SOURCES} is the most, with {2**MOST_SOURCES:,} sets of them. "
            "Take a part of them, or the joint state of several as one source."
        )
    if min(columns.min(), target.min()) < 0:
        raise BadParameter(f"A state is {min(columns.min(), target.min())}. States are whole numbers from 0.")


def check_probabilities(chances: FloatArray) -> None:
    """Refuse what is negative, NaN, or does not add up to 1."""
    if not (chances >= 0).all():
        wrong = chances[~(chances >= 0)][0]
        raise BadParameter(f"A probability is {wrong}. It is a number, 0 or more.")
    if abs(chances.sum() - 1) > SUM_WITHIN:
        raise BadParameter(f"The probabilities add up to {chances.sum():.12g}. They must add up to 1.")
