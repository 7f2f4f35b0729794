"""The page of the study of complexity, written from what was found."""

from __future__ import annotations

import pandas as pd

from studies.complexity_tables import begun, beside_chance, controls, curve, falls, order, relation, runs, verdict
from studies.quantised import N_EPOCHS

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

_CONTROLS = """## What stands beside it

Before training and at the end. Null: labels shuffled, which leaves what too few trials alone make of it. Noise: one
neuron's states shuffled over trials, the mean over neurons: its information is gone, its variety stays. I_min and MMI:
the same mean degree by other definitions of redundancy. Bias: first-order estimate of what the finite number of trials
adds to C, were they a sample; not taken off. Rows: distinct joint states of the five neurons and the class.
"""

_RELATION = """## Label information and relays of the same layers

A share above 1 means that single neurons tell, or relay, the same things; below 1, that it takes several. Relay
information (Hintze and Adami 2023) is what the layer passes on of what the images tell about the answers, with each
neuron in two states (exact 2-means), so that the joint states are covered: of a single neuron either with the others
left out (alone), or what only it passes on. Shares are left out where the layer relays less than 0.1 bits. The last
column is the rank correlation with C over the epochs of one run, mean over runs, and their range.
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
    n_runs = found.groupby("data")["seed"].nunique()
    fell = falls(found)
    parts = [
        _HEAD.format(
            digits_epochs=N_EPOCHS["digits"],
            mnist_epochs=N_EPOCHS["mnist"],
            digits_runs=n_runs.get("digits", 0),
            mnist_runs=n_runs.get("mnist", 0),
        ),
        "![Complexity through training](complexity/complexity.png)\n",
        "Dashed: labels shuffled.\n",
        "## Does it fall?\n",
        curve(found, fell),
        verdict(fell),
        begun(fell),
        "![Falls](complexity/falls.png)\n",
        order(found),
        "### Every run\n",
        runs(fell),
        _CONTROLS,
        controls(found),
        beside_chance(found),
        _RELATION,
        relation(found),
        "![Single neurons and layers](complexity/beside.png)\n",
        _LIMITS,
    ]
    return "\n".join(parts)
