"""Checkpoints of one training run are joined in order."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from store.samples import random_network, two_blocks

from atlas.errors import BadParameter, ShapeError, UnknownName
from atlas.store import Store, fingerprint, link_checkpoints, load, remove_network

_NEXT = """UNWIND $keys AS key MATCH (a:Network {key: key})-[next:NEXT]->(b:Network)
RETURN a.key AS source, b.key AS target, next.n_steps AS n_steps ORDER BY n_steps"""


@pytest.fixture
def steps(store: Store, key: str) -> Iterator[list[str]]:
    """Three checkpoints, after 0, 100 and 250 steps."""
    keys = [f"{key}-{step}" for step in (0, 100, 250)]
    for seed, (name, step) in enumerate(zip(keys, (0, 100, 250), strict=True)):
        load(store, replace(random_network(name, (3, 4, 2), seed=seed), training_step=step))
    yield keys
    for name in keys:
        remove_network(store, name)


def _joined(store: Store, keys: list[str]) -> list[tuple[str, str, int]]:
    return [tuple(row.values()) for row in store.rows(_NEXT, keys=keys)]  # type: ignore[misc]


def test_joined(store: Store, steps: list[str]) -> None:
    first, second, third = steps
    link_checkpoints(store, [first, third])
    assert _joined(store, steps) == [(first, third, 250)]
    link_checkpoints(store, steps)
    assert _joined(store, steps) == [(first, second, 100), (second, third, 150)]
    before = fingerprint(store, first)
    link_checkpoints(store, steps)
    assert fingerprint(store, first) == before
    link_checkpoints(store, steps[:1])
    assert len(_joined(store, steps)) == 2


def test_removed(store: Store, steps: list[str]) -> None:
    link_checkpoints(store, steps)
    remove_network(store, steps[1])
    assert _joined(store, steps) == []
    load(store, replace(random_network(steps[1], (3, 4, 2)), training_step=100))


def test_refused(store: Store, key: str, steps: list[str]) -> None:
    with pytest.raises(BadParameter, match=f"'{steps[0]}' is given twice"):
        link_checkpoints(store, [steps[0], steps[1], steps[0]])
    with pytest.raises(UnknownName, match="Unknown network"):
        link_checkpoints(store, [*steps, "nothing"])
    load(store, two_blocks(key))
    with pytest.raises(ShapeError, match=r"fc1 4, fc2 2 and input 4, dense_1 4"):
        link_checkpoints(store, [*steps, key])
    assert _joined(store, steps) == []
