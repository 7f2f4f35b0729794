"""Where values come from: the record of a run, and the command that recomputes it."""

from __future__ import annotations

import hashlib
import json
import shlex
from collections.abc import Mapping
from dataclasses import dataclass

from atlas.keys import run_key
from atlas.records import DataRecord, Parameter, RunRecord
from atlas.version import __version__

FINGERPRINT_LENGTH = 10
IN_MEMORY = "memory"  # the text of trials that came as arrays; no command line can name them


@dataclass(frozen=True, kw_only=True)
class Subject:
    """What a run measures: a network by key and content, and the run that made the clusters, if it measures them."""

    network: str
    content_sha256: str
    partition_run: str | None = None


def run_record(
    subject: Subject,
    *,
    kind: str,
    method: str,
    seed: int | None,
    params: Mapping[str, Parameter],
    data: DataRecord | None = None,
    name: str | None = None,
) -> RunRecord:
    """Describe a run before it begins; the same inputs and parameters give the same key.

    Parameters
    ----------
    subject
        The network, and the run that made the clusters.
    kind, method, seed, params
        What is computed, and how.
    data
        Trials it is computed on.
    name
        Name of the partition it writes.
    """
    options = {"method": method, "seed": seed, **params, "name": name}
    key = run_key(subject.network, kind, _fingerprint(subject, kind, options, data))
    return RunRecord(
        key=key,
        network=subject.network,
        kind=kind,
        method=method,
        seed=seed,
        params=dict(params),
        command=_command(subject.network, kind, options, data),
        code_version=__version__,
        data=None if data is None else data.text,
        data_sha256=None if data is None else data.sha256,
        n_trials=None if data is None else len(data.labels),
    )


def _fingerprint(subject: Subject, kind: str, options: Mapping[str, Parameter], data: DataRecord | None) -> str:
    """Hash everything the values depend on."""
    content = {
        "kind": kind,
        "network": subject.content_sha256,
        "partition_run": subject.partition_run,
        "parameters": dict(options),
        "data": None if data is None else data.sha256,
        "code_version": __version__,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _command(network: str, kind: str, options: Mapping[str, Parameter], data: DataRecord | None) -> str:
    """Write the command that recomputes a run; in Python where the trials came from memory."""
    stated = {name: value for name, value in options.items() if value is not None}
    if data is not None and data.text == IN_MEMORY:
        stated.setdefault("only", "clusters" if "partition" in stated else "neurons")
        arguments = ", ".join(f"{name}={value!r}" for name, value in stated.items())
        forward = f"ingest.forward(module, key={network!r}, data=(x, y))"
        return f"atlas.network({network!r}, forward={forward}).{kind}({arguments})"
    words = ["atlas", kind, network]
    if data is not None:
        stated |= {"only": "clusters" if "partition" in stated else "neurons", "data": data.text}
    for name, value in stated.items():
        words += [f"--{name.replace('_', '-')}", str(value)]
    return shlex.join(words)
