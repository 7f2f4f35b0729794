"""How real activations become a few states."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from atlas.analysis.information.states import check_n_states, equal_width_states, quantile_states, quantiser_states
from atlas.analysis.information.two_means import two_means_states
from atlas.analysis.seeds import generator
from atlas.errors import BadParameter, EmptySelection, NonFiniteActivations, ShapeError, UnknownName
from atlas.records import FloatArray, IntArray, Parameter

DISCRETISATIONS = ("quantile", "two_means", "median", "zero", "equal_width", "quantiser")
OF_TWO_STATES = ("two_means", "median", "zero")
WITH_LIMITS = ("equal_width", "quantiser")
N_STATES = 8  # of the other methods
LIMITS_OF_QUANTISER = (-1.0, 1.0)  # of tanh
ROUNDING_UP = 11  # stream of random numbers


@dataclass(frozen=True, kw_only=True)
class Discretisation:
    """A method that puts activations in states, and all it needs.

    Parameters
    ----------
    method
        `quantile`: about as many trials in each state. `two_means`: exact 2-means. `median`: above the (lower) median
        or not. `zero`: above 0 or not. `equal_width`: fixed limits, cut evenly. `quantiser`: the levels a network was
        trained to round to.
    n_states
        From 2 to 256; None is the method's own: 2 for `two_means`, `median` and `zero`, else 8.
    low, high
        Limits of `equal_width`, which needs them, and of `quantiser`, which has -1 and 1 unless told.
    stochastic
        `quantiser` only: round up with the probability of the fractional part, instead of to the nearest level. A draw
        belongs to the place of a trial, not to its activation.
    seed
        Of stochastic rounding.

    Raises
    ------
    BadParameter
        A number of states or a limit the method cannot have.
    UnknownName
        No such method.
    """

    method: str = "quantile"
    n_states: int | None = None
    low: float | None = None
    high: float | None = None
    stochastic: bool = False
    seed: int = 0

    def __post_init__(self) -> None:
        if self.method not in DISCRETISATIONS:
            raise UnknownName("discretisation", self.method, DISCRETISATIONS)
        if self.stochastic and self.method != "quantiser":
            raise BadParameter(
                f"Discretisation {self.method!r} cannot be stochastic. Only 'quantiser' rounds by chance. "
                "Leave `stochastic` out, or take 'quantiser'."
            )
        self._check_n_states()
        self._check_limits()

    @property
    def most_states(self) -> int:
        """Give the number of states a neuron has at most."""
        return self.n_states if self.n_states is not None else 2 if self.method in OF_TWO_STATES else N_STATES

    @property
    def limits(self) -> tuple[float, float] | None:
        """Give the lower and the upper limit, or None for a method without."""
        if self.method not in WITH_LIMITS:
            return None
        low, high = LIMITS_OF_QUANTISER
        return (low if self.low is None else self.low, high if self.high is None else self.high)

    @property
    def for_run(self) -> dict[str, Parameter]:
        """Give what a run records of it."""
        low, high = self.limits or (None, None)
        return {
            "discretisation": self.method,
            "states": self.most_states,
            "low_limit": low,
            "high_limit": high,
            "stochastic": self.stochastic,
        }

    def states(self, activations: FloatArray, *, stream: int = 0) -> IntArray:
        """Put activations in states.

        Parameters
        ----------
        activations
            Shape (n_trials, n_neurons).
        stream
            Of the random numbers of stochastic rounding: give each layer its own, or neurons of two layers are
            rounded by the same draws.

        Returns
        -------
        IntArray
            Shape (n_neurons, n_trials), in order of activation, from 0. `quantile`, `two_means` and `median` number
            without gaps; the states of the others are fixed by the limits, and some may not occur.

        Raises
        ------
        ShapeError, EmptySelection, NonFiniteActivations
            Not an array of two dimensions; no trials; NaN or infinite values.

        Examples
        --------
        >>> Discretisation(method="zero").states(np.array([[-1.0], [0.0], [0.5]])).tolist()
        [[0, 0, 1]]
        """
        values = _checked(activations)
        if self.method == "two_means":
            return two_means_states(values)
        if self.method == "zero":
            return np.ascontiguousarray(values.T > 0).view(np.uint8)
        if self.limits is None:
            return quantile_states(values, self.most_states)
        low, high = self.limits
        if self.method == "equal_width":
            return equal_width_states(values, self.most_states, low=low, high=high)
        random = generator(self.seed, ROUNDING_UP, stream) if self.stochastic else None
        return quantiser_states(values, self.most_states, low=low, high=high, random=random)

    def _check_n_states(self) -> None:
        check_n_states(self.most_states)
        if self.method in OF_TWO_STATES and self.most_states != 2:
            raise BadParameter(
                f"The number of states is {self.n_states}, discretisation {self.method!r} has 2. "
                "Leave the number out, or take another method, such as 'quantile'."
            )

    def _check_limits(self) -> None:
        if self.limits is None:
            if self.low is not None or self.high is not None:
                raise BadParameter(
                    f"Discretisation {self.method!r} has no limits. Leave `low` and `high` out, or take 'equal_width'."
                )
            return
        if self.method == "equal_width" and (self.low is None or self.high is None):
            raise BadParameter("States of equal width need two limits. Give a lower and an upper one, such as 0 and 1.")
        low, high = self.limits
        if not (math.isfinite(low) and math.isfinite(high) and low < high):
            raise BadParameter(f"The limits are {low} and {high}. Give a lower and a higher finite number.")


def _checked(activations: FloatArray) -> FloatArray:
    values = np.asarray(activations)
    if values.ndim != 2:
        raise ShapeError(
            f"The activations have shape {values.shape}. Give one row per trial and one column per neuron."
        )
    if len(values) == 0:
        raise EmptySelection("There are no trials. States are those of trials. Give data with trials.")
    if not np.isfinite(values).all():
        trial, number = np.argwhere(~np.isfinite(values))[0]
        raise NonFiniteActivations(
            f"Neuron {number} puts out {values[trial, number]} in trial {trial}. Activations must be finite. "
            "Leave such trials out, or check the network and its inputs."
        )
    return values
