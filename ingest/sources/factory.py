"""`package.module:factory`: the user's own code makes the network, a file gives its weights."""

from __future__ import annotations

import importlib
import re
import sys
from collections.abc import Collection, Mapping
from pathlib import Path

import torch
from torch import nn

from atlas.errors import BadParameter, TensorMismatch, UnknownName, UnsupportedLayer
from ingest.sources.regular import shown
from ingest.sources.tensors import shape_text

_FORM = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*(?:\.[^\W\d]\w*)*")
_SHOWN = 4  # tensors named in a message


def module_of_factory(text: str, *, tensors: Mapping[str, torch.Tensor] | None = None) -> nn.Module:
    """Make a network by the user's own code, which is imported and run, and give it weights.

    Parameters
    ----------
    text
        `package.module:factory`; the factory is called without arguments. Modules in the current folder are found.
    tensors
        Weights for all parameters and buffers, by name; None leaves those the factory made.

    Returns
    -------
    nn.Module
        In evaluation mode.

    Raises
    ------
    BadParameter, UnknownName
        The text is malformed, or there is no such module or factory.
    UnsupportedLayer
        The factory fails, or makes something other than a torch module.
    TensorMismatch
        Tensors that do not fit the network.
    """
    module_name, name = _parse(text)
    made = _called(_found(module_name, name, text), text)
    if tensors is not None:
        _load(made, tensors, text)
    return made.eval()


def _parse(text: str) -> tuple[str, str]:
    if _FORM.fullmatch(text) is None:
        raise BadParameter(f"The factory {shown(text)} is malformed. Write it as in 'package.module:factory'.")
    module_name, _, name = text.partition(":")
    return module_name, name


def _found(module_name: str, name: str, text: str) -> object:
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.insert(0, str(Path.cwd()))
    importlib.invalidate_caches()
    try:
        value: object = importlib.import_module(module_name)
    except ModuleNotFoundError as error:
        if error.name is not None and f"{module_name}.".startswith(f"{error.name}."):
            raise UnknownName(
                "module", error.name, _modules_here(), remedy=f"{text!r} is looked for from here."
            ) from error
        raise _failed(text, "cannot be imported", error) from error
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        raise _failed(text, "cannot be imported", error) from error
    for part in name.split("."):
        if not hasattr(value, part):
            known = [known for known in vars(value) if not known.startswith("_")] if hasattr(value, "__dict__") else []
            raise UnknownName("factory", name, known, remedy=f"It is looked for in {module_name!r}.")
        value = getattr(value, part)
    return value


def _modules_here() -> list[str]:
    return [path.stem for path in Path.cwd().glob("*.py")] + [
        path.parent.name for path in Path.cwd().glob("*/__init__.py")
    ]


def _called(factory: object, text: str) -> nn.Module:
    if isinstance(factory, nn.Module):
        return factory
    if not callable(factory):
        raise UnsupportedLayer(
            f"The factory {text!r} is a {type(factory).__name__}, which cannot be called. Name a function."
        )
    try:
        made = factory()
    except (Exception, SystemExit) as error:  # foreign code may raise anything
        raise _failed(text, "fails", error) from error
    if not isinstance(made, nn.Module):
        raise UnsupportedLayer(
            f"The factory {text!r} returns a {type(made).__name__}. It must return a torch.nn.Module."
        )
    return made


def _load(made: nn.Module, tensors: Mapping[str, torch.Tensor], text: str) -> None:
    own = made.state_dict()
    missing, unexpected = [name for name in own if name not in tensors], [name for name in tensors if name not in own]
    wrong = [
        f"{shown(name)} is {shape_text(tensors[name])} in the file and {shape_text(tensor)} in the network"
        for name, tensor in own.items()
        if name in tensors and isinstance(tensor, torch.Tensor) and tensor.shape != tensors[name].shape
    ]
    faults = [f"the file lacks {_names(missing)}"] if missing else []
    faults += [f"the network lacks {_names(unexpected)}"] if unexpected else []
    faults += [*wrong[:_SHOWN], *([f"{len(wrong) - _SHOWN} more have other shapes"] if len(wrong) > _SHOWN else [])]
    if faults:
        raise TensorMismatch(
            f"The tensors do not fit what {text!r} makes: {'; '.join(faults)}. {_remedy(own, tensors)}"
        )
    try:
        made.load_state_dict(dict(tensors))
    except Exception as error:  # torch modules may load in their own ways
        raise TensorMismatch(f"{text!r} does not take the tensors: {_one_line(error)}. Check the file.") from error


def _remedy(own: Collection[str], tensors: Collection[str]) -> str:
    """Say what would help: often all names in the file only begin with one more word."""
    prefixes = {name.partition(".")[0] for name in tensors}
    if len(prefixes) == 1:
        prefix = next(iter(prefixes))
        if {name.removeprefix(f"{prefix}.") for name in tensors} == set(own):
            return f"All names in the file begin with {shown(prefix)}: return a network that holds this one so named."
    return "Names and shapes must be those of the network's state_dict()."


def _failed(text: str, what: str, error: BaseException) -> UnsupportedLayer:
    return UnsupportedLayer(
        f"The factory {text!r} {what}: {type(error).__name__}: {_one_line(error)}. "
        "It must be importable from here, and take no arguments."
    )


def _names(names: list[str]) -> str:
    more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(shown(name) for name in names[:_SHOWN]) + more


def _one_line(error: BaseException) -> str:
    return " ".join(str(error).split())
