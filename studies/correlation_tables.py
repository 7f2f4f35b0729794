"""The tables of the page of the study of correlation functions."""

from __future__ import annotations

import numpy as np
import pandas as pd

from studies.correlation_measuring import MIXTURES, START
from studies.correlation_training import N_PARTS, SOURCES
from studies.tables import as_table, number

KIND = ["activation", "depth"]
CLOSINGS = {("gauss", 1): "", ("third", 1): ", third", **{("mixture", m): f", {m} parts" for m in MIXTURES}}
TRAINED_ON = {
    "data": "data",
    "large": "data, batches of 1,000",
    "measured": "statistics of y1, batches of 1,000",
    "parts": f"statistics of x, {N_PARTS} parts a class",
    "statistics": "statistics of x",
    "gaussians": "draws from Gaussians",
}
_KEPT = ("means", "covariances", "gaussian", "everything")
_XOR = {
    "statistics": "means and covariances",
    "fourth": "fourth cumulants, too",
    "blobs": "means and covariances of blobs",
    "points": "points",
}


def kind_name(activation: str, depth: int) -> str:
    """Name a kind of network."""
    return f"{activation.partition('(')[0]}, {depth} hidden"


def closure_name(start: str, closure: str, parts: int) -> str:
    """Name where moments are measured, and what stands for the distribution: `from x, third`."""
    return f"from {origin_name(start)}{CLOSINGS[closure, parts]}"


def origin_name(layer: str) -> str:
    """Name what a layer puts out: x, y1, y2."""
    return "x" if layer == START else layer.replace("fc", "y")


def at_output(closures: pd.DataFrame) -> pd.DataFrame:
    """Take the rows of the output layer, each with the name of its closure.

    Behind the last hidden layer all is exact, so that one closure stands for all.
    """
    output, last = ("fc" + depth.astype(str) for depth in (closures["depth"] + 1, closures["depth"]))
    shown = (closures["start"] != last) | (closures["closure"] == "gauss")
    own = closures[(closures["layer"] == output) & shown]
    names = [closure_name(*row) for row in own[["start", "closure", "parts"]].itertuples(index=False)]
    return own.assign(name=names)


def one_step(closures: pd.DataFrame) -> pd.DataFrame:
    """Take the rows of each layer as predicted from the moments of the one before, that of the output left out."""
    first = closures["start"].str.removeprefix("fc").replace(START, "0").astype(int)
    place = closures["layer"].str.removeprefix("fc").astype(int)
    return closures[(place == first + 1) & (place <= closures["depth"])]


def spread(values: pd.Series, digits: int) -> str:
    """Write the mean over networks, and their range."""
    low, high = values.min(), values.max()
    mean = f"{values.mean():,.{digits}f}"
    return mean if len(values) < 2 else f"{mean} ({low:,.{digits}f} to {high:,.{digits}f})"


def predicted(closures: pd.DataFrame, measure: str) -> str:
    """Tabulate a measure at the output, one row a closure and one column a kind of network."""
    own = at_output(closures)
    rows = {name: own[own["name"] == name] for name in sorted(own["name"].unique(), key=_by_start)}
    lines = [{"": name} | _cells(table, measure, 3) for name, table in rows.items()]
    if measure == "predicted_loss":
        lines.insert(0, {"": "measured"} | _cells(own[own["name"] == "from x"], "loss", 3))
    return as_table(pd.DataFrame(lines))


def steps(closures: pd.DataFrame) -> str:
    """Tabulate the errors of one step: of each hidden layer, from the measured moments of what goes in."""
    own = one_step(closures).sort_values("layer", kind="stable")
    rows = []
    for (activation, depth, layer, closure, parts), table in _narrow_first(own).groupby(
        [*KIND, "layer", "closure", "parts"], sort=False
    ):
        if closure == "mixture" and parts != N_PARTS:
            continue
        rows.append(
            {
                "network": kind_name(activation, depth),
                "layer": layer,
                "closure": closure + (f", {parts} parts" if closure == "mixture" else ""),
                "mean error (null)": _beside(table, "mean_error"),
                "covariance error (null)": _beside(table, "covariance_error"),
                "trace ratio": number(table["trace_ratio"].mean()),
                "R²": f"{table['r_squared'].mean():.3f}",
            }
        )
    return as_table(pd.DataFrame(rows))


def formulas(found: pd.DataFrame) -> str:
    """Tabulate errors against draws from Gaussians, which end with more draws where formulas are right."""
    rows = []
    for (activation, depth, layer), table in _narrow_first(found).groupby([*KIND, "layer"], sort=False):
        errors = table.groupby("n_samples")["covariance_error"].mean()
        exponent = np.polyfit(np.log(errors.index), np.log(errors), 1)[0]
        rows.append(
            {
                "network": kind_name(activation, depth),
                "layer": layer,
                **{f"{n:,} draws": f"{error:.4f}" for n, error in errors.items()},
                "falls as draws to the": f"{exponent:.2f}",
            }
        )
    return as_table(pd.DataFrame(rows))


def orders(found: pd.DataFrame) -> str:
    """Tabulate what each order of a layer's pre-activations explains."""
    rows = []
    for (activation, depth, layer), table in _narrow_first(found).groupby([*KIND, "layer"], sort=False):
        if int(layer.removeprefix("fc")) > depth:
            continue
        row: dict[str, object] = {"network": kind_name(activation, depth), "layer": layer}
        for measure in ("variance_share", "separation_share"):
            means = table.groupby("order")[measure].mean()
            row |= {f"{measure.partition('_')[0]}: {_order(order)}": f"{mean:.3f}" for order, mean in means.items()}
        rows.append(row)
    return as_table(pd.DataFrame(rows))


def kept(found: pd.DataFrame) -> str:
    """Tabulate accuracy by the layer whose activations are replaced, and what is kept of them."""
    rows = []
    for (activation, depth, layer), table in _narrow_first(found).groupby([*KIND, "layer"], sort=False):
        by_kept = table.groupby("kept")["accuracy_percent"]
        cells = {name: spread(by_kept.get_group(name), 1) for name in _KEPT}
        rows.append({"network": kind_name(activation, depth), "layer": layer} | cells)
    return as_table(pd.DataFrame(rows))


def training(answers: pd.DataFrame, measure: str) -> str:
    """Tabulate accuracy or loss on test images by what networks were trained on."""
    digits = 2 if measure == "accuracy_percent" else 3
    own = {source: answers[answers["source"] == source] for source in SOURCES}
    return as_table(
        pd.DataFrame(
            [{"trained on": TRAINED_ON[source]} | _cells(table, measure, digits) for source, table in own.items()]
        )
    )


def xor(found: pd.DataFrame) -> str:
    """Tabulate predicted and measured losses of XOR."""
    rows = []
    for (source, activation, depth), table in found.groupby(["source", *KIND], sort=False):
        rows.append(
            {
                "network": kind_name(activation, depth),
                "trained on": _XOR[source],
                "loss by two cumulants": spread(table["statistics"], 4),
                "by four": spread(table["fourth"], 4) if table["fourth"].notna().all() else "",
                "by blobs": spread(table["blobs"], 4),
                "measured": spread(table["loss"], 4),
                "accuracy": spread(table["accuracy_percent"], 1),
            }
        )
    return as_table(pd.DataFrame(rows))


def _cells(table: pd.DataFrame, measure: str, digits: int) -> dict[str, str]:
    kinds = table.groupby(KIND, sort=False)[measure]
    return {kind_name(*kind): spread(values, digits) for kind, values in sorted(kinds, key=_by_kind)}


def _narrow_first(found: pd.DataFrame) -> pd.DataFrame:
    return found.sort_values(["depth", "activation"], kind="stable")


def _by_kind(kind: tuple[tuple[str, int], pd.Series]) -> tuple[int, str]:
    (activation, depth), _ = kind
    return depth, activation


def _by_start(name: str) -> tuple[bool, str, int]:
    start, _, closing = name.removeprefix("from ").partition(", ")
    return start != "x", start, list(CLOSINGS.values()).index(f", {closing}" if closing else "")


def _beside(table: pd.DataFrame, measure: str) -> str:
    null = table[f"null_{measure}"].mean()
    return f"{table[measure].mean():.3f}" + ("" if np.isnan(null) else f" ({null:.3f})")


def _order(order: int) -> str:
    return {1: "means", 2: "covariances", 3: "third", 4: "above"}[order]
