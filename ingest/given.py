"""Values of a kind that nobody can use are refused by name, in one line."""

from __future__ import annotations

from collections.abc import Mapping
from numbers import Integral

import torch
from torch import nn

from atlas.errors import BadKey, BadParameter, shown
from atlas.keys import check_segment

_LARGEST = 2**63 - 1  # an integer of the graph
_EXTRA = "_extra_state"  # torch's name for what a module keeps beside its tensors


def whole_number(value: object, name: str, *, least: int = 0) -> int:
    """Take a whole number of Python or NumPy that the graph can hold.

    Raises
    ------
    BadParameter
        It is none, below `least`, or too large.
    """
    number = int(value) if isinstance(value, Integral) and not isinstance(value, bool) else None
    if number is None or number < least:
        raise BadParameter(f"{name} is {shown(value)}. It must be a whole number, {least} or above.")
    if number > _LARGEST:
        raise BadParameter(f"{name} is {shown(number)}, which has more than 64 bits. Give a smaller number.")
    return number


def check_kind(value: object, kind: type, remedy: str) -> None:
    """Refuse what is of another kind.

    Raises
    ------
    BadParameter
        It is.
    """
    if not isinstance(value, kind):
        raise BadParameter(f"{shown(value)} is no {kind.__name__}. {remedy}")


def check_key(key: str) -> None:
    """Check a network's name in the atlas.

    Raises
    ------
    BadKey
        It is no text, or outside the rule.
    """
    if not isinstance(key, str):
        raise BadKey("network key", key)
    check_segment(key, what="network key")


def check_tensors(tensors: Mapping[str, torch.Tensor]) -> None:
    """Check that a state dict has tensors by name.

    Raises
    ------
    BadParameter
        It has something else.
    """
    for name, value in tensors.items():
        if not isinstance(name, str) or not (isinstance(value, torch.Tensor) or name.endswith(_EXTRA)):
            raise BadParameter(
                f"The state dict holds a {type(value).__name__} under {shown(name)}. "
                "Give tensors by name, as module.state_dict() does."
            )


def no_network(source: object) -> BadParameter:
    """Say what a network can be given as."""
    if isinstance(source, type) and issubclass(source, nn.Module):
        return BadParameter(f"{source.__name__!r} is a class, not a network. Give one that is trained, made of it.")
    return BadParameter(f"{shown(source)} is no network. Give a torch module, a state dict, or the path of a file.")
