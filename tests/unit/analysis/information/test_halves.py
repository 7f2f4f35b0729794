import numpy as np
import pytest

from atlas.analysis.information.counting import information_bits
from atlas.analysis.information.halves import half_samples, interval_of_halves
from atlas.errors import BadParameter


def test_halves_draw_each_trial_once():
    halves = half_samples(11, 50, seed=0)
    assert halves.shape == (50, 5)
    assert all(len(set(half)) == 5 for half in halves.tolist())
    assert set(halves.ravel()) == set(range(11))


def test_every_trial_is_as_likely():
    drawn = np.bincount(half_samples(10, 4_000, seed=0).ravel(), minlength=10) / 4_000
    assert drawn == pytest.approx(np.full(10, 0.5), abs=4 * 0.5 / np.sqrt(4_000))


def test_halves_depend_on_the_seed_alone():
    one, again, other = half_samples(40, 3, seed=1), half_samples(40, 3, seed=1), half_samples(40, 3, seed=2)
    assert one.tolist() == again.tolist() != other.tolist()
    assert half_samples(40, 9, seed=1)[:3].tolist() == one.tolist()


def test_interval_is_moved_to_the_observed_value():
    of_halves = np.arange(201.0)[:, None] + [0, 1000]  # percentiles 5 and 195 about a mean of 100
    low, high = interval_of_halves([7.0, 8.0], of_halves)
    assert low.tolist() == [-88, -87] and high.tolist() == [102, 103]


def test_no_interval_without_halves():
    low, high = interval_of_halves(np.zeros((2, 3)), np.zeros((0, 2, 3)))
    assert low.shape == high.shape == (2, 3)
    assert np.isnan([low, high]).all()


def test_undefined_stays_undefined():
    low, high = interval_of_halves([np.nan, 1.0], np.array([[1.0, np.nan], [2.0, 1.0]]))
    assert np.isnan([low, high]).all()


def test_interval_covers_the_truth():
    # a bit, and a copy that is wrong once in ten: 1 - h(0.1) = 0.531 bits; 400 trials, 1,000 times over
    truth, n_trials, n_times = 1 + 0.9 * np.log2(0.9) + 0.1 * np.log2(0.1), 400, 1_000
    random = np.random.default_rng(0)
    halves = half_samples(n_trials, 200, seed=0)
    chosen = np.zeros((200, n_trials))
    np.put_along_axis(chosen, halves, 1, axis=1)
    bit = random.integers(0, 2, size=(n_times, n_trials))
    cell = 2 * bit + (bit ^ (random.random(bit.shape) < 0.1))
    in_cell = np.stack([cell == number for number in range(4)], axis=-1).astype(float)
    of_halves = np.einsum("ht,rtc->hrc", chosen, in_cell, optimize=True).astype(int).reshape(200, n_times, 2, 2)
    observed = information_bits(in_cell.sum(axis=1).astype(int).reshape(n_times, 2, 2))[:, 0]
    low, high = interval_of_halves(observed, information_bits(of_halves)[..., 0])
    covered = ((low <= truth) & (truth <= high)).mean()
    assert covered == pytest.approx(0.95, abs=0.025)  # standard error 0.007; half as wide an interval would cover 0.67


def test_bad_input():
    with pytest.raises(BadParameter, match="n_draws is -1"):
        half_samples(10, -1, seed=0)
    with pytest.raises(BadParameter, match=r"n_trials is 2\.5"):
        half_samples(2.5, 1, seed=0)
    with pytest.raises(BadParameter, match="seed is -1"):
        half_samples(10, 1, seed=-1)
