"""A network as the record that the store loads."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby

from atlas.errors import BadParameter, shown
from atlas.keys import ALL_TARGET
from atlas.records import DataRecord, LayerRecord, NetworkRecord, TargetRecord
from ingest.given import check_key, check_kind, whole_number
from ingest.keep import Keep, kept_blocks
from ingest.masked import ProgramForward
from ingest.network import TrainedNetwork
from ingest.trials import IN_MEMORY

_LAYERS_SHOWN = 12


@dataclass(frozen=True, kw_only=True)
class Origin:
    """What is known of how a network came to be: texts, and whole numbers from 0; `BadParameter` for anything else."""

    dataset: str | None = None  # None: named after the data it is measured on
    family: str | None = None
    seed: int | None = None
    training_step: int | None = None

    def __post_init__(self) -> None:
        """Check every field, and make NumPy's integers Python's."""
        for name in ("dataset", "family"):
            text = getattr(self, name)
            if text is not None and not (isinstance(text, str) and text.strip()):
                raise BadParameter(f"{name} is {shown(text)}. It must be text, and not empty.")
        for name in ("seed", "training_step"):
            number = getattr(self, name)
            if number is not None:
                object.__setattr__(self, name, whole_number(number, name))


def record(
    network: TrainedNetwork,
    *,
    key: str,
    data: DataRecord | None = None,
    origin: Origin | None = None,
    keep: Keep | None = None,
    forward: ProgramForward | None = None,
) -> NetworkRecord:
    """Describe a network for the store: layers, weights, targets, and accuracy where there are data with classes.

    Parameters
    ----------
    key
        The network's name in the atlas.
    data
        Trials to measure the accuracy on.
    keep
        Which weights are kept, and recorded with the strength that is left out; None: all, up to `MAX_WEIGHTS`.
    forward
        The network on these trials, where it was made already.

    Raises
    ------
    BadKey, BadParameter
        A key or a rule outside the rules.
    TooManyWeights
        There are too many to keep them all without being asked to.
    DataMismatch
        Data that do not fit the network.
    """
    check_key(key)
    origin = Origin() if origin is None else origin
    check_kind(origin, Origin, "Write origin=ingest.Origin(...), for example ingest.Origin(family='small', seed=0).")
    blocks = kept_blocks(network.walked.blocks, Keep() if keep is None else keep)
    if data is not None and forward is None:
        forward = ProgramForward(network.program, network.walked, network=key, data=data)
    found = network.found
    return NetworkRecord(
        key=key,
        architecture=architecture(network.walked.layers),
        layers=network.walked.layers,
        blocks=blocks,
        compositions=network.walked.compositions,
        targets=_targets(network.walked.layers[-1].n_neurons, has_classes=data is None or data.values is None),
        file_sha256=network.sha256,
        dataset=origin.dataset if data is None else origin.dataset or _dataset(data),
        family=origin.family,
        seed=found.get("seed") if origin.seed is None else origin.seed,
        training_step=found.get("step") if origin.training_step is None else origin.training_step,
        accuracy_percent=_accuracy_percent(forward),
        opened=dict(network.opened) | ({} if data is None else {"data": data.text}),
        weights_sha256=network.walked.weights_sha256,
        norm=network.norm,
    )


def architecture(layers: tuple[LayerRecord, ...]) -> str:
    """Write a network down in short: `784-20-10-10 relu`, `3-convolution 6-convolution 16-120-84-10 relu`."""
    activations = list(dict.fromkeys(layer.activation for layer in layers[1:-1])) or ["linear"]
    nonlinear = [name for name in activations if name != "identity"] or activations
    output = layers[-1].activation
    tail = f"{'/'.join(nonlinear)}{'' if output == 'identity' else f', {output} output'}"
    if len(layers) <= _LAYERS_SHOWN:
        return f"{'-'.join(map(_size, layers))} {tail}"
    runs = [(kind, len(list(run))) for kind, run in groupby(sorted(layer.kind for layer in layers[1:]))]
    return f"{len(layers) - 1} layers ({', '.join(f'{count} {kind}' for kind, count in runs)}) {tail}"


def _size(layer: LayerRecord) -> str:
    return str(layer.n_neurons) if layer.kind in ("input", "linear") else f"{layer.kind} {layer.n_neurons}"


def _accuracy_percent(forward: ProgramForward | None) -> float | None:
    return None if forward is None or forward.data.values is not None else forward.accuracy_percent


def _targets(n_outputs: int, *, has_classes: bool) -> tuple[TargetRecord, ...]:
    """Name what the network is asked for: a class for every output, and all; without classes, all."""
    numbers = range(n_outputs) if has_classes else ()
    classes = (TargetRecord(name=str(number), kind="class", number=number) for number in numbers)
    return (TargetRecord(name=ALL_TARGET, kind="all"), *classes)


def _dataset(data: DataRecord) -> str | None:
    """Name the data without their folder: `mnist`, `digits`, `trials.npz`, `package.module:function`."""
    if data.text == IN_MEMORY:
        return None
    if data.text.endswith(".npz"):
        return data.text.replace("\\", "/").rpartition("/")[2]
    kind = data.text.partition(":")[0]
    return kind if kind in ("digits", "mnist", "fashion") else data.text
