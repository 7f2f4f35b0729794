"""Ablate every neuron, one at a time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np

from atlas.analysis.ablation.answers import AnswerCounter
from atlas.analysis.ablation.checks import check_sweep
from atlas.analysis.ablation.effects import effect_result
from atlas.analysis.ablation.losses import Score, TrialMeasures, score_name, trial_measures
from atlas.analysis.ablation.measuring import joined, measured, nothing_measured, told
from atlas.analysis.ablation.paired import PairedChange, mcnemar_p, paired_p
from atlas.analysis.ablation.selecting import hidden_neurons, keys_of
from atlas.analysis.mapping import Arrays, Mapper, in_blocks, one_by_one
from atlas.analysis.statistics import NullSummary
from atlas.progress import Progress, silent
from atlas.records import FloatArray, MaskedForward
from atlas.results import EffectResult


def effects_of_neurons(
    network: MaskedForward,
    *,
    layers: Sequence[str] | None = None,
    method: str = "zero",
    outputs: bool = True,
    score: Score | None = None,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> EffectResult:
    """Measure what is lost when each hidden neuron is ablated: over all classes, and in every class.

    Costs one run of the layers above the neuron, for the trials in which its activation is replaced by another value;
    answers alone cost less where they can be told without a run.

    Parameters
    ----------
    layers
        Layers whose neurons are ablated; None for all hidden ones.
    method
        `zero`, `mean` (over the trials), `balanced_mean` (the mean of the classes' means), or `resample` (the
        activation in another trial).
    outputs
        Measure how the loss and the true class's output change, too.
    score
        What else to measure of the outputs: takes them and the labels, or the values expected, and gives one number
        for every trial by itself, higher if better.
    seed
        Which other trials `resample` takes; without influence on the others.
    mapper
        Who does the work; the numbers do not depend on it.

    Returns
    -------
    EffectResult
        Intervals of points are Newcombe's for paired trials, p is McNemar's exact test; there is no null of random
        sets. Changes of outputs are means over trials, with Student's interval for paired trials. Where there are no
        classes, points are NaN, and p is Student's test of the change of the score, or else of the loss.
        NaN for classes without trials.

    Raises
    ------
    DataMismatch, EmptySelection, NonFiniteActivations
        There are no trials, of one class only, or NaN among the activations; there is nothing to ablate.
    UnknownName, BadParameter
        No such method or layer; a layer that is not hidden; a score that is no score; no outputs without classes.
    """
    check_sweep(network)
    neurons = hidden_neurons(network, layers)
    counter = AnswerCounter(network, method=method, seed=seed)
    measures = trial_measures(network, outputs=outputs, score=score)
    blocks = in_blocks([{layer: np.array([number])} for layer, number in neurons])
    done = mapper(partial(measured, counter, measures), blocks)
    tell = partial(progress, f"ablate neurons ({method})")
    found = joined(nothing_measured(counter, measures), told(done, [len(block) for block in blocks], tell))
    p = _p(counter, measures, found)
    undefined = np.full(p.shape, np.nan)
    return effect_result(
        counter,
        measures,
        found,
        elements=keys_of(network, neurons),
        n_ablated=np.ones(len(neurons), dtype=np.int64),
        beside=NullSummary(mean=undefined, sd=undefined, z=undefined, p=p),
        params={
            "method": method,
            "outputs": outputs,
            "score": None if score is None else score_name(score),
            "seed": seed,
            "layers": ",".join(dict.fromkeys(layer for layer, _ in neurons)),
        },
    )


def _p(counter: AnswerCounter, measures: TrialMeasures | None, found: Arrays) -> FloatArray:
    if counter.network.data.values is None or measures is None:
        p = mcnemar_p(found["changed"][:, 0], found["changed"][:, 1])
        return np.where(counter.n_trials == 0, np.nan, p)
    change = PairedChange(found["mean"][:, measures.asked], found["squares"][:, measures.asked])
    return paired_p(change, counter.n_trials)
