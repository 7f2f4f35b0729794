"""One network of an atlas: who relays, how entangled a code is, what clusters tell together."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas.client.ablations import NetworkAblations
from atlas.keys import layer_names
from atlas.progress import Progress, silent
from atlas.workflow.reading import chosen_partition, measured

if TYPE_CHECKING:
    from atlas.results import ComplexityResult, RelayResult, SynergyResult
    from atlas.workflow.plan import Outcome
    from atlas.workflow.workers import Workers


class NetworkRelays(NetworkAblations):
    """How neurons, layers and clusters of a network carry the class together, in bits.

    How activations become states is said alike everywhere: `discretisation` (quantile, two_means, median, zero,
    equal_width, quantiser), `states` (None: what the method has), `low_limit` and `high_limit` (of equal_width and
    quantiser), `stochastic` (of quantiser). `only` is `neurons` (with their layers), `clusters`, or None for both;
    `partition` None takes the newest, if there is one.
    """

    def relay(
        self,
        *,
        partition: str | None = None,
        only: str | None = None,
        layers: str | Sequence[str] | None = None,
        discretisation: str = "two_means",
        states: int | None = None,
        low_limit: float | None = None,
        high_limit: float | None = None,
        stochastic: bool = False,
        direction: str | None = None,
        search: str = "greedy",
        beam: int = 64,
        min_trials: float = 5.0,
        n_null: int = 200,
        n_searches: int = 20,
        n_subsamples: int = 200,
        n_sets: int = 200,
        seed: int = 0,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> tuple[Outcome[RelayResult], ...]:
        """Measure and write what each hidden neuron, layer and cluster relays of the class shown to the answer.

        Parameters
        ----------
        layers
            Hidden layers, and no clusters unless a partition is named; None for all.
        direction, search, beam, min_trials, n_null, n_searches, n_subsamples, seed
            As in `atlas.analysis.information.relay.measuring`.
        n_sets
            Random sets of a layer that are knocked out; 0 for no regression.
        workers
            As in `ablate`.
        """
        from atlas.analysis.information.discretising import Discretisation
        from atlas.workflow.relay import relay
        from atlas.workflow.relay_params import RelayParams

        how = Discretisation(
            method=discretisation, n_states=states, low=low_limit, high=high_limit, stochastic=stochastic, seed=seed
        )
        forward = self._to_run()
        each = [
            RelayParams(
                partition=part,
                layers=layer_names(layers),
                discretisation=how,
                direction=direction,
                search=search,
                beam=beam,
                min_trials=min_trials,
                n_null=n_null,
                n_searches=n_searches,
                n_subsamples=n_subsamples,
                n_sets=n_sets,
                seed=seed,
            )
            for part in measured(self._store, self.key, partition=partition, only=only, layers=layers)
        ]
        return tuple(relay(self._store, forward, params, workers=workers, progress=progress) for params in each)

    def complexity(
        self,
        *,
        partition: str | None = None,
        only: str | None = None,
        layers: str | Sequence[str] | None = None,
        discretisation: str = "median",
        states: int | None = None,
        low_limit: float | None = None,
        high_limit: float | None = None,
        stochastic: bool = False,
        estimator: str = "auto",
        min_trials: float = 2.0,
        n_null: int = 20,
        n_subsamples: int = 100,
        n_noise: int = 10,
        subset_size: int = 5,
        n_subsets: int = 26,
        group_size: int = 2,
        n_draws: int = 4_000,
        seed: int = 0,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> tuple[Outcome[ComplexityResult], ...]:
        """Measure and write the representational complexity of each hidden layer, and of each cluster.

        Parameters
        ----------
        layers
            Hidden layers, and no clusters unless a partition is named; None for all.
        estimator, min_trials, n_null, n_subsamples, n_noise, subset_size, n_subsets, group_size, n_draws, seed
            As in `atlas.analysis.information.complexity`.
        workers
            As in `ablate`.
        """
        from atlas.analysis.information.discretising import Discretisation
        from atlas.workflow.complexity import complexity
        from atlas.workflow.complexity_params import ComplexityParams

        how = Discretisation(
            method=discretisation, n_states=states, low=low_limit, high=high_limit, stochastic=stochastic, seed=seed
        )
        forward = self._to_run()
        each = [
            ComplexityParams(
                partition=part,
                layers=layer_names(layers),
                discretisation=how,
                estimator=estimator,
                min_trials=min_trials,
                n_null=n_null,
                n_subsamples=n_subsamples,
                n_noise=n_noise,
                subset_size=subset_size,
                n_subsets=n_subsets,
                group_size=group_size,
                n_draws=n_draws,
                seed=seed,
            )
            for part in measured(self._store, self.key, partition=partition, only=only, layers=layers)
        ]
        return tuple(complexity(self._store, forward, params, workers=workers, progress=progress) for params in each)

    def synergy(
        self,
        *,
        partition: str | None = None,
        discretisation: str = "median",
        states: int | None = None,
        low_limit: float | None = None,
        high_limit: float | None = None,
        stochastic: bool = False,
        min_trials: float = 5.0,
        n_null: int = 999,
        seed: int = 0,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> Outcome[SynergyResult]:
        """Measure and write what every two clusters tell about the class: either, one, or only both together.

        Parameters are as in `atlas.analysis.information.synergy`; `partition` None takes the newest.
        """
        from atlas.analysis.information.discretising import Discretisation
        from atlas.workflow.synergy import SynergyParams, synergy

        how = Discretisation(
            method=discretisation, n_states=states, low=low_limit, high=high_limit, stochastic=stochastic, seed=seed
        )
        params = SynergyParams(
            partition=chosen_partition(self._store, self.key, partition),
            discretisation=how,
            min_trials=min_trials,
            n_null=n_null,
            seed=seed,
        )
        return synergy(self._store, self._to_run(), params, workers=workers, progress=progress)
