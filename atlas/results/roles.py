"""What judging the roles of neurons reads and hands back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from atlas.records import FloatArray, IntArray, Parameter
from atlas.results.partition import ROLES as ROLES_IN_PARTITION

if TYPE_CHECKING:
    import pandas as pd

ROLES = ("relay", "redundant", "dead", "saturated", "specialist", *ROLES_IN_PARTITION)


@dataclass(frozen=True, kw_only=True)
class RelayEvidence:
    """What a run measured of the relay information of neurons over all classes; arrays of shape (n_neurons,)."""

    run: str  # key
    n_null: int  # shuffles behind p
    elements: tuple[str, ...]
    bits: FloatArray  # given the rest of the layers; NaN where trials are too few
    p: FloatArray
    q: FloatArray
    alone_bits: FloatArray
    alone_p: FloatArray
    alone_q: FloatArray


@dataclass(frozen=True, kw_only=True)
class ActivityEvidence:
    """How often a run saw neurons active; arrays of shape (n_neurons,)."""

    run: str
    elements: tuple[str, ...]
    active_share: FloatArray  # of the trials, those in which the activation is not 0
    n_trials: IntArray
    activations: tuple[str, ...]  # nonlinearity of the neuron's layer
    summaries: tuple[str, ...]  # how its elements become one activation: alone, mean over positions, ...


@dataclass(frozen=True, kw_only=True)
class HarmEvidence:
    """What a run found that ablating neurons costs each class; arrays of shape (n_neurons, n_classes)."""

    run: str
    elements: tuple[str, ...]
    targets: tuple[str, ...]  # the classes
    points: FloatArray  # NaN where not measured
    p: FloatArray
    q: FloatArray


@dataclass(frozen=True, kw_only=True)
class PlaceEvidence:
    """Where a run that made a partition put neurons; arrays of shape (n_neurons,)."""

    run: str
    n_null: int  # shuffles behind p
    elements: tuple[str, ...]
    role: tuple[str | None, ...]  # provincial, hub, connector, bottleneck; None: none of them
    p: FloatArray
    within_z: FloatArray
    participation: FloatArray
    path_share: FloatArray
    layer_size: IntArray  # neurons of its layer


@dataclass(frozen=True, kw_only=True)
class RoleEvidence:
    """What finished runs tell about the neurons of a network; None where no run is to be judged by."""

    relays: RelayEvidence | None = None
    activity: ActivityEvidence | None = None
    harm: HarmEvidence | None = None
    places: PlaceEvidence | None = None


@dataclass(frozen=True, kw_only=True)
class RoleResult:
    """Roles of neurons. One row is one neuron in one role; tuples and arrays have one entry a row."""

    elements: tuple[str, ...]
    roles: tuple[str, ...]
    targets: tuple[str, ...]  # the class of a specialist, else `all`
    value: FloatArray  # what the rule compares with the threshold
    threshold: FloatArray
    p: FloatArray
    q: FloatArray  # NaN for roles in a partition, judged by p alone
    rules: tuple[str, ...]  # one sentence
    from_runs: tuple[str, ...]  # key of the run whose values were judged
    n_judged: Mapping[str, int]  # by role: neurons that could have got it
    notes: tuple[str, ...]  # what could not be judged, and why
    params: Mapping[str, Parameter]

    def to_frame(self) -> pd.DataFrame:
        """Tabulate: element, role, target, value, threshold, p, q, rule, from_run."""
        import pandas as pd

        numbers = {name: getattr(self, name) for name in ("value", "threshold", "p", "q")}
        words = {"element": self.elements, "role": self.roles, "target": self.targets}
        behind = {"rule": self.rules, "from_run": self.from_runs}
        texts = {name: pd.Series(values, dtype="string") for name, values in (words | behind).items()}
        return pd.DataFrame({name: texts[name] for name in words} | numbers | {name: texts[name] for name in behind})
