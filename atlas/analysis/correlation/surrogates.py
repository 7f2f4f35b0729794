"""How well a network answers when a layer's activations keep only some orders of their statistics."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import product

import numpy as np

from atlas.analysis.answers import answers_of
from atlas.analysis.correlation.accuracies import summary_of_answers
from atlas.analysis.correlation.checking import check_activations, check_trials
from atlas.analysis.correlation.drawing import layer_surrogates
from atlas.analysis.correlation.propagating import run_stages
from atlas.analysis.mapping import Arrays, Mapper, one_by_one
from atlas.analysis.seeds import check_draws, check_whole, generator
from atlas.analysis.threads import one_thread
from atlas.keys import layer_key
from atlas.progress import Progress, silent
from atlas.records import FloatArray, IntArray, StagedLayer
from atlas.results.correlation import KEPT, SurrogateAccuracy

FEWEST_TRIALS = 2  # of a class
_RESAMPLED, _DRAWN = 31, 32  # streams of random numbers
_MEASURED = 0  # number of the resampling that is none


def surrogate_accuracy(
    layers: Sequence[StagedLayer],
    activations: Mapping[str, FloatArray],
    labels: IntArray,
    n_classes: int,
    *,
    network: str,
    start: str,
    n_draws: int = 20,
    n_bootstrap: int = 100,
    seed: int = 0,
    mapper: Mapper = one_by_one,
    progress: Progress = silent,
) -> SurrogateAccuracy:
    """Replace each layer's activations by surrogates, run the rest of the network, and count right answers.

    In every class as many surrogates as there are trials. `means`: the mean of the class, plus the deviation of a
    random trial of any class from the mean of its own. `covariances`: the same, but with the covariance of the class
    (see `drawing.layer_surrogates`). `gaussian`: from the Gaussian of the class. `everything`: the trials themselves.
    Orders above two that the network uses from a layer on are lost in `gaussian`; where that gains points from one
    layer to the next, the layer between made means and covariances of them.

    Parameters
    ----------
    layers
        Those after `start`, in order, the last the output. Surrogates stand in for `start` and for all but the last.
    activations
        By layer: what it puts out, shape (n_trials, n_elements).
    labels
        Class of every trial, shape (n_trials,). A class without trials has NaN.
    n_draws
        Sets of surrogates whose accuracy is averaged.
    n_bootstrap
        Resamples of the trials within their classes. Each measures the moments again and draws one set of surrogates
        with them: the 95 % interval has the percentiles 2.5 and 97.5 of these accuracies, and of the differences
        between layers under the same resample. So it is that of one set of surrogates, wider than that of the mean of
        many. Moments of a resample err by what sampling adds once more, and span fewer directions: to take that off,
        the percentiles are moved until their mean is the value measured. 0: no interval.

    Returns
    -------
    SurrogateAccuracy
        An answer counts as wrong at a tie. `null_accuracy_percent` is the sum over classes of their share of the
        trials times how often the surrogates of all classes are given that answer; for a class the latter alone.

    Raises
    ------
    UnknownName, ShapeError, BadParameter, NonFiniteActivations
        Activations that are missing, do not fit the labels or are NaN; a class with one trial; numbers outside their
        range.

    References
    ----------
    Fischer, Rene, Keup, Layer, Dahmen and Helias (2022), Phys. Rev. Research 4, 043143 (Gaussian samples per class).
    """
    check_whole(least=1, n_draws=n_draws)
    check_draws(n_bootstrap=n_bootstrap)
    places = (start, *(layer.layer for layer in layers[:-1]))
    check_activations(activations, places, labels, n_classes)
    check_trials(labels, fewest=FEWEST_TRIALS, what="Covariances")
    measured, resampled = [], []
    for number, place in enumerate(places):
        replaced = _Replaced(layers[number:], activations[place], labels, n_classes, n_draws, seed)
        answers = []
        for part in mapper(partial(_answers, replaced), range(n_bootstrap + 1)):
            answers.append(part["answers"])
            progress(f"draw surrogates of {place}", len(answers), n_bootstrap + 1)
        measured.append(answers[_MEASURED].sum(axis=1))
        resampled.append(np.array([part[:, 0] for part in answers[1:]]).reshape(-1, *measured[0].shape))
    keys = [layer_key(network, place) for place in places]
    return summary_of_answers(keys, np.array(measured), np.array(resampled))


@dataclass(frozen=True)
class _Replaced:
    """A layer whose activations are replaced, and the rest of the network."""

    layers: Sequence[StagedLayer]  # those after it
    activations: FloatArray
    labels: IntArray
    n_classes: int
    n_draws: int
    seed: int

    def resampled(self, number: int) -> FloatArray:
        """Draw trials within each class, the same for every layer; activations, in the order of the labels."""
        if number == _MEASURED:
            return self.activations
        trials = np.arange(len(self.labels))
        for label in np.unique(self.labels):
            own = np.flatnonzero(self.labels == label)
            trials[own] = generator(self.seed, _RESAMPLED, number, label).choice(own, len(own))
        return self.activations[trials]


def _answers(replaced: _Replaced, number: int) -> Arrays:
    """Count answers of surrogates of resampled trials, by what they keep; of measured ones in several draws."""
    n_draws = replaced.n_draws if number == _MEASURED else 1
    counts = np.zeros((len(KEPT), n_draws, replaced.n_classes, replaced.n_classes + 1), dtype=np.int64)
    with one_thread():
        activations = replaced.resampled(number)
        surrogates = layer_surrogates(activations, replaced.labels, replaced.n_classes)
        for label in np.unique(replaced.labels):
            own = surrogates.of_class(label)
            counts[KEPT.index("everything"), :, label] = _counted(replaced, activations[replaced.labels == label])
            for draw, (place, kept) in product(range(n_draws), enumerate(KEPT[:-1])):
                random = generator(replaced.seed, _DRAWN, number, draw, label)
                counts[place, draw, label] = _counted(replaced, own.drawn(kept, random))
    return {"answers": counts}


def _counted(replaced: _Replaced, activations: FloatArray) -> IntArray:
    """Run the rest of the network and count its answers by class; those that are none of them stand last."""
    stages = [stage for layer in replaced.layers for stage in layer.stages]
    answers = answers_of(run_stages(stages, activations))
    known = (answers >= 0) & (answers < replaced.n_classes)
    return np.bincount(np.where(known, answers, replaced.n_classes), minlength=replaced.n_classes + 1)
