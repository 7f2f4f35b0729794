"""Readable, stable names: `network`, `network/layer`, `network/layer/neuron`, `network/partition/cluster`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from atlas.errors import BadKey, BadParameter, shown

SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
INPUT_LAYER = "input"
ALL_TARGET = "all"


def check_segment(text: str, *, what: str) -> str:
    """Return `text` if it can be one segment of a key, else raise `BadKey`, or `BadParameter` if it is no text."""
    if not isinstance(text, str):
        raise BadParameter(f"The {what} {shown(text)} cannot be a key. A key is text. Put it in quotes.")
    if SEGMENT.fullmatch(text) is None:
        raise BadKey(what, text)
    return text


def names_in(names: str | Sequence[str]) -> tuple[str, ...]:
    """Take names as a sequence, or as one text with commas between, as a run records them and a command takes them.

    Raises
    ------
    BadParameter
        Something else is given, or among them.
    """
    if isinstance(names, str):
        return tuple(name.strip() for name in names.split(","))
    given = tuple(names) if isinstance(names, Iterable) else (names,)
    wrong = [name for name in given if not isinstance(name, str)]
    if wrong:
        raise BadParameter(f"{shown(wrong[0])} is no name. Names are text: give one, several with commas, or a list.")
    return given


def layer_names(layers: str | Sequence[str] | None) -> tuple[str, ...] | None:
    """Take the layers asked for, as `names_in` does; None leaves the choice to the analysis.

    Raises
    ------
    BadParameter
        None is named, or one twice: its neurons would count twice.
    """
    if layers is None:
        return None
    named = names_in(layers)
    if not any(named):
        raise BadParameter("No layer is named. Name one or more, or leave the choice to the analysis: no layers.")
    twice = [name for place, name in enumerate(named) if name in named[:place]]
    if twice:
        raise BadParameter(f"The layer {twice[0]!r} is named twice. Name every layer once.")
    return named


def layer_key(network: str, layer: str) -> str:
    """Name a layer: `mnist-mlp/fc1`."""
    return f"{network}/{layer}"


def neuron_key(network: str, layer: str, number: int) -> str:
    """Name a neuron: `mnist-mlp/fc1/37`, counted from 0."""
    return f"{network}/{layer}/{number}"


def partition_key(network: str, partition: str) -> str:
    """Name a partition: `mnist-mlp/leiden-1.0-seed0`."""
    return f"{network}/{partition}"


def cluster_key(network: str, partition: str, number: int) -> str:
    """Name a cluster: `mnist-mlp/leiden-1.0-seed0/3`, counted from 0."""
    return f"{network}/{partition}/{number}"


def target_key(network: str, target: str) -> str:
    """Name a target: `mnist-mlp/target/7`, `mnist-mlp/target/all`."""
    return f"{network}/target/{target}"


def run_key(network: str, kind: str, fingerprint: str) -> str:
    """Name a run: `mnist-mlp/run/ablate-3f2a90c1d4`. The fingerprint is taken of everything the values depend on."""
    return f"{network}/run/{kind}-{fingerprint}"
