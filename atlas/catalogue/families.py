"""Check what a question about a family of networks names, and that its seeds were compared with enough shuffles."""

from __future__ import annotations

import math
from collections.abc import Mapping

from atlas.catalogue.contents import contents
from atlas.catalogue.header import Query, Value
from atlas.catalogue.names import check_known
from atlas.errors import BadParameter, MissingAnalysis
from atlas.store.connection import Row, Store

_FAMILIES = (
    "MATCH (network:Network) WHERE network.family IS NOT NULL RETURN DISTINCT network.family AS name ORDER BY name"
)
_SEEDS = """
MATCH (network:Network {family: $family})
WHERE network.seed IS NOT NULL
WITH network
ORDER BY network.training_step IS NULL, network.training_step DESC, network.key
RETURN network.seed AS seed, head(collect(network.key)) AS network ORDER BY seed
"""
_COMPARISONS = """
MATCH (one:Network {family: $family})<-[:ABOUT]-(run:Run {kind: 'compare', state: 'finished'})
MATCH (other:Network {key: run.other})
WHERE other.family = $family AND other.seed <> one.seed
UNWIND [{network: one, partition: run.first}, {network: other, partition: run.second}] AS side
WITH run, side.network AS network, side.partition AS name
MATCH (network)-[:HAS_PARTITION]->(partition:Partition {name: name})
WITH run, collect(DISTINCT partition.method) AS methods
RETURN run.network AS network, run.other AS other, run.first AS first, run.second AS second, run.by AS by,
       run.n_null AS n_null, methods
ORDER BY n_null DESC, run.finished_at DESC, run.key
"""
_USUAL_SHUFFLES = 199  # of `atlas compare`


def check_family(store: Store, query: Query, values: Mapping[str, Value]) -> None:
    """Check the names of a question that is about a family.

    Raises
    ------
    UnknownName
        There is no such family, or no comparison of it has the method.
    BadParameter
        The family has one seed only, or no q is as small as is asked for.
    MissingAnalysis
        Its networks were not compared, or with too few shuffles; the message names the command that does it.
    """
    family = values["family"]
    check_known("family", family, [row["name"] for row in store.rows(_FAMILIES)])
    seeds = store.rows(_SEEDS, family=family)
    if len(seeds) < 2:
        raise BadParameter(
            f"The networks of family {family!r} have {len(seeds)} different seeds. What comes back in other seeds is "
            "told by two or more: ingest networks of the same family with other seeds."
        )
    level = _level(values["max_q"])
    compared = store.rows(_COMPARISONS, family=family)
    read = [run for run in compared if run["n_null"] > 0 and 1 / (1 + run["n_null"]) <= level]
    if not read:
        raise MissingAnalysis(
            f"Question {query.name!r} needs clusters of networks of family {family!r} matched with those of other "
            f"seeds, {_lack(store, compared, seeds, level)}"
        )
    if values["method"] is not None:
        methods = sorted({method for run in read for method in run["methods"]})
        check_known("method of the partitions that were compared", values["method"], methods)


def _level(max_q: Value) -> float:
    level = float(str(max_q))
    if level <= 0:
        raise BadParameter(
            f"Parameter 'max_q' is {level:g}, and no q is: the match itself counts beside the shuffles. "
            "Give a larger one, such as 0.05."
        )
    return level


def _lack(store: Store, compared: list[Row], seeds: list[Row], level: float) -> str:
    """Say whether nothing was compared, or with too few shuffles, and the command that mends it."""
    least = max(1, math.ceil(1 / level) - 1)  # the observed one counts
    if not compared:
        one, other = seeds[0]["network"], seeds[1]["network"]
        words = [one, "--other", other, *_partitions(store, one, other)]
        words += ["--n-null", str(least)] if least > _USUAL_SHUFFLES else []
        return f"which has not been done. Run `atlas compare {' '.join(words)}`."
    run = compared[0]
    words = [run["network"], "--other", run["other"], *_named(run["first"], run["second"])]
    words += [*([] if run["by"] == "all" else ["--by", run["by"]]), "--n-null", str(max(least, _USUAL_SHUFFLES))]
    return (
        f"with {least} shuffles or more for a q of at most {level:g}; so far there were {run['n_null']} at most. "
        f"Run `atlas compare {' '.join(words)}`."
    )


def _partitions(store: Store, *networks: str) -> list[str]:
    """Name the newest partition of the first whose name the second has; else the newest of each."""
    names = [[row["name"] for row in contents(store, network).partitions] for network in networks]
    if not all(names):
        return []
    first = next((name for name in names[0] if name in names[1]), None)
    return _named(first or names[0][0], first or names[1][0])


def _named(first: str, second: str) -> list[str]:
    return ["--first", first] + ([] if first == second else ["--second", second])
