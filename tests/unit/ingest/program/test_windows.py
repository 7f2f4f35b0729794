"""Windows of poolings, worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from ingest.program.windows import adaptive_windows, windows

LINE = np.arange(1, 6)


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [[1, 2], [3, 4]]),
        ({"stride": (1,)}, [[1, 2], [2, 3], [3, 4], [4, 5]]),
        ({"padding": (1,)}, [[0, 1], [2, 3], [4, 5]]),
        ({"padding": ((0, 1),)}, [[1, 2], [3, 4], [5, 0]]),
        ({"dilation": (3,), "stride": (1,)}, [[1, 4], [2, 5]]),
        ({"ceil_mode": True}, [[1, 2], [3, 4], [5, 0]]),
    ],
    ids=["plain", "stride", "padding", "padding-after", "dilation", "ceil"],
)
def test_line(options, expected):
    assert windows(LINE, (2,), **options).tolist() == expected


def test_ceil_drops_a_window_that_begins_in_the_padding():
    assert windows(np.arange(1, 5), (2,), stride=(3,), padding=(1,), ceil_mode=True).tolist() == [[0, 1], [3, 4]]


def test_plane():
    plane = np.arange(1, 17).reshape(1, 1, 4, 4)
    assert windows(plane, (2, 2)).tolist() == [[[[[1, 2, 5, 6], [3, 4, 7, 8]], [[9, 10, 13, 14], [11, 12, 15, 16]]]]]


def test_adaptive_windows_overlap():
    assert adaptive_windows(LINE, (3,)).tolist() == [[1, 2, 0], [2, 3, 4], [4, 5, 0]]


def test_adaptive_one():
    assert adaptive_windows(np.arange(1, 5).reshape(1, 2, 2), (1, 1)).tolist() == [[[[1, 2, 3, 4]]]]
