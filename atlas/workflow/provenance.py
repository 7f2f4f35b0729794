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
_OF_BOTH = ("ablate", "inform", "relay", "complexity")  # commands that measure neurons and clusters
_OBJECTS = ("initial", "labels")  # what Python takes as an object, the command line as a file


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
    method_option: str | None = "method",
    found: Mapping[str, Parameter] | None = None,
    in_python: bool = False,
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
    method_option
        Option of the command that says the method; None where there is only one.
    found
        What the values depend on beside what can be asked for: no option of the command.
    in_python
        Something it needs came from memory, so that only Python can recompute it.
    """
    found = found or {}
    options: dict[str, Parameter] = {} if method_option is None else {method_option: method}
    options |= {"seed": seed, **params, "name": name}
    key = run_key(subject.network, kind, _fingerprint(subject, kind, {**options, **found}, data))
    return RunRecord(
        key=key,
        network=subject.network,
        kind=kind,
        method=method,
        seed=seed,
        params={**params, **found},
        command=_command(subject.network, kind, options, data, in_python=in_python),
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
        "parameters": {name: value for name, value in options.items() if f"{name}_sha256" not in options},
        "data": None if data is None else data.sha256,
        "code_version": __version__,
    }
    canonical = json.dumps(content, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()[:FINGERPRINT_LENGTH]


def _command(
    network: str, kind: str, options: Mapping[str, Parameter], data: DataRecord | None, *, in_python: bool
) -> str:
    """Write the command that recomputes a run; in Python where the trials, or something else, came from memory."""
    stated = {name: value for name, value in options.items() if value is not None}
    if data is not None:
        stated |= _only(kind, options)
    if in_python or (data is not None and data.text == IN_MEMORY):
        arguments = ", ".join(f"{name}={name if name in _OBJECTS else repr(value)}" for name, value in stated.items())
        return f"atlas.network({_opened(network, data)}).{kind}({arguments})"
    words = ["atlas", kind, network]
    for name, value in (stated if data is None else stated | {"data": data.text}).items():
        words += _option(name, value)
    return shlex.join(words)


def _opened(network: str, data: DataRecord | None) -> str:
    """Write what `atlas.network` is given, in Python."""
    if data is None:
        return repr(network)
    trials = "(x, y)" if data.text == IN_MEMORY else repr(data.text)
    return f"{network!r}, forward=ingest.forward(module, key={network!r}, data={trials})"


def _option(name: str, value: Parameter) -> tuple[str, ...]:
    option = name.replace("_", "-")
    return (f"--{'' if value else 'no-'}{option}",) if isinstance(value, bool) else (f"--{option}", str(value))


def _only(kind: str, options: Mapping[str, Parameter]) -> dict[str, str]:
    """Say which of both a run measures, if its command measures neurons and clusters unless it is told."""
    if kind not in _OF_BOTH:
        return {}
    return {"only": "neurons" if options["partition"] is None else "clusters"}
