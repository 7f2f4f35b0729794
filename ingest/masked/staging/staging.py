"""Layers as stages: an affine map, then a nonlinearity of each element alone."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import torch

from atlas.errors import BadParameter, UnknownName, UnsupportedLayer
from atlas.records import Stage, StagedLayer
from ingest.activation import QUANTISED, parse_activation
from ingest.masked.layout import Layout, layouts
from ingest.masked.staging.affine import Piece, affine_map
from ingest.masked.staging.legs import Leg, legs_of
from ingest.masked.staging.refusing import Untreatable
from ingest.program.operation import Array, Program
from ingest.walk.walked import Walked

_CLOSE = 1e-4  # relative, of single precision


def staged(program: Program, walked: Walked, *, start: str, inputs: Array) -> tuple[StagedLayer, ...]:
    """Take the layers after `start` apart, up to the output.

    Parameters
    ----------
    inputs
        Trials; values are drawn from them where the network takes in integers.

    Raises
    ------
    UnsupportedLayer
        Something cannot be taken apart; it says from which layer on all can, if there is one.
    BadParameter
        `start` is the last layer.
    """
    names = [layer.name for layer in walked.layers]
    later = names[names.index(start) + 1 : -1]
    if start == names[-1]:
        raise BadParameter(f"No layer comes after {start!r}. Start at one before: {names[-2]!r} or earlier.")
    try:
        return _staged(program, walked, start, inputs)
    except Untreatable as error:
        found = next((layer for layer in later if _treatable(program, walked, layer, inputs)), None)
        remedy = "No later layer can be started at." if found is None else f"Start later: start={found!r}."
        raise UnsupportedLayer(f"{error} {remedy}") from error


def _treatable(program: Program, walked: Walked, start: str, inputs: Array) -> bool:
    try:
        _staged(program, walked, start, inputs)
    except UnsupportedLayer:
        return False
    return True


def _staged(program: Program, walked: Walked, start: str, inputs: Array) -> tuple[StagedLayer, ...]:
    legs = legs_of(program, walked, start)
    values = {value for _, of_layer in legs for leg in of_layer for value in (leg.begin, leg.end, leg.put_out)}
    found = layouts(program, values, tokens=inputs if inputs.dtype.kind == "i" else None)
    one = program.run({program.input.value: inputs[:1]}, [*values])
    dtypes = {value: str(array.dtype) for value, array in one.items()}
    before = [start, *(name for name, _ in legs)]
    return tuple(
        StagedLayer(
            layer=name,
            stages=_stages(program, of_layer, found, dtypes, way=f"from layer {source!r} to {name!r}"),
            numbers=walked.sites[name].numbers.reshape(-1),
        )
        for source, (name, of_layer) in zip(before, legs, strict=False)
    )


def _stages(
    program: Program, legs: Sequence[Leg], found: Mapping[str, Layout], dtypes: Mapping[str, str], *, way: str
) -> tuple[Stage, ...]:
    try:
        return tuple(_stage(program, leg, found, dtypes) for leg in legs)
    except Untreatable as error:
        raise Untreatable(f"What leads {way} {error}.") from error


def _stage(program: Program, leg: Leg, found: Mapping[str, Layout], dtypes: Mapping[str, str]) -> Stage:
    make = partial(Piece, program=program, layouts=found)
    weight, bias = affine_map(make(begin=leg.begin, end=leg.end, dtype=dtypes[leg.begin]))
    if leg.end != leg.put_out:
        _check_function(make(begin=leg.end, end=leg.put_out, dtype=dtypes[leg.end]), leg.activation)
    return Stage(weight=weight, bias=bias, activation=leg.activation)


def _check_function(piece: Piece, text: str) -> None:
    """Compare a nonlinearity that chains have with the program on random elements; others are known by name only."""
    try:
        activation = parse_activation(text)
    except (UnknownName, BadParameter):
        return
    if activation.name == QUANTISED:  # it leaps: a rounding before it may be a level after it
        return
    rows = np.random.default_rng(0).normal(scale=2, size=(4, piece.n_in)).astype(piece.dtype)
    expected = piece(rows)
    off = np.abs(activation(torch.from_numpy(rows.astype(np.float64))).numpy() - expected)
    if not bool((off <= _CLOSE * float(np.abs(expected).max(initial=0.0))).all()):
        raise Untreatable(f"ends in {text!r}, which computes something else")
