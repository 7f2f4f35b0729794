"""What ingestion hands to the store, and the network that can be run.

Arrays of weights have shape (n_source, n_target): `value[i, j]` is the weight from source neuron i to target neuron j.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy import sparse

FloatArray = NDArray[np.floating[Any]]
IntArray = NDArray[np.integer[Any]]
BoolArray = NDArray[np.bool_]
Parameter = str | int | float | bool | None

NO_ANSWER = -1  # the largest outputs of a trial are equal within rounding: it counts as wrong
METHODS_OF_ABLATION = ("zero", "mean", "balanced_mean", "resample")


@dataclass(frozen=True, kw_only=True)
class LayerRecord:
    """One stage of a network. `number` counts from the input, which is 0 and named `input`."""

    name: str
    number: int
    kind: str  # input, linear, convolution, embedding, attention, recurrent, sum, opaque
    n_neurons: int
    activation: str = "identity"  # the nonlinearity after it: relu, tanh, ...
    summary: str = "alone"  # how a neuron's elements become one activation: alone, mean over positions, last step, ...


@dataclass(frozen=True, kw_only=True)
class WeightBlock:
    """All weights from one layer to another, or of a recurrent layer to itself."""

    source: str
    target: str
    value: FloatArray | None  # signed, shape (n_source, n_target); None where a sign has no meaning
    strength: FloatArray  # magnitude, shape (n_source, n_target)
    kept: BoolArray | None = None  # same shape; None: every weight is kept
    policy: str = "all"  # how `kept` was chosen
    n_trained: int | None = None  # connections of the trained network, kept or not; None: as many as are kept
    removed_strength_share: float = 0.0

    @property
    def n_weights(self) -> int:
        """Count the weights that are kept."""
        return int(self.strength.size if self.kept is None else self.kept.sum())


@dataclass(frozen=True, kw_only=True)
class CompositionBlock:
    """How strongly heads of one attention layer compose with those of a later one, through the residual sum.

    Each of shape (n_source, n_target), from 0 to 1.
    """

    source: str
    target: str
    query: FloatArray
    key: FloatArray
    value: FloatArray


@dataclass(frozen=True, kw_only=True)
class TargetRecord:
    """What a network is asked for: a class (`number` is its output neuron), or `all`."""

    name: str
    kind: str  # class, all
    number: int | None = None


@dataclass(frozen=True, kw_only=True)
class NetworkRecord:
    """One trained network, ready to be loaded.

    `opened` says how the network was opened, so that later commands can open it again:
    names and values become properties of the network (`opened_file`, `opened_chain`, ...).
    """

    key: str
    architecture: str
    layers: tuple[LayerRecord, ...]
    blocks: tuple[WeightBlock, ...]
    targets: tuple[TargetRecord, ...]
    file_sha256: str  # of the file, or of names, shapes and values of the tensors
    compositions: tuple[CompositionBlock, ...] = ()
    weights_sha256: str | None = None  # of sizes and weights before any was left out; None: not known
    norm: str = "entrywise_l1"  # of kernels and other blocks of tensors: how their strength was taken
    dataset: str | None = None
    family: str | None = None
    seed: int | None = None
    training_step: int | None = None
    accuracy_percent: float | None = None
    opened: Mapping[str, Parameter] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Replacement:
    """What stands in the place of some neurons' activations: of the whole channel, the whole vector of a head.

    `zero`; `mean`, over the trials, of every element by itself; `balanced_mean`, the mean of the means of the classes
    that have trials; or `resample`, the activation in another trial.
    """

    numbers: IntArray  # neurons of the layer, shape (k,)
    method: str
    donors: IntArray | None = None  # for `resample`: the other trial for each trial, shape (n_trials,)


@dataclass(frozen=True, kw_only=True)
class AnswerChanges:
    """The trials a network answers otherwise when neurons are ablated."""

    trials: IntArray  # ascending, shape (k,)
    answers: IntArray  # what it answers now, `NO_ANSWER` at a tie; shape (k,)
    n_near_ties: int = 0  # trials run whose answer rests on a difference of a few roundings


@dataclass(frozen=True, kw_only=True)
class DataRecord:
    """The trials: inputs shown and what was to be answered, with where they came from.

    Where numbers were to be put out instead of a class, `values` has them, `n_classes` is 0 and every label 0.
    """

    text: str  # the data specification as given
    sha256: str
    inputs: FloatArray  # shape (n_trials, ...), flattened by the network itself
    labels: IntArray  # class of every trial, shape (n_trials,)
    n_classes: int
    values: FloatArray | None = None  # shape (n_trials, n_outputs)


class MaskedForward(Protocol):
    """A trained network that can be run on its trials with activations replaced on the way.

    `layers` are the names of all layers, from `input` to the output, in order; `hidden` those between.
    An activation is what a layer puts out after its nonlinearity. Where a neuron puts out more than one number, as a
    channel does at its positions, it is summarised; the layer's record says how.
    """

    @property
    def network(self) -> str: ...
    @property
    def layers(self) -> tuple[str, ...]: ...
    @property
    def hidden(self) -> tuple[str, ...]: ...
    @property
    def data(self) -> DataRecord: ...
    @property
    def weights_sha256(self) -> str | None:
        """Tell the network's weights from those of others; None where that is not known."""
        ...

    def activations(self, layer: str) -> FloatArray:
        """Give the intact activations of a layer, kept after the first call; shape (n_trials, n_neurons)."""
        ...

    def touched(self, replace: Mapping[str, Replacement]) -> BoolArray:
        """Tell the trials in which a replacement differs from what it replaces, shape (n_trials,)."""
        ...

    def outputs(self, replace: Mapping[str, Replacement], *, trials: IntArray | None = None) -> FloatArray:
        """Run the chosen trials (None: all) with replacements by layer, from the first layer that has one.

        Shape (n_chosen, n_outputs).
        """
        ...

    def predict(self) -> IntArray:
        """Give the intact network's answers, `NO_ANSWER` at a tie; shape (n_trials,)."""
        ...

    def changed_answers(self, replace: Mapping[str, Replacement]) -> AnswerChanges:
        """Find the trials answered otherwise with replacements by layer; faster than `outputs` of all."""
        ...


@dataclass(frozen=True, kw_only=True)
class Stage:
    """An affine map, then a nonlinearity of each element alone: y = activation(weight x + bias)."""

    weight: FloatArray | sparse.csr_array  # shape (n_out, n_in); sparse where most of it is zero, as of a convolution
    bias: FloatArray  # shape (n_out,)
    activation: str = "identity"  # as a chain writes it: relu, quadratic(0.5)


@dataclass(frozen=True, kw_only=True)
class StagedLayer:
    """One layer as stages: from all elements the layer before puts out to all it puts out itself.

    Elements of one neuron have its number: the positions of a channel.
    """

    layer: str
    stages: tuple[Stage, ...]
    numbers: IntArray  # neuron of every element put out, -1 for none; shape (n_out,)


@runtime_checkable
class StagedForward(MaskedForward, Protocol):
    """A network that can be run, and be taken apart into affine maps and nonlinearities."""

    def all_steps(self, layer: str) -> FloatArray:
        """Give what a layer puts out in full: every position of a channel; shape (n_trials, ...)."""
        ...

    def staged(self, start: str = "input") -> tuple[StagedLayer, ...]:
        """Take the layers after `start` apart, up to the output; each takes in what the one before puts out.

        Raises
        ------
        UnsupportedLayer
            Something after `start` is no affine map and no nonlinearity of each element alone: max-pooling, attention.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class RunRecord:
    """One execution that will write: the provenance of every value it writes."""

    key: str
    network: str
    kind: str  # partition, ablate, inform
    method: str
    seed: int | None
    params: Mapping[str, Parameter]  # every parameter; each becomes a property of the run
    command: str  # recomputes it
    code_version: str
    data: str | None = None
    data_sha256: str | None = None
    n_trials: int | None = None
