"""One network of an atlas: what predicts effects, and its trials in a plane, by analyses imported when first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas.client.correlations import NetworkCorrelations
from atlas.keys import layer_names, names_in
from atlas.progress import Progress, silent
from atlas.records import NetworkRecord

if TYPE_CHECKING:
    from atlas.results import (
        EmbeddingResult,
        IndicatorStudy,
    )
    from atlas.workflow.plan import Outcome


class Network(NetworkCorrelations):
    """One network of an atlas. `Atlas.network` and `ingest.add` give one; it is made as `NetworkStructure` says."""

    def indicators(
        self,
        *,
        initial: NetworkRecord | None = None,
        effect_run: str | None = None,
        layers: str | Sequence[str] | None = None,
        seed: int = 0,
        n_bootstrap: int = 1000,
        n_null: int = 999,
        progress: Progress = silent,
    ) -> Outcome[IndicatorStudy]:
        """Measure and write activity, selectivity and wiring of each neuron, and which of it predicts its effect.

        Parameters
        ----------
        initial
            The network before training: `ingest.record(ingest.read_network(module), key="initial")`.
        effect_run
            Whose effects to predict; None takes the newest run that ablated neurons.
        layers, seed, n_bootstrap, n_null
            As in `atlas.analysis.indicators`.
        """
        from atlas.workflow.indicators import IndicatorParams, indicators

        params = IndicatorParams(
            initial=initial,
            effect_run=effect_run,
            layers=layer_names(layers),
            seed=seed,
            n_bootstrap=n_bootstrap,
            n_null=n_null,
        )
        return indicators(self._store, self._to_run(), params, progress=progress)

    def embedding(
        self,
        *,
        neurons: str | Sequence[str] = (),
        cluster: str | None = None,
        method: str = "tsne",
        ablation: str = "zero",
        layer: str | None = None,
        n_components_pca: int = 30,
        perplexity: float = 40.0,
        max_trials: int = 10_000,
        seed: int = 0,
    ) -> EmbeddingResult:
        """Lay the trials out in a plane, each with its answer before and after an ablation. Writes nothing.

        `atlas.figures.embedding_figure` draws it.

        Parameters
        ----------
        neurons
            Keys of the neurons ablated together.
        cluster
            A cluster instead: `leiden-1.0-seed0/3`.
        method, ablation, layer, n_components_pca, perplexity, max_trials, seed
            As in `atlas.analysis.embedding`.
        """
        from atlas.workflow.embedding import EmbeddingParams, embedding

        params = EmbeddingParams(
            neurons=names_in(neurons),
            cluster=cluster,
            method=method,
            ablation=ablation,
            layer=layer,
            n_components_pca=n_components_pca,
            perplexity=perplexity,
            max_trials=max_trials,
            seed=seed,
        )
        return embedding(self._store, self._to_run(), params)
