"""The page of the study of correlation functions, written from what was found."""

from __future__ import annotations

import pandas as pd

from studies import correlation_tables as tables
from studies import correlation_xor
from studies.correlation_measuring import N_DRAWS, N_NULL, Tables
from studies.correlation_tables import KIND, at_output, kind_name, one_step, spread
from studies.correlation_training import LARGE_BATCH, MEAN, N_PARTS, N_STEPS, WIDTH

_HEAD = """# Networks as maps of correlation functions

Fischer, Rene, Keup, Layer, Dahmen and Helias (2022, Phys. Rev. Research 4, 043143) take a network for a map of the
cumulants of its inputs, class by class: affine maps treat every order by itself, nonlinearities mix orders. Their
finding on MNIST is that means and covariances tell most of what happens inside, and that the input layer extracts
higher orders, too. This page asks the same of small networks, and trains others on nothing but means and covariances.
It is written by one command:

```sh
python -m studies.correlation --data FOLDER
```

Networks have one or two hidden layers of {width} neurons with a ReLU or with z + z²/2, read pixels minus their global
mean ({mean}), and are trained on the squared distance to 1 for the class and 0 for the others: Adam, rate 0.001,
batches of 100, {steps:,} steps (5 epochs). Of each kind there are {n}, of seeds 0, 1, ..., none left out; weights begin
as torch's own. Nothing diverged. The authors' networks differ in what is not told here, and their numbers are not
known to us, so none is compared.

All is measured on the 10,000 images to test on, moments as well as losses, so that a difference between predicted and
measured is one of the closure alone. Numbers are means over networks, with their range in brackets where there is
room. Losses are summed over the ten outputs. x is the input, y1 and y2 what `fc1` and `fc2` put out.
"""

_LOSS = """## The loss, predicted without a trial

Moments of each class are measured at x, y1 or y2, taken through the layers that follow, each nonlinearity as if its
input were Gaussian, and make a loss at the output. `third`: with the third cumulants of the first pre-activation after
the start, for the quadratic with the fourth, too, which makes that step exact. `parts`: each class is divided by
k-means, and each part is taken for a Gaussian. From the last hidden layer on only a linear map is left, so prediction
is exact there, whatever the distribution: with one hidden layer from y1, with two from y2. One row stands for those.

**Expected:** from x the loss is overstated several-fold, from y1 it is close.
"""

_ERRORS = """\
A good loss can come from errors that cancel, so here are those of the output's covariance (Frobenius norm of the
difference, over that of the measured one) and mean (distance, over the square root of the measured trace).
"""

_STEPS = """## One step at a time

Each hidden layer by itself, from the measured moments of what goes into it. Null: the same from as many trials drawn
from Gaussians, which is the error that {null} such draws have in the mean for no other reason than sampling; of parts
there is none. R² is of measured against predicted entries of the covariance; negative is worse than their mean.

**Expected:** the first layer is where the Gaussian picture fails.
"""

_FORMULAS = """\
Is it the closure, or are the formulas wrong? Against draws from Gaussians with the moments of the pre-activations,
errors of the covariance must fall as the number of draws to the power of -0.5:
"""

_ORDERS = """## What each order explains

Of what a layer puts out, share of the variance over all images, and of the variance between class means, that the
means, covariances, third and higher cumulants of its pre-activations explain, each added to those before. Shares sum to
1; a negative one takes back what the orders before overstate.
"""

_KEPT = """## Accuracy of surrogates

Activations of a layer are replaced by surrogates, and the rest of the network answers ({draws} sets each). `means` have
the mean of the class and deviations of any class; `covariances` the covariance of the class, too; `gaussian` are drawn
from the Gaussian of the class; `everything` are the activations themselves.

**Expected:** surrogates of x lose some points, those of later layers next to nothing.
"""

_GAUSSIAN_ABOVE = """\
Gaussian surrogates of hidden layers are answered better than the activations they stand for: the same means and
covariances do not make the same mistakes. So a high accuracy here does not mean that nothing is lost, and accuracy from
predicted moments would say less than the loss.
"""

_TRAINING = """## Training on statistics

`ingest.statistics` trains a network on the loss that a closure predicts from means and covariances of the training
images: it sees no image. All kinds of training take {steps:,} steps of Adam at rate 0.001; seeds are those of the
weights, so that networks in one column begin alike.

- statistics of x: ten means and covariances, all in every step. {parts} parts a class: those of fifty parts, ten of
  which are drawn for a step.
- statistics of y1: means and covariances of each class behind `fc1` are measured on batches of {large:,}, and taken
  through the closure from there. With one hidden layer this is training on data, so it is left out; beside it stands
  training on data with the same batches.
- draws from Gaussians: images drawn from the Gaussian of each class, new ones in every step, 100 a batch.

**Expected:** means and covariances of x cost some points of accuracy, those of y1 next to nothing.

Accuracy on test images, percent:
"""

_XOR = """## XOR, where means and covariances are not enough

Four Gaussian blobs at ±(.5, .5) and ±(.5, -.5), variance .05, two a class: the class means are equal, and what is left
of the class beyond the covariances is in the fourth cumulants. Networks have layers of 10. The best that a quadratic
form can do is a loss of 0.305556; the least that closure believes in is 0.709302, and there the loss is 0.540292.
Losses are predicted without a trial, and measured on {points:,} points, the same for all networks. With one hidden
layer blobs are exact for both nonlinearities; with two, they no longer are Gaussian behind the first.

**Expected:** a network trained on means and covariances reaches the loss .7093, and has .5396 when tested; trained on
points .305 to .307; fourth cumulants predict this loss to .001.
"""

_LIMITS = """## What the numbers do not say

- Few networks of each kind, of one width, five epochs: ranges are of {n} networks.
- Moments are those of the test images themselves. Predictions for other images have the error of sampling on top.
- Third cumulants correct to first order; where skewness is large they can lead astray, and covariances are then put
  back to the nearest without negative directions.
- {steps:,} steps are as many as on data; no kind of training was tuned. More steps on the statistics of x need not be
  better: in a first look at one network of each kind but ReLU with two hidden layers, 2,000 steps gave an accuracy 0.1
  to 0.5 points higher.
"""


def written(found: Tables) -> str:
    """Write the page."""
    closures, answers = found["closures"], found["answers"]
    n = closures["seed"].nunique()
    parts = [
        _HEAD.format(width=WIDTH, mean=MEAN, steps=N_STEPS, n=n),
        _LOSS,
        tables.predicted(closures, "predicted_loss"),
        losses_came(closures),
        "![Predicted over measured loss](correlation/loss.svg)\n",
        _ERRORS,
        "Covariance error at the output:\n",
        tables.predicted(closures, "covariance_error"),
        "Mean error at the output:\n",
        tables.predicted(closures, "mean_error"),
        "![Covariance error](correlation/covariance.svg)\n",
        _STEPS.format(null=N_NULL),
        tables.steps(closures),
        steps_came(closures),
        "![Entries of covariances](correlation/entries.svg)\n",
        "Entries of the covariances of classes, in networks of two hidden layers (seed 0), from moments of x.\n",
        _FORMULAS,
        tables.formulas(found["formulas"]),
        _ORDERS,
        tables.orders(found["orders"]),
        _KEPT.format(draws=N_DRAWS),
        tables.kept(found["kept"]),
        kept_came(found["kept"]),
        _GAUSSIAN_ABOVE if above(found["kept"]) else "",
        "![Accuracy of surrogates](correlation/kept.svg)\n",
        _TRAINING.format(steps=N_STEPS, parts=N_PARTS, large=LARGE_BATCH),
        tables.training(answers, "accuracy_percent"),
        "Loss on test images:\n",
        tables.training(answers, "test_loss"),
        training_came(answers),
        "![Accuracy by training](correlation/training.svg)\n",
        _XOR.format(points=correlation_xor.N_TRIALS),
        tables.xor(found["xor"]),
        xor_came(found["xor"]),
        _LIMITS.format(n=n, steps=N_STEPS),
    ]
    return "\n".join(part for part in parts if part)


def losses_came(closures: pd.DataFrame) -> str:
    """Say by how much predicted losses differ from measured ones, least and most over kinds of networks."""
    own = at_output(closures)
    own = own.assign(ratio=own["predicted_loss"] / own["loss"])
    ratios = own.groupby([*KIND, "name"], as_index=False)["ratio"].mean()
    deep = ratios[ratios["depth"] > 1]
    best = f"from x, {N_PARTS} parts"
    return (
        f"**Came out:** of the measured loss, closure from x predicts {_times(ratios, 'from x')}, with third cumulants "
        f"{_times(ratios, 'from x, third')}, with {N_PARTS} parts {_times(ratios, best)}; from y1, in networks of two "
        f"hidden layers, {_times(deep, 'from y1')}.\n"
    )


def steps_came(closures: pd.DataFrame) -> str:
    """Say how errors of single steps differ between the layers of networks of two hidden layers."""
    own = one_step(closures)
    own = own[(own["closure"] == "gauss") & (own["depth"] > 1)]
    lines = []
    for activation, table in own.groupby("activation"):
        errors = table.groupby("layer")["covariance_error"].mean()
        lines.append(f"{activation.partition('(')[0]} {errors['fc1']:.2f} in fc1 and {errors['fc2']:.2f} in fc2")
    return f"**Came out:** covariance error of one step with two hidden layers: {'; '.join(lines)}.\n"


def training_came(answers: pd.DataFrame) -> str:
    """Say what training on statistics costs."""
    means = answers.groupby([*KIND, "source"])["accuracy_percent"].mean()
    losses = answers.groupby([*KIND, "source"])["test_loss"].mean()
    believed = answers.groupby(KIND)["believed_loss"].mean()
    lines = []
    for kind in means.index.droplevel("source").unique():
        own = means[kind]
        lost = own["data"] - own
        lines.append(
            f"- {kind_name(*kind)}: statistics of x cost {lost['statistics']:.1f} points against data "
            f"({lost['parts']:.1f} with {N_PARTS} parts, {lost['gaussians']:.1f} with draws); the closure believes "
            f"their loss to be {believed[kind]:.3f}, and it is {losses[(*kind, 'statistics')]:.3f}"
        )
        if "measured" in own:
            lines[-1] += f"; statistics of y1 {own['large'] - own['measured']:.1f} against data in the same batches"
    return "\n".join(["**Came out:**\n", *lines, ""])


def kept_came(kept: pd.DataFrame) -> str:
    """Say what Gaussian surrogates lose, least and most over kinds of networks and layers."""
    means = kept.groupby([*KIND, "layer", "kept"])["accuracy_percent"].mean().unstack("kept")
    lost = means["everything"] - means["gaussian"]
    is_input = lost.index.get_level_values("layer") == "input"
    return (
        f"**Came out:** Gaussian surrogates of x lose {lost[is_input].min():.1f} to {lost[is_input].max():.1f} points, "
        f"those of hidden layers {lost[~is_input].min():.1f} to {lost[~is_input].max():.1f}.\n"
    )


def xor_came(xor: pd.DataFrame) -> str:
    """Say what networks trained on statistics and on points of XOR come to."""
    own = xor[(xor["activation"] == "quadratic(0.5)") & (xor["depth"] == 1)].set_index("source")
    statistics, points = own.loc[["statistics"]], own.loc[["points"]]
    off = (points["fourth"] - points["loss"]).abs().max()
    return (
        f"**Came out:** trained on means and covariances, predicted {spread(statistics['statistics'], 4)}, measured "
        f"{spread(statistics['loss'], 4)}; trained on points, measured {spread(points['loss'], 4)}. Fourth cumulants "
        f"predict the latter to {off:.4f}, where the standard error of what is measured is "
        f"{points['loss_error'].mean():.4f}.\n"
    )


def above(kept: pd.DataFrame) -> bool:
    """Tell whether Gaussian surrogates of every hidden layer are answered better than what they stand for."""
    hidden = kept[kept["layer"] != "input"]
    means = hidden.groupby([*KIND, "layer", "kept"])["accuracy_percent"].mean().unstack("kept")
    return bool((means["gaussian"] > means["everything"]).all())


def _times(ratios: pd.DataFrame, name: str) -> str:
    values = ratios.loc[ratios["name"] == name, "ratio"]
    return f"{values.min():.2f} to {values.max():.2f} times"
