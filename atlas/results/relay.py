"""What measuring relay information hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from atlas.records import BoolArray, FloatArray, IntArray, Parameter
from atlas.results.frames import long_frame

if TYPE_CHECKING:
    import pandas as pd

# Of `to_frame`, one value for each element and target.
RELAY_COLUMNS = (
    *("bits", "low_bits", "high_bits", "null_bits", "null_sd_bits", "z", "p", "q"),
    *("alone_bits", "low_alone_bits", "high_alone_bits", "alone_null_bits", "alone_p", "alone_q"),
    *("input_bits", "output_bits", "knock_out_points", "aggregated_bits", "step", "step_bits", "step_null_bits"),
)


@dataclass(frozen=True, kw_only=True)
class RelayPath:
    """Sets of neurons found by a search, one neuron smaller or larger at each step.

    Arrays have one row for each step.
    """

    direction: str  # shrink, grow
    search: str  # greedy, beam, exact
    sets: BoolArray  # whether a neuron is in the set after the step, shape (n_steps, n_neurons)
    bits: FloatArray  # relay information of the set (shrink: the rest conditioned on; grow: the rest left out)
    n_states: IntArray  # occupied states of what is conditioned on (shrink), or of the set (grow)
    trials_per_state: FloatArray
    reliable: BoolArray

    @property
    def neurons(self) -> IntArray:
        """The neuron removed or added at each step, where sets are nested; -1 where they are not."""
        first = np.full((1, self.sets.shape[1]), self.direction == "shrink")
        changed = np.concatenate([first, self.sets[:-1]]) != self.sets
        return np.where(changed.sum(axis=1) == 1, changed.argmax(axis=1), -1)


@dataclass(frozen=True, kw_only=True)
class KnockOutRegression:
    """What size and relay information of random sets say about their knock-out. Arrays: (n_layers, n_targets).

    Balanced accuracy of the target after the knock-out, size and relay information are each scaled to 0 to 1.
    """

    layers: tuple[str, ...]  # keys
    size_slope: FloatArray
    low_size_slope: FloatArray
    high_size_slope: FloatArray
    relay_slope: FloatArray
    low_relay_slope: FloatArray
    high_relay_slope: FloatArray
    r_squared: FloatArray
    n_sets: int


@dataclass(frozen=True, kw_only=True)
class RelayResult:
    """Relay information of elements for targets, in bits. Arrays have shape (n_elements, n_targets) unless said.

    One row of `to_frame` is one element and one target.
    """

    elements: tuple[str, ...]  # keys of neurons and layers, or of clusters
    targets: tuple[str, ...]  # `all` (which class), then each class (that class or not)
    bits: FloatArray  # the rest of its layers conditioned on; NaN where trials are too few
    low_bits: FloatArray  # 95 % interval from halves of the trials; it does not hold the bias, see `null_bits`
    high_bits: FloatArray
    null_bits: FloatArray  # mean when its states are shuffled over trials, of neurons and clusters within the rest's
    null_sd_bits: FloatArray
    z: FloatArray
    p: FloatArray
    q: FloatArray  # Benjamini-Hochberg within one kind of target; neurons and layers are families of their own
    alone_bits: FloatArray  # the rest left out; NaN for layers, which have none
    low_alone_bits: FloatArray
    high_alone_bits: FloatArray
    alone_null_bits: FloatArray
    alone_p: FloatArray
    alone_q: FloatArray
    input_bits: FloatArray  # information of its state about the class shown
    output_bits: FloatArray  # about the class answered
    knock_out_points: FloatArray  # balanced accuracy lost without it, percentage points
    aggregated_bits: FloatArray  # of neurons; NaN for others
    step: FloatArray  # from 1, when the search removed or added the neuron; NaN for others
    step_bits: FloatArray  # relay information of the set after that step; NaN where not reliable
    step_null_bits: FloatArray  # mean of the same search on shuffled rows
    n_states: IntArray  # occupied states of the element's whole layers, shape (n_elements,)
    trials_per_state: FloatArray  # shape (n_elements,)
    reliable: BoolArray  # shape (n_elements,)
    reasons: tuple[str | None, ...]  # why an element's bits are NaN: no_neurons, too_few_trials; None: they are not
    regression: KnockOutRegression | None  # None where none was asked for
    n_trials: int
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, target, the measures named in `RELAY_COLUMNS`, and what is true of the element.

        That is n_states, trials_per_state, reliable, reason.
        """
        shape = self.bits.shape
        of_elements = {
            "n_states": self.n_states,
            "trials_per_state": self.trials_per_state,
            "reliable": self.reliable,
            "reason": np.array(self.reasons, dtype=object),
        }
        columns = {name: getattr(self, name) for name in RELAY_COLUMNS}
        columns |= {name: np.broadcast_to(values[:, None], shape) for name, values in of_elements.items()}
        return long_frame(self.elements, self.targets, columns)
