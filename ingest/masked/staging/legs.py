"""The way from a layer to the output, cut where everything passes through a single value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from ingest.masked.staging.refusing import Untreatable, refused, untreatable
from ingest.program.operation import Operation, Program
from ingest.walk.walked import Walked


@dataclass(frozen=True, kw_only=True)
class Leg:
    """An affine map from one value to another, and the nonlinearity after it."""

    begin: str
    end: str  # what the affine map puts out
    activation: str = "identity"
    put_out: str  # after the nonlinearity


LayerLegs = tuple[str, tuple[Leg, ...]]


def legs_of(program: Program, walked: Walked, start: str) -> list[LayerLegs]:
    """Cut the way from a layer's activations to the output at nonlinearities and at the activations of layers.

    A layer that others go around, by branches that are affine, is no place to cut at: it belongs to the next.

    Raises
    ------
    Untreatable
        Something on the way is not affine and no function of each element alone, or goes around one.
    """
    begin = walked.sites[start].value
    operations = between(program, begin, program.output)
    _check_within(program, walked, start, operations)
    cuts = _cuts(begin, operations)
    for operation in operations:
        what = untreatable(program, operation)
        if what is not None:
            raise refused(program, walked.sites, operation, what)
        if operation.kind == "pointwise" and operation.output not in cuts:
            raise _around(program, walked, operation, operations)
    found = _cut(operations, begin, {site.value: layer for layer, site in walked.sites.items() if site.value in cuts})
    _check_end(program, walked)
    return found


def between(program: Program, begin: str, end: str) -> list[Operation]:
    """List the operations that lead to a value, back to another, in order."""
    wanted, found = {end}, list[Operation]()
    for operation in reversed(program.operations):
        if operation.output in wanted and operation.output != begin:
            wanted.update(operation.inputs)
            found.append(operation)
    return found[::-1]


def _check_within(program: Program, walked: Walked, start: str, operations: Sequence[Operation]) -> None:
    """Check that nothing goes around the layer at the start."""
    after = {walked.sites[start].value}
    for operation in operations:
        if after.isdisjoint(operation.inputs):
            continue
        if not after.issuperset(operation.inputs):
            what = f"a {_joining(operation)} with values that go around layer {start!r}"
            raise refused(program, walked.sites, operation, what)
        after.add(operation.output)


def _cuts(begin: str, operations: Sequence[Operation]) -> frozenset[str]:
    """Find the values that everything passes: nothing made before them is used after them."""
    uses = {value: number for number, operation in enumerate(operations, 1) for value in operation.inputs}
    found, farthest = set[str](), 0
    for number, value in enumerate([begin, *(operation.output for operation in operations)]):
        if farthest <= number:
            found.add(value)
        farthest = max(farthest, uses.get(value, 0))
    return frozenset(found)


def _around(program: Program, walked: Walked, bend: Operation, operations: Sequence[Operation]) -> Untreatable:
    """Name the operation that joins what goes through a nonlinearity with what goes around it."""
    place = operations.index(bend)
    made_after = {operation.output for operation in operations[place:]}
    join = next(one for one in operations[place + 1 :] if not made_after.issuperset(one.inputs))
    around = f"a {_joining(join)} around the nonlinearity {bend.options['function']!r}"
    return refused(program, walked.sites, join, untreatable(program, join) or around)


def _joining(operation: Operation) -> str:
    return {"sum": "residual sum", "product": "product"}.get(operation.kind, "joining of branches")


def _cut(operations: Sequence[Operation], begin: str, ends: dict[str, str]) -> list[LayerLegs]:
    found, legs, at = list[LayerLegs](), list[Leg](), begin
    for operation in operations:
        value = operation.output
        if operation.kind == "pointwise":
            function = str(operation.options["function"])
            legs.append(Leg(begin=at, end=operation.inputs[0], activation=function, put_out=value))
        elif value in ends:
            legs.append(Leg(begin=at, end=value, put_out=value))
        else:
            continue
        at = value
        if value in ends:
            found.append((ends[value], tuple(legs)))
            legs = []
    return found


def _check_end(program: Program, walked: Walked) -> None:
    """Check that what the last layer puts out is what the network does, at other places perhaps."""
    last = walked.layers[-1].name
    for operation in between(program, walked.sites[last].value, program.output):
        if operation.kind != "move":
            function = operation.options.get("function")
            named = f"a {operation.kind}" if function is None else f"the nonlinearity {function!r}"
            what = f"{named} that belongs to no layer"
            raise refused(program, walked.sites, operation, what)
