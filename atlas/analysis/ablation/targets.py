"""Counts for every target: `all` first, then the classes."""

from __future__ import annotations

import numpy as np

from atlas.keys import ALL_TARGET
from atlas.records import IntArray


def targets_of(n_classes: int) -> tuple[str, ...]:
    """Name the targets: `all`, then the classes."""
    return (ALL_TARGET, *(str(number) for number in range(n_classes)))


def with_all(per_class: IntArray) -> IntArray:
    """Put the sum over classes before the classes, along the last axis."""
    return np.concatenate([per_class.sum(axis=-1, keepdims=True), per_class], axis=-1)


def per_target(labels: IntArray, n_classes: int) -> IntArray:
    """Count labels: all of them, then those of every class; shape (1 + n_classes,)."""
    return np.concatenate([[len(labels)], np.bincount(labels, minlength=n_classes)[:n_classes]])
