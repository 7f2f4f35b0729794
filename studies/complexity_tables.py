"""The tables of the page of the study of complexity, and what is said of them."""

from __future__ import annotations

import pandas as pd

from studies.quantised import LAYERS
from studies.tables import as_table, interval, number, over_networks

NAMES = {"mnist": "MNIST", "digits": "digits"}
FALL = 0.4  # of complexity, by which a layer is said to have become less complex
_SHOWN = (0, 10, 100)  # epochs of the tables, and the last
_RELATED = {
    "bits": "information about the class",
    "single_share": "told by single neurons / by the layer",
    "relay_bits": "relay information",
    "alone_share": "relayed by single neurons alone / by the layer",
    "only_share": "relayed only by single neurons / by the layer",
}
_BEGUN = """\
How far it falls goes with what a layer begins with. Where neurons stand at one level for most images before training,
a layer tells little, and few of its neurons tell it: C is low from the beginning and cannot fall far. Rank correlation
of the fall, over runs and layers, with the information before training and with the share of images for which a neuron
is at its most frequent level:"""
_CHANCE = """
With labels shuffled C falls too, while the joint states become fewer: part of the fall need not have to do with labels.
Where most of the bits before training are those of shuffled labels, C before training is that of these very trials, and
says little of others.
"""
_DEFINITIONS = ("complexity", "min_complexity", "mmi_complexity", "null_complexity", "noise_complexity")


def falls(found: pd.DataFrame) -> pd.DataFrame:
    """Give every run and layer its complexity before training and at the end.

    Columns data, seed, layer, first, last, fall, first_bits, first_usual, train_percent.
    """
    in_order = found.sort_values("epoch", kind="stable").groupby(["data", "seed", "layer"], sort=False)
    first, last = in_order.first(), in_order.last()
    table = pd.DataFrame(
        {
            "first": first["complexity"],
            "last": last["complexity"],
            "fall": first["complexity"] - last["complexity"],
            "first_bits": first["bits"],
            "first_usual": first["usual_percent"],
            "train_percent": last["train_percent"],
        }
    )
    return table.reset_index().sort_values(["data", "seed", "layer"], ignore_index=True)


def _layers(table: pd.DataFrame):
    """Give the rows of each data set and layer, with both names."""
    return table.groupby(["data", "layer"])


def curve(found: pd.DataFrame, fell: pd.DataFrame) -> str:
    rows = []
    for (data, layer), own in _layers(found):
        by_epoch = own.groupby("epoch")["complexity"]
        epochs = [*_SHOWN, own["epoch"].max()]
        fall = fell[(fell["data"] == data) & (fell["layer"] == layer)]["fall"]
        rows.append(
            {
                "data": NAMES[data],
                "layer": layer,
                **{f"epoch {epoch}": number(by_epoch.get_group(epoch).mean()) for epoch in _SHOWN},
                "last epoch": number(by_epoch.get_group(epochs[-1]).mean()),
                "fall": interval(*over_networks(fall)),
                "least and most": f"{fall.min():.2f} to {fall.max():.2f}",
                f"runs with more than {FALL}": f"{(fall > FALL).sum()} of {len(fall)}",
            }
        )
    return as_table(pd.DataFrame(rows))


def verdict(fell: pd.DataFrame) -> str:
    """Say whether complexity falls in the mean, and in every layer of every run."""
    lines = []
    for data, own in fell.groupby("data"):
        means = own.groupby("layer")["fall"].mean()
        whole = own.groupby("seed")["fall"].min()
        lines.append(
            f"- {NAMES[data]}: the mean over runs falls by more than {FALL} in {(means > FALL).sum()} of {len(means)} "
            f"layers; all layers fall by more than {FALL} in {(whole > FALL).sum()} of {len(whole)} runs, and fall at "
            f"all in {(whole > 0).sum()}."
        )
    return "\n".join([*lines, ""])


def begun(fell: pd.DataFrame) -> str:
    told = []
    for data, own in fell.groupby("data"):
        with_bits, with_usual = (
            own["fall"].corr(own[name], method="spearman") for name in ("first_bits", "first_usual")
        )
        told.append(f"{NAMES[data]} {with_bits:.2f} and {with_usual:.2f}")
    return f"{_BEGUN} {'; '.join(told)}.\n"


def order(found: pd.DataFrame) -> str:
    """Say how often deeper layers are less complex at the end."""
    told = []
    for data, own in found.groupby("data"):
        last = own[own["epoch"] == own["epoch"].max()].pivot(index="seed", columns="layer", values="complexity")
        ordered = (last.diff(axis=1).iloc[:, 1:] < 0).all(axis=1)
        told.append(f"{NAMES[data]} {ordered.sum()} of {len(ordered)} runs")
    return f"At the end every layer is less complex than the one before it in: {', '.join(told)}.\n"


def runs(fell: pd.DataFrame) -> str:
    rows = []
    for (data, seed), own in fell.groupby(["data", "seed"]):
        cells = {row.layer: f"{row.first:.2f} → {row.last:.2f} ({row.fall:.2f})" for row in own.itertuples()}
        accuracy = own["train_percent"].iloc[0]
        rows.append({"data": NAMES[data], "seed": seed, "training accuracy": f"{accuracy:.1f} %", **cells})
    return as_table(pd.DataFrame(rows))


def controls(found: pd.DataFrame) -> str:
    rows = []
    for (data, layer), own in _layers(found):
        for epoch in (0, own["epoch"].max()):
            mean = own[own["epoch"] == epoch].mean(numeric_only=True)
            rows.append(
                {
                    "data": NAMES[data],
                    "layer": layer,
                    "epoch": epoch,
                    "bits (null)": f"{mean['bits']:.2f} ({mean['null_bits']:.2f})",
                    "C (null)": f"{mean['complexity']:.2f} ({mean['null_complexity']:.2f})",
                    "C with noise": number(mean["noise_complexity"]),
                    "by I_min": number(mean["min_complexity"]),
                    "by MMI": number(mean["mmi_complexity"]),
                    "bias of C": number(mean["bias_complexity"]),
                    "rows": f"{mean['n_states']:,.0f}",
                    "trials a row": f"{mean['trials_per_state']:.1f}",
                }
            )
    return as_table(pd.DataFrame(rows))


def beside_chance(found: pd.DataFrame) -> str:
    """Say how much of the information, and of the fall, there is whatever the labels are."""
    lines = []
    for data, own in found.groupby("data"):
        first, last = (own[own["epoch"] == epoch].mean(numeric_only=True) for epoch in (0, own["epoch"].max()))
        share = [100 * epoch["null_bits"] / epoch["bits"] for epoch in (first, last)]
        fell = {name: number(first[name] - last[name]) for name in _DEFINITIONS}
        lines.append(
            f"- {NAMES[data]}: shuffled labels give {share[0]:.0f} % of the bits before training, {share[1]:.0f} % at "
            f"the end. Mean fall over layers and runs: {fell['complexity']} by shared exclusions, "
            f"{fell['min_complexity']} by I_min, {fell['mmi_complexity']} by MMI; with labels shuffled "
            f"{fell['null_complexity']}, with a noise neuron {fell['noise_complexity']}."
        )
    return "\n".join([*lines, ""]) + _CHANCE


def relation(found: pd.DataFrame) -> str:
    rows = []
    for data, own in found.groupby("data"):
        last = own["epoch"].max()
        for measure, name in _RELATED.items():
            means = own.groupby(["layer", "epoch"])[measure].mean().unstack("epoch")
            cells = {layer: f"{number(means.loc[layer, 0])} → {number(means.loc[layer, last])}" for layer in LAYERS}
            with_c = (
                own.dropna(subset=measure).groupby(["seed", "layer"])[["complexity", measure]].apply(_rank_correlation)
            )
            spread = f"{with_c.mean():.2f} ({with_c.min():.2f} to {with_c.max():.2f})"
            rows.append({"data": NAMES[data], "measure": name, **cells, "with C": spread})
    return as_table(pd.DataFrame(rows))


def _rank_correlation(rows: pd.DataFrame) -> float:
    first, second = rows.columns
    return float(rows[first].corr(rows[second], method="spearman"))
