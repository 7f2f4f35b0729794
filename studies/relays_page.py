"""The page of the study of relays, written from what was found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from studies.detectors import N_EACH, N_STEPS
from studies.modules_page import over_networks
from studies.tables import as_table, interval

if TYPE_CHECKING:
    from studies.relays import Found

PLANTED = "planted"
SURE = 9.0  # of ten pairs, on average

_HEAD = """# Relays, planted and found

Hintze and Adami (2023, Entropy 25(3), 401) ask which hidden neurons relay what the input tells about the output, and
search for the smallest sets that still do. Here the answer is known: for each numeral of MNIST a detector of two hidden
neurons is trained by itself, and the ten are put side by side in one 784-20-10 network with no weight across. Neurons
2k and 2k + 1 are the relays of numeral k. How often does each method find them? One command writes the page:

```sh
python -m studies.relays --data FOLDER
```

There are {n} networks, each of a seed of its own. They are trained on less than the authors': every detector learns
from {n_each:,} images of its numeral and as many others (theirs 5,000) of the first 20,000 training images, for at most
{n_steps:,} steps of Adam. The other 40,000 images are halved: pairs are chosen on one half, and everything else on this
page is measured on the other. The networks answer {accuracy:.1f} % rightly. Hidden activations are split in two states
by 2-means: {n_states:,} joint states occur, {per_state:.0f} trials on each in the mean. The layer relays
{layer:.3f} bits of a numeral in the mean, and {null:.3f} when its states are shuffled over trials. Intervals are
Student's over networks, 95 %.
"""

_METHODS = """## Which methods find the planted pair?

- `shrink`: the pair left when sets shrink from all 20 neurons; `grow`: the first pair when they grow from none. Both
  keep the best set of each size, or the best 16 or 64 (`beam`).
- The others rank neurons, and take the first two: by the relay information of each alone (the leave-one-out of the
  authors' matrices), or given the rest of the layer; by label information; by knock-outs. `knock-outs of pairs` tries
  all 190 pairs.

Two neurons drawn at random would be the pair of 0.05 numerals in ten. Relay information is that of the pair given the
rest, a knock-out the balanced accuracy of the numeral lost without the pair; both are means over numerals. Where all
networks agree the interval has no width, which ten networks do not make a certainty.
"""

_BESIDE = """## Relay information beside knock-outs

Relay information is observed, a knock-out is an intervention. Rank correlation of the two over the 20 neurons, mean
over numerals: {alone} for relay information alone, {given} given the rest. Over 200 random sets of any size, the
balanced accuracy left without a set is regressed on its size and on its relay information given the rest, all scaled
to 0 to 1 (means over numerals):
"""

_NAMED = {
    "ranked": "relay information, alone",
    "shrunk": "shrink, greedy",
    "beam": "shrink, beam 64",
    "grown": "grow, greedy",
    "grown_beam": "grow, beam 64",
    "singly": "relay information, rest given",
    "one_by_one": "knock-outs one by one",
}

_CONCLUSIONS = """## What to conclude

- Look at what each neuron relays alone before you search: here that finds {ranked:.1f} of ten pairs, for less than any
  search. It cannot find codes that only several neurons carry together; no detector here is such a code.
- Shrinking finds {shrunk:.1f} greedily and {beam:.1f} with a beam of 64, which also finds sets that are not nested.
- Growing ({grown:.1f}) takes the set that relays most by itself. The second neuron of a detector repeats most of the
  first, so a neuron of another detector can add more; a beam of 64 does not mend that ({grown_beam:.1f}). It is what
  few trials support in wide layers, but the sets it finds need not be the detectors.
- Of a single neuron, relay information given the rest says whether it can be replaced, not whether it is used: neurons
  of a detector have {given:.3f} bits in the mean, alone {alone:.3f}. Ranked by it, {singly:.1f} pairs are found. Of
  sets it says much: with their size it explains {r_squared:.0%} of the variance of knock-outs.
- Label information does as well as the best here, for every neuron of a detector is about its numeral and is used. It
  does not ask whether anything reads a neuron. Neither does relay information, so knock out what you find: one by one,
  knock-outs find {one_by_one:.1f} pairs.
"""


def written(found: Found) -> str:
    """Write the page."""
    about = found.networks.mean()
    head = _HEAD.format(
        n=len(found.networks),
        n_each=N_EACH,
        n_steps=N_STEPS,
        accuracy=about["accuracy_percent"],
        n_states=round(about["n_states"]),
        per_state=about["trials_per_state"],
        layer=about["layer_bits"],
        null=about["null_bits"],
    )
    rho = {
        name: interval(*over_networks(_correlations(found.neurons, measure)))
        for name, measure in {"alone": "alone_bits", "given": "bits"}.items()
    }
    parts = [
        head,
        _METHODS,
        _methods(found.pairs),
        _verdict(found.pairs),
        "![Planted pairs found](relays/recovery.png)\n",
        _BESIDE.format(**rho),
        _regression(found.regressions),
        "![Relay information beside knock-outs](relays/knock_outs.png)\n",
        _conclusions(found),
    ]
    return "\n".join(parts)


def hits(pairs: pd.DataFrame) -> pd.DataFrame:
    """Count the planted pairs each method finds, of ten: a row for each network, a column for each method."""
    return pairs.groupby(["seed", "method"], sort=False)["found"].sum().unstack("method")


def _methods(pairs: pd.DataFrame) -> str:
    counts = hits(pairs)
    rows = []
    for method, own in pairs.groupby("method", sort=False):
        of_networks = own.groupby("seed")[["bits", "points"]].mean()
        planted = method == PLANTED
        rows.append(
            {
                "method": "the planted pair" if planted else method,
                "pairs found, of 10": "" if planted else _interval(counts[method], least=0.0, largest=10.0),
                "relay information, bits": _interval(of_networks["bits"], digits=3),
                "knock-out, points": _interval(of_networks["points"], digits=1),
            }
        )
    return as_table(pd.DataFrame(rows))


def _verdict(pairs: pd.DataFrame) -> str:
    means = hits(pairs).drop(columns=PLANTED).mean().sort_values(ascending=False, kind="stable")
    sure, unsure = means[means >= SURE], means[means < SURE]
    told = [", ".join(f"{name} ({mean:.1f})" for name, mean in part.items()) or "none" for part in (sure, unsure)]
    return f"{SURE:g} pairs or more in the mean: {told[0]}. Fewer: {told[1]}.\n"


def _regression(regressions: pd.DataFrame) -> str:
    of_networks = regressions.groupby("seed")[["size_slope", "relay_slope", "r_squared"]].mean()
    names = {"size_slope": "slope on size", "relay_slope": "slope on relay information", "r_squared": "R²"}
    return as_table(pd.DataFrame([{text: _interval(of_networks[name]) for name, text in names.items()}]))


def _conclusions(found: Found) -> str:
    planted = found.neurons[found.neurons["planted"]]
    means = hits(found.pairs).mean()
    return _CONCLUSIONS.format(
        alone=planted["alone_bits"].mean(),
        given=planted["bits"].mean(),
        r_squared=found.regressions["r_squared"].mean(),
        **{name: means[method] for name, method in _NAMED.items()},
    )


def _correlations(neurons: pd.DataFrame, measure: str) -> pd.Series:
    """Correlate the ranks of neurons by relay information and by knock-out: one mean over numerals per network."""
    rho = neurons.groupby(["seed", "numeral"]).apply(
        lambda own: own[measure].corr(own["knock_out_points"], method="spearman"), include_groups=False
    )
    return rho.groupby("seed").mean()


def _interval(
    values: pd.Series, *, digits: int = 2, least: float = -float("inf"), largest: float = float("inf")
) -> str:
    mean, low, high = over_networks(values.astype(float), least=least, largest=largest)
    if pd.isna(low):
        return f"{mean:.{digits}f}"
    return f"{mean:.{digits}f} [{low:.{digits}f}, {high:.{digits}f}]"
