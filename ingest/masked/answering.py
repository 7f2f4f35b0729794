"""The answers of the intact network, and which trials may be answered otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import numpy as np
import torch

from atlas.analysis.answers import NEAR_TIE, TIE_ROUNDINGS, answers_of
from atlas.records import FloatArray, IntArray
from ingest.masked.slack import slack, slack_before_relu
from ingest.masked.steps import Tensor
from ingest.masked.summary import answers
from ingest.masked.tail import Block, Tail, Test
from ingest.walk.walked import Walked

_CLEAR = 2 * NEAR_TIE * TIE_ROUNDINGS  # roundings by which an output leads that no tie is near
_TOGETHER = 2**17  # outputs looked at together
_CLOSE = 1e3  # roundings by which the same sums in another order may differ


class Answering:
    """What the intact network puts out and answers, and where changed trials are computed.

    Parameters
    ----------
    walked
        Layers of the network.
    outputs
        Of the intact network, shape (n_trials, n_outputs).
    """

    def __init__(self, walked: Walked, outputs: FloatArray) -> None:
        device = "cuda" if torch.cuda.is_available() else "cpu"
        self._walked, self.intact, self.answers = walked, outputs, answers_of(outputs)
        self.like = torch.empty(0, dtype=torch.from_numpy(outputs[:0]).dtype, device=device)  # type and place of values
        flat = walked.answers.ravel()
        self.plain = walked.layers[-1].kind != "convolution" and np.array_equal(flat, np.arange(flat.size))
        self._own = torch.from_numpy(self.answers).to(device)
        self.nothing = (np.arange(0), outputs[:0])

    def outputs(self, put_out: Tensor) -> FloatArray:
        """Give one number for every neuron of the last layer."""
        found = put_out.cpu().numpy()
        return found if self.plain and found.ndim == 2 else answers(self._walked, found)

    def unclear(self, blocks: Iterable[Block]) -> Iterator[tuple[IntArray, FloatArray]]:
        """Leave out the trials that are clearly answered as before."""
        for rows, put_out in _joined(blocks):
            if not self.plain or put_out.ndim != 2:
                yield rows.cpu().numpy(), self.outputs(put_out)
                continue
            turned, own = put_out.T, self._own[rows]
            place = own.clamp(min=0)[None]
            lead = turned.gather(0, place)
            width = _CLEAR * torch.finfo(lead.dtype).eps * turned.abs().amax(dim=0)
            others = turned.scatter(0, place, -torch.inf).amax(dim=0)
            left = (~((own >= 0) & (others < lead[0] - width))).nonzero()[:, 0]
            yield rows[left].cpu().numpy(), put_out.index_select(0, left).cpu().numpy()

    def agrees(self, put_out: Tensor) -> bool:
        """Tell whether what was computed for the first trials is what the intact network puts out."""
        found = self.outputs(put_out)
        expected = self.intact[: len(found)]
        width = _CLOSE * float(np.finfo(found.dtype).eps) * max(1.0, float(np.abs(expected).max(initial=0)))
        return found.shape == expected.shape and bool((np.abs(found - expected) <= width).all())

    def test(self, tail: Tail, heads: dict[str, Tensor]) -> Test:
        """Make the test that proves trials to be answered as before."""
        weight = None if tail.last is None else tail.last.weight.cpu().numpy()
        found = slack(self.intact, weight)
        bent = tail.bent_at
        if weight is not None and bent in heads:
            found = slack_before_relu(self.intact, weight, heads[bent].cpu().numpy(), found)
        found = found.astype(self.intact.dtype)
        return Test(
            slack=torch.from_numpy(found).to(self.like.device),
            host=found,
            gain=tail.gain(0),
            through_head=not tail.is_last,
            intact=heads,
        )


def _joined(blocks: Iterable[Block]) -> Iterator[Block]:
    """Join blocks, whose outputs are small, to fewer."""
    waiting, n_waiting = list[Block](), 0
    for rows, put_out in blocks:
        waiting.append((rows, put_out))
        n_waiting += put_out.numel()
        if n_waiting > _TOGETHER:
            yield _one(waiting)
            waiting, n_waiting = [], 0
    if waiting:
        yield _one(waiting)


def _one(waiting: list[Block]) -> Block:
    if len(waiting) == 1:
        return waiting[0]
    return torch.cat([rows for rows, _ in waiting]), torch.cat(
        [put_out.movedim(0, -1) for _, put_out in waiting], dim=-1
    ).movedim(-1, 0)
