"""Where the trials stand in a value: on which axis, and with what that axis is shared."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

import numpy as np

from atlas.errors import UnsupportedLayer
from ingest.program.operation import Array, Program, Shape

_N_TRIALS = 3  # one axis of three tells the orders apart


@dataclass(frozen=True, kw_only=True)
class Layout:
    """How to take a value apart into trials, each of the shape the value has at a batch of one, and back."""

    shape: Shape  # at a batch of one
    axis: int  # where the trials are; as long as shape[axis] for every trial
    trials_first: bool  # along that axis

    def apart(self, value: Array) -> Array:
        """Put the trials first: shape (n_trials, *shape). A view where the trials were first."""
        n_shared = self.shape[self.axis]
        n_trials = value.shape[self.axis] // n_shared
        split = (n_trials, n_shared) if self.trials_first else (n_shared, n_trials)
        parted = value.reshape(*self.shape[: self.axis], *split, *self.shape[self.axis + 1 :])
        return np.moveaxis(parted, self.axis + (not self.trials_first), 0)

    def together(self, trials: Array) -> Array:
        """Undo `apart`."""
        parted = np.moveaxis(trials, 0, self.axis + (not self.trials_first))
        length = self.shape[self.axis] * len(trials)
        return parted.reshape(*self.shape[: self.axis], length, *self.shape[self.axis + 1 :])


def layouts(program: Program, values: Iterable[str], *, tokens: Array | None = None) -> Mapping[str, Layout]:
    """Find the layout of values by running a few trials together and one by one.

    Parameters
    ----------
    tokens
        Inputs to draw from where a network takes in integers, shape (n, *shape of one input).

    Raises
    ------
    UnsupportedLayer
        Trials of one batch influence each other, so that nothing can be said of a single one.
    """
    inputs, names = _inputs(program, tokens), list(values)
    together = program.run({program.input.value: inputs}, names)
    alone = [program.run({program.input.value: inputs[[trial]]}, names) for trial in range(_N_TRIALS)]
    return {name: _layout(name, together[name], np.stack([trial[name] for trial in alone])) for name in names}


def _inputs(program: Program, tokens: Array | None) -> Array:
    draws = np.random.default_rng(0)
    shape = (_N_TRIALS, *program.input.shape)
    if tokens is not None:
        return draws.choice(np.unique(tokens), size=shape).astype(program.input.dtype)
    return draws.normal(size=shape).astype(program.input.dtype)


def _layout(name: str, together: Array, alone: Array) -> Layout:
    tolerance = 100 * float(np.finfo(together.dtype).eps) ** 0.5 if together.dtype.kind == "f" else 0.0
    for layout in _candidates(together.shape, alone.shape[1:]):
        if np.allclose(layout.apart(together), alone, rtol=tolerance, atol=tolerance, equal_nan=True):
            return layout
    raise UnsupportedLayer(
        f"The value {name!r} of a trial depends on the other trials of its batch. A network must treat every trial by "
        "itself. Put it into evaluation mode, or give one without such a step."
    )


def _candidates(together: Shape, alone: Shape) -> Iterator[Layout]:
    for axis, (batched, single) in enumerate(zip(together, alone, strict=True)):
        if batched == _N_TRIALS * single:
            for trials_first in (True, False)[: 1 if single == 1 else 2]:
                yield Layout(shape=alone, axis=axis, trials_first=trials_first)
