"""From the elements of a layer's value to one activation for every neuron and trial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from atlas.records import FloatArray, IntArray
from ingest.program.operation import Array
from ingest.walk.walked import Site, Walked


@dataclass(frozen=True, kw_only=True)
class Steps:
    """The steps of a recurrent layer."""

    axis: int  # within one trial
    bidirectional: bool  # the second half of the neurons runs from the last step to the first


def summarised(site: Site, trials: Array, *, steps: Steps | None = None) -> FloatArray:
    """Give one number for every neuron in every trial, shape (n_trials, n_neurons).

    Parameters
    ----------
    trials
        Values of the layer, shape (n_trials, *shape of `site.numbers`).
    steps
        Of a recurrent layer: each neuron's state after all of them is taken.
    """
    if site.summary == "mean length over positions":
        lengths = np.sqrt(np.square(trials).sum(axis=-1))
        return _means(site.numbers[..., 0], lengths)
    if site.summary == "last step" and steps is not None:
        return _last_step(site.numbers, trials, steps)
    return _means(site.numbers, trials)


def answers(walked: Walked, outputs: Array) -> FloatArray:
    """Give one number for every neuron of the last layer, shape (n_trials, n_outputs).

    Where it puts out several, as at positions of a text, the last one is the answer; of a channel, their mean.
    """
    if walked.layers[-1].kind == "convolution":
        return _means(walked.answers, outputs)
    flat = walked.answers.ravel()[::-1]
    _, last = np.unique(flat, return_index=True)
    found: FloatArray = outputs.reshape(len(outputs), -1)[:, flat.size - 1 - last]
    return found


def _means(numbers: IntArray, trials: Array) -> FloatArray:
    flat, elements = numbers.ravel(), trials.reshape(len(trials), -1)
    if np.array_equal(flat, np.arange(flat.size)):
        return elements
    members = np.flatnonzero(flat >= 0)
    counts = np.bincount(flat[members])
    shares = sparse.csr_array((1.0 / counts[flat[members]], (flat[members], members)), (len(counts), flat.size))
    return np.ascontiguousarray((shares @ elements.T).T, dtype=elements.dtype)


def _last_step(numbers: IntArray, trials: Array, steps: Steps) -> FloatArray:
    order = np.argsort(np.take(numbers, 0, axis=steps.axis).ravel())
    at_end: FloatArray = np.take(trials, -1, axis=steps.axis + 1).reshape(len(trials), -1)[:, order]
    if not steps.bidirectional:
        return at_end
    at_start = np.take(trials, 0, axis=steps.axis + 1).reshape(len(trials), -1)[:, order]
    n_forwards = len(order) // 2
    return np.concatenate([at_end[:, :n_forwards], at_start[:, n_forwards:]], axis=1)
