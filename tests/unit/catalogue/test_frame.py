from datetime import datetime, timezone

import pandas as pd

from atlas.catalogue.frame import named_runs, to_frame
from atlas.catalogue.header import Column

TYPES = {"string": "string", "integer": "Int64", "float": "float64", "boolean": "boolean"}


def table(read, types, rows):
    query = read()
    columns = tuple(Column(name=name, type=type_, meaning="") for name, type_ in types.items())
    query = type(query)(**(vars(query) | {"columns": columns}))
    return query, to_frame(query, rows)


def test_types_do_not_depend_on_the_rows(read):
    types = {name: name for name in TYPES} | {"when": "datetime", "names": "list of string"}
    full = ("a", 1, 0.5, True, datetime(2026, 1, 2, tzinfo=timezone.utc), ["x"])
    expected = [*TYPES.values(), "datetime64[ns, UTC]", "object"]
    for rows in ([], [full], [full, (None,) * 6], [(None,) * 6]):
        assert [str(dtype) for dtype in table(read, types, rows)[1].dtypes] == expected


def test_values_stay(read):
    _, frame = table(read, {"n": "integer", "x": "float"}, [(3, 0.25), (None, None)])
    assert frame["n"][0] == 3
    assert frame["n"][1] is pd.NA
    assert frame["x"][0] == 0.25
    assert frame["x"].isna().tolist() == [False, True]


def test_runs_are_named_once(read):
    rows = [("r1", "r2", "s"), (None, "r1", "t"), ("r3", None, "u")]
    query, frame = table(read, {"run": "string", "effect_run": "string", "runner": "string"}, rows)
    assert named_runs(query, frame) == ["r1", "r3", "r2"]
