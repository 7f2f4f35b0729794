"""Put the scores of neurons and layers beside what resamples and Gaussian trials give."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from atlas.analysis.mapping import Arrays
from atlas.analysis.statistics import against_null, benjamini_hochberg, interval_around, permutation_p, q_by_target_kind
from atlas.keys import ALL_TARGET
from atlas.records import BoolArray, FloatArray
from atlas.results import GaussianMismatch, OrderShares
from atlas.results.correlation import ORDERS

ROUNDING = 1e-9  # of scores, of elements whose mean is up to 100,000 standard deviations from 0


class Scores(NamedTuple):
    """Scores by name, each of shape (n_draws, n_elements, n): neurons and layers, as measured, resampled and drawn."""

    observed: Arrays  # one draw
    resampled: Arrays
    null: Arrays


class Elements(NamedTuple):
    """Neurons and layers that are scored."""

    keys: tuple[str, ...]
    is_layer: BoolArray  # shape (n_elements,)


def tabulated(elements: Elements, scores: Scores) -> tuple[GaussianMismatch, OrderShares]:
    """Tabulate scores with interval, null, p and q.

    Families of q are the neurons and, apart from them, the layers: for the mismatch over all classes, for those of each
    class together, and for each order.
    """
    reasons = tuple("constant" if constant else None for constant in np.isnan(scores.observed["mismatch"][0, :, 0]))
    return _mismatch(elements, scores, reasons), _shares(elements, scores, reasons)


def _mismatch(elements: Elements, scores: Scores, reasons: tuple[str | None, ...]) -> GaussianMismatch:
    observed, null = scores.observed["mismatch"][0], scores.null["mismatch"]
    low, high = np.maximum(interval_around(observed, scores.resampled["mismatch"]), 0)
    beside = against_null(observed, null)
    p = _upper_p(observed, null)
    return GaussianMismatch(
        elements=elements.keys,
        targets=(ALL_TARGET, *map(str, range(observed.shape[1] - 1))),
        mismatch=observed,
        low_mismatch=low,
        high_mismatch=high,
        null_mismatch=beside.mean,
        null_sd_mismatch=beside.sd,
        z=beside.z,
        p=p,
        q=_by_family(q_by_target_kind, p, elements),
        mean_error=scores.observed["mean_error"][0],
        variance_error=scores.observed["variance_error"][0],
        reasons=reasons,
    )


def _shares(elements: Elements, scores: Scores, reasons: tuple[str | None, ...]) -> OrderShares:
    columns: dict[str, FloatArray] = {}
    for name in ("variance", "separation"):
        share = f"{name}_share"
        observed, null = scores.observed[share][0], scores.null[share]
        low, high = interval_around(observed, scores.resampled[share])
        p = np.minimum(1.0, 2 * np.minimum(_upper_p(observed, null), _upper_p(-observed, -null)))
        columns |= {share: observed, f"low_{share}": low, f"high_{share}": high}
        columns |= {f"null_{share}": against_null(observed, null).mean}
        columns |= {f"{name}_p": p, f"{name}_q": _by_family(_q_by_order, p, elements)}
    return OrderShares(elements=elements.keys, orders=ORDERS, reasons=reasons, **columns)


def _upper_p(observed: FloatArray, null: FloatArray) -> FloatArray:
    """Count how often the null reaches a score; a draw in which the element is constant counts as if it did.

    Draws have the moments measured, so that scores that stand on these alone are the same in all, but for rounding.
    """
    return permutation_p(observed - ROUNDING, np.where(np.isnan(null), np.inf, null))


def _by_family(q_of: Callable[[FloatArray], FloatArray], p: FloatArray, elements: Elements) -> FloatArray:
    q = np.empty_like(p)
    for family in (elements.is_layer, ~elements.is_layer):
        q[family] = q_of(p[family])
    return q


def _q_by_order(p: FloatArray) -> FloatArray:
    return np.column_stack([benjamini_hochberg(order) for order in p.T])
