import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.partition.chance import Chance
from atlas.analysis.statistics import against_null


def beside(observed, draws) -> Chance:
    chance = Chance(observed)
    for drawn in draws:
        chance.add(np.asarray(drawn))
    return chance


@given(seed=st.integers(0, 1000), n_null=st.integers(0, 12), rounded=st.booleans())
@settings(max_examples=50)
def test_as_from_all_draws_at_once(seed, n_null, rounded):
    draws = np.random.default_rng(seed)
    observed, null = draws.normal(size=3), draws.normal(size=(n_null, 3))
    if rounded:  # ties
        observed, null = observed.round(), null.round()
    found, expected = beside(observed, null).upper(), against_null(observed, null)
    for name in ("mean", "sd"):
        known = getattr(found, f"null_{name}")
        assert known == pytest.approx(getattr(expected, name), rel=1e-12, abs=1e-12, nan_ok=True)
    assert found.z == pytest.approx(expected.z, rel=1e-9, nan_ok=True)
    assert found.p == pytest.approx(expected.p, nan_ok=True)
    assert beside(observed, null).lower().p == pytest.approx(against_null(-observed, -null).p, nan_ok=True)


def test_tails():
    chance = beside(3.0, [1.0, 2.0, 3.0, 4.0])
    assert chance.upper().p == pytest.approx(3 / 5)  # 3 and 4 reach it
    assert chance.lower().p == pytest.approx(4 / 5)
    assert chance.two_sided().p == 1.0
    assert beside(0.0, [1.0, 2.0, 3.0, 4.0]).two_sided().p == pytest.approx(2 / 5)


def test_what_is_undefined_does_not_count():
    found = beside(np.array([3.0, 3.0, np.nan]), [[1, 1, 1], [np.nan, np.nan, 2], [5, np.nan, 3]]).upper()
    assert found.p == pytest.approx([2 / 3, 1 / 2, np.nan], nan_ok=True)
    assert found.null_mean == pytest.approx([3, 1, 2])
    assert found.null_sd == pytest.approx([np.sqrt(8), np.nan, 1], nan_ok=True)


def test_equal_draws_have_no_z():
    found = beside(0.3, [0.1 + 0.2, 0.3, 0.3]).upper()  # the first differs by a rounding
    assert np.isnan(found.z)
    assert found.p == 1.0


def test_without_draws():
    found = beside(1.0, []).two_sided()
    assert found.value == 1.0
    assert np.isnan([found.null_mean, found.null_sd, found.z, found.p]).all()
