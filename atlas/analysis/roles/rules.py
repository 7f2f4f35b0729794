"""The thresholds that roles are judged by."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from atlas.errors import BadParameter
from atlas.records import Parameter


@dataclass(frozen=True, kw_only=True)
class RoleRules:
    """Thresholds, each above 0 and at most 1.

    Raises
    ------
    BadParameter
        One is not.
    """

    fdr: float = 0.05  # largest q of a role; largest p of those in a partition, which have none
    redundant_share: float = 0.1  # most of what it relays alone that a redundant neuron relays beyond the rest
    least_share: float = 0.01  # a neuron active in this share of all trials is not dead; one silent, not saturated
    min_selectivity: float = 0.8  # least share of its harm that falls on the class of a specialist

    def __post_init__(self) -> None:
        for name, value in asdict(self).items():
            if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 < value <= 1:
                raise BadParameter(f"{name} is {value!r}. It is a share: give a number above 0 and at most 1.")

    @property
    def for_run(self) -> dict[str, Parameter]:
        """List what the run records."""
        return {name: float(value) for name, value in asdict(self).items()}
