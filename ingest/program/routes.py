"""Where the elements that ATen operations put out come from."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from torch import fx

from atlas.records import IntArray
from ingest.program.calls import argument, arguments, operation_name, unpacked, words
from ingest.program.graph import Graph
from ingest.program.operation import Route
from ingest.program.rewriting import spread
from ingest.program.windows import adaptive_windows, windows

MOVES = words(
    """view _unsafe_view _reshape_alias reshape view_as reshape_as flatten unflatten permute transpose t numpy_T
    swapaxes movedim squeeze unsqueeze cat concat stack hstack vstack column_stack slice select split
    split_with_sizes chunk tensor_split unsafe_split unsafe_chunk unbind narrow expand expand_as broadcast_to
    repeat repeat_interleave tile roll flip rot90 index_select index gather take_along_dim pixel_shuffle
    pixel_unshuffle channel_shuffle unfold im2col diagonal tril triu where masked_fill constant_pad_nd pad
    reflection_pad1d reflection_pad2d reflection_pad3d replication_pad1d replication_pad2d replication_pad3d
    upsample_nearest1d upsample_nearest2d upsample_nearest3d slice_scatter select_scatter copy fill atleast_1d
    atleast_2d meshgrid"""
)
SAME_PLACE = words(
    """contiguous clone alias detach lift_fresh_copy to _to_copy type_as dropout native_dropout feature_dropout
    alpha_dropout feature_alpha_dropout"""
)
_REDUCTIONS = words(
    """mean sum amax amin max min logsumexp var std linalg_vector_norm norm prod any all median nanmean nansum"""
)
_KERNELS = {f"{kind}_pool{n}d": n for kind in ("max", "avg", "lp") for n in (1, 2, 3)}
_KERNELS |= {f"max_pool{n}d_with_indices": n for n in (2, 3)}
_ADAPTIVE = {f"adaptive_{kind}_pool{n}d": n for kind in ("max", "avg") for n in (1, 2, 3)}
_ADAPTIVE |= {f"_adaptive_avg_pool{n}d": n for n in (2, 3)}
_CONTROL = {"where": 0, "index": 1, "gather": 2, "take_along_dim": 1, "masked_fill": 1, "index_select": 2}


def move_route(graph: Graph, call: fx.Node) -> Route | None:
    """Give the route of a call that moves elements; None if it does anything else."""
    name = operation_name(unpacked(call))
    inputs = graph.data_inputs(call)
    if name in SAME_PLACE:
        return _same_place
    moves = name in MOVES or unpacked(call).target is spread
    if not moves or (name in _CONTROL and _is_chosen_by_data(graph, unpacked(call), _CONTROL[name])):
        return None
    return lambda arrays: graph.follow(call, dict(zip(inputs, arrays, strict=True)))[..., None]


def pool_route(graph: Graph, call: fx.Node) -> Route | None:
    """Give the route of a call that joins several elements of what it takes in; None if it does anything else."""
    inner = unpacked(call)
    name = operation_name(inner)
    if inner is not call and arguments(call)[1] != 0:
        return None
    if name in _KERNELS:
        options = _window_options(inner, _KERNELS[name])
        return lambda arrays: windows(arrays[0], **options)
    if name in _ADAPTIVE:
        sizes = _sizes(argument(inner, "output_size"), _ADAPTIVE[name])
        return lambda arrays: adaptive_windows(arrays[0], sizes)
    if name in {"maximum", "minimum"} or (name in {"max", "min"} and len(graph.data_inputs(inner)) == 2):
        return lambda arrays: np.stack(np.broadcast_arrays(*arrays), -1)
    return _reduction_route(graph, inner) if name in _REDUCTIONS and len(graph.data_inputs(inner)) == 1 else None


def _reduction_route(graph: Graph, call: fx.Node) -> Route:
    n_axes = len(graph.shape(graph.data_inputs(call)[0]))
    asked: Any = argument(call, "dim")
    listed = [asked] if isinstance(asked, int) else list(asked or range(n_axes))
    axes = sorted(axis % n_axes for axis in listed)
    keep = bool(argument(call, "keepdim", False))

    def route(arrays: Sequence[IntArray]) -> IntArray:
        last = np.moveaxis(arrays[0], axes, range(-len(axes), 0))
        joined = last.reshape(*last.shape[: n_axes - len(axes)], math.prod(last.shape[n_axes - len(axes) :]))
        return np.expand_dims(joined, axes) if keep else joined

    return route


def _window_options(call: fx.Node, n: int) -> dict[str, Any]:
    found: Mapping[str, Any] = {name: argument(call, name) for name in ("kernel_size", "stride", "padding", "dilation")}
    sizes: dict[str, Any] = {name: _sizes(value, n) for name, value in found.items() if value not in (None, [])}
    kernel = sizes.pop("kernel_size")
    return {"kernel": kernel, "ceil_mode": bool(argument(call, "ceil_mode", False)), **sizes}


def _sizes(value: Any, n: int) -> tuple[int, ...]:
    listed = [value] if isinstance(value, int) else list(value)
    return tuple(listed * n) if len(listed) == 1 else tuple(listed)


def _same_place(arrays: Sequence[IntArray]) -> IntArray:
    return arrays[0][..., None]


def _is_chosen_by_data(graph: Graph, call: fx.Node, number: int) -> bool:
    """Tell whether the argument that says what goes where depends on the trials."""
    found: list[fx.Node] = []
    fx.map_arg(arguments(call)[number], found.append)
    return any(graph.is_data(source) for source in found)
