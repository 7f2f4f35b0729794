"""The page of the study of populations, written from what was found."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from atlas.results import EmbeddingResult
from atlas.results.embedding import STATES
from studies.tables import as_table, interval, number, p_text

if TYPE_CHECKING:
    from studies.populations import Studied

Q = 0.05

_HEAD = """# Functional neuron populations on MNIST

Meyes, Waubert de Puiseau, Posada-Moreno and Meisen (2020, arXiv 2004.01254) group the neurons of a network by what they
respond to and by what their ablation does, and ask whether any simple indicator tells how much a neuron matters. This
page asks the same of the 784-20-10-10 network the authors published and of three networks trained as those of their
second repository (784-100-100-100-10, stochastic gradient descent, rate 0.001, momentum 0.9, batches of 256, 100
epochs), all on the 10,000 clean MNIST test images. It is written by one command, which puts everything into the atlas
as well:

```sh
python -m studies.populations --data FOLDER
```

Effects are of zero ablation, in percentage points of accuracy over all classes. Intervals are 95 %.
"""


def written(studied: list[Studied], trials: EmbeddingResult, data: Path) -> str:
    """Write the page; of the folder of the data it does not tell where it lay."""
    parts = [
        _HEAD,
        "## The networks\n",
        _networks(studied),
        "## Populations by activation and by ablation\n",
        _POPULATIONS,
        _populations(studied),
        *(f"![Effects of {one.network}](populations/{one.network}-effects.png)\n" for one in studied[:2]),
        "## Do both agree?\n",
        _AGREEMENT,
        _agreement(studied),
        "## Which indicators predict effects?\n",
        _INDICATORS,
        _predictions(studied),
        _verdict(studied),
        "![Rank correlations](populations/indicators.png)\n",
        "## How much can go?\n",
        _curves(studied),
        "![Cumulative ablation](populations/curves.png)\n",
        "## Which images does one neuron decide?\n",
        _trials(trials),
        "![Trials](populations/trials.png)\n",
        "## Where the numbers come from\n",
        _commands(studied, data),
    ]
    return "\n".join(parts)


_POPULATIONS = """\
Neurons of one layer are grouped by the correlation of their profiles (average linkage): mean activations of the
classes, or accuracy lost by the classes. The silhouette chooses how many groups; its null shuffles every profile by
itself. Neurons without effect on any class beyond two standard errors, and neurons that never vary, stand apart.
"""
_AGREEMENT = """\
Adjusted mutual information (AMI) and adjusted Rand index (ARI) are 0 by chance; intervals draw neurons anew, the null
shuffles one partition within layers. An empty layer is all hidden layers together.
"""
_INDICATORS = """\
Spearman correlation of each indicator with the effect, over all hidden layers (the figure has every layer by itself);
intervals draw neurons anew. In brackets what the order of the layers alone gives: effects shuffled within layers; the
star marks correlations beyond that.
"""


def _networks(studied: list[Studied]) -> str:
    rows = []
    for one in studied:
        points = one.effects.points[:, 0]
        worst = int(points.argmax())
        rows.append(
            {
                "network": one.network,
                "accuracy": f"{one.accuracy_percent:.2f} %",
                "hidden neurons": len(points),
                "effect beyond chance (q ≤ 0.05)": int((one.effects.q[:, 0] <= Q).sum()),
                "improve it (q ≤ 0.05)": int(((one.effects.q[:, 0] <= Q) & (points < 0)).sum()),
                "largest effect": interval(
                    points[worst], one.effects.low_points[worst, 0], one.effects.high_points[worst, 0]
                ),
                "of": one.effects.elements[worst].partition("/")[2],
            }
        )
    return as_table(pd.DataFrame(rows))


def _populations(studied: list[Studied]) -> str:
    tables = [one.silhouettes.assign(network=one.network) for one in studied]
    table = pd.concat(tables)
    shown = table[["network", "populations", "n_clusters", "n_no_effect", "n_constant"]].copy()
    shown["silhouette"] = [interval(*row) for row in table[["silhouette", "low", "high"]].to_numpy(float)]
    shown["null mean"] = table["null_mean"].map("{:.2f}".format)
    shown["p"] = table["p"].map(p_text)
    return as_table(shown.rename(columns={"n_clusters": "populations in all", "populations": "by"}))


def _agreement(studied: list[Studied]) -> str:
    rows = []
    for one in studied:
        for row in one.agreement.to_frame().to_dict("records"):
            rows.append(
                {
                    "network": one.network,
                    "layer": "" if pd.isna(row["layer"]) else row["layer"],
                    "neurons": row["n_neurons"],
                    "AMI": interval(row["ami"], row["low_ami"], row["high_ami"]),
                    "ARI": interval(row["ari"], row["low_ari"], row["high_ari"]),
                    "null ARI": number(row["null_mean"]),
                    "z": number(row["z"]),
                    "p": p_text(row["p"]),
                }
            )
    return as_table(pd.DataFrame(rows))


def _overall(one: Studied) -> pd.DataFrame:
    table = one.predictions
    return table[table["layer"].isna() & (table["target"] == "all")]


def _predictions(studied: list[Studied]) -> str:
    columns = {}
    for one in studied:
        table = _overall(one)
        texts = [
            f"{interval(row['rho'], row['low_rho'], row['high_rho'])} ({number(row['null_rho'])})"
            + (" *" if row["q"] <= Q else "")
            for row in table.to_dict("records")
        ]
        columns[one.network] = pd.Series(texts, index=table["indicator"])
    return as_table(pd.DataFrame(columns).rename_axis("indicator").reset_index()) + "\n* q ≤ 0.05\n"


def _verdict(studied: list[Studied]) -> str:
    """Say which indicators are beyond chance in every network, and with one sign."""
    tables = [_overall(one).set_index("indicator") for one in studied]
    common = [name for name in tables[0].index if all(name in table.index for table in tables)]
    sure = [name for name in common if all(table.loc[name, "q"] <= Q for table in tables)]
    same = [name for name in sure if len({bool(table.loc[name, "rho"] > 0) for table in tables}) == 1]
    best = max((abs(float(table["rho"].abs().max())) for table in tables), default=np.nan)
    named = ", ".join(f"`{name}`" for name in same) or "none"
    alone = "." if best >= 0.9 else ": no indicator stands for the effect by itself."
    return (
        f"Beyond chance and of the same sign in all {len(studied)} networks: {named}. "
        f"The largest correlation of all is {best:.2f} in magnitude{alone}\n"
    )


def _curves(studied: list[Studied]) -> str:
    """Say how many neurons of the first layer can go within one point of the intact accuracy."""
    rows = []
    for one in studied:
        within = one.curve["accuracy_percent"] >= one.curve["accuracy_percent"].iloc[0] - 1
        random = one.curve["random_mean_percent"] >= one.curve["accuracy_percent"].iloc[0] - 1
        rows.append(
            {
                "network": one.network,
                "neurons of fc1": int(one.curve["n_ablated"].max()),
                "least harmful first": int(np.argmin(within)) - 1 if not within.all() else len(within) - 1,
                "in random order, on average": int(np.argmin(random)) - 1 if not random.all() else len(random) - 1,
            }
        )
    return (
        "Neurons of the first hidden layer that can be ablated before more than one point of accuracy is lost:\n\n"
        + as_table(pd.DataFrame(rows))
    )


def _trials(trials: EmbeddingResult) -> str:
    counts = np.bincount(trials.states, minlength=len(STATES))
    told = ", ".join(f"{count:,} {name}" for name, count in zip(STATES, counts, strict=True))
    return f"t-SNE of the test images, coloured by what the ablation of `{trials.ablated[0]}` (unit 12) does: {told}.\n"


def _commands(studied: list[Studied], data: Path) -> str:
    first, folder = studied[0].commands, str(data.resolve())
    lines = [f"- `{row.run}`: `{row.command.replace(folder, 'FOLDER')}`" for row in first.itertuples()]
    return (
        "Every value names its run, every run the command that recomputes it. Of the authors' network:\n\n"
        + "\n".join([*lines, ""])
    )
