"""One network of an atlas: its partitions and patterns, imported when first used: they need a second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas.client.tables import NetworkTables
from atlas.errors import BadParameter, InputError, shown
from atlas.keys import layer_names
from atlas.progress import Progress, silent
from atlas.records import MaskedForward
from atlas.store import Store

if TYPE_CHECKING:
    from pathlib import Path

    import pandas as pd

    from atlas.results import AgreementResult, MotifResult, PartitionResult
    from atlas.workflow.plan import Outcome
    from atlas.workflow.workers import Workers


class NetworkStructure(NetworkTables):
    """What a network is made of: partitions, their agreement, motifs.

    Parameters
    ----------
    store
        The open connection.
    key
        The network's key.
    forward
        The network to run on its trials, for what runs it; `ingest.forward` makes one.

    Raises
    ------
    UnknownName
        There is no such network.
    InputError
        `forward` runs another network, or is none that can be run.
    """

    def __init__(self, store: Store, key: str, *, forward: MaskedForward | None = None) -> None:
        super().__init__(store, key)
        if forward is not None and not isinstance(getattr(forward, "network", None), str):
            raise BadParameter(
                f"{shown(forward)} cannot be run on trials as it is. Give ingest.forward(module, key={key!r}, "
                f"data=(x, y)), or add the module together with its trials: ingest.add(atlas, module, ...)."
            )
        if forward is not None and forward.network != key:
            raise InputError(
                f"The network to run is {forward.network!r}, not {key!r}. Make it by ingest.forward(..., key={key!r})."
            )
        self._forward = forward

    def partition(
        self,
        *,
        method: str = "leiden",
        graph: str | None = None,
        resolution: float | None = None,
        k: int | None = None,
        deflate: bool | None = None,
        k_by_layer: str | None = None,
        weight_of_activations: float | None = None,
        rescale: bool | None = None,
        spread: str | None = None,
        association: str | None = None,
        power: str | None = None,
        max_trials: int | None = None,
        shuffle: str = "layer",
        n_null: int = 20,
        n_seeds: int = 10,
        seed: int = 0,
        layers: str | Sequence[str] | None = None,
        within: str | None = None,
        labels: str | Path | pd.DataFrame | None = None,
        name: str | None = None,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> Outcome[PartitionResult]:
        """Partition the neurons and write the clusters, unless a finished run has done so.

        The partition is called `name`, or else after method, resolution or number, and seed: `leiden-1.0-seed0`.
        None stands for the default, where method and graph have the parameter at all.

        Parameters
        ----------
        method
            leiden, cpm, layered, multiplex, n_cut, local, an objective of leidenalg, or imported.
        graph
            weights, activations (which runs the network) or both; None for both with multiplex, else weights.
        resolution, k, deflate, k_by_layer, weight_of_activations
            Of the methods, as in `atlas.analysis.partition`.
        rescale, spread, association, power, max_trials
            Of the graph, as in `atlas.analysis.graph`.
        shuffle, n_null, n_seeds, seed
            What stands beside the scores, as in `atlas.analysis.partition.partition`.
        layers
            Names of the layers; None for all, where activations are used for the hidden ones.
        within
            Name of a partition whose clusters are divided.
        labels
            What to import: a table with columns layer, number and cluster, or a CSV file.
        workers
            As in `ablate`.
        """
        from atlas.workflow.partition import partition
        from atlas.workflow.partition_params import PartitionParams

        params = PartitionParams(
            method=method,
            graph=graph,
            resolution=resolution,
            k=k,
            deflate=deflate,
            k_by_layer=k_by_layer,
            weight_of_activations=weight_of_activations,
            rescale=rescale,
            spread=spread,
            association=association,
            power=power,
            max_trials=max_trials,
            shuffle=shuffle,
            n_null=n_null,
            n_seeds=n_seeds,
            seed=seed,
            layers=layer_names(layers),
            within=within,
            labels=labels,
            name=name,
        )
        forward = self._to_run() if params.needs_forward else None
        return partition(self._store, self.key, params, forward=forward, workers=workers, progress=progress)

    def populations(
        self,
        *,
        by: str | None = None,
        profile: str = "classes",
        max_groups: int = 20,
        seed: int = 0,
        n_null: int = 99,
        n_bootstrap: int = 1_000,
        layers: str | Sequence[str] | None = None,
        effect_run: str | None = None,
        name: str | None = None,
        progress: Progress = silent,
    ) -> tuple[Outcome[PartitionResult | AgreementResult], ...]:
        """Group the neurons of each layer that act alike, or are missed alike, and write them as partitions.

        Parameters
        ----------
        by
            `activation`, which runs the network, or `ablation`, which needs its neurons' effects in the graph; None for
            both, and how far they agree.
        profile, max_groups, seed, n_null, n_bootstrap, layers
            As in `atlas.analysis.populations`.
        effect_run
            Run whose effects are grouped; None takes the newest that ablated neurons.
        name
            Of the partition; None names it after the parameters: `ablation-populations-zero-20-seed0`.
        """
        from atlas.analysis.populations.grouping import GroupingParams
        from atlas.workflow.population_params import PopulationParams
        from atlas.workflow.populations import populations

        params = PopulationParams(
            by=by,
            profile=profile,
            grouping=GroupingParams(max_groups=max_groups, n_null=n_null, n_bootstrap=n_bootstrap, seed=seed),
            layers=layer_names(layers),
            effect_run=effect_run,
            name=name,
        )
        forward = self._to_run() if params.needs_forward else None
        return populations(self._store, self.key, params, forward=forward, progress=progress)

    def agree(
        self,
        first: str,
        second: str,
        *,
        seed: int = 0,
        n_null: int = 999,
        n_bootstrap: int = 200,
        progress: Progress = silent,
    ) -> Outcome[AgreementResult]:
        """Measure and write how far two partitions, by name, put the same neurons together.

        `seed`, `n_null` and `n_bootstrap` are as in `atlas.analysis.partition.agreement`.
        """
        from atlas.workflow.agree import AgreeParams, agree

        params = AgreeParams(first=first, second=second, seed=seed, n_null=n_null, n_bootstrap=n_bootstrap)
        return agree(self._store, self.key, params, progress=progress)

    def motifs(
        self,
        *,
        n_strongest: int = 10,
        n_null: int = 99,
        seed: int = 0,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> Outcome[MotifResult]:
        """Count small wiring patterns among the strongest weights, beside wirings by chance, and write them.

        Parameters
        ----------
        n_strongest, n_null, seed
            As in `atlas.analysis.motifs.motifs`.
        workers
            As in `ablate`.
        """
        from atlas.workflow.motifs import MotifParams, motifs

        params = MotifParams(n_strongest=n_strongest, n_null=n_null, seed=seed)
        return motifs(self._store, self.key, params, workers=workers, progress=progress)

    def _to_run(self) -> MaskedForward:
        if self._forward is None:
            raise InputError(
                f"The network {self.key!r} was read from the graph and cannot be run. Give its module: "
                f"atlas.network({self.key!r}, forward=ingest.forward(module, key={self.key!r}, data=(x, y))). "
                f"A network that came from a file runs on the command line, too: `atlas ablate {self.key}`."
            )
        return self._forward
