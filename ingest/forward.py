"""A perceptron run on its trials, with activations replaced on the way."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate

import numpy as np
import torch

from atlas.errors import BadParameter, DataMismatch, ShapeError, UnknownName
from atlas.records import DataRecord, FloatArray, IntArray, Replacement
from ingest.cores import one_core
from ingest.mlp import Mlp


class MlpForward:
    """A multi-layer perceptron on its trials; a `MaskedForward`.

    Parameters
    ----------
    mlp
        The network.
    network
        Its key.
    data
        Trials to run it on; inputs are flattened.

    Raises
    ------
    DataMismatch
        Inputs of another width than the network's, or more classes than outputs.
    """

    def __init__(self, mlp: Mlp, *, network: str, data: DataRecord) -> None:
        _check_data(mlp, data)
        self._mlp, self._network, self._data = mlp, network, data
        self._numbers = {name: number for number, name in enumerate(mlp.names)}
        inputs = torch.tensor(data.inputs.reshape(len(data.inputs), -1), dtype=mlp.dtype)
        with one_core():
            self._tensors = list(accumulate(mlp.linear, lambda x, layer: layer(x), initial=inputs))
        self._arrays = [_read_only(tensor) for tensor in self._tensors]

    @property
    def network(self) -> str:
        """Key of the network."""
        return self._network

    @property
    def layers(self) -> tuple[str, ...]:
        """Names of all layers, from `input` to the output."""
        return self._mlp.names

    @property
    def hidden(self) -> tuple[str, ...]:
        """Names of the layers between input and output."""
        return self._mlp.names[1:-1]

    @property
    def data(self) -> DataRecord:
        """The trials."""
        return self._data

    def activations(self, layer: str) -> FloatArray:
        """Give the intact activations of a layer, read-only, shape (n_trials, n_neurons)."""
        return self._arrays[self._number(layer)]

    @one_core()
    def forward_from(
        self, layer: str, activations: FloatArray, *, replace: Mapping[str, Replacement] | None = None
    ) -> FloatArray:
        """Run on from `layer`, given its activations, to the outputs.

        Parameters
        ----------
        layer
            Where to begin; `input` runs the whole network.
        activations
            Shape (n_trials, n_neurons of the layer); left as they are.
        replace
            What neurons of this layer or later ones put out instead, by layer.

        Returns
        -------
        FloatArray
            What the last layer puts out, after its nonlinearity but before any softmax, shape (n_trials, n_outputs).

        Raises
        ------
        UnknownName, BadParameter, ShapeError
            A layer or neuron that is not there or lies before `layer`, or arrays of another shape.
        """
        start = self._number(layer)
        replacements = self._replacements(start, replace or {})
        x = self._tensor(start, activations)
        if start in replacements:
            x = self._replaced(x.clone(), start, replacements[start])
        for number in range(start + 1, len(self._mlp.names)):
            x = self._mlp.linear[number - 1](x)
            if number in replacements:
                x = self._replaced(x.clone(), number, replacements[number])
        return self._arrays[-1] if x is self._tensors[-1] else x.numpy()

    def predict(self) -> IntArray:
        """Give the intact network's answers, the largest output of every trial; shape (n_trials,)."""
        answers: IntArray = self._arrays[-1].argmax(axis=1)
        return answers

    @property
    def accuracy_percent(self) -> float:
        """Share of the trials answered rightly, in percent."""
        return 100.0 * float((self.predict() == self._data.labels).mean())

    def _number(self, layer: str) -> int:
        if layer not in self._numbers:
            raise UnknownName("layer", layer, self._numbers)
        return self._numbers[layer]

    def _replacements(self, start: int, replace: Mapping[str, Replacement]) -> dict[int, Replacement]:
        numbered = {self._number(name): replacement for name, replacement in replace.items()}
        for number in numbered:
            if number < start:
                raise BadParameter(
                    f"The layer {self.layers[number]!r} lies before {self.layers[start]!r}, where the run begins. "
                    "Begin at the first layer that is replaced."
                )
        return numbered

    def _tensor(self, number: int, activations: FloatArray) -> torch.Tensor:
        if activations is self._arrays[number]:
            return self._tensors[number]
        n_neurons = self._mlp.sizes[number]
        if activations.ndim != 2 or activations.shape[1] != n_neurons:
            raise ShapeError(
                f"The activations of {self.layers[number]!r} have shape {activations.shape}. "
                f"They must be (n_trials, {n_neurons})."
            )
        return torch.as_tensor(np.require(activations, requirements=["C", "W"]), dtype=self._mlp.dtype)

    def _replaced(self, x: torch.Tensor, number: int, replacement: Replacement) -> torch.Tensor:
        """Overwrite columns of `x` in place."""
        numbers, values = replacement.numbers, np.asarray(replacement.values)
        name, n_neurons = self.layers[number], x.shape[1]
        if numbers.size and (numbers.min() < 0 or numbers.max() >= n_neurons):
            raise UnknownName(f"neuron of {name!r}", str(numbers.max()), [f"0 to {n_neurons - 1}"])
        if values.shape not in ((numbers.size,), (x.shape[0], numbers.size)):
            raise ShapeError(
                f"The values that replace {numbers.size} neurons of {name!r} have shape {values.shape}. "
                f"They must be ({numbers.size},) or ({x.shape[0]}, {numbers.size})."
            )
        x[:, torch.tensor(numbers, dtype=torch.int64)] = torch.tensor(values, dtype=x.dtype)
        return x


def _read_only(tensor: torch.Tensor) -> FloatArray:
    array: FloatArray = tensor.numpy()
    array.flags.writeable = False
    return array


def _check_data(mlp: Mlp, data: DataRecord) -> None:
    width, n_inputs, n_outputs = data.inputs[0].size, mlp.sizes[0], mlp.sizes[-1]
    if width != n_inputs:
        raise DataMismatch(
            f"The data {data.text!r} have {width} values a trial, but the network takes in {n_inputs}. "
            "Give the data it was trained on."
        )
    if data.n_classes > n_outputs:
        raise DataMismatch(
            f"The data {data.text!r} have {data.n_classes} classes, but the network has {n_outputs} outputs. "
            "Every class needs an output. Give the data it was trained on."
        )
