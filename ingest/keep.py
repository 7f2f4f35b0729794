"""Which weights of a block are kept: all, the strongest of every neuron, those above a strength, or a share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from atlas.errors import BadParameter, TooManyWeights
from atlas.records import FloatArray, WeightBlock
from ingest.given import check_kind

MAX_WEIGHTS = 20_000_000  # workable on one machine when loaded offline: 1.5 GB
_FORMS = "all, top:K (of every neuron's incoming), min:STRENGTH or share:0.95 (of each block's strength)"


@dataclass(frozen=True)
class Keep:
    """A rule: `all`, `top`, `min` or `share`, with its number. Empty: all, up to `MAX_WEIGHTS`."""

    rule: str = ""
    number: float = 0.0

    def __str__(self) -> str:
        """Write it as `--keep` takes it."""
        number = int(self.number) if float(self.number).is_integer() else self.number
        return self.rule if self.rule in ("", "all") else f"{self.rule}:{number}"


def parse_keep(text: str | None) -> Keep:
    """Read a rule.

    Raises
    ------
    BadParameter
        No such rule, or a number outside its range.
    """
    if text is None:
        return Keep()
    rule, _, number = text.partition(":")
    if text == "all":
        return Keep("all")
    try:
        value = float(number)
    except ValueError:
        value = float("nan")
    fits = {"top": value >= 1 and value.is_integer(), "min": 0 <= value < np.inf, "share": 0 < value <= 1}
    if not fits.get(rule, False):
        raise BadParameter(f"The rule {text!r} keeps no weights that could be named. Rules: {_FORMS}.")
    return Keep(rule, value)


def kept_blocks(blocks: Sequence[WeightBlock], keep: Keep) -> tuple[WeightBlock, ...]:
    """Mark the weights to keep.

    Raises
    ------
    BadParameter
        The rule is not one that `parse_keep` gives.
    TooManyWeights
        There are more than `MAX_WEIGHTS`, and no rule was given.
    """
    check_kind(keep, Keep, "Write keep=ingest.parse_keep('share:0.95').")
    n_weights = sum(block.n_weights for block in blocks)
    if keep.rule == "" and n_weights > MAX_WEIGHTS:
        raise TooManyWeights(
            f"The network has {n_weights:,} weights, more than {MAX_WEIGHTS:,}. So many want a decision: "
            "--keep share:0.95 (or top:K, min:STRENGTH), or --keep all. See the cost first with --dry-run."
        )
    return tuple(blocks) if keep.rule in ("", "all") else tuple(_kept(block, keep) for block in blocks)


def _kept(block: WeightBlock, keep: Keep) -> WeightBlock:
    there = np.ones(block.strength.shape, dtype=np.bool_) if block.kept is None else block.kept
    strength = np.where(there, block.strength, 0)
    chosen = _RULES[keep.rule](strength, keep.number) & there
    total = float(strength.sum(dtype=np.float64))
    removed = float(strength[~chosen].sum(dtype=np.float64))
    share = removed / total if total else 0.0
    return replace(block, kept=chosen, policy=str(keep), n_trained=block.n_weights, removed_strength_share=share)


def _top(strength: FloatArray, number: float) -> NDArray[np.bool_]:
    """Mark the strongest of every column; among equals, those that come first."""
    rank = np.argsort(np.argsort(-strength, axis=0, kind="stable"), axis=0, kind="stable")
    return np.asarray(rank < number)


def _min(strength: FloatArray, number: float) -> NDArray[np.bool_]:
    return np.asarray(strength >= number)


def _share(strength: FloatArray, number: float) -> NDArray[np.bool_]:
    """Mark the fewest that hold the share together; among equals, those that come first."""
    order = np.argsort(-strength, axis=None, kind="stable")
    held = np.cumsum(strength.ravel()[order], dtype=np.float64)
    n_kept = int(np.searchsorted(held, number * held[-1])) + 1 if held.size else 0
    chosen = np.zeros(strength.size, dtype=np.bool_)
    chosen[order[:n_kept]] = True
    return chosen.reshape(strength.shape)


_RULES = {"top": _top, "min": _min, "share": _share}
