"""One network of an atlas: what its neurons, layers and clusters tell, by analyses imported when first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas.client.choosing import Chosen, chosen_neurons
from atlas.client.relays import NetworkRelays
from atlas.keys import layer_names
from atlas.progress import Progress, silent
from atlas.workflow.reading import measured

if TYPE_CHECKING:
    import pandas as pd

    from atlas.results import InformationResult, PairwiseInformation
    from atlas.workflow.plan import Outcome


class NetworkInformation(NetworkRelays):
    """What neurons, layers and clusters of a network tell about the class, in bits; states are said as before."""

    def inform(
        self,
        *,
        partition: str | None = None,
        only: str | None = None,
        discretisation: str = "quantile",
        states: int | None = None,
        low_limit: float | None = None,
        high_limit: float | None = None,
        stochastic: bool = False,
        estimator: str = "plug_in",
        min_trials: float = 5.0,
        seed: int = 0,
        n_null: int = 200,
        n_subsamples: int = 200,
        progress: Progress = silent,
    ) -> tuple[Outcome[InformationResult], ...]:
        """Measure and write what each neuron and layer, and each cluster, tells about the class.

        Parameters are as in `atlas.analysis.information.label_information`; a layer's or cluster's neurons have two
        states each.
        """
        from atlas.analysis.information.discretising import Discretisation
        from atlas.workflow.inform import InformParams, inform

        how = Discretisation(
            method=discretisation, n_states=states, low=low_limit, high=high_limit, stochastic=stochastic, seed=seed
        )
        forward = self._to_run()
        each = [
            InformParams(
                partition=part,
                discretisation=how,
                estimator=estimator,
                min_trials=min_trials,
                seed=seed,
                n_null=n_null,
                n_subsamples=n_subsamples,
            )
            for part in measured(self._store, self.key, partition=partition, only=only)
        ]
        return tuple(inform(self._store, forward, params, progress=progress) for params in each)

    def pairwise_information(
        self,
        *,
        layers: str | Sequence[str] | None = None,
        discretisation: str = "median",
        states: int | None = None,
        low_limit: float | None = None,
        high_limit: float | None = None,
    ) -> PairwiseInformation:
        """Measure how many bits every two neurons tell about each other; writes nothing.

        Parameters
        ----------
        layers
            Hidden layers whose neurons are paired, within and across; None for all.

        Returns
        -------
        PairwiseInformation
            `matrix()` gives it by the neurons' keys, with entropies on the diagonal; `matrix("bias_bits")` what
            independent neurons would have in the mean, `matrix("p")` a G-test.
        """
        from atlas.analysis.information.discretising import Discretisation
        from atlas.workflow.neuron_sets import pairwise

        how = Discretisation(method=discretisation, n_states=states, low=low_limit, high=high_limit)
        return pairwise(self._store, self._to_run(), layers=layer_names(layers), discretisation=how)

    def informative_sets(
        self,
        *,
        direction: str = "grow",
        start: Chosen = (),
        n_steps: int | None = None,
        layers: str | Sequence[str] | None = None,
        discretisation: str = "median",
        states: int | None = None,
        low_limit: float | None = None,
        high_limit: float | None = None,
        min_trials: float = 5.0,
        n_null: int = 20,
        seed: int = 0,
    ) -> pd.DataFrame:
        """Grow a set of neurons by the one that adds most about the class, or shrink it by the one missed least.

        Writes nothing.

        Parameters
        ----------
        direction
            `grow` or `shrink`.
        start
            The neurons to begin with, by their keys or by criteria; none: grow from nothing, shrink from all.
        layers
            Hidden layers whose neurons are chosen from; None for all.
        n_steps
            None takes 10, or as many as there are neurons for.
        min_trials, n_null, seed
            As in `atlas.analysis.information.informative_sets`.

        Returns
        -------
        pd.DataFrame
            One row a set, the start first: the key of the neuron added or dropped, and its joint information beside
            the same search on shuffled labels.
        """
        from atlas.analysis.information.discretising import Discretisation
        from atlas.workflow.neuron_sets import informative_sets

        how = Discretisation(method=discretisation, n_states=states, low=low_limit, high=high_limit)
        return informative_sets(
            self._store,
            self._to_run(),
            direction=direction,
            start=chosen_neurons(self._store, self.key, start),
            n_steps=n_steps,
            layers=layer_names(layers),
            discretisation=how,
            min_trials=min_trials,
            n_null=n_null,
            seed=seed,
        )
