"""The options of `atlas ingest`, and what they say in the words of ingestion."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from ingest import Keep, Opening, Origin


class Norm(str, Enum):
    """How the strength of a kernel is taken."""

    entrywise_l1 = "entrywise_l1"
    induced_1 = "induced_1"
    frobenius = "frobenius"
    spectral = "spectral"


SourceArgument = Annotated[
    str,
    typer.Argument(
        metavar="SOURCE",
        help="File of tensors (.pt, .pth, .ckpt, .safetensors, Stable-Baselines3 .zip) or program (.pt2, .onnx); "
        "or a folder of them; or a manifest (.csv, .toml) with the columns file, key, factory, chain, input, family, "
        "seed, step, data, part, norm.",
        show_default=False,
    ),
]
KeyOption = Annotated[
    str | None, typer.Option(help="Name in the atlas; else made of the file's name.", show_default=False)
]
ChainOption = Annotated[
    str | None, typer.Option(help="Layers in order with their activations: 'fc1:relu,fc2'.", show_default=False)
]
FactoryOption = Annotated[
    str | None,
    typer.Option(help="package.module:function that makes the torch module; it is run.", show_default=False),
]
InputOption = Annotated[
    str | None,
    typer.Option("--input", help="Shape of one trial: 784, 3x32x32, tokens:16.", show_default=False),
]
PartOption = Annotated[
    str | None,
    typer.Option(help="Of several state dicts in the file: a name, or a place from 0.", show_default=False),
]
NormOption = Annotated[Norm, typer.Option(help="How the strength of a kernel is taken.")]
OpaqueOption = Annotated[bool, typer.Option("--allow-opaque", help="Make what is not understood layers marked opaque.")]
KeepOption = Annotated[
    str | None,
    typer.Option(
        help="Weights to keep: all, top:K of every neuron, min:STRENGTH, share:0.95 of the strength.",
        show_default=False,
    ),
]
PatternOption = Annotated[
    str | None, typer.Option(help="Files of a folder: '*.pt', '**/*.pt'; else all known ones.", show_default=False)
]
FamilyOption = Annotated[
    str | None, typer.Option(help="Family of networks, or training run, it belongs to.", show_default=False)
]
SeedOption = Annotated[int | None, typer.Option(help="Seed it was trained with.", show_default=False)]
StepOption = Annotated[
    int | None, typer.Option(help="Training step; else from the file's name, or the file.", show_default=False)
]
WorkersOption = Annotated[
    int | None, typer.Option(min=1, help="Processes that read many networks; else by the cores.", show_default=False)
]


@dataclass(frozen=True, kw_only=True)
class IngestOptions:
    """How to open networks, what is known of them, and which weights to keep."""

    chain: str | None
    factory: str | None
    input: str | None
    part: str | None
    norm: Norm
    allow_opaque: bool
    data: str | None
    keep: str | None
    family: str | None
    seed: int | None
    training_step: int | None

    @property
    def opening(self) -> Opening:
        """How to open them."""
        from ingest import Opening

        return Opening(
            chain=self.chain,
            factory=self.factory,
            input=self.input,
            part=self.part,
            norm=self.norm.value,
            allow_opaque=self.allow_opaque,
        )

    @property
    def origin(self) -> Origin:
        """What is known of how they came to be."""
        from ingest import Origin

        return Origin(family=self.family, seed=self.seed, training_step=self.training_step)

    @property
    def rule(self) -> Keep:
        """Which weights to keep."""
        from ingest import parse_keep

        return parse_keep(self.keep)
