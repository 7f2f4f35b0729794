"""A chain of layers in NumPy: a second way to run a network, to check analyses without torch."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

import numpy as np
import pytest

from atlas.analysis.answers import answers_of
from atlas.analysis.graph import GraphBlock, NeuronGraph
from atlas.errors import UnknownName
from atlas.records import AnswerChanges, BoolArray, DataRecord, FloatArray, IntArray, Replacement


@dataclass(frozen=True)
class Chain:
    """Layers one after the other, ReLU after each but the last; `weights[i]` has shape (n_source, n_target)."""

    weights: Sequence[FloatArray]
    data: DataRecord
    biases: Sequence[FloatArray | float] = ()
    network: str = "chain"
    weights_sha256: str | None = None
    kept: dict[str, FloatArray] = field(default_factory=dict)

    @property
    def hidden(self) -> tuple[str, ...]:
        return tuple(f"fc{number}" for number in range(1, len(self.weights)))

    @property
    def layers(self) -> tuple[str, ...]:
        return ("input", *self.hidden, "output")

    def activations(self, layer: str) -> FloatArray:
        if layer not in self.layers:
            raise UnknownName("layer", layer, self.layers)
        if not self.kept:
            self.kept["input"] = self.data.inputs.reshape(len(self.data.inputs), -1)
            for source, target in zip(self.layers, self.layers[1:], strict=False):
                self.kept[target] = self._next(source, self.kept[source])
        return self.kept[layer]

    def run_on(self, layer: str, activations: FloatArray) -> FloatArray:
        for source, _ in pairwise(self.layers[self.layers.index(layer) :]):
            activations = self._next(source, activations)
        return activations

    def touched(self, replace: Mapping[str, Replacement]) -> BoolArray:
        changed = np.zeros(len(self.data.labels), dtype=bool)
        for layer, replacement in replace.items():
            intact = self.activations(layer)[:, replacement.numbers]
            changed |= (intact != self._instead(layer, replacement)).any(axis=1)
        return changed

    def outputs(self, replace: Mapping[str, Replacement], *, trials: IntArray | None = None) -> FloatArray:
        activations = self.activations("input")
        for number, layer in enumerate(self.layers):
            activations = self._next(self.layers[number - 1], activations) if number else activations.copy()
            if layer in replace:
                activations[:, replace[layer].numbers] = self._instead(layer, replace[layer])
        return activations if trials is None else activations[trials]

    def _instead(self, layer: str, replacement: Replacement) -> FloatArray:
        intact = self.activations(layer)[:, replacement.numbers]
        if replacement.method == "resample":
            return intact[replacement.donors]
        if replacement.method == "balanced_mean":
            classes = [intact[self.data.labels == label].mean(axis=0) for label in np.unique(self.data.labels)]
            return np.broadcast_to(np.mean(classes, axis=0), intact.shape)
        return np.broadcast_to(intact.mean(axis=0) if replacement.method == "mean" else 0.0, intact.shape)

    def predict(self) -> IntArray:
        return answers_of(self.activations("output"))

    def changed_answers(self, replace: Mapping[str, Replacement]) -> AnswerChanges:
        answers = answers_of(self.outputs(replace))
        trials = np.flatnonzero(answers != self.predict())
        return AnswerChanges(trials=trials, answers=answers[trials])

    def _next(self, source: str, activations: FloatArray) -> FloatArray:
        number = self.layers.index(source)
        bias = self.biases[number] if self.biases else 0.0
        z = activations @ self.weights[number] + bias
        return z if number == len(self.weights) - 1 else np.maximum(z, 0.0)


BuildChain = Callable[..., Chain]


@pytest.fixture(scope="session")
def chain() -> BuildChain:
    """Build a chain from weights, inputs and labels, or values."""

    def build(weights, inputs, labels, *, biases=(), n_classes=None, network="chain", values=None) -> Chain:
        labels = np.asarray(labels)
        if values is not None:
            labels, n_classes = np.zeros(len(inputs), dtype=np.int64), 0
        data = DataRecord(
            text="by hand",
            sha256="0" * 64,
            inputs=np.asarray(inputs, dtype=np.float64),
            labels=labels,
            n_classes=int(labels.max()) + 1 if n_classes is None else n_classes,
            values=None if values is None else np.asarray(values, dtype=np.float64),
        )
        return Chain([np.asarray(w, dtype=np.float64) for w in weights], data, biases=biases, network=network)

    return build


@pytest.fixture
def planted(chain: BuildChain) -> Callable[..., Chain]:
    """Build redundant modules: layers M, M r, M; weight 1 inside a module, epsilon across; one trial for each class."""

    def build(n_modules: int = 4, n_copies: int = 4, epsilon: float = 0.05) -> Chain:
        inward = np.repeat(np.eye(n_modules) + epsilon * (1 - np.eye(n_modules)), n_copies, axis=1)
        return chain([inward, inward.T], np.eye(n_modules), np.arange(n_modules))

    return build


@pytest.fixture
def xor(chain: BuildChain) -> Chain:
    """Build 2-2-2: fc1 puts out x0 + x1 and relu(x0 + x1 - 1), output 0.5 and fc1/0 - 2 fc1/1; always right."""
    weights = [[[1, 1], [1, 1]], [[0, 1], [0, -2]]]
    biases = [np.array([0.0, -1.0]), np.array([0.5, 0.0])]
    return chain(weights, [[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], biases=biases)


@pytest.fixture
def regression(chain: BuildChain) -> Chain:
    """Build 1-2-1: fc1 puts out x and relu(x - 2), output their sum: 1, 2, 4, 6, where 1, 2, 3, 4 are expected."""
    weights, biases = [[[1, 1]], [[1], [1]]], [np.array([0.0, -2.0]), 0.0]
    return chain(weights, [[1], [2], [3], [4]], None, biases=biases, values=[[1], [2], [3], [4]])


@pytest.fixture
def two_blocks(chain: BuildChain) -> Chain:
    """Build 4-4-4-2 of two halves wired apart, the answer is the half whose inputs sum to more; 64 trials, all right.

    In a half with inputs a and b: fc1 puts out s = a + b and d = relu(a - b), fc2 s + d and relu(s - d), output 2 s.
    """
    mix = np.array([[1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 1, 1], [0, 0, 1, -1]]).T
    strong, weak_a, weak_b = [(2.5, 1.5), (3.5, 0.5)], [(2.0, 1.0), (3.0, 0.0)], [(1.5, 1.5), (2.5, 0.5)]
    class_0 = [(*a, *b) for a in strong for b in weak_b]
    class_1 = [(*a, *b) for a in weak_a for b in strong]
    labels = ([0] * 4 + [1] * 4) * 8
    return chain([mix, mix, np.array([[1, 0], [1, 0], [0, 1], [0, 1]])], (class_0 + class_1) * 8, labels)


@pytest.fixture
def weight_graph() -> Callable[..., NeuronGraph]:
    """Build a graph of layers `a`, `b`, `c`, ... from one array of weights between each two neighbours."""

    def build(*weights) -> NeuronGraph:
        values = [np.asarray(value, dtype=np.float64) for value in weights]
        sizes = (*(value.shape[0] for value in values), values[-1].shape[1])
        return NeuronGraph(
            layers=tuple("abcdefgh"[: len(sizes)]),
            sizes=sizes,
            blocks=tuple(
                GraphBlock(source=place, target=place + 1, strength=np.abs(value)) for place, value in enumerate(values)
            ),
        )

    return build


@pytest.fixture(scope="session")
def build_random() -> Callable[[int], Chain]:
    """Build a random 5-8-6-3 network on 60 random trials, labelled by itself but for 12."""

    def build(seed: int) -> Chain:
        draws = np.random.default_rng(seed)
        weights = [draws.normal(size=shape) for shape in ((5, 8), (8, 6), (6, 3))]
        inputs = draws.normal(size=(60, 5))
        data = DataRecord(text="", sha256="", inputs=inputs, labels=np.zeros(60, dtype=np.int64), n_classes=3)
        labels = Chain(weights, data).activations("output").argmax(axis=1)
        labels[:12] = draws.integers(0, 3, 12)
        return Chain(weights, replace(data, labels=labels))

    return build
