"""The joint distribution of several sources and a target: its distinct rows, and how often each occurs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike

from atlas.analysis.information.decomposition.checking import check_probabilities, check_shapes, whole_states
from atlas.analysis.information.decomposition.numbering import added, numbered
from atlas.errors import ShapeError
from atlas.records import FloatArray, IntArray


@dataclass(frozen=True, kw_only=True)
class Joint:
    """Distinct rows of source and target states, each with its mass: a count of trials, or a probability.

    Made by `of_trials` or `of_distribution`. States are numbered from 0 in each source, and none is without mass.
    """

    source_rows: IntArray  # distinct states of all sources together, shape (n_sources, n_source_rows)
    source_row: IntArray  # which of them a row has, shape (n_rows,)
    target: IntArray  # state of the target, shape (n_rows,)
    mass: FloatArray  # shape (n_rows,); counts are whole numbers
    counted: bool  # whether masses are counts, whose sums and differences are exact

    @classmethod
    def of_trials(cls, states: ArrayLike, target: ArrayLike) -> Joint:
        """Count trials.

        Parameters
        ----------
        states
            Of each source in each trial, whole numbers from 0, shape (n_sources, n_trials).
        target
            Shape (n_trials,), whole numbers from 0.

        Raises
        ------
        ShapeError
            The two differ in trials, or rows of states in their length.
        EmptySelection
            There is no source, or no trial.
        BadParameter
            A state is negative or not whole, or there are more than 16 sources.
        """
        columns, aim = whole_states(states, "states"), whole_states(target, "target")
        check_shapes(columns, aim)
        return cls._merged(columns, aim, np.ones(len(aim)), counted=True)

    @classmethod
    def of_distribution(cls, rows: ArrayLike, target: ArrayLike, probabilities: ArrayLike) -> Joint:
        """Take a distribution as it is; equal rows are added, and rows of probability 0 left out.

        Parameters
        ----------
        rows
            States of the sources, one row each, shape (n_rows, n_sources): trials of `of_trials` are columns.
        target, probabilities
            Shape (n_rows,).

        Raises
        ------
        ShapeError
            Their numbers of rows differ.
        EmptySelection
            There is no source, or no row.
        BadParameter
            A probability is negative or not a number, they do not add up to 1 within 1e-9, a state is negative or not
            whole, or there are more than 16 sources.
        """
        columns, aim = whole_states(rows, "rows").T, whole_states(target, "target")
        check_shapes(columns, aim)
        chances = np.asarray(probabilities, dtype=np.float64)
        if chances.shape != aim.shape:
            raise ShapeError(
                f"There are {aim.size} target states and {chances.size} probabilities. Give one of each for every row."
            )
        check_probabilities(chances)
        return cls._merged(columns[:, chances > 0], aim[chances > 0], chances[chances > 0], counted=False)

    @classmethod
    def _merged(cls, columns: IntArray, target: IntArray, mass: FloatArray, *, counted: bool) -> Joint:
        n_rows = columns.shape[1]
        groups: IntArray = np.zeros(n_rows, dtype=np.int64)
        n_groups = 1
        dense = np.empty(columns.shape, dtype=np.int64)
        for row, column in enumerate(columns):
            dense[row], n_states = numbered(column, int(column.max()) + 1)
            groups, n_groups = numbered(groups * n_states + dense[row], n_groups * n_states)
        aim, n_targets = numbered(target, int(target.max()) + 1)
        rows, n_distinct = numbered(groups * n_targets + aim, n_groups * n_targets)
        some = np.empty(n_distinct, dtype=np.int64)  # a place where each distinct row stands
        some[rows] = np.arange(n_rows)
        some_source = np.empty(n_groups, dtype=np.int64)
        some_source[groups] = np.arange(n_rows)
        return cls(
            source_rows=dense[:, some_source],
            source_row=groups[some],
            target=aim[some],
            mass=added(rows, mass),
            counted=counted,
        )

    @property
    def n_sources(self) -> int:
        """Count the sources."""
        return len(self.source_rows)

    @property
    def n_targets(self) -> int:
        """Count the states of the target."""
        return int(self.target.max()) + 1

    @cached_property
    def total(self) -> float:
        """Add up all mass: the number of trials, or 1."""
        return float(self.mass.sum())

    @cached_property
    def source_mass(self) -> FloatArray:
        """Mass of every distinct state of the sources, shape (n_source_rows,)."""
        return added(self.source_row, self.mass)

    @cached_property
    def target_mass(self) -> FloatArray:
        """Mass of every state of the target, shape (n_targets,)."""
        return added(self.target, self.mass)

    def groupings(self) -> Iterator[tuple[int, IntArray, int]]:
        """Give, for every set of sources, the group of each source row: rows alike in these sources share one.

        Yields the set as bits (source j is bit j; the empty set comes first), the groups, shape (n_source_rows,),
        numbered from 0, and how many there are. Takes no more memory than the sources.
        """
        n_states = self.source_rows.max(axis=1) + 1

        def refine(sources: int, groups: IntArray, n_groups: int, first: int) -> Iterator[tuple[int, IntArray, int]]:
            yield sources, groups, n_groups
            for j in range(first, self.n_sources):
                codes = groups * n_states[j] + self.source_rows[j]
                yield from refine(sources | 1 << j, *numbered(codes, n_groups * int(n_states[j])), j + 1)

        return refine(0, np.zeros(self.source_rows.shape[1], dtype=np.int64), 1, 0)
