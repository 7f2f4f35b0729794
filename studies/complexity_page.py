"""The page of the study of complexity, written from what was found."""

from __future__ import annotations

import pandas as pd

from studies.quantised import LAYERS, N_EPOCHS
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

_HEAD = """# Complexity through training

Ehrlich, Schneider, Priesemann, Wibral and Makkeh (TMLR 2023, "A Measure of the Complexity of Neural Representations
based on Partial Information Decomposition") take apart what the neurons of a layer tell together about the class shown.
Representational complexity C is the mean number of neurons that must be known together to get at a bit of it: 1 where
single neurons tell everything, n where only all n together do. On MNIST they find that C falls while a network is
trained. This page trains networks as they do, smaller and shorter, and asks whether it does. It is written by one
command:

```sh
python -m studies.complexity --data FOLDER
```

Networks have hidden layers of 50, 10, 5, 5 and 5 neurons (`fc1` to `fc5`) with a tanh rounded to 8 levels, at random
while they are trained, to the nearest when they are measured ([how to train one](../quantised.md)). Weights begin by
Glorot with gain 5/3, and learn by stochastic gradient descent: rate 0.01, no momentum, batches of 64.

| | digits (scikit-learn) | MNIST | the paper, MNIST |
| --- | --- | --- | --- |
| trials to train on, and to measure on | 1,300 | 60,000 | 60,000 |
| epochs | {digits_epochs:,} | {mnist_epochs:,} | 100,000 |
| runs | {digits_runs} | {mnist_runs} | 20 |

C is that of the three five-wide layers on all trials the network was trained on, taken as the whole population, by
shared exclusions as in the paper, and exact. Figures and tables have the mean over runs with Student's 95 % interval;
faint lines are runs. Seeds are 0, 1, 2, ..., none left out.
"""

_BEGUN = """\
How far it falls goes with what a layer begins with. Where neurons stand at one level for most images before training,
a layer tells little, and few of its neurons tell it: C is low from the beginning and cannot fall far. Rank correlation
of the fall, over runs and layers, with the information before training and with the share of images for which a neuron
is at its most frequent level:"""

_CONTROLS = """## What stands beside it

Before training and at the end. Null: labels shuffled, which leaves what too few trials alone make of it. Noise: one
neuron's states shuffled over trials, the mean over neurons: its information is gone, its variety stays. I_min and MMI:
the same mean degree by other definitions of redundancy. Bias: first-order estimate of what the finite number of trials
adds to C, were they a sample; not taken off. Rows: distinct joint states of the five neurons and the class.
"""

_CHANCE = """
So part of the fall comes with the number of states, which training lowers, and would be there whatever the labels are.
Where most of the bits before training are those of shuffled labels, C before training is that of these very trials, and
says little of others.
"""
_DEFINITIONS = ("complexity", "min_complexity", "mmi_complexity", "null_complexity", "noise_complexity")

_RELATION = """## Label information and relays of the same layers

A share above 1 means that single neurons tell, or relay, the same things; below 1, that it takes several. Relay
information (Hintze and Adami 2023) is what the layer passes on of what the images tell about the answers, with each
neuron in two states (exact 2-means), so that the joint states are covered: of a single neuron either with the others
left out (alone), or what only it passes on. The last column is the rank correlation with C over the epochs of one run,
mean over runs, and their range.
"""

_LIMITS = """## What the numbers do not say

- A low C means few active, varied neurons as much as a simple code. Neurons that tell nothing raise it: three bits told
  by one neuron of 8 levels, beside four such neurons of noise, have C 4.07 by shared exclusions and 1 by I_min and MMI.
  So C by shared exclusions can fall because neurons fall silent, and rise because they wake; the noise-neuron control
  shows how much this weighs.
- Counted from trials, C is biased: downwards where nearly every trial has a joint state of its own, and information
  upwards. The shuffled null shows the size of it and is never taken off, for that makes the estimate worse.
- C depends on the number of levels, and only networks with the same number can be compared. Rounding at random when
  measuring, as while training, would raise it.
- Degrees can be told by negative amounts of bits, and then C can lie below 1. Nothing is clipped.
- The paper trains 500 times as long on MNIST, and its curves go on beyond the last epoch here. Its end points are not
  known to us, so none is compared.
"""


def written(found: pd.DataFrame) -> str:
    """Write the page."""
    runs = found.groupby("data")["seed"].nunique()
    fell = falls(found)
    parts = [
        _HEAD.format(
            digits_epochs=N_EPOCHS["digits"],
            mnist_epochs=N_EPOCHS["mnist"],
            digits_runs=runs.get("digits", 0),
            mnist_runs=runs.get("mnist", 0),
        ),
        "![Complexity through training](complexity/complexity.png)\n",
        "Dashed: labels shuffled.\n",
        "## Does it fall?\n",
        _curve(found, fell),
        verdict(fell),
        _begun(fell),
        "![Falls](complexity/falls.png)\n",
        _order(found),
        "### Every run\n",
        _runs(fell),
        _CONTROLS,
        _controls(found),
        _beside_chance(found),
        _RELATION,
        _relation(found),
        "![Single neurons and layers](complexity/beside.png)\n",
        _LIMITS,
    ]
    return "\n".join(parts)


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


def _curve(found: pd.DataFrame, fell: pd.DataFrame) -> str:
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


def _begun(fell: pd.DataFrame) -> str:
    told = []
    for data, own in fell.groupby("data"):
        with_bits, with_usual = (
            own["fall"].corr(own[name], method="spearman") for name in ("first_bits", "first_usual")
        )
        told.append(f"{NAMES[data]} {with_bits:.2f} and {with_usual:.2f}")
    return f"{_BEGUN} {'; '.join(told)}.\n"


def _order(found: pd.DataFrame) -> str:
    """Say how often deeper layers are less complex at the end."""
    told = []
    for data, own in found.groupby("data"):
        last = own[own["epoch"] == own["epoch"].max()].pivot(index="seed", columns="layer", values="complexity")
        ordered = (last.diff(axis=1).iloc[:, 1:] < 0).all(axis=1)
        told.append(f"{NAMES[data]} {ordered.sum()} of {len(ordered)} runs")
    return f"At the end every layer is less complex than the one before it in: {', '.join(told)}.\n"


def _runs(fell: pd.DataFrame) -> str:
    rows = []
    for (data, seed), own in fell.groupby(["data", "seed"]):
        cells = {row.layer: f"{row.first:.2f} → {row.last:.2f} ({row.fall:.2f})" for row in own.itertuples()}
        accuracy = own["train_percent"].iloc[0]
        rows.append({"data": NAMES[data], "seed": seed, "training accuracy": f"{accuracy:.1f} %", **cells})
    return as_table(pd.DataFrame(rows))


def _controls(found: pd.DataFrame) -> str:
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


def _beside_chance(found: pd.DataFrame) -> str:
    """Say how much of the information, and of the fall, there is whatever the labels are."""
    lines = []
    for data, own in found.groupby("data"):
        first, last = (own[own["epoch"] == epoch].mean(numeric_only=True) for epoch in (0, own["epoch"].max()))
        share = [100 * epoch["null_bits"] / epoch["bits"] for epoch in (first, last)]
        fell = {name: number(first[name] - last[name]) for name in _DEFINITIONS}
        lines.append(
            f"- {NAMES[data]}: shuffled labels give {share[0]:.0f} % of the bits before training, {share[1]:.0f} % at the "
            f"end. Mean fall over layers and runs: {fell['complexity']} by shared exclusions, {fell['min_complexity']} "
            f"by I_min, {fell['mmi_complexity']} by MMI; with labels shuffled {fell['null_complexity']}, with a noise "
            f"neuron {fell['noise_complexity']}."
        )
    return "\n".join([*lines, ""]) + _CHANCE


def _relation(found: pd.DataFrame) -> str:
    rows = []
    for data, own in found.groupby("data"):
        last = own["epoch"].max()
        for measure, name in _RELATED.items():
            means = own.groupby(["layer", "epoch"])[measure].mean().unstack("epoch")
            cells = {layer: f"{means.loc[layer, 0]:.2f} → {means.loc[layer, last]:.2f}" for layer in LAYERS}
            with_c = own.groupby(["seed", "layer"])[["complexity", measure]].apply(_rank_correlation)
            spread = f"{with_c.mean():.2f} ({with_c.min():.2f} to {with_c.max():.2f})"
            rows.append({"data": NAMES[data], "measure": name, **cells, "with C": spread})
    return as_table(pd.DataFrame(rows))


def _rank_correlation(rows: pd.DataFrame) -> float:
    first, second = rows.columns
    return float(rows[first].corr(rows[second], method="spearman"))
