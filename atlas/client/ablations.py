"""One network of an atlas: what is lost without parts of it, by analyses that are imported when first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas.client.choosing import Chosen, chosen_neurons
from atlas.client.structure import NetworkStructure
from atlas.keys import layer_names
from atlas.progress import Progress, silent
from atlas.workflow.reading import chosen_partition, measured

if TYPE_CHECKING:
    from atlas.analysis.ablation.losses import Score
    from atlas.results import (
        CurveResult,
        EffectResult,
        LesionResult,
        PairResult,
    )
    from atlas.workflow.plan import Outcome
    from atlas.workflow.workers import Workers


class NetworkAblations(NetworkStructure):
    """What is lost without neurons, pairs, sets and clusters of a network."""

    def ablate(
        self,
        *,
        method: str = "zero",
        partition: str | None = None,
        only: str | None = None,
        outputs: bool | None = None,
        score: str | Score | None = None,
        seed: int = 0,
        n_null: int = 999,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> tuple[Outcome[EffectResult], ...]:
        """Measure and write what is lost without each hidden neuron, and without each cluster.

        Parameters
        ----------
        partition
            Whose clusters; None takes the newest partition, if there is one.
        only
            `neurons` or `clusters`; None for both.
        outputs
            Measure how loss and outputs change, beside the answers; None does of neurons, and of clusters only where
            there is a score or are no classes.
        score
            A function of outputs and labels (or values expected) that gives one number for each trial, higher if
            better; or its name, `package.module:function`.
        method, seed, n_null
            As in `atlas.analysis.ablation`.
        workers
            Who works at it: `atlas.workflow.workers.Workers(threads=4)`, or `Workers(dask="tcp://HOST:PORT")`; None for
            threads, one for each core.
        """
        from atlas.workflow.ablate import AblateParams, ablate

        forward = self._to_run()
        each = [
            AblateParams(method=method, partition=part, outputs=outputs, score=score, seed=seed, n_null=n_null)
            for part in measured(self._store, self.key, partition=partition, only=only)
        ]
        return tuple(ablate(self._store, forward, params, workers=workers, progress=progress) for params in each)

    def lesion(
        self,
        *,
        partition: str | None = None,
        method: str = "zero",
        matched_on: str = "size",
        n_null: int = 999,
        rule: str = "corrected",
        level: float = 0.05,
        seed: int = 0,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> Outcome[LesionResult]:
        """Test every cluster of a partition, whole and in each layer, against random sets; write which are modules.

        Parameters
        ----------
        partition
            Name of the partition; None takes the newest.
        method, matched_on, n_null, rule, level, seed
            As in `atlas.analysis.lesion.lesion_tests`.
        workers
            As in `ablate`.
        """
        from atlas.workflow.lesion import LesionParams, lesion

        params = LesionParams(
            partition=chosen_partition(self._store, self.key, partition),
            method=method,
            matched_on=matched_on,
            n_null=n_null,
            rule=rule,
            level=level,
            seed=seed,
        )
        return lesion(self._store, self._to_run(), params, workers=workers, progress=progress)

    def pairs(
        self,
        *,
        layers: str | Sequence[str] | None = None,
        partition: str | None = None,
        method: str = "zero",
        n_null: int = 199,
        seed: int = 0,
        top: int = 1_000,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> Outcome[PairResult]:
        """Measure what is lost without both of every pair, and write the `top` of largest interaction.

        The outcome's `result` has all pairs: `result.matrix("interaction")`, `result.to_frame()`. It is None where a
        finished run wrote them before: `atlas.analysis.ablation.effects_of_pairs(forward)` measures them again.

        Parameters
        ----------
        layers
            Hidden layers whose neurons are paired, within and across; None for all of them.
        partition
            Whose clusters are paired instead, those that have hidden neurons.
        method, seed
            As in `atlas.analysis.ablation.effects_of_pairs`.
        n_null
            Of clusters: as in `atlas.analysis.lesion.double_lesions`.
        workers
            As in `ablate`.
        """
        from atlas.workflow.pair_params import PairParams
        from atlas.workflow.pairs import pairs

        params = PairParams(
            layers=layer_names(layers), partition=partition, method=method, n_null=n_null, seed=seed, top=top
        )
        return pairs(self._store, self._to_run(), params, workers=workers, progress=progress)

    def curve(
        self,
        *,
        layers: str | Sequence[str] | None = None,
        order: str = "least",
        method: str = "zero",
        seed: int = 0,
        n_random: int = 20,
        max_neurons: int | None = None,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> CurveResult:
        """Measure the accuracy when 1, 2, 3, ... neurons are ablated together, and write nothing.

        `workers` is as in `ablate`, every other parameter as in `atlas.analysis.ablation.cumulative_ablation`.
        """
        from atlas.workflow.curve import curve

        return curve(
            self._store,
            self._to_run(),
            layers=layer_names(layers),
            order=order,
            method=method,
            seed=seed,
            n_random=n_random,
            max_neurons=max_neurons,
            workers=workers,
            progress=progress,
        )

    def ablate_set(self, neurons: Chosen, *, method: str = "zero", n_null: int = 0, seed: int = 0) -> EffectResult:
        """Measure what is lost without some neurons, given by their keys or by criteria, together; write nothing.

        The meaning of each parameter stands at `atlas.analysis.ablation.effect_of_set`. The clusters of a partition
        are ablated, and written, by `ablate`.
        """
        from atlas.analysis.ablation import effect_of_set
        from atlas.workflow.reading import check_forward

        forward = self._to_run()
        check_forward(self._store, forward)
        chosen = chosen_neurons(self._store, self.key, neurons)
        return effect_of_set(forward, chosen, method=method, n_null=n_null, seed=seed)
