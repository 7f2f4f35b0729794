"""Criteria for neurons: they become parameters of the question `find_neurons`, never text."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any

from atlas.catalogue import find
from atlas.catalogue.header import Value
from atlas.catalogue.parameters import fill
from atlas.errors import BadParameter

QUESTION = "find_neurons"
_EFFECT, _BITS, _RELAY = ("min_effect", "max_effect"), ("min_bits", "max_bits"), ("min_relay_bits",)
_MEASURED = {  # which limits are about what these parameters name
    "target": (*_EFFECT, *_BITS, *_RELAY),
    "effect_run": _EFFECT,
    "information_run": _BITS,
    "relay_run": _RELAY,
}


@dataclass(frozen=True, kw_only=True, repr=False)
class Neurons:
    """The neurons that meet every criterion; `a & b` meets those of both. None asks for nothing.

    Limits count themselves in. A limit on a measure leaves out neurons without it, and asks for the analysis that
    measures it, should it not have run. NumPy's and pandas' numbers and text will do.

    Parameters
    ----------
    layer
        Name of the layer.
    partition, cluster
        Name of a partition, and number of the cluster in it.
    role
        A role that `atlas roles` gave: relay, redundant, dead, saturated, specialist, hub, ...
    min_in_strength, min_out_strength
        Summed strength of incoming, or outgoing, weights.
    min_effect, max_effect
        Accuracy lost when it is ablated, in percentage points.
    min_bits, max_bits
        Label information, in bits.
    min_relay_bits
        Relay information given the rest of its layer, in bits.
    target
        The class that effects and bits are about; `all` for all together.
    effect_run, information_run, relay_run
        Key of the run to read; None takes the newest finished one.

    Raises
    ------
    BadParameter
        A value is of the wrong type. Names are looked up when the criteria are used.

    Examples
    --------
    >>> strong = Neurons(min_in_strength=2) & Neurons(layer="fc1", min_in_strength=1)
    >>> strong
    Neurons(layer='fc1', min_in_strength=2.0)
    >>> strong.parameters
    {'layer': 'fc1', 'min_in_strength': 2.0, 'target': 'all'}
    """

    layer: str | None = None
    partition: str | None = None
    cluster: int | None = None
    role: str | None = None
    min_in_strength: float | None = None
    min_out_strength: float | None = None
    min_effect: float | None = None
    max_effect: float | None = None
    min_bits: float | None = None
    max_bits: float | None = None
    min_relay_bits: float | None = None
    target: str = "all"
    effect_run: str | None = None
    information_run: str | None = None
    relay_run: str | None = None

    def __post_init__(self) -> None:
        checked = fill(find(QUESTION), {"network": "any", **self.parameters})
        for name in self.parameters:
            object.__setattr__(self, name, checked[name])

    def __repr__(self) -> str:
        given = {field.name: getattr(self, field.name) for field in fields(self)}
        asked = (f"{name}={value!r}" for name, value in given.items() if value != getattr(Neurons, name))
        return f"Neurons({', '.join(asked)})"

    @property
    def parameters(self) -> dict[str, Value]:
        """Give what is asked for as parameters of `find_neurons`."""
        values = {field.name: getattr(self, field.name) for field in fields(self)}
        return {name: value for name, value in values.items() if value is not None}

    def __and__(self, other: Neurons) -> Neurons:
        """Meet both: the tighter of two limits, and no two names for one thing.

        Raises
        ------
        TypeError
            The other is no criteria.
        BadParameter
            Both name a layer, partition, cluster, role, target or run, and not the same.
        """
        if not isinstance(other, Neurons):
            return NotImplemented
        return Neurons(**{field.name: self._joined(other, field.name) for field in fields(self)})

    def _joined(self, other: Neurons, name: str) -> Any:
        mine, others = getattr(self, name), getattr(other, name)
        if mine == others:
            return mine
        if name in _MEASURED:
            about = [one for one in (self, other) if one._limits(_MEASURED[name])]
            if len(about) < 2:
                return getattr(about[0] if about else Neurons, name)
        elif mine is None or others is None:
            return others if mine is None else mine
        elif name.startswith(("min_", "max_")):
            return (max if name.startswith("min_") else min)(mine, others)
        raise BadParameter(f"Criteria joined by & have two values of {name!r}: {mine!r} and {others!r}. Give one.")

    def _limits(self, names: tuple[str, ...]) -> bool:
        return any(getattr(self, name) is not None for name in names)
