"""Put measurements of complexity into a result, with intervals, reasons and notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.complexity.control import HALF, NOISE, NULL, OBSERVED
from atlas.analysis.information.complexity.estimating import Estimator
from atlas.analysis.information.complexity.notes import note_of
from atlas.analysis.information.complexity.subsampling import mean_known
from atlas.analysis.information.coverage import Coverage
from atlas.analysis.information.halves import interval_of_halves
from atlas.analysis.mapping import Arrays
from atlas.analysis.statistics import against_null
from atlas.records import FloatArray, Parameter
from atlas.results import ComplexityResult

Measured = dict[int, list[Arrays]]  # by kind, one for each block
Row = Mapping[str, FloatArray]  # of one element, each without axes, but `degrees`: shape (3, n_degrees)
NOTHING = {name: np.empty(0) for name in ("bits", "complexity", "standard_error")}


@dataclass(frozen=True, kw_only=True)
class Element:
    """A layer or cluster, and how it is measured."""

    key: str
    n_sources: int
    estimator: Estimator
    coverage: Coverage
    reason: str | None  # why it is not


def tabulated(
    elements: Sequence[tuple[Element, Measured]], *, n_trials: int, params: Mapping[str, Parameter]
) -> ComplexityResult:
    """Put together what was measured of elements; NaN of those that were not."""
    rows = [_row(found) if found else {} for _, found in elements]
    described = [element for element, _ in elements]

    def column(name: str) -> FloatArray:
        return np.array([row.get(name, np.nan) for row in rows], dtype=np.float64)

    degrees = _degrees(rows)
    return ComplexityResult(
        elements=tuple(element.key for element in described),
        bits=column("bits"),
        null_bits=column("null_bits"),
        null_sd_bits=column("null_sd_bits"),
        complexity=column("complexity"),
        low_complexity=column("low_complexity"),
        high_complexity=column("high_complexity"),
        null_complexity=column("null_complexity"),
        bias_complexity=column("bias"),
        noise_complexity=column("noise_complexity"),
        min_complexity=column("min"),
        mmi_complexity=column("mmi"),
        degree_bits=degrees[:, 0],
        informative_degree_bits=degrees[:, 1],
        misinformative_degree_bits=degrees[:, 2],
        estimators=tuple(element.estimator.name if row else None for element, row in zip(described, rows, strict=True)),
        n_sources=np.array([element.n_sources for element in described], dtype=np.int64),
        n_states=np.array([element.coverage.n_states for element in described], dtype=np.int64),
        trials_per_state=np.array([element.coverage.trials_per_state for element in described], dtype=np.float64),
        reliable=np.array([element.coverage.reliable for element in described], dtype=np.bool_),
        reasons=tuple(_reason(element, row) for element, row in zip(described, rows, strict=True)),
        notes=tuple(
            note_of(element.estimator, row, n_sources=element.n_sources)
            for element, row in zip(described, rows, strict=True)
        ),
        n_trials=n_trials,
        params=dict(params),
    )


def _row(found: Measured) -> Row:
    """Summarise the draws of an element."""
    together = {
        kind: {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        for kind, parts in found.items()
    }
    observed = {name: values[0] for name, values in together[OBSERVED].items()}
    null, halves, noise = (together.get(kind, NOTHING) for kind in (NULL, HALF, NOISE))
    low, high = interval(observed, halves)
    bits = against_null(observed["bits"], null["bits"])
    return {
        **observed,
        "null_bits": bits.mean,
        "null_sd_bits": bits.sd,
        "low_complexity": low,
        "high_complexity": high,
        "null_complexity": mean_known(null["complexity"]),
        "noise_complexity": mean_known(noise["complexity"]),
    }


def interval(observed: Row, halves: Arrays) -> tuple[FloatArray, FloatArray]:
    """Give the 95 % interval of complexity from that of halves of the trials, and the random draws of its estimator.

    Halves have fewer draws of their own: what these add to their variance is taken off, and that of the observed
    complexity put in its place, by scaling their deviations. Halves without information are left out.
    """
    known = ~np.isnan(halves["complexity"])
    values, errors = halves["complexity"][known], halves["standard_error"][known]
    if len(values) < 2:
        return np.array(np.nan), np.array(np.nan)
    spread = values.var(ddof=1)
    wanted = max(spread - (errors**2).mean(), 0.0) + observed["standard_error"] ** 2
    scale = np.sqrt(wanted / spread) if spread > 0 else 1.0
    return interval_of_halves(observed["complexity"], scale * (values - values.mean()))


def _degrees(rows: Sequence[Row]) -> FloatArray:
    """Align the degrees of all elements, shape (n_elements, 3, n_degrees); NaN beyond those of an element."""
    degrees = [row["degrees"] if row else np.empty((3, 0)) for row in rows]
    aligned = np.full((len(rows), 3, max((one.shape[1] for one in degrees), default=0)), np.nan)
    for place, one in enumerate(degrees):
        aligned[place, :, : one.shape[1]] = one
    return aligned


def _reason(element: Element, row: Row) -> str | None:
    """Say why there is no complexity."""
    return "no_information" if row and np.isnan(row["complexity"]) else element.reason
