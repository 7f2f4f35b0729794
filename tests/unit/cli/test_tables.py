"""The four ways to print a table."""

import io
import json

import pandas as pd
import pytest

from atlas.cli.columns import columns_of_tables
from atlas.cli.tables import Format, cell, print_table

FRAME = pd.DataFrame(
    {
        "neuron": ["xor/hidden/0", "xor/hidden/1"],
        "number": pd.array([0, None], dtype="Int64"),
        "points": [50.0, float("nan")],
        "note": ["a, b", 'say "c" [d]'],
    }
)
FRAME.attrs = {"query": "RETURN 1", "parameters": {}, "runs": []}


def test_csv(capsys):
    print_table(FRAME, Format.csv)
    assert capsys.readouterr().out == (
        'neuron,number,points,note\nxor/hidden/0,0,50.0,"a, b"\nxor/hidden/1,,,"say ""c"" [d]"\n'
    )


def test_json(capsys):
    print_table(FRAME, Format.json)
    assert json.loads(capsys.readouterr().out) == [
        {"neuron": "xor/hidden/0", "number": 0, "points": 50.0, "note": "a, b"},
        {"neuron": "xor/hidden/1", "number": None, "points": None, "note": 'say "c" [d]'},
    ]


def test_parquet(capfdbinary):
    print_table(FRAME, Format.parquet)
    back = pd.read_parquet(io.BytesIO(capfdbinary.readouterr().out))
    assert back["number"].tolist() == [0, pd.NA]
    assert back["points"].tolist()[0] == 50.0
    assert list(back.columns) == ["neuron", "number", "points", "note"]


def test_table_for_people(capsys):
    print_table(FRAME, Format.table)
    shown = capsys.readouterr()
    head, _, first, second = shown.out.splitlines()
    assert head.split() == ["neuron", "number", "points", "note"]
    assert first.split() == ["xor/hidden/0", "0", "50", "a,", "b"]
    assert second.split() == ["xor/hidden/1", "say", '"c"', "[d]"]
    assert shown.err == "2 rows\n"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.000123456, "0.0001235"),
        (None, ""),
        (pd.NaT, ""),
        (True, "True"),
        ([1, 0.5], "1, 0.5"),
        (pd.Timestamp("2026-01-02T03:04:05.678Z"), "2026-01-02 03:04:05+00:00"),
    ],
)
def test_cells(value, text):
    assert cell(value) == text


ROWS = [["fc1", "1", "", "0.125", "0.5"], ["fc1", "", "means", "0.25", "0.75"], ["fc1", "", "all", "0.5", "1"]]
NAMES = ["layer", "order", "kept", "share", "accuracy_percent"]
FRACTIONS = [False, False, False, True, True]


@pytest.mark.parametrize(
    ("width", "tables"),
    [
        (80, [[0, 1, 2, 3, 4]]),
        (48, [[0, 1, 2, 3, 4]]),  # 5 + 5 + 5 + 5 + 16 and four times 3: but texts can be folded
        (46, [[0, 1, 2, 3], [0, 1, 2, 4]]),  # layer and order leave rows alike
        (5, [[0, 1, 2, 3], [0, 1, 2, 4]]),
    ],
)
def test_columns_that_do_not_fit_a_terminal_stand_in_tables_of_their_own(width, tables):
    assert columns_of_tables(NAMES, ROWS, FRACTIONS, width) == tables


def test_a_table_without_rows_is_cut_by_the_names_of_its_columns():
    assert columns_of_tables(["a" * 10, "b" * 10], [], [True, True], 15) == [[0], [1]]
