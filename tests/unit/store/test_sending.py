from datetime import date, datetime, time, timedelta, timezone
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.errors import BadParameter
from atlas.store.sending import sendable

NOON_IN_UTC = datetime(2026, 7, 1, 12, tzinfo=timezone.utc)


def sent(value):
    return sendable({"x": value})["x"]


@pytest.mark.parametrize(
    ("value", "plain"),
    [
        (None, None),
        (True, True),
        (np.bool_(False), False),
        (np.int64(3), 3),
        (np.uint8(255), 255),
        (np.float32(0.5), 0.5),
        (np.str_("x"), "x"),
        (float("inf"), float("inf")),
        (2**63 - 1, 2**63 - 1),
        ((1, 2), [1, 2]),
        (range(2), [0, 1]),
        (np.array([1, 2]), [1, 2]),
        (np.array([[1.5], [2.5]]), [[1.5], [2.5]]),
        (np.array(5), 5),
        (np.array(["a"], dtype=object), ["a"]),
        (pd.Series([1, 2]), [1, 2]),
        (pd.Series(["a"], dtype="string"), ["a"]),
        (pd.Index(["a", "b"]), ["a", "b"]),
        (pd.Categorical(["a", "b"]), ["a", "b"]),
        (pd.Series([1, 2], dtype="Int64"), [1, 2]),
        ({"a": np.int64(1), "b": [np.int64(2)]}, {"a": 1, "b": [2]}),
        (date(2026, 1, 2), date(2026, 1, 2)),
        (timedelta(days=1), timedelta(days=1)),
    ],
    ids=lambda value: type(value).__name__,
)
def test_values_become_plain(value, plain):
    given = sent(value)
    assert given == plain
    assert type(given) is type(plain)


@pytest.mark.parametrize(
    "moment",
    [
        NOON_IN_UTC,
        datetime(2026, 7, 1, 14, tzinfo=ZoneInfo("Europe/Berlin")),
        datetime(2026, 7, 1, 7, tzinfo=timezone(timedelta(hours=-5))),
        pd.Timestamp("2026-07-01 12:00", tz="UTC"),
        pd.Timestamp("2026-07-01 14:00", tz="Europe/Berlin"),
    ],
)
def test_a_moment_is_sent_in_utc(moment):
    assert sent(moment) == NOON_IN_UTC
    assert sent(moment).tzinfo == timezone.utc
    assert sent(pd.Series([moment])) == [NOON_IN_UTC]


@pytest.mark.parametrize(
    ("value", "message"),
    [
        (float("nan"), "cannot be nan: nothing compares with a missing value"),
        (np.float64("nan"), r"cannot be nan: nothing compares"),
        (pd.NaT, "cannot be NaT: nothing compares"),
        (pd.NA, "cannot be <NA>: nothing compares"),
        (pd.Series([1, None], dtype="Int64"), "cannot be <NA>: nothing compares"),
        ([1.0, float("nan")], "cannot be nan: nothing compares"),
        (datetime(2026, 1, 2), r"cannot be datetime.datetime\(2026, 1, 2, 0, 0\): comparing it .* Give it one"),
        (pd.Timestamp("2026-01-02"), r"cannot be Timestamp.*: comparing it"),
        (pd.Series(pd.to_datetime(["2026-01-02"])), r"cannot be Timestamp.*: comparing it"),
        (np.datetime64("2026-01-02"), r"cannot be np.datetime64\('2026-01-02'\): a datetime64 has no type there"),
        (np.array(["2026-01-02"], dtype="datetime64[ns]"), "cannot be array.*: times of NumPy have no zone"),
        (2**63, "cannot be 9223372036854775808: the database holds integers of 64 bits"),
        (np.uint64(2**63), "cannot be 9223372036854775808: the database holds integers of 64 bits"),
        (np.longdouble(1), "a longdouble has no type there"),
        ({1, 2}, r"cannot be \{1, 2\}: a set has no type there"),
        ({1: 2}, "a dict has no type there"),
        (1j, "a complex has no type there"),
        (b"x", "a bytes has no type there"),
        (time(1, tzinfo=ZoneInfo("Europe/Berlin")), "a time has no type there"),
        (pd.DataFrame({"a": [1]}), r"cannot be a 0 1: a DataFrame has no type there"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_the_database_cannot_hold_or_compare_is_refused_by_name(value, message):
    with pytest.raises(BadParameter, match=f"^Parameter 'x' {message}" if message[0] == "c" else message) as caught:
        sent(value)
    assert "\n" not in str(caught.value)


def test_a_long_value_is_shown_in_part():
    with pytest.raises(BadParameter, match="…") as caught:
        sent({1: "x" * 1_000})
    assert len(str(caught.value)) < 200


@given(st.lists(st.integers(-(2**63) + 1, 2**63 - 1)) | st.lists(st.floats(allow_nan=False)) | st.lists(st.text()))
def test_an_array_is_sent_as_its_list(values):
    assert sent(np.array(values, dtype=object)) == values
    assert sent(pd.Series(values, dtype=object)) == values
    assert sent(tuple(values)) == values
