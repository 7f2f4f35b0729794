"""What a network's file does not say of how to open it."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.errors import BadParameter, shown


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How to open a network: what its file does not say.

    `factory` is a `package.module:function` that makes the torch module, `chain` names linear layers in order with
    their activations (`fc1:relu,fc2`), `part` picks one of several state dicts, `input` is the shape of one trial
    (`3x32x32`, `tokens:16`), needed where there are no data to take it from. `norm` is how the strength of a kernel
    is taken; with `allow_opaque` operations that are not understood become layers marked opaque.
    All but this one are text; `BadParameter` for anything else.
    """

    chain: str | None = None
    factory: str | None = None
    part: str | None = None
    input: str | None = None
    norm: str = "entrywise_l1"
    allow_opaque: bool = False

    def __post_init__(self) -> None:
        """Check that what is said is text."""
        for name in ("chain", "factory", "part", "input", "norm"):
            text = getattr(self, name)
            if not isinstance(text, str) and (text is not None or name == "norm"):
                raise BadParameter(
                    f"{name} is {shown(text)}. It must be text, as in Opening(chain='fc1:relu,fc2', input='3x32x32')."
                )
