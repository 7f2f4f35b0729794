"""Score functions by name: `package.module:function`."""

from __future__ import annotations

import importlib
import re
import sys
from pathlib import Path

from atlas.analysis.ablation.losses import Score
from atlas.errors import BadParameter

_FORM = re.compile(r"[^\W\d]\w*(?:\.[^\W\d]\w*)*:[^\W\d]\w*")


def score_of(score: str | Score | None) -> Score | None:
    """Find a score function by its name, in modules that can be imported from here; a function is given back.

    Raises
    ------
    BadParameter
        The name is malformed, or there is no such function.
    """
    if not isinstance(score, str):
        return score
    if _FORM.fullmatch(score) is None:
        raise BadParameter(f"The score {score!r} is malformed. Write it as in 'package.module:function'.")
    module_name, _, name = score.partition(":")
    if "" not in sys.path and str(Path.cwd()) not in sys.path:
        sys.path.append(str(Path.cwd()))
    importlib.invalidate_caches()
    try:
        found = getattr(importlib.import_module(module_name), name)
    except Exception as error:  # foreign code may raise anything
        raise BadParameter(
            f"The score {score!r} is not found: {type(error).__name__}: {' '.join(str(error).split())}. "
            "Its module must be importable from here, and have the function."
        ) from error
    if not callable(found):
        raise BadParameter(f"The score {score!r} is no function. It takes outputs, and labels or values expected.")
    return found  # type: ignore[no-any-return]
