"""What of a program matters: operations that lead to its output, who consumes what, which projections attention has."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ingest.program.operation import Operation, Program

_PASSED = ("move", "scale", "normalise", "sum")  # may stand between a projection and its attention
_PROJECTIONS = ("linear", "convolution")


def living(program: Program) -> list[Operation]:
    """List the operations on which the output depends, in order."""
    wanted, found = {program.output}, []
    for operation in reversed(program.operations):
        if operation.output in wanted:
            wanted.update(operation.inputs)
            found.append(operation)
    return found[::-1]


def consumers_of(operations: Sequence[Operation]) -> dict[str, list[Operation]]:
    """List by value the operations that take it in, twice if they take it twice."""
    consumers: dict[str, list[Operation]] = {}
    for operation in operations:
        for value in operation.inputs:
            consumers.setdefault(value, []).append(operation)
    return consumers


def absorbed(program: Program, operations: Sequence[Operation]) -> frozenset[str]:
    """Name what the query, key and value projections put out: linear maps that lead to attention and nowhere else."""
    consumers, leads = consumers_of(operations), dict[str, bool]()
    for operation in reversed(operations):
        leads[operation.output] = operation.output != program.output and all(
            _leads(consumer, leads) for consumer in consumers[operation.output]
        )
    return frozenset(one.output for one in operations if one.kind in _PROJECTIONS and leads[one.output])


def _leads(consumer: Operation, leads: Mapping[str, bool]) -> bool:
    return consumer.kind == "attention" or (consumer.kind in _PASSED and leads[consumer.output])
