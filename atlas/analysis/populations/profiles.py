"""From the profiles of all layers to populations: set neurons apart, group the others, number what comes out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields

import numpy as np

from atlas.analysis.answers import TIE_ROUNDINGS
from atlas.analysis.partition.numbering import numbered_by_size
from atlas.analysis.populations.grouping import Grouping, GroupingParams, group
from atlas.analysis.statistics import against_null
from atlas.progress import Progress, silent
from atlas.records import BoolArray, FloatArray, IntArray, Parameter
from atlas.results import PopulationResult, Silhouettes
from atlas.results.populations import CONSTANT, NO_EFFECT


@dataclass(frozen=True, kw_only=True)
class LayerProfiles:
    """What the neurons of a layer do, and which of them are set apart before the others are grouped."""

    values: FloatArray  # shape (n_neurons, n_conditions)
    without_effect: BoolArray  # shape (n_neurons,)
    constant: BoolArray  # the same value in every condition; none of those without effect

    @property
    def grouped(self) -> BoolArray:
        """Tell the neurons that are grouped."""
        return ~(self.without_effect | self.constant)


def is_constant(values: FloatArray, *, scale: FloatArray, rounding: float) -> BoolArray:
    """Tell the rows whose values differ by at most 64 roundings of `scale`, shape (n_rows,)."""
    constant: BoolArray = np.ptp(values, axis=1) <= TIE_ROUNDINGS * rounding * scale
    return constant


def populations(
    profiles: Mapping[str, LayerProfiles],
    params: GroupingParams,
    *,
    by: str,
    stated: Mapping[str, Parameter],
    progress: Progress = silent,
) -> PopulationResult:
    """Group the neurons of each layer; `stated` are parameters of the profiles."""
    ticks = _Ticks(progress, len(profiles) * (1 + params.n_null))
    groupings = []
    for number, layer in enumerate(profiles.values()):
        groupings.append(group(layer.values[layer.grouped], params, layer_number=number, tick=ticks.one))
        ticks.to((number + 1) * (1 + params.n_null))
    labels, set_apart = _numbered(list(profiles.values()), groupings)
    return PopulationResult(
        by=by,
        layers=tuple(profiles),
        sizes=tuple(len(layer.values) for layer in profiles.values()),
        labels=labels,
        set_apart=set_apart,
        neuron_silhouettes=np.concatenate(
            [_spread(layer, found) for layer, found in zip(profiles.values(), groupings, strict=True)]
        ),
        by_layer=_stacked([_summary([found]) for found in groupings]),
        overall=_summary(groupings),
        params={**stated, **vars(params), "layers": ",".join(profiles)},
    )


class _Ticks:
    """Count shuffles for the progress."""

    def __init__(self, progress: Progress, total: int) -> None:
        self._progress, self._total, self._done = progress, total, 0

    def one(self) -> None:
        self.to(self._done + 1)

    def to(self, done: int) -> None:
        self._done = done
        self._progress("group neurons", done, self._total)


def _numbered(
    profiles: Sequence[LayerProfiles], groupings: Sequence[Grouping]
) -> tuple[IntArray, tuple[str | None, ...]]:
    """Number populations by size over all layers, and tell which were set apart."""
    parts: list[IntArray] = []
    first = 0
    for layer, found in zip(profiles, groupings, strict=True):
        own = np.select([layer.without_effect, layer.constant], [0, 1], default=2)
        own[layer.grouped] += found.labels - 1
        parts.append(first + own)
        first += 2 + len(own)
    labels = numbered_by_size(np.concatenate(parts))
    kinds = np.concatenate([np.select([p.without_effect, p.constant], [0, 1], default=2) for p in profiles])
    _, member = np.unique(labels, return_index=True)
    return labels, tuple((NO_EFFECT, CONSTANT, None)[kind] for kind in kinds[member])


def _spread(layer: LayerProfiles, found: Grouping) -> FloatArray:
    silhouettes = np.full(len(layer.values), np.nan)
    silhouettes[layer.grouped] = found.silhouettes
    return silhouettes


def _summary(groupings: Sequence[Grouping]) -> Silhouettes:
    """Average over the neurons of layers in which a grouping could be made."""
    made = [found for found in groupings if found.was_tried]
    nothing = np.array(np.nan)
    if not made:
        return Silhouettes(**{field.name: nothing for field in fields(Silhouettes)})
    n_neurons = np.array([len(found.silhouettes) for found in made])
    share = n_neurons / n_neurons.sum()
    score = np.array([found.silhouettes.mean() for found in made]) @ share
    beside = against_null(score, np.column_stack([found.null for found in made]) @ share)
    resampled = np.column_stack([found.resampled for found in made]) @ share
    low, high = np.percentile(resampled, [2.5, 97.5]) if len(resampled) else (nothing, nothing)
    return Silhouettes(
        silhouette=np.array(score),
        low_silhouette=np.array(low),
        high_silhouette=np.array(high),
        null_mean=beside.mean,
        null_sd=beside.sd,
        z=beside.z,
        p=beside.p,
    )


def _stacked(rows: Sequence[Silhouettes]) -> Silhouettes:
    return Silhouettes(
        **{field.name: np.array([getattr(row, field.name) for row in rows]) for field in fields(Silhouettes)}
    )
