"""The page of the study of modules, written from what was found."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from atlas.analysis.lesion import bates
from studies.pruned_training import BATCH, DROPOUT, N_EPOCHS
from studies.recovery import LOCAL, RECOVERED
from studies.specialisation import LEVEL, N_CLUSTERS, N_LESIONS, N_NULL, N_PUBLISHED, N_TRIALS, NULLS
from studies.tables import as_table, interval, number, over_networks, p_text

if TYPE_CHECKING:
    from studies.modules import Found

KIND = ["data", "dropout", "pruned"]

_HEAD = """# Modules, planted and trained

Two questions. Do the partitions of the atlas find modules that are known to be there? And do networks trained on MNIST
and Fashion-MNIST have any, by the measures of Filan et al. (2021, arXiv 2103.03386: clusterability) and Hod et al.
(2021, arXiv 2110.08058: importance and coherence of clusters)? The page is written by one command:

```sh
python -m studies.modules --data FOLDER
```

## Planted modules

Five sub-networks, each of three hidden layers of 24 neurons, are trained side by side on MNIST: a trial is five images,
a 0 or 1, a 2 or 3, ..., drawn independently, and every sub-network sees its own image and tells its two digits apart.
No weight leads from one to another. Then every weight between them is set to normal noise, whose mean magnitude is the
stated share of that inside sub-networks. The tables have the adjusted Rand index of the clusters found with the
sub-networks, over the hidden neurons: 1 is recovery, 0 is chance; mean over {n} networks, and their range. Methods
that ask for a number of clusters are told the right one; `cpm` is given the mean strength of all pairs. Clusters of
`{local}` lie within layers, so their index is the mean of the layers'. Weights join hidden and output neurons,
activations hidden ones by squared rank correlation over 5,000 trials, and `multiplex` looks at both. Neurons that never
vary are set apart, and not counted. `significance` is refused: it is defined for strengths that are all equal.
"""

_TRAINED = """## Trained networks

784-256-256-256-256-10 networks trained by Adam, batches of {batch}, from Glorot's first weights, with dropout of
{dropout} after every hidden layer or without: {epochs} epochs, then {epochs} more while 50 to 90 % of each layer's
weights are pruned by magnitude along a cubic (the authors: 20 and 20). {n} networks of each kind; intervals are
Student's of the mean over networks, 95 %, so wide. Nothing is rescaled.

### Can they be cut?

Normalised cut of {k} clusters, inputs and outputs included: by the plain spectrum, as published, and with the
directions of depth taken out (deflated). Lower is more clusterable. Beside it, the mean n-cut of shuffled weights cut
by the same method ({n_null} shuffles a network): all weights of a layer (`layer`), the non-zero ones among their places
(`nonzero`), and those with every neuron's sums of incoming and outgoing strength restored (`degree`); in brackets z,
negative where the network is more clusterable than its shuffles, and the p values of the networks combined by Bates's
distribution of their mean. The agreement with layers is normalised mutual information.
"""

_LESIONS = """### Do the parts matter?

The part of every cluster in every hidden layer is ablated (`zero`) on {trials:,} test images, beside {n_lesions} random
sets of as many neurons of the layer. Importance: accuracy lost, the mean over classes. Coherence: how unevenly the loss
falls on the classes; undefined where the mean loss is within its standard error. Shares are of parts tested, with
q ≤ {level} within the network; effects 2t/(t + mean of random sets), 1 like chance. p: Fisher's over the parts of a
network, with mid-p, then Bates's over networks. Published: the same by the rule of the authors' code ({published}
random sets; ties and undefined coherence count for the part), for comparison only; see `lesion_tests`.
"""


def written(found: Found) -> str:
    """Write the page."""
    parts = [_HEAD.format(n=found.n_networks, local=LOCAL)]
    for function, rows in found.planted.groupby("function", sort=False):
        parts += [f"### {function}\n", _recovered(rows), _verdict(rows), _active(rows)]
    parts += [
        "![Recovery](modules/recovery.png)\n",
        _TRAINED.format(batch=BATCH, dropout=DROPOUT, epochs=N_EPOCHS, n=found.n_networks, k=N_CLUSTERS, n_null=N_NULL),
        _cuts(found.cuts),
        _cut_verdict(found.cuts),
        "![n-cut beside shuffled weights](modules/n_cut.png)\n",
        _LESIONS.format(trials=N_TRIALS, n_lesions=N_LESIONS, level=LEVEL, published=N_PUBLISHED),
        _lesions(found.lesions),
        _lesion_verdict(found.lesions),
        "![Effects of parts](modules/effects.png)\n",
    ]
    return "\n".join(parts)


def kinds(rows: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Give each kind of network by its name, with its rows."""
    for (data, dropout, pruned), own in rows.groupby(KIND, sort=False):
        yield f"{data}{', dropout' if dropout else ''}{', pruned' if pruned else ''}", own


def joint_p(p: pd.Series) -> float:
    """Combine one p value of each network; NaN where none has one."""
    known = p.dropna()
    return bates(float(known.mean()), len(known)) if len(known) else np.nan


def _recovered(rows: pd.DataFrame) -> str:
    def cell(ari: pd.Series) -> str:
        return "refused" if ari.isna().all() else f"{ari.mean():.2f} ({ari.min():.2f} to {ari.max():.2f})"

    groups = rows.groupby(["graph", "method", "noise"], sort=False)["ari"].apply(cell)
    columns = groups.unstack("noise")[sorted(rows["noise"].unique())]
    columns.columns = [f"noise {noise:g}" for noise in columns.columns]
    about = rows.groupby("noise")[["accuracy_percent", "n_apart"]]
    told = "; ".join(
        f"{noise:g}: {own['accuracy_percent'].mean():.1f} % right, {own['n_apart'].max()} neurons apart at most"
        for noise, own in about
    )
    return as_table(columns.reset_index()) + f"\nAt noise {told}.\n"


def _verdict(rows: pd.DataFrame) -> str:
    """Say up to which noise every method recovers the modules."""
    lines = []
    for graph, own in rows.dropna(subset="ari").groupby("graph", sort=False):
        means = own.groupby(["method", "noise"], sort=False)["ari"].mean().unstack("noise").sort_index(axis=1)
        by_noise: dict[float, list[str]] = {}
        for method, row in means.iterrows():
            held = row[(row >= RECOVERED).cummin()]
            by_noise.setdefault(held.index.max() if len(held) else -1.0, []).append(f"`{method}`")
        told = [
            f"{f'up to noise {noise:g}' if noise >= 0 else 'never'} by {', '.join(by_noise[noise])}"
            for noise in sorted(by_noise, reverse=True)
        ]
        lines.append(f"- {graph}: {'; '.join(told)}.")
    return f"Recovered (mean index {RECOVERED} or more), by graph:\n\n" + "\n".join([*lines, ""])


def _active(rows: pd.DataFrame) -> str:
    """Say what the index is without the neurons that have no part in their sub-network."""
    most = int(rows["n_inactive"].max())
    if most == 0:
        return "Every neuron varies without noise.\n"
    means = rows.groupby(["graph", "method", "noise"], sort=False)["ari_active"].mean()
    best = means.groupby(["graph", "noise"], sort=False).max().unstack("noise").sort_index(axis=1)
    told = "; ".join(f"{graph} {', '.join(map(number, row))}" for graph, row in best.iterrows())
    return (
        f"Up to {most} of the hidden neurons are never active without noise: they have no part in their sub-network, "
        "and what noise makes them do is that of others. Without them, the index of the best method, noise by noise: "
        f"{told}.\n"
    )


def _cuts(cuts: pd.DataFrame) -> str:
    rows = []
    for name, of_kind in kinds(cuts):
        for spectrum, own in of_kind.groupby("spectrum", sort=False):
            beside = {
                null: f"{number(own[f'{null}_null_mean'].mean())} (z {number(own[f'{null}_z'].mean())}, "
                f"p {p_text(joint_p(own[f'{null}_p']))})"
                for null in NULLS
            }
            rows.append(
                {
                    "network": name,
                    "accuracy": f"{own['accuracy_percent'].mean():.1f} %",
                    "spectrum": spectrum,
                    "n-cut": interval(*over_networks(own["n_cut"])),
                    **beside,
                    "agreement with layers": number(own["layer_nmi"].mean()),
                }
            )
    return as_table(pd.DataFrame(rows))


def _cut_verdict(cuts: pd.DataFrame) -> str:
    lines = []
    for spectrum, own in cuts.groupby("spectrum", sort=False):
        told = []
        for null in NULLS:
            beyond = [name for name, rows in kinds(own) if joint_p(rows[f"{null}_p"]) <= LEVEL]
            told.append(f"{len(beyond)} by `{null}`")
        lines.append(f"{spectrum}: {', '.join(told)}")
    n_kinds = sum(1 for _ in kinds(cuts))
    return f"More clusterable than chance (p ≤ {LEVEL}), of {n_kinds} kinds of networks: {'; '.join(lines)}.\n"


def _lesions(lesions: pd.DataFrame) -> str:
    rows = []
    for name, of_kind in kinds(lesions):
        for spectrum, own in of_kind.groupby("spectrum", sort=False):
            row = {"network": name, "spectrum": spectrum}
            for measure in ("importance", "coherence"):
                row |= {
                    f"{measure}: parts": f"{own[f'{measure}_n'].mean():.1f}",
                    f"{measure}: share, %": interval(
                        *over_networks(own[f"{measure}_percent"], least=0.0, largest=100.0)
                    ),
                    f"{measure}: effect": interval(*over_networks(own[f"{measure}_effect"])),
                    f"{measure}: p": p_text(joint_p(own[f"{measure}_p"])),
                    f"{measure}: published p": p_text(joint_p(own[f"published_{measure}_p"])),
                }
            rows.append(row)
    return as_table(pd.DataFrame(rows))


def _lesion_verdict(lesions: pd.DataFrame) -> str:
    groups = [own for _, of_kind in kinds(lesions) for _, own in of_kind.groupby("spectrum", sort=False)]
    told = []
    for rule, prefix in (("corrected", ""), ("published", "published_")):
        counts = [
            f"{measure} in {sum(joint_p(own[f'{prefix}{measure}_p']) <= LEVEL for own in groups)}"
            for measure in ("importance", "coherence")
        ]
        told.append(f"{rule} rule: {' and '.join(counts)}")
    return f"Significant over networks (p ≤ {LEVEL}), of {len(groups)} rows: {'; '.join(told)}.\n"
