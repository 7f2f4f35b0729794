"""What measuring label information hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from atlas.errors import UnknownName
from atlas.records import BoolArray, FloatArray, IntArray, Parameter
from atlas.results.frames import long_frame

if TYPE_CHECKING:
    import pandas as pd

PAIRWISE = ("bits", "bias_bits", "p")
OF_ELEMENTS = ("n_states", "trials_per_state", "reliable", "reason")  # one value an element, whatever the target


@dataclass(frozen=True, kw_only=True)
class InformationResult:
    """Information elements carry about targets, in bits. Arrays have shape (n_elements, n_targets).

    One row of `to_frame` is one element and one target.
    """

    kind: str  # label
    elements: tuple[str, ...]
    targets: tuple[str, ...]  # `all` (which class), then each class (that class or not)
    bits: FloatArray  # mutual information; NaN where trials are too few
    low_bits: FloatArray  # 95 % interval from halves of the trials; it does not hold the bias, see `null_bits`
    high_bits: FloatArray
    null_bits: FloatArray  # mean under shuffled labels
    null_sd_bits: FloatArray
    z: FloatArray
    p: FloatArray
    q: FloatArray  # Benjamini-Hochberg within one kind of target
    n_states: IntArray  # occupied states, shape (n_elements,)
    trials_per_state: FloatArray  # mean trials on one, shape (n_elements,); NaN without states
    reliable: BoolArray  # enough of them, shape (n_elements,)
    reasons: tuple[str | None, ...]  # why an element's bits are NaN: no_neurons, too_few_trials; None: they are not
    n_trials: int
    params: Mapping[str, Parameter]

    def followed_by(self, other: InformationResult) -> InformationResult:
        """Add the elements of another result about the same targets and trials; `params` stay those of this one."""
        arrays: dict[str, Any] = {
            field.name: np.concatenate([getattr(self, field.name), getattr(other, field.name)])
            for field in fields(self)
            if isinstance(getattr(self, field.name), np.ndarray)
        }
        return replace(self, elements=self.elements + other.elements, reasons=self.reasons + other.reasons, **arrays)

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, target, bits, low_bits, high_bits, null_bits, null_sd_bits, z, p, q, ....

        Then n_states, trials_per_state, reliable, reason.
        """
        shape = self.bits.shape
        of_elements = (self.n_states, self.trials_per_state, self.reliable, np.array(self.reasons, dtype=object))
        return long_frame(
            self.elements,
            self.targets,
            {
                "bits": self.bits,
                "low_bits": self.low_bits,
                "high_bits": self.high_bits,
                "null_bits": self.null_bits,
                "null_sd_bits": self.null_sd_bits,
                "z": self.z,
                "p": self.p,
                "q": self.q,
                **{
                    name: np.broadcast_to(values[:, None], shape)
                    for name, values in zip(OF_ELEMENTS, of_elements, strict=True)
                },
            },
        )


@dataclass(frozen=True, kw_only=True)
class PairwiseInformation:
    """How many bits every two neurons tell about each other. Arrays have shape (n_neurons, n_neurons)."""

    elements: tuple[str, ...]  # keys
    bits: FloatArray  # symmetric; on the diagonal a neuron's own entropy
    bias_bits: FloatArray  # what independent neurons would have in the mean
    p: FloatArray  # G-test of independence; NaN where a cell has fewer than 5 trials expected

    def matrix(self, name: str = "bits") -> pd.DataFrame:
        """Give `bits`, `bias_bits` or `p` by the neurons' keys.

        Raises
        ------
        UnknownName
            There is no such measure.
        """
        import pandas as pd

        if name not in PAIRWISE:
            raise UnknownName("measure of pairs", name, PAIRWISE)
        return pd.DataFrame(getattr(self, name), index=list(self.elements), columns=list(self.elements))


@dataclass(frozen=True, kw_only=True)
class InformativeSets:
    """Sets of neurons that together tell about a class, one neuron larger or smaller at each step, in bits.

    Arrays have one entry for each set, the start first; one row of `to_frame` is one set.
    """

    direction: str  # grow, shrink
    sets: BoolArray  # whether a neuron is in the set, shape (n_sets, n_neurons)
    bits: FloatArray  # joint mutual information; NaN for a start with too few trials
    null_bits: FloatArray  # mean of the same search on shuffled labels
    null_sd_bits: FloatArray
    p: FloatArray
    n_states: IntArray  # occupied joint states
    trials_per_state: FloatArray
    reliable: BoolArray
    reason: str | None  # too_few_trials: the search ended before its steps; None: it did not
    n_trials: int
    params: Mapping[str, Parameter]

    @property
    def neurons(self) -> IntArray:
        """The neuron added or dropped at each step, shape (n_sets - 1,)."""
        return np.asarray((self.sets[1:] != self.sets[:-1]).argmax(axis=1))

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: step, neuron (NA for the start), n_neurons, bits, null_bits, null_sd_bits, p, ....

        Then n_states, trials_per_state, reliable, and in the last row the reason why no step follows.
        """
        import pandas as pd

        return pd.DataFrame(
            {
                "step": np.arange(len(self.sets)),
                "neuron": pd.array([pd.NA, *self.neurons.tolist()], dtype="Int64"),
                "n_neurons": self.sets.sum(axis=1),
                "bits": self.bits,
                "null_bits": self.null_bits,
                "null_sd_bits": self.null_sd_bits,
                "p": self.p,
                "n_states": self.n_states,
                "trials_per_state": self.trials_per_state,
                "reliable": self.reliable,
                "reason": [*[None] * (len(self.sets) - 1), self.reason],
            }
        )
