"""Trials drawn from Gaussians, one by one and with exactly the moments measured."""

from __future__ import annotations

import numpy as np
import pytest

from atlas.analysis.correlation import sampling
from atlas.analysis.correlation.sampling import Gaussian, gaussian_of, gaussian_parts_of

ROOT = np.array([[2.0, 0.0, 1.0], [0.0, 1.0, 1.0]])  # covariance [[4, 0, 2], [0, 1, 1], [2, 1, 2]]
GAUSSIAN = Gaussian(np.array([1.0, 2.0, 3.0]), ROOT)


def test_a_gaussian_has_the_moments_measured() -> None:
    trials = np.random.default_rng(0).exponential(size=(50, 4))
    found = gaussian_of(trials)
    assert found.mean == pytest.approx(trials.mean(axis=0))
    assert found.root.T @ found.root == pytest.approx(np.cov(trials.T, bias=True))


@pytest.mark.parametrize("n_trials", [3, 10, 200])
def test_matched_trials_have_exactly_these_moments(n_trials: int) -> None:
    trials = GAUSSIAN.matched(n_trials, np.random.default_rng(0))
    assert trials.mean(axis=0) == pytest.approx(GAUSSIAN.mean)
    assert np.cov(trials.T, bias=True) == pytest.approx(ROOT.T @ ROOT)


def test_matched_trials_are_measured_again_where_there_are_fewer_than_elements() -> None:
    measured = np.random.default_rng(0).normal(size=(5, 9))
    drawn = gaussian_of(measured).matched(5, np.random.default_rng(1))
    assert np.cov(drawn.T, bias=True) == pytest.approx(np.cov(measured.T, bias=True))
    assert np.abs(drawn - measured).max() > 0.1


def test_matched_trials_are_the_same_by_the_quick_way_and_the_careful_one(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = gaussian_of(np.random.default_rng(0).exponential(size=(60, 30)))
    quick = wide.matched(60, np.random.default_rng(1))
    monkeypatch.setattr(sampling, "_A_FEW", 1_000)
    assert wide.matched(60, np.random.default_rng(1)) == pytest.approx(quick, rel=1e-12, abs=1e-12)


def test_matched_trials_are_gaussian() -> None:
    random = np.random.default_rng(0)
    first = np.array([Gaussian(np.zeros(1), np.eye(1)).matched(4, random)[0, 0] for _ in range(4_000)])
    assert first.mean() == pytest.approx(0, abs=0.05)  # sqrt(3) times a coordinate of a random 3-d direction
    assert (first**2).mean() == pytest.approx(1, abs=0.05)
    assert (first**4).mean() == pytest.approx(9 / 5, abs=0.1)


def test_independent_trials_scatter_about_the_moments() -> None:
    trials = GAUSSIAN.drawn(40_000, np.random.default_rng(0))
    assert trials.mean(axis=0) == pytest.approx(GAUSSIAN.mean, abs=0.05)
    assert np.cov(trials.T) == pytest.approx(ROOT.T @ ROOT, abs=0.1)


def test_what_does_not_vary_is_drawn_unchanged() -> None:
    found = gaussian_of(np.full((4, 2), 0.3))
    random = np.random.default_rng(0)
    assert (found.matched(4, random) == 0.3).all()
    assert (found.drawn(4, random) == 0.3).all()


def test_parts_keep_their_trials_and_moments() -> None:
    random = np.random.default_rng(0)
    trials, parts = random.normal(size=(9, 2)), np.array([0, 1, 0, 1, 1, 0, 1, 1, 1])
    drawn = gaussian_parts_of(trials, parts).matched(random)
    assert drawn[:3].mean(axis=0) == pytest.approx(trials[parts == 0].mean(axis=0))
    assert np.cov(drawn[3:].T) == pytest.approx(np.cov(trials[parts == 1].T))
