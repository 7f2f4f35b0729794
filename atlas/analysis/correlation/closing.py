"""How the moments of a layer are closed: which orders and parts stand for its distribution."""

from __future__ import annotations

from dataclasses import dataclass

from atlas.analysis.seeds import check_whole
from atlas.errors import BadParameter, UnknownName

CLOSURES = ("gauss", "third", "mixture")
MOST_NODES = 1_000  # finding them takes their number cubed


@dataclass(frozen=True)
class Closing:
    """A Gaussian for each class, one with third cumulants at the first nonlinearity, or a mixture of Gaussians.

    Third cumulants bring the fourth with them where the nonlinearity is quadratic, which they make exact.
    """

    kind: str = "gauss"  # one of CLOSURES
    n_components: int = 1  # parts of a mixture
    n_nodes: int | None = None  # of the quadrature; None: as many as the correlations need
    seed: int = 0  # of finding the parts

    def __post_init__(self) -> None:
        if self.kind not in CLOSURES:
            raise UnknownName("closure", self.kind, CLOSURES)
        check_whole(least=1, n_components=self.n_components)
        check_whole(seed=self.seed)
        if self.n_nodes is not None:
            check_whole(least=1, n_nodes=self.n_nodes)
            if self.n_nodes > MOST_NODES:
                raise BadParameter(
                    f"n_nodes is {self.n_nodes}. At most {MOST_NODES} are found; 64 reach double precision at nearly "
                    "every correlation. Leave it out to have as many as each needs."
                )
        if (self.kind == "mixture") != (self.n_components > 1):
            raise BadParameter(
                f"n_components is {self.n_components} with the closure {self.kind!r}. A mixture has two components or "
                "more, other closures have one. Give 'mixture' and its components together."
            )
