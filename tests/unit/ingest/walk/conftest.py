"""Small networks put together by hand, operation by operation."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import pytest

from ingest.program.operation import Input, Operation, Route, Shape
from ingest.walk.walk import walk
from ingest.walk.walked import Walked


@dataclass
class Handmade:
    """A network as the walk sees one: operations and shapes."""

    shape: Shape  # of the input, the batch of one included
    dtype: str = "float32"
    operations: tuple[Operation, ...] = ()
    shapes: dict[str, Shape] = field(default_factory=dict)
    output: str = "x"

    def __post_init__(self) -> None:
        self.shapes["x"] = self.shape

    @property
    def input(self) -> Input:
        return Input(value="x", shape=self.shape[1:], dtype=self.dtype)

    def run(self, *_: Any, **__: Any) -> dict[str, Any]:
        raise NotImplementedError("a walk does not run a network")

    def add(
        self, kind: Any, *inputs: str, shape: Shape, name: str = "", route: Route | None = None, **more: Any
    ) -> str:
        """Add an operation on values, the newest unless told; arrays become tensors, all else options."""
        output = f"v{len(self.operations)}"
        tensors = {key: value for key, value in more.items() if isinstance(value, np.ndarray)}
        options = {key: value for key, value in more.items() if key not in tensors}
        if kind == "sum":
            options.setdefault("factors", [1.0] * len(inputs))
        self.operations += (
            Operation(
                kind=kind,
                inputs=inputs or (self.output,),
                output=output,
                name=name,
                route=route,
                tensors=tensors,
                options=options,
            ),
        )
        self.shapes[output] = shape
        self.output = output
        return output

    def linear(self, weight: Any, *inputs: str, name: str = "") -> str:
        weight = np.asarray(weight, dtype=np.float64)
        before = self.shapes[inputs[0] if inputs else self.output]
        return self.add("linear", *inputs, shape=(*before[:-1], len(weight)), name=name, weight=weight)

    def move(self, make: Callable[..., Any], *inputs: str) -> str:
        """Add a move that `make` computes from arrays."""

        def route(arrays: Sequence[Any]) -> Any:
            return np.asarray(make(*arrays))[..., None]

        values = inputs or (self.output,)
        shape = np.asarray(make(*(np.zeros(self.shapes[value]) for value in values))).shape
        return self.add("move", *values, shape=shape, route=route)

    def pool(self, make: Callable[..., Any], *inputs: str) -> str:
        """Add a pool; `make` puts what is joined on the last axis."""
        values = inputs or (self.output,)
        shape = np.asarray(make(*(np.zeros(self.shapes[value]) for value in values))).shape[:-1]
        return self.add("pool", *values, shape=shape, route=lambda arrays: np.asarray(make(*arrays)))

    def pointwise(self, function: str = "relu", *inputs: str) -> str:
        return self.add(
            "pointwise", *inputs, shape=self.shapes[inputs[0] if inputs else self.output], function=function
        )

    def walk(self, **options: Any) -> Walked:
        return walk(self, **options)


@pytest.fixture(scope="session")
def handmade() -> type[Handmade]:
    return Handmade


@pytest.fixture(scope="session")
def blocks() -> Callable[[Walked], Mapping[tuple[str, str], Any]]:
    """Find the blocks of a walk by source and target."""
    return lambda walked: {(block.source, block.target): block for block in walked.blocks}
