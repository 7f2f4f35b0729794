"""Values of parameters as the driver takes them; what it would misread, or nobody can compare, is refused by name."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import date, datetime, timedelta, timezone
from typing import Any

import numpy as np

from atlas.errors import BadParameter, shown

LARGEST_INTEGER = 2**63 - 1
_MISSING = ("NaTType", "NAType")  # of pandas, which need not be imported to know them
_KINDS_OF_TIME = "mM"  # as `item` and `tolist` give them they are bare integers


def sendable(parameters: Mapping[str, object]) -> dict[str, Any]:
    """Give each value as a plain Python one, those of NumPy and pandas included, moments in UTC.

    Raises
    ------
    BadParameter
        A value is NaN, NaT or NA, a time without a zone, too large an integer, or of a type the database lacks.
    """
    return {name: _plain(name, value) for name, value in parameters.items()}


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, np.generic):
        return _scalar(name, value if value.dtype.kind in _KINDS_OF_TIME else value.item())
    if isinstance(value, np.ndarray) and value.dtype.kind in _KINDS_OF_TIME:
        raise _refused(name, value, "times of NumPy have no zone, those of the atlas have one. Give datetimes with one")
    if hasattr(value, "tolist"):  # arrays, Series, Index
        value = value.tolist()
    if isinstance(value, (list, tuple, range)):
        return [_plain(name, one) for one in value]
    if isinstance(value, Mapping) and all(isinstance(key, str) for key in value):
        return {key: _plain(name, one) for key, one in value.items()}
    return _scalar(name, value)


def _scalar(name: str, value: Any) -> Any:
    if type(value).__name__ in _MISSING or (isinstance(value, float) and math.isnan(value)):
        raise _refused(name, value, "nothing compares with a missing value. Give one, or None for null")
    if isinstance(value, datetime):
        return _moment(name, value)
    if isinstance(value, int) and abs(value) > LARGEST_INTEGER:
        raise _refused(name, value, "the database holds integers of 64 bits. Give a smaller one, or text")
    if value is None or isinstance(value, (bool, int, float, str, date, timedelta)):
        return value
    raise _refused(name, value, f"a {type(value).__name__} has no type there. Give numbers, text, lists or datetimes")


def _moment(name: str, value: datetime) -> datetime:
    if value.utcoffset() is None:
        raise _refused(
            name, value, "comparing it with the times of the atlas, which have a zone, gives null. Give it one"
        )
    return value.astimezone(timezone.utc)  # a ZoneInfo lets driver 6.4 crash the process: it hands C no datetime


def _refused(name: str, value: object, why: str) -> BadParameter:
    return BadParameter(f"Parameter {name!r} cannot be {shown(value)}: {why}.")
