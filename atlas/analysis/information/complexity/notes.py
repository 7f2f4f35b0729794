"""What a reader should know of a complexity, in sentences."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from atlas.analysis.information.complexity.estimating import Estimator
from atlas.records import FloatArray

VISIBLY = 5e-4  # what three decimals show
BY_CHANCE = 2.0  # standard deviations above the mean of shuffles that chance alone reaches


def note_of(estimator: Estimator, row: Mapping[str, FloatArray], *, n_sources: int) -> str | None:
    """Say how a complexity was found where it was not measured as such, and what makes it hard to read."""
    return " ".join([*_of_estimator(estimator, row, n_sources), *_of_numbers(row)]) or None if row else None


def _of_estimator(estimator: Estimator, row: Mapping[str, FloatArray], n_sources: int) -> Iterator[str]:
    error = f"{float(row['standard_error']):.3f}"
    if estimator.name == "clock":
        yield f"Estimated by {estimator.n_draws} random draws, with a standard error of {error}."
    if estimator.name == "subsample" and estimator.subset_size < n_sources:
        yield (
            f"Complexity and bits are means over up to {estimator.n_subsets} sets of {estimator.subset_size} neurons; "
            "such a mean was 0.3 to 0.6 below the complexity of all in simulated codes of 10."
        )
    if estimator.name == "coarse":
        yield _bound(estimator.group_size, row)


def _bound(size: int, row: Mapping[str, FloatArray]) -> str:
    """Say where the complexity of the single neurons lies, and where the published bound does not tell."""
    low = float(row["complexity"])
    bound = f"Sources are groups of {size} neurons: complexity of the neurons is from {low:.3f} to {size * low:.3f}"
    fine = float(row["fine"])
    if fine < low - VISIBLY or fine > size * low + VISIBLY:
        return f"{bound} as published, but negative atoms break that bound here: it is {fine:.3f}."
    if (row["degrees"][0] < -VISIBLY).any():
        return f"{bound} as published, but bits of a degree are negative here, so the bound need not hold."
    return f"{bound}, if no atom of theirs is negative, which shared exclusions does not ensure."


def _of_numbers(row: Mapping[str, FloatArray]) -> Iterator[str]:
    if np.isnan(row["complexity"]):
        return
    if row["bits"] <= row["null_bits"] + BY_CHANCE * row["null_sd_bits"]:
        yield "It tells no more than shuffled labels do, so its complexity means nothing."
    if row["complexity"] < 1 - VISIBLY:
        yield "Complexity is below 1 because bits of a degree are negative; they are left so."
    half_width = (row["high_complexity"] - row["low_complexity"]) / 2
    if np.isnan(row["min"]):
        yield "Complexity by I_min and minimal mutual information is left out: it would take minutes."
    if np.isnan(row["bias"]):
        yield "The estimated bias is as large as the bits themselves: it would take more trials."
    if np.abs(row["bias"]) > half_width:
        yield "The estimated bias is larger than half the width of the interval: it would take more trials."
