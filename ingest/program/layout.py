"""Where the trials stand in the tensors of a run."""

from __future__ import annotations

from dataclasses import dataclass

import torch

from ingest.program.operation import Shape

Tensor = torch.Tensor


@dataclass
class Layout:
    """How values of several trials are kept.

    Where the batch is open, as the whole batch, as they come from outside. Otherwise with an axis of trials before
    those of one trial; outside, the trials then stand one after the other along axis 0.
    """

    open_batch: bool
    n_trials: int = 0

    def inside(self, tensor: Tensor, shape: Shape) -> Tensor:
        """Take a value in; `shape` is that of one trial."""
        return tensor if self.open_batch else tensor.reshape(self.n_trials, *shape)

    def outside(self, tensor: Tensor) -> Tensor:
        """Give a value out."""
        if self.open_batch:
            return tensor
        return tensor.reshape(-1, *tensor.shape[2:])

    def merged(self, tensor: Tensor, axis: int) -> Tensor:
        """Make the axis of trials part of another axis, `axis` of one trial."""
        return tensor if self.open_batch else tensor.movedim(0, axis).flatten(axis, axis + 1)

    def parted(self, tensor: Tensor, axis: int) -> Tensor:
        """Take the axis of trials out of another axis again."""
        if self.open_batch:
            return tensor
        shape = (*tensor.shape[:axis], self.n_trials, -1, *tensor.shape[axis + 1 :])
        return tensor.reshape(shape).movedim(axis, 0)
