"""Ask a question of the library."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from atlas.catalogue.between import check_networks
from atlas.catalogue.contents import Contents
from atlas.catalogue.explain import explanation
from atlas.catalogue.files import find
from atlas.catalogue.frame import named_runs, to_frame
from atlas.catalogue.header import Query, Value
from atlas.catalogue.names import check_label, check_names, find_network, with_partition
from atlas.catalogue.parameters import fill
from atlas.store.connection import Store


def ask(store: Store, name: str, parameters: Mapping[str, object] | None = None) -> pd.DataFrame:
    """Ask one question and tabulate the answer.

    Parameters
    ----------
    name
        Name of the question: `effect_and_information`.
    parameters
        Values by name; what is left out takes the default of the header.

    Returns
    -------
    DataFrame
        The columns of the header, always of the same types: `Int64`, `boolean` and `string` hold missing values as
        `<NA>`, `float64` as NaN. Its `attrs` hold `query` (the text), `name`, `parameters` (defaults included), `runs`
        (keys of the runs whose values are shown, and of the run that made the partition) and `explanation`, as
        `explain` gives it.

    Raises
    ------
    UnknownName
        There is no such question, parameter, network, partition, cluster, neuron, target or run.
    BadParameter
        A value is missing or of the wrong type.
    MissingAnalysis
        An analysis the question needs has not run.
    TimedOut
        It took longer than it may; there is no part of an answer.
    """
    query, values, held = _checked(store, name, parameters or {})
    frame = to_frame(query, store.query(query.text, values).rows)
    runs = named_runs(query, frame)
    partition = None if held is None else held.partition(values.get("partition"))
    frame.attrs = {
        "query": query.text,
        "name": query.name,
        "parameters": values,
        "runs": runs if partition is None or partition["run"] in runs else [*runs, partition["run"]],
        "explanation": explanation(query, values),
    }
    return frame


def explain(store: Store, name: str, parameters: Mapping[str, object] | None = None) -> str:
    """Write what gives the rows of `ask` in Neo4j Browser: `:param` lines and, after an empty line, the Cypher.

    Raises
    ------
    UnknownName, BadParameter, MissingAnalysis
        As `ask` does.
    """
    query, values, _ = _checked(store, name, parameters or {})
    return explanation(query, values)


def _checked(
    store: Store, name: str, parameters: Mapping[str, object]
) -> tuple[Query, dict[str, Value], Contents | None]:
    """Find a question, the values of its parameters, and what its network holds."""
    query = find(name)
    values = fill(query, parameters)
    check_label(store, values)
    check_networks(store, query, values)
    held = find_network(store, values)
    if held is not None:
        values = with_partition(query, values, held)
        check_names(store, query, values, held)
    return query, values, held
