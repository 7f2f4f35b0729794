"""One network of an atlas: which orders of statistics it uses, by analyses imported when first used."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from atlas.catalogue.needs import NEEDS
from atlas.client.information import NetworkInformation
from atlas.client.texts import correlations
from atlas.errors import UnknownName
from atlas.keys import names_in
from atlas.progress import Progress, silent
from atlas.results.correlation import (
    ACCURACY_COLUMNS,
    ERROR_COLUMNS,
    FORMULA_COLUMNS,
    MISMATCH_COLUMNS,
    SHARE_COLUMNS,
)

if TYPE_CHECKING:
    import pandas as pd

    from atlas.results import CorrelationResult
    from atlas.workflow.plan import Outcome
    from atlas.workflow.workers import Workers

_COLUMNS = {
    "mismatch": (*MISMATCH_COLUMNS, "higher_share", "reason"),
    "order": ("order", *SHARE_COLUMNS, "reason"),
    "closure": ("start", "closure", *ERROR_COLUMNS),
    "formula": FORMULA_COLUMNS,
    "surrogate": ("kept", *ACCURACY_COLUMNS),
}


class NetworkCorrelations(NetworkInformation):
    """A network as a map of correlation functions: means, covariances and higher orders of each class."""

    def correlate(
        self,
        *,
        start: str = "input",
        closures: str | Sequence[str] = ("gauss", "third", "mixture"),
        n_components: int = 5,
        n_nodes: int | None = None,
        n_null: int = 99,
        n_bootstrap: int = 100,
        n_surrogates: int = 20,
        seed: int = 0,
        workers: Workers | None = None,
        progress: Progress = silent,
    ) -> Outcome[CorrelationResult]:
        """Measure and write which orders of statistics matter in each layer, and how far closures hold.

        Parameters
        ----------
        start
            Layer to start from; what stands before it may be anything.
        closures
            Of `gauss`, `third` (with third cumulants) and `mixture` (of Gaussians in each class).
        n_components
            Gaussians of a class, of the closure `mixture`.
        n_nodes
            Of the quadrature; None takes as many as a correlation needs.
        n_null, n_bootstrap, n_surrogates, seed
            As in `atlas.analysis.correlation.measuring.correlations`.
        workers
            As in `ablate`.
        """
        from atlas.workflow.correlate import correlate
        from atlas.workflow.correlate_params import CorrelateParams

        params = CorrelateParams(
            start=start,
            closures=names_in(closures),
            n_components=n_components,
            n_nodes=n_nodes,
            n_null=n_null,
            n_bootstrap=n_bootstrap,
            n_surrogates=n_surrogates,
            seed=seed,
        )
        return correlate(self._store, self._to_run(), params, workers=workers, progress=progress)

    def correlations(self, *, kind: str = "order", run: str | None = None) -> pd.DataFrame:
        """List what `correlate` wrote, of one kind, for every neuron and layer it is about.

        Parameters
        ----------
        kind
            `mismatch` (how far from Gaussian), `order` (what each order explains), `closure` (errors of predictions),
            `formula` (errors of formulas against samples) or `surrogate` (accuracy with some orders kept).
        run
            Key of the run to read; None takes the newest finished one.

        Raises
        ------
        UnknownName, MissingAnalysis
            There is no such kind or run of `correlate`, or none at all.
        """
        if kind not in _COLUMNS:
            raise UnknownName("kind of correlations", kind, _COLUMNS)
        return self._values(correlations(_COLUMNS[kind]), NEEDS["correlations"], None, run, kind=kind)
