"""Find the state dict in a checkpoint, and tell what was unwrapped and left out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import torch

from atlas.errors import BadParameter, UnknownName, UnreadableFile
from ingest.sources.regular import shown
from ingest.sources.torch_files import SAVE_TENSORS

USUAL: Final = (  # entries that hold the network, the first one there is taken
    "state_dict",
    "model_state_dict",
    "model_state",
    "model",
    "network",
    "net",
    "module",
    "params",
    "weights",
    "policy",
    "ema",
    "ema_state_dict",
    "model_ema",
    "shadow",
)
_TRAINING: Final = ("optim", "sched", "scaler", "callback", "loops")  # parts of names of entries that hold no network
_FOUND: Final = {
    "epoch": "epoch",
    "step": "step",
    "global_step": "step",
    "iteration": "step",
    "iter": "step",
    "seed": "seed",
}
_NUMBERS: Final = range(2**63)  # what a step or a seed can be; an epoch of -1 tells that training had not begun
_AVERAGED: Final = "n_averaged"  # counter of torch.optim.swa_utils.AveragedModel
_COMPILED: Final = "_orig_mod."
_PARALLEL: Final = "module."
_MAX_DEPTH: Final = 4


@dataclass(frozen=True, kw_only=True)
class Checkpoint:
    """The tensors of a checkpoint, and what was found on the way to them."""

    tensors: Mapping[str, torch.Tensor]
    notes: tuple[str, ...]
    found: Mapping[str, int]


@dataclass
class _Search:
    """A way down to the tensors."""

    path: Path
    part: str | int | None
    notes: list[str] = field(default_factory=list)
    found: dict[str, int] = field(default_factory=dict)

    def down(self, content: object, depth: int = 0) -> Mapping[str, torch.Tensor]:
        """Go down until there are tensors."""
        if depth > _MAX_DEPTH:
            raise UnreadableFile(f"{str(self.path)!r} nests its tensors too deeply. {SAVE_TENSORS}")
        if isinstance(content, (list, tuple)):
            return self.down(self._of_list(content), depth + 1)
        if not isinstance(content, Mapping):
            raise UnreadableFile(
                f"{str(self.path)!r} holds a {type(content).__name__}, no tensors by name. {SAVE_TENSORS}"
            )
        self._note_numbers(content)
        chosen = self._chosen(content)
        if chosen is None:
            return self._tensors(content)
        self._note_left_out(content, [chosen], f"took the entry {shown(chosen)}")
        return self.down(content[chosen], depth + 1)

    def _of_list(self, content: Sequence[object]) -> object:
        if not content or not all(isinstance(item, Mapping) for item in content):
            raise UnreadableFile(
                f"{str(self.path)!r} holds a {type(content).__name__}, no tensors by name. {SAVE_TENSORS}"
            )
        if isinstance(self.part, int):
            if not 0 <= self.part < len(content):
                raise BadParameter(
                    f"{str(self.path)!r} holds {len(content)} state dicts. The part {self.part} must be from 0 to "
                    f"{len(content) - 1}."
                )
            place, self.part = self.part, None
            self.notes.append(f"took state dict {place} of {len(content)}, counted from 0")
            return content[place]
        self.notes.append(f"took state dict {len(content) - 1} of {len(content)}, counted from 0: the last")
        return content[-1]

    def _chosen(self, content: Mapping[object, object]) -> object | None:
        """Choose the entry to go down into; None where the tensors stand here."""
        inside = [name for name, value in content.items() if _holds_tensors(value)]
        if isinstance(self.part, str):
            if self.part not in inside:
                raise UnknownName(f"part of {str(self.path)!r}", shown(self.part), [str(name) for name in inside])
            part, self.part = self.part, None
            return part
        usual = [name for name in USUAL if name in inside]
        if usual:
            return usual[0]
        if any(isinstance(value, torch.Tensor) for value in content.values()):
            return None
        networks = [name for name in inside if not any(word in str(name).lower() for word in _TRAINING)]
        if len(networks) > 1:
            raise BadParameter(
                f"{str(self.path)!r} holds several state dicts: {', '.join(shown(name) for name in networks[:8])}. "
                "Choose one of them as the part to read."
            )
        return networks[0] if networks else None

    def _tensors(self, content: Mapping[object, object]) -> Mapping[str, torch.Tensor]:
        names = [name for name, value in content.items() if isinstance(value, torch.Tensor)]
        if not names:
            what = f"{shown(next(iter(content)))} is no tensor" if content else "it is empty"
            raise UnreadableFile(f"{str(self.path)!r} holds no tensors by name: {what}. {SAVE_TENSORS}")
        self._note_left_out(content, names, f"took {len(names)} tensors")
        tensors = {str(name): value for name, value in content.items() if isinstance(value, torch.Tensor)}
        if len(tensors) < len(names):
            raise UnreadableFile(f"{str(self.path)!r} has two tensors of one name. {SAVE_TENSORS}")
        return self._bare(tensors)

    def _bare(self, tensors: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Take off what torch.compile, DataParallel and AveragedModel put before names."""
        bare = {name.replace(_COMPILED, ""): value for name, value in tensors.items()}
        if bare.keys() != tensors.keys() and len(bare) == len(tensors):
            self.notes.append(f"took {_COMPILED!r} off the names")
            tensors = bare
        others = [name for name in tensors if not name.startswith(_PARALLEL)]
        if others in ([], [_AVERAGED]) and len(tensors) > len(others):
            self.notes.append(f"took {_PARALLEL!r} off the names")
            if others:
                self.notes.append(f"left out {_AVERAGED!r}")
            tensors = {name.removeprefix(_PARALLEL): value for name, value in tensors.items() if name not in others}
        return tensors

    def _note_numbers(self, content: Mapping[object, object]) -> None:
        for name, value in content.items():
            if not isinstance(value, int) or isinstance(value, bool) or value not in _NUMBERS:
                continue
            if isinstance(name, str) and name in _FOUND:
                self.found.setdefault(_FOUND[name], value)

    def _note_left_out(self, content: Mapping[object, object], kept: Sequence[object], taken: str) -> None:
        taken_names = set(kept)
        rest = [name for name in content if name not in taken_names]
        more = f" and {len(rest) - 8} more" if len(rest) > 8 else ""
        left = f"; left out {', '.join(shown(name) for name in rest[:8])}{more}" if rest else ""
        if left or not isinstance(content[kept[0]], torch.Tensor):
            self.notes.append(taken + left)


def unwrap(content: object, *, path: Path, part: str | int | None) -> Checkpoint:
    """Find the tensors in what a file holds.

    Raises
    ------
    UnreadableFile
        There are no tensors by name in it.
    BadParameter, UnknownName
        No such part, or several state dicts and no part chosen.
    """
    search = _Search(path=path, part=part)
    tensors = search.down(content)
    if search.part is not None:
        raise BadParameter(f"{str(path)!r} holds one state dict. Leave the part {search.part!r} out.")
    return Checkpoint(tensors=tensors, notes=tuple(search.notes), found=search.found)


def _holds_tensors(value: object, depth: int = 0) -> bool:
    if depth > _MAX_DEPTH:
        return False
    if isinstance(value, (list, tuple)):
        return bool(value) and all(isinstance(item, Mapping) for item in value) and _holds_tensors(value[-1], depth + 1)
    if not isinstance(value, Mapping):
        return False
    if any(isinstance(item, torch.Tensor) for item in value.values()):
        return True
    return any(_holds_tensors(value[name], depth + 1) for name in USUAL if name in value)
