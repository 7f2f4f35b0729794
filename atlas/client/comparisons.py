"""One network of an atlas, its part that looks beyond it: which cluster is which in another network."""

from __future__ import annotations

from typing import TYPE_CHECKING

from atlas.client.correlations import NetworkCorrelations
from atlas.errors import BadParameter
from atlas.progress import Progress, silent

if TYPE_CHECKING:
    import pandas as pd

    from atlas.results import MatchResult
    from atlas.workflow.plan import Outcome


class NetworkComparisons(NetworkCorrelations):
    """Matches of the clusters of a network with those of other networks and checkpoints."""

    def compare(
        self,
        other: str,
        *,
        first: str | None = None,
        second: str | None = None,
        by: str | None = None,
        n_null: int = 199,
        n_bootstrap: int = 200,
        seed: int = 0,
        first_effect_run: str | None = None,
        second_effect_run: str | None = None,
        first_label_run: str | None = None,
        second_label_run: str | None = None,
        progress: Progress = silent,
    ) -> Outcome[MatchResult]:
        """Match the clusters of this network with those of another one to one, and write which is which.

        `to_frame` of its result lists the matches with their null, then the clusters without a partner.

        Parameters
        ----------
        other
            Key of the other network.
        first, second
            Names of the partitions compared, of this network and the other; None for the newest, and for the same name.
        by
            neurons, connectivity, effect, information, or all of the last three that are known; None takes neurons for
            checkpoints of one training run, else all.
        n_null, n_bootstrap, seed
            As in `atlas.analysis.matching.matching`.
        first_effect_run, second_effect_run, first_label_run, second_label_run
            Keys of the runs of `ablate` and `inform` whose values are used; None for the newest.

        Raises
        ------
        UnknownName, BadParameter
            There is no such network, partition or run; or what is asked for does not go together.
        """
        from atlas.workflow.compare import compare
        from atlas.workflow.compare_params import CompareParams

        params = CompareParams(
            first=first,
            second=second,
            by=by,
            first_effect_run=first_effect_run,
            second_effect_run=second_effect_run,
            first_label_run=first_label_run,
            second_label_run=second_label_run,
            n_null=n_null,
            n_bootstrap=n_bootstrap,
            seed=seed,
        )
        return compare(self._store, self.key, other, params, progress=progress)

    def compare_checkpoints(
        self,
        *,
        partition: str | None = None,
        n_null: int = 199,
        n_bootstrap: int = 200,
        seed: int = 0,
        progress: Progress = silent,
    ) -> list[Outcome[MatchResult]]:
        """Match the clusters of every checkpoint of this network's training run with those of the next.

        Parameters
        ----------
        partition
            Name of a partition in every checkpoint; None for the newest of this network whose name all have.
        n_null, n_bootstrap, seed
            As in `atlas.analysis.matching.matching`.

        Raises
        ------
        UnknownName, InputError
            A checkpoint lacks the partition, or no name is that of one in every checkpoint.
        BadParameter
            It is a single network.
        """
        from atlas.workflow.compare_params import CompareParams
        from atlas.workflow.compare_training import compare_training

        params = CompareParams(first=partition, n_null=n_null, n_bootstrap=n_bootstrap, seed=seed)
        return compare_training(self._store, self.key, params, progress=progress)

    def history(self, cluster: str) -> pd.DataFrame:
        """Tell when a cluster was born, went on, was split, merged, and died: the question `cluster_history`.

        Parameters
        ----------
        cluster
            Key of the cluster, or partition and number: `leiden-1.0-seed0/3`.
        """
        from atlas.catalogue import ask

        partition, _, number = cluster.removeprefix(f"{self.key}/").rpartition("/")
        if not (partition and number.isascii() and number.isdecimal()):
            raise BadParameter(
                f"{cluster!r} is no cluster. Name its partition and number, for example 'leiden-1.0-seed0/3'."
            )
        return ask(
            self._store, "cluster_history", {"network": self.key, "partition": partition, "cluster": int(number)}
        )
