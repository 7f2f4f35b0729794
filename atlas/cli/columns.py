"""Which columns stand in one table, where a terminal is too narrow for all."""

from __future__ import annotations

from collections.abc import Sequence

_BETWEEN = 3  # blanks from column to column
_MOST_OF_TEXT = 40  # longer ones are folded


def columns_of_tables(
    names: Sequence[str], rows: Sequence[Sequence[str]], has_fractions: Sequence[bool], width: int
) -> list[list[int]]:
    """Share columns out to tables, each of which begins with those that tell rows apart.

    Texts can be folded, numbers and names of columns not: all stand in one table if these fit.

    Parameters
    ----------
    names
        Of the columns.
    rows
        As they are printed, one text for each column.
    has_fractions
        Whether a column has numbers with a fraction; the first without tell rows apart.
    width
        Of the terminal.

    Returns
    -------
    list of list of int
        Columns of each table.

    Examples
    --------
    >>> columns_of_tables(["key", "points", "bits"], [["a", "50.5", "1"], ["b", "25.5", "2"]], [False, True, True], 13)
    [[0, 1], [0, 2]]
    """
    widths = [_width(place, names, rows, folded=not has_fractions[place]) for place in range(len(names))]
    if sum(widths) - _BETWEEN <= width:
        return [list(range(len(names)))]
    widths = [_width(place, names, rows, folded=False) for place in range(len(names))]
    telling = _telling_apart(rows, has_fractions)
    room = width + _BETWEEN - sum(widths[place] for place in telling)
    tables, left = [telling[:]], room
    for place in range(len(names)):
        if place in telling:
            continue
        if widths[place] > left and len(tables[-1]) > len(telling):
            tables.append(telling[:])
            left = room
        tables[-1].append(place)
        left -= widths[place]
    return tables


def _width(place: int, names: Sequence[str], rows: Sequence[Sequence[str]], *, folded: bool) -> int:
    longest = 0 if folded else max((len(row[place]) for row in rows), default=0)
    return max(len(names[place]), min(longest, _MOST_OF_TEXT)) + _BETWEEN


def _telling_apart(rows: Sequence[Sequence[str]], has_fractions: Sequence[bool]) -> list[int]:
    """Find the first columns of texts and whole numbers that, together, differ from row to row."""
    found: list[int] = []
    n_different = 0
    for place in (place for place, has_them in enumerate(has_fractions) if not has_them):
        more = len({tuple(row[each] for each in (*found, place)) for row in rows})
        if more > n_different:
            found.append(place)
            n_different = more
    return found
