"""Readable, stable names: `network`, `network/layer`, `network/layer/neuron`, `network/partition/cluster`."""

from __future__ import annotations

import re

from atlas.errors import BadKey

SEGMENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
INPUT_LAYER = "input"
ALL_TARGET = "all"


def check_segment(text: str, *, what: str) -> str:
    """Return `text` if it can be one segment of a key, else raise `BadKey`."""
    if SEGMENT.fullmatch(text) is None:
        raise BadKey(what, text)
    return text


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
