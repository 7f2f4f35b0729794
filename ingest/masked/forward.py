"""A network of any kind on its trials: its activations, and its answers with some of them replaced."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np

from atlas.analysis.answers import answers_of, n_near_ties
from atlas.errors import BadParameter, DataMismatch, UnknownName
from atlas.keys import INPUT_LAYER
from atlas.records import AnswerChanges, BoolArray, DataRecord, FloatArray, IntArray, Replacement, StagedLayer
from ingest.masked.answering import Answering
from ingest.masked.fast import FastForward
from ingest.masked.intact import Intact
from ingest.masked.replacing import check_replacement, differing, hook
from ingest.masked.staging import staged
from ingest.masked.summary import answers
from ingest.program.operation import Array, Program
from ingest.trials import described_data
from ingest.walk.walked import Walked

_TRIED = 100  # trials that random tokens are drawn from


class ProgramForward:
    """A network on its trials; a `MaskedForward`.

    Parameters
    ----------
    program
        The network.
    walked
        Its layers, and where their activations stand.
    network
        Its key.
    data
        Trials to run it on; inputs are put into the shape the network takes in.
    again
        Makes it once more, in another process; without it the network cannot be sent to one.

    Raises
    ------
    DataMismatch
        Inputs of another size than the network's, more classes than outputs, or another number of values.
    """

    def __init__(
        self,
        program: Program,
        walked: Walked,
        *,
        network: str,
        data: DataRecord,
        again: Callable[[], ProgramForward] | None = None,
    ) -> None:
        self._program, self._network, self._data = program, network, data
        self._walked, self._again = walked, again
        self._layers = {layer.name: layer for layer in walked.layers}
        inputs = _inputs(program, data)
        self._intact = Intact(program, walked, inputs, trial_weights=_balanced(data))
        _check_expected(data, walked.layers[-1].n_neurons)
        self._outputs = self._answers(self._intact.outputs)
        self._answering = Answering(walked, self._outputs)
        self._fast = FastForward(program, self._intact, self._answering, inputs=inputs)
        self._staged: dict[str, tuple[StagedLayer, ...]] = {}

    def __reduce__(self) -> tuple[Callable[[], ProgramForward], tuple[()]]:
        """Be sent to another process as the way it was made."""
        if self._again is None:
            raise BadParameter(
                f"The network {self._network!r} was made from parts, so other processes cannot make it. "
                "Make it by ingest.forward(source, ...), or run it in threads."
            )
        return self._again, ()

    @property
    def network(self) -> str:
        """Key of the network."""
        return self._network

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of all layers, from `input` to the output."""
        return tuple(self._layers)

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of the layers between input and output."""
        return self.layers[1:-1]

    @property
    def data(self) -> DataRecord:
        """The trials."""
        return self._data

    @property
    def weights_sha256(self) -> str:
        """Hash of the network's sizes and weights."""
        return self._walked.weights_sha256

    def activations(self, layer: str) -> FloatArray:
        """Give the intact activations of a layer, read-only, shape (n_trials, n_neurons)."""
        self._check(layer)
        return self._intact.activations(layer)

    def all_steps(self, layer: str) -> FloatArray:
        """Give what a layer puts out in full: every position of a channel, every step; shape (n_trials, ...)."""
        self._check(layer)
        return self._intact.values(layer, np.arange(len(self._data.labels)))

    def staged(self, start: str = INPUT_LAYER) -> tuple[StagedLayer, ...]:
        """Take the layers after `start` apart into affine maps and nonlinearities of each element alone.

        Elements stand in the order of `all_steps`. A layer that others go around, on branches that are affine, has no
        stages of its own: it belongs to the next layer. Affine maps are found by running the network on zeros and on
        every element alone, or are the weights of a linear layer as they are; they are compared with it on random
        elements. What was found last is kept.

        Raises
        ------
        UnknownName, BadParameter
            No such layer, or none after it.
        UnsupportedLayer
            Something after `start` is no affine map and no function of each element alone, or has too many weights.
        """
        self._check(start)
        if start in self._staged:
            return self._staged[start]
        some = np.arange(min(_TRIED, len(self._data.labels)))
        found = staged(self._program, self._walked, start=start, inputs=self._intact.inputs(some))
        self._staged = {start: found}  # of one start: it may be large
        return found

    def touched(self, replace: Mapping[str, Replacement]) -> BoolArray:
        """Tell the trials in which a replacement differs from what it replaces, shape (n_trials,)."""
        found = np.zeros(len(self._data.labels), dtype=np.bool_)
        for layer, replacement in self._checked(replace).items():
            for rows in self._intact.blocks(np.arange(len(found))):
                found[rows] |= differing(self._intact, layer, replacement, rows)
        return found

    def outputs(self, replace: Mapping[str, Replacement], *, trials: IntArray | None = None) -> FloatArray:
        """Run with activations replaced, from the first layer that has a replacement.

        Parameters
        ----------
        replace
            By layer; none at all gives the intact outputs.
        trials
            Which to run; None for all.

        Returns
        -------
        FloatArray
            What the network puts out, before any softmax that ends it, shape (n_chosen, n_outputs); at the last
            position where there are several.

        Raises
        ------
        UnknownName, BadParameter
            A layer, a neuron or a method that does not exist.
        """
        rows = np.arange(len(self._data.labels)) if trials is None else np.asarray(trials)
        in_order = self._checked(replace)
        if not in_order or rows.size == 0:
            return self._outputs[rows]
        plan = self._fast.plan(in_order)
        if plan is None:
            return np.concatenate([self._run(in_order, block) for block in self._intact.blocks(rows)])
        outputs = self._outputs.copy()
        changed, put_out = self._fast.outputs(plan, np.unique(rows))
        outputs[changed] = put_out
        return outputs[rows]

    def predict(self) -> IntArray:
        """Give the intact network's answers: the largest output, `NO_ANSWER` at a tie; shape (n_trials,)."""
        return self._answering.answers.copy()

    def changed_answers(self, replace: Mapping[str, Replacement]) -> AnswerChanges:
        """Find the trials answered otherwise with activations replaced."""
        in_order = self._checked(replace)
        plan = self._fast.plan(in_order) if in_order else None
        if plan is not None:
            return self._fast.changed_answers(plan)
        trials = np.flatnonzero(self.touched(in_order))
        outputs = self.outputs(in_order, trials=trials)
        found = answers_of(outputs)
        changed = found != self._answering.answers[trials]
        return AnswerChanges(trials=trials[changed], answers=found[changed], n_near_ties=n_near_ties(outputs))

    @property
    def accuracy_percent(self) -> float:
        """Share of the trials answered rightly, in percent."""
        return 100.0 * float((self.predict() == self._data.labels).mean())

    def _run(self, replace: Mapping[str, Replacement], rows: IntArray) -> FloatArray:
        given = self._intact.given(next(iter(replace)), rows)
        hooks = {
            self._intact.sites[layer].value: hook(self._intact, layer, replacement, rows)
            for layer, replacement in replace.items()
        }
        found = self._program.run(given, [self._program.output], hooks=hooks)
        return self._answers(self._intact.output_layout.apart(found[self._program.output]))

    def _answers(self, outputs: Array) -> FloatArray:
        return answers(self._walked, outputs)

    def _checked(self, replace: Mapping[str, Replacement]) -> dict[str, Replacement]:
        """Put replacements in the order of the layers."""
        for layer, replacement in replace.items():
            self._check(layer)
            check_replacement(layer, replacement, n_neurons=self._layers[layer].n_neurons)
        return {layer: replace[layer] for layer in self.layers if layer in replace and replace[layer].numbers.size}

    def _check(self, layer: str) -> None:
        if layer not in self._layers:
            raise UnknownName("layer", layer, self._layers)


def _inputs(program: Program, data: DataRecord) -> Array:
    shape = program.input.shape
    n_values, n_expected = data.inputs[0].size, int(np.prod(shape))
    if n_values != n_expected:
        raise DataMismatch(
            f"The {described_data(data.text)} have {n_values} values a trial, but the network takes in {n_expected} "
            f"({' x '.join(map(str, shape))}). Give the data it was trained on."
        )
    return np.ascontiguousarray(data.inputs.reshape(len(data.inputs), *shape), dtype=program.input.dtype)


def _balanced(data: DataRecord) -> FloatArray:
    """Weigh trials so that every class that has some counts alike; they sum to 1, shape (n_trials,)."""
    counts = np.bincount(data.labels)
    weights: FloatArray = 1.0 / (counts[data.labels] * np.count_nonzero(counts))
    return weights


def _check_expected(data: DataRecord, n_outputs: int) -> None:
    if data.values is not None and data.values.shape[1] != n_outputs:
        raise DataMismatch(
            f"The {described_data(data.text)} have {data.values.shape[1]} values for each trial, but the network has "
            f"{n_outputs} outputs. Every output needs a value. Give the data it was trained on."
        )
    if data.n_classes > n_outputs:
        raise DataMismatch(
            f"The {described_data(data.text)} have {data.n_classes} classes, but the network has {n_outputs} outputs. "
            "Every class needs an output. Give the data it was trained on."
        )
