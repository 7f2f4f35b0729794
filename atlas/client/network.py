"""One network of an atlas: what predicts effects, roles, and its trials in a plane, imported when first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas.client.choosing import Chosen, chosen_neurons
from atlas.client.comparisons import NetworkComparisons
from atlas.keys import layer_names
from atlas.progress import Progress, silent
from atlas.records import NetworkRecord

if TYPE_CHECKING:
    from atlas.client.drawing import Drawing
    from atlas.results import (
        EmbeddingResult,
        IndicatorStudy,
        RoleResult,
    )
    from atlas.workflow.plan import Outcome


class Network(NetworkComparisons):
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

    def roles(
        self,
        *,
        roles: str | Sequence[str] | None = None,
        relay_run: str | None = None,
        activation_run: str | None = None,
        effect_run: str | None = None,
        partition_run: str | None = None,
        fdr: float = 0.05,
        redundant_share: float = 0.1,
        least_share: float = 0.01,
        min_selectivity: float = 0.8,
        progress: Progress = silent,
    ) -> Outcome[RoleResult]:
        """Judge and write which roles neurons have, by what finished runs measured; the network is not run.

        Parameters
        ----------
        roles
            Which to judge: relay, redundant, dead, saturated, specialist, provincial, hub, connector, bottleneck;
            None for all that finished runs tell.
        relay_run, activation_run, effect_run, partition_run
            Keys of the runs to judge by, of `relay`, `indicators`, `ablate` and `partition`; None for the newest.
        fdr, redundant_share, least_share, min_selectivity
            Thresholds, as in `atlas.analysis.roles.RoleRules`.
        """
        from atlas.analysis.roles import RoleRules
        from atlas.workflow.role_params import RoleParams, role_names
        from atlas.workflow.roles import roles as judge

        params = RoleParams(
            roles=role_names(roles),
            rules=RoleRules(
                fdr=fdr, redundant_share=redundant_share, least_share=least_share, min_selectivity=min_selectivity
            ),
            relay_run=relay_run,
            activation_run=activation_run,
            effect_run=effect_run,
            partition_run=partition_run,
        )
        return judge(self._store, self.key, params, progress=progress)

    def embedding(
        self,
        *,
        neurons: Chosen = (),
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
            The neurons ablated together: their keys, or criteria.
        cluster
            A cluster instead: `leiden-1.0-seed0/3`.
        method, ablation, layer, n_components_pca, perplexity, max_trials, seed
            As in `atlas.analysis.embedding`.
        """
        from atlas.workflow.embedding import EmbeddingParams, embedding

        params = EmbeddingParams(
            neurons=chosen_neurons(self._store, self.key, neurons),
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

    def draw(
        self,
        *,
        colour: str | None = "cluster",
        size: str | None = "effect_points",
        partition: str | None = None,
        cluster: int | None = None,
        layers: str | Sequence[str] | None = None,
        top: int = 50,
        strongest: int = 3,
    ) -> Drawing:
        """Draw neurons and their strongest weights, layers as columns: for a notebook, or a page by `.write(file)`.

        Parameters
        ----------
        colour
            `cluster`, `role`, or None: all alike.
        size
            A measure that neurons show (`neurons` lists them): effect_points, label_bits, relay_bits, …; None: none.
        partition
            Whose clusters are meant; None takes the newest.
        cluster
            Number of the only cluster to draw.
        layers
            Names of the only layers to draw.
        top
            Most neurons of a layer, those of largest size.
        strongest
            Weights into each neuron; how many are left out stands below the picture.

        Raises
        ------
        UnknownName, BadParameter, EmptySelection
            A name or number that does not fit; nothing is left to draw.
        InputError, MissingAnalysis
            bokeh is not installed, there is no partition; no run has measured what gives size or colour.
        """
        from atlas.client.drawing import draw
        from atlas.client.picture import Look

        look = Look(
            colour=colour,
            size=size,
            partition=partition,
            cluster=cluster,
            layers=layer_names(layers),
            top=top,
            strongest=strongest,
        )
        return draw(self._store, self.key, look)
