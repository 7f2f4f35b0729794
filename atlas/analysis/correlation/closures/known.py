"""The nonlinearities that have a closure, by the names chains write."""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from functools import cache

from atlas.analysis.correlation.closures import smooth
from atlas.analysis.correlation.closures.closure import Closure
from atlas.analysis.correlation.closures.gaussian_error import GaussianError
from atlas.analysis.correlation.closures.quadratic import Quadratic
from atlas.analysis.correlation.closures.rectified import Rectified
from atlas.analysis.correlation.closures.series import Smooth
from atlas.errors import UnsupportedLayer

PLAIN: Mapping[str, Closure] = {
    "identity": Quadratic(0.0),
    "relu": Rectified(0.0),
    "erf": GaussianError(),
    "tanh": Smooth(smooth.tanh),
    "sigmoid": Smooth(smooth.sigmoid),
    "gelu": Smooth(smooth.gelu),
    "gelu_tanh": Smooth(smooth.gelu_tanh),
    "silu": Smooth(smooth.silu),
    "softplus": Smooth(smooth.softplus),
    "mish": Smooth(smooth.mish),
}
WITH_NUMBER: Mapping[str, tuple[Callable[[float], Closure], float]] = {  # and the number they have by default
    "leaky_relu": (Rectified, 0.01),
    "quadratic": (Quadratic, 0.5),
}
_TEXT = re.compile(r"([a-z0-9_]+)(?:\(([^()]+)\))?")


@cache
def closure_of(activation: str) -> Closure:
    """Find the closure of a nonlinearity as chains write it: `relu`, `leaky_relu(0.2)`, `quadratic(0.5)`.

    `quadratic` is z + alpha z^2, its number alpha.

    Raises
    ------
    UnsupportedLayer
        It has none.
    """
    match = _TEXT.fullmatch(activation)
    name, text = match.groups() if match else (activation, None)
    if name in PLAIN and text is None:
        return PLAIN[name]
    if name in WITH_NUMBER:
        make, default = WITH_NUMBER[name]
        number = _number(text, default)
        if math.isfinite(number):
            return make(number)
    raise UnsupportedLayer(
        f"The activation {activation!r} has no closure: what it makes of means and covariances is not known. "
        f"Those that have one: {', '.join([*PLAIN, *(f'{known}(NUMBER)' for known in WITH_NUMBER)])}. "
        "Take one of these, or begin after it."
    )


def _number(text: str | None, default: float) -> float:
    try:
        return default if text is None else float(text)
    except ValueError:
        return math.nan
