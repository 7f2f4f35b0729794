"""Information decomposed by the definition, row against row: slow, plain, and what the fast way must equal."""

from __future__ import annotations

from functools import lru_cache
from itertools import combinations

import numpy as np

Antichain = frozenset[tuple[int, ...]]


@lru_cache
def antichains(n_sources: int) -> tuple[Antichain, ...]:
    """List all non-empty sets of sets of sources of which none contains another."""
    sets = [a for size in range(1, n_sources + 1) for a in combinations(range(n_sources), size)]

    def extend(chosen: tuple[tuple[int, ...], ...], first: int) -> list[Antichain]:
        found = [frozenset(chosen)] if chosen else []
        for place in range(first, len(sets)):
            if not any(set(a) <= set(sets[place]) for a in chosen):
                found += extend((*chosen, sets[place]), place + 1)
        return found

    return tuple(extend((), 0))


def is_below(lower: Antichain, upper: Antichain) -> bool:
    """Tell whether every set of the upper one contains a set of the lower one."""
    return all(any(set(a) <= set(b) for a in lower) for b in upper)


def shared_exclusions(
    sources: np.ndarray, target: np.ndarray, mass: np.ndarray, antichain: Antichain
) -> tuple[float, float]:
    """Give both parts of the redundancy; `sources` has shape (n_rows, n_sources)."""
    informative = misinformative = 0.0
    for row in range(len(mass)):
        alike = np.zeros(len(mass), dtype=bool)
        for a in antichain:
            alike |= (sources[:, a] == sources[row, a]).all(axis=1)
        same = target == target[row]
        informative -= mass[row] * np.log2(mass[alike].sum())
        misinformative -= mass[row] * np.log2(mass[alike & same].sum() / mass[same].sum())
    return informative, misinformative


def specific(sources: np.ndarray, target: np.ndarray, mass: np.ndarray, a: tuple[int, ...]) -> np.ndarray:
    """Give what the sources in `a` tell about every state of the target, shape (n_targets,)."""
    found = []
    for state in np.unique(target):
        of_target = mass[target == state].sum()
        told = 0.0
        for row in np.flatnonzero(target == state):
            alike = (sources[:, a] == sources[row, a]).all(axis=1)
            both = mass[alike & (target == state)].sum()
            told += mass[row] / of_target * np.log2(both / mass[alike].sum() / of_target)
        found.append(told)
    return np.array(found)


def redundancy(
    sources: np.ndarray, target: np.ndarray, mass: np.ndarray, antichain: Antichain, definition: str
) -> np.ndarray:
    """Give redundancy, informative and misinformative part, shape (3,)."""
    if definition == "sx":
        informative, misinformative = shared_exclusions(sources, target, mass, antichain)
        return np.array([informative - misinformative, informative, misinformative])
    shares = np.array([mass[target == state].sum() for state in np.unique(target)])
    told = np.array([specific(sources, target, mass, a) for a in antichain])
    least = shares @ told.min(axis=0) if definition == "min" else (told @ shares).min()
    return np.array([least, np.nan, np.nan])


def atoms(
    sources: np.ndarray, target: np.ndarray, mass: np.ndarray, definition: str = "sx"
) -> dict[Antichain, np.ndarray]:
    """Give bits, informative and misinformative bits of every atom, shape (3,); `mass` adds up to 1."""
    found: dict[Antichain, np.ndarray] = {}
    order = antichains(sources.shape[1])
    below = {upper: [lower for lower in order if lower != upper and is_below(lower, upper)] for upper in order}
    for upper in sorted(order, key=lambda upper: len(below[upper])):
        found[upper] = redundancy(sources, target, mass, upper, definition)
        for lower in below[upper]:
            found[upper] = found[upper] - found[lower]
    return found
