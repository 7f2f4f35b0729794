from concurrent.futures import ProcessPoolExecutor
from itertools import combinations

import numpy as np
import pytest

from atlas.analysis.information.complexity import complexity_of, complexity_of_elements
from atlas.analysis.information.complexity.tabulating import interval
from atlas.analysis.information.decomposition import Joint, set_bits
from atlas.errors import BadParameter, EmptySelection, ShapeError, UnknownName
from atlas.results import ComplexityResult

QUICK = {"n_null": 0, "n_subsamples": 0, "n_noise": 0, "n_draws": 40}


def noisy_code(n_neurons: int, n_trials: int, seed: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Four classes, by neurons of three states."""
    random = np.random.default_rng(seed)
    centres = np.random.default_rng(1).normal(size=(4, n_neurons))
    labels = random.integers(4, size=n_trials)
    responses = np.tanh(centres[labels] + 0.5 * random.normal(size=(n_trials, n_neurons)))
    return np.rint(responses.T + 1).astype(np.uint8), labels


def of_one(states: np.ndarray, labels: np.ndarray, **params: object) -> ComplexityResult:
    return complexity_of_elements({"n/a": states}, labels, 4, **{**QUICK, **params})


def test_numbers_are_those_of_the_joint():
    states, labels = noisy_code(4, 500)
    joint = Joint.of_trials(states, labels)
    expected = complexity_of(joint, with_bias=True)
    found = of_one(states, labels)
    assert found.bits[0] == expected.bits
    assert found.complexity[0] == expected.complexity
    assert found.bias_complexity[0] == expected.bias_complexity
    assert found.min_complexity[0] == complexity_of(joint, definition="min").complexity
    assert found.mmi_complexity[0] == complexity_of(joint, definition="mmi").complexity
    assert found.degree_bits[0].tolist() == expected.degree_bits.tolist()
    assert found.informative_degree_bits[0].tolist() == expected.informative_degree_bits.tolist()
    assert found.misinformative_degree_bits[0].tolist() == expected.misinformative_degree_bits.tolist()
    assert found.estimators == ("exact",)
    assert found.n_states[0] == len(joint.mass)
    assert found.trials_per_state[0] == 500 / len(joint.mass)


def test_degrees_beyond_an_elements_are_unknown():
    states, labels = noisy_code(3, 300)
    found = complexity_of_elements({"few": states[:2], "many": states}, labels, 4, **QUICK)
    assert np.isnan(found.degree_bits).tolist() == [[False, False, True], [False, False, False]]
    assert found.n_sources.tolist() == [2, 3]


def test_workers_and_other_elements_do_not_matter():
    states, labels = noisy_code(3, 200)
    params = {"n_null": 25, "n_subsamples": 12, "n_noise": 6}
    with ProcessPoolExecutor(2) as pool:
        together = complexity_of_elements({"a": states[:2], "b": states}, labels, 4, **params, mapper=pool.map)
    alone = complexity_of_elements({"b": states}, labels, 4, **params)
    assert not alone.to_frame().drop(columns=["reason", "note"]).isna().to_numpy().any()
    assert together.to_frame().iloc[1].to_dict() == alone.to_frame().iloc[0].to_dict()


def test_the_seed_decides_on_shuffles_and_halves():
    states, labels = noisy_code(3, 200)
    params = {"n_null": 3, "n_subsamples": 5}
    first, other = (of_one(states, labels, **params, seed=seed) for seed in (0, 1))
    assert first.null_bits[0] != other.null_bits[0]
    assert first.low_complexity[0] != other.low_complexity[0]
    assert first.complexity[0] == other.complexity[0]


def test_shuffled_labels_leave_the_bias():
    states, labels = noisy_code(2, 1_000)
    found = of_one(states, labels, n_null=200)
    n_rows, n_source_rows = 9 * 4, 9
    expected = (n_rows - n_source_rows - 4 + 1) / (2 * np.log(2) * 1_000)
    assert found.null_bits[0] == pytest.approx(expected, rel=0.1)
    assert 1 < found.null_complexity[0] < 2


def test_interval_is_as_wide_as_samples_differ():
    samples = [complexity_of(Joint.of_trials(*noisy_code(2, 200, seed))).complexity for seed in range(100)]
    found = [of_one(*noisy_code(2, 200, seed), n_subsamples=60) for seed in range(5)]
    half_widths = [(one.high_complexity - one.low_complexity)[0] / 2 for one in found]
    assert np.mean(half_widths) / 1.96 == pytest.approx(np.std(samples), rel=0.25)


def test_interval_swaps_the_random_draws_of_halves_for_those_of_the_whole():
    values = np.random.default_rng(0).normal(size=20_000)  # variance 1, of which 0.64 is of their own draws
    halves = {"complexity": 0.5 * values, "standard_error": np.full(len(values), 0.4)}
    observed = {"complexity": np.array(2.0), "standard_error": np.array(0.1)}
    sd = np.sqrt(0.25 - 0.16 + 0.01)
    assert interval(observed, halves) == pytest.approx((2 - 1.96 * sd, 2 + 1.96 * sd), abs=0.02)


def test_interval_holds_the_random_draws_where_trials_add_nothing():
    halves = {"complexity": np.array([1.9, 2.1] * 50), "standard_error": np.full(100, 0.2)}
    observed = {"complexity": np.array(2.0), "standard_error": np.array(0.05)}
    low, high = interval(observed, halves)
    assert (low, high) == pytest.approx((1.95, 2.05), abs=0.001)


def test_noise_in_place_of_one_of_two_copies():
    labels = np.arange(4_000) % 2
    found = of_one(np.vstack([labels, labels]), labels, n_noise=4)
    assert found.complexity[0] == pytest.approx(1)
    assert found.noise_complexity[0] == pytest.approx(1.415037, abs=0.002)  # one source tells, the other is noise


def test_every_neuron_becomes_noise_as_often():
    labels = np.arange(4_000) % 2
    found = of_one(np.vstack([labels, labels, np.zeros_like(labels)]), labels, n_noise=1)
    assert found.noise_complexity[0] == pytest.approx((1.415037 + 1.415037 + 1) / 3, abs=0.002)


def test_seven_neurons_go_by_clocks():
    states, labels = noisy_code(7, 300)
    found = of_one(states, labels, min_trials=1, n_draws=400, n_subsamples=3)
    assert found.estimators == ("clock",)
    assert found.notes[0].startswith("Estimated by 400 random draws, with a standard error of 0.0")
    whole = Joint.of_trials(states, labels)
    assert found.bits[0] == pytest.approx(set_bits(whole)[-1], abs=1e-12)


def test_six_neurons_go_exactly_where_rows_are_few():
    states, labels = noisy_code(2, 300)
    found = of_one(np.vstack([states, states, states]), labels)
    assert found.estimators == ("exact",)
    expected = complexity_of(Joint.of_trials(states, labels))
    assert found.complexity[0] == pytest.approx(expected.complexity, abs=1e-11)
    assert of_one(np.vstack([states, states, states]), labels, estimator="clock").estimators == ("clock",)


def test_seventeen_neurons_go_by_subsets():
    labels = np.arange(64) % 4
    found = of_one(np.tile(labels, (17, 1)), labels)
    assert found.estimators == ("subsample",)
    assert (found.complexity[0], found.bits[0], found.n_sources[0]) == (pytest.approx(1), pytest.approx(2), 17)
    assert found.degree_bits[0] == pytest.approx([2, 0, 0, 0, 0])
    assert "means over up to 26 sets of 5 neurons" in found.notes[0]


def test_subsets_are_averaged():
    states, labels = noisy_code(4, 300)
    found = of_one(states, labels, estimator="subsample", subset_size=2)
    pairs = [complexity_of(Joint.of_trials(states[list(pair)], labels)) for pair in combinations(range(4), 2)]
    assert found.complexity[0] == pytest.approx(np.mean([pair.complexity for pair in pairs]))
    assert found.bits[0] == pytest.approx(np.mean([pair.bits for pair in pairs]))


def test_groups_are_sources():
    states, labels = noisy_code(4, 600)
    found = of_one(states, labels, estimator="coarse")
    pairs = np.array([3 * states[0] + states[1], 3 * states[2] + states[3]])
    coarse = complexity_of(Joint.of_trials(pairs, labels)).complexity
    assert found.complexity[0] == pytest.approx(coarse)
    assert f"is from {coarse:.3f} to {2 * coarse:.3f}, if no atom" in found.notes[0]


def test_a_bound_of_groups_that_is_broken_is_told():
    """Section 5.3 of the specification."""
    counts = [1_169, 4_496, 2_340, 1_995]
    states = np.repeat([[0, 0, 1, 1], [0, 0, 0, 1], [0, 0, 1, 0], [0, 1, 0, 0]], counts, axis=1)
    found = of_one(states, np.repeat([1, 1, 1, 2], counts), estimator="coarse")
    assert found.complexity[0] == pytest.approx(1.1624, abs=1e-4)
    assert "negative atoms break that bound here: it is 1.053" in found.notes[0]


def test_complexity_below_one_is_told():
    random = np.random.default_rng(0)
    for _ in range(500):
        counts = np.maximum(random.multinomial(1_000, random.dirichlet(np.full(8, 0.5))), 1)
        rows = np.repeat(np.indices((2, 2, 2)).reshape(3, -1), counts, axis=1)
        found = of_one(rows[:2], rows[2])
        if found.complexity[0] < 0.99:
            break
    assert found.degree_bits[0, 1] < 0
    assert "Complexity is below 1 because bits of a degree are negative" in found.notes[0]


def test_bias_beyond_the_interval_is_told():
    few, many = (of_one(*noisy_code(4, n_trials), n_subsamples=40, min_trials=1) for n_trials in (80, 10_000))
    assert "The estimated bias is larger than half the width of the interval" in few.notes[0]
    assert many.notes == (None,)


def test_no_more_bits_than_by_shuffled_labels_is_told():
    random = np.random.default_rng(0)
    noise, labels = random.integers(2, size=(3, 400)), random.integers(4, size=400)
    words = "It tells no more than shuffled labels do, so its complexity means nothing."
    assert words in of_one(noise, labels, n_null=10).notes[0]
    assert of_one(*noisy_code(3, 400), n_null=10).notes == (None,)


def test_bias_beyond_the_bits_is_told():
    rows = np.repeat(np.indices((2, 2, 2)).reshape(3, -1), [26, *[25] * 7], axis=1)  # all but independent
    found = of_one(rows[:2], rows[2], n_subsamples=20)
    assert 0 < found.bits[0] < 0.001 and not np.isnan(found.complexity[0])
    assert np.isnan(found.bias_complexity[0])
    assert "The estimated bias is as large as the bits themselves" in found.notes[0]


def test_a_single_set_of_all_neurons_is_no_mean():
    states, labels = noisy_code(4, 300)
    whole, exact = (of_one(states, labels, estimator=name, subset_size=4) for name in ("subsample", "exact"))
    assert (whole.complexity[0], whole.notes) == (exact.complexity[0], (None,))
    assert "sets of 3 neurons" in of_one(states, labels, estimator="subsample", subset_size=3).notes[0]


def test_what_would_take_minutes_is_left_out():
    random = np.random.default_rng(0)
    states, labels = random.integers(8, size=(16, 4_200)), np.arange(4_200) % 4
    found = of_one(states, labels, min_trials=1, n_draws=20)
    assert np.isnan([found.min_complexity[0], found.mmi_complexity[0]]).all()
    assert "I_min and minimal mutual information is left out" in found.notes[0]


def test_reasons():
    states, labels = noisy_code(5, 400)
    sources = {
        "none": states[:0],
        "wide": np.vstack([states, states]),
        "few": np.arange(400)[None],
        "nothing": np.zeros((2, 400), dtype=int),
        "some": states[:2],
    }
    found = complexity_of_elements(sources, labels, 4, estimator="exact", **QUICK)
    assert found.reasons == ("no_neurons", "too_wide", "too_few_trials", "no_information", None)
    assert np.isnan(found.complexity).tolist() == [True, True, True, True, False]
    assert found.reliable.tolist() == [False, True, False, True, True]
    assert found.bits[3] == pytest.approx(0, abs=1e-12)
    assert found.trials_per_state[2] == 1
    assert found.estimators == (None, None, None, "exact", "exact")


def test_more_neurons_than_clocks_can_take():
    labels = np.arange(40) % 4
    found = of_one(np.tile(labels, (17, 1)), labels, estimator="clock")
    assert found.reasons == ("too_wide",)


def test_one_class():
    states, _ = noisy_code(3, 50)
    found = of_one(states, np.full(50, 2))
    assert found.reasons == ("one_class",)
    assert np.isnan([found.bits[0], found.complexity[0]]).all()


def test_all_is_measured_of_a_whole_population():
    found = of_one(np.arange(40)[None], np.arange(40) % 4, min_trials=1)
    assert (found.complexity[0], found.reasons) == (1, (None,))


def test_without_draws_there_is_no_chance():
    found = of_one(*noisy_code(2, 100))
    assert np.isnan([found.null_bits, found.null_complexity, found.low_complexity, found.noise_complexity]).all()


def test_no_elements():
    found = complexity_of_elements({}, np.array([0, 1]), 2)
    assert (found.elements, found.complexity.shape, found.degree_bits.shape) == ((), (0,), (0, 0))


@pytest.mark.parametrize(
    ("states", "labels", "params", "error", "words"),
    [
        (np.zeros((2, 3), int), np.array([0, 1]), {}, ShapeError, "'n/a' have shape \\(2, 3\\), there are 2 labels"),
        (np.zeros(2, int), np.array([0, 1]), {}, ShapeError, "have shape"),
        (np.full((1, 2), -1), np.array([0, 1]), {}, BadParameter, "whole numbers from 0"),
        (np.zeros((1, 2)), np.array([0, 1]), {}, BadParameter, "whole numbers from 0"),
        (np.zeros((1, 2), int), np.array([0, 4]), {}, BadParameter, "A label is 4"),
        (np.zeros((1, 2), int), np.array([99, 99]), {}, BadParameter, "A label is 99, the classes are 0 to 3"),
        (np.zeros((1, 2), int), np.array([-1, -1]), {}, BadParameter, "A label is -1"),
        (np.zeros((1, 2), int), np.array([1.5, 1.5]), {}, BadParameter, "labels are float64"),
        (np.zeros((1, 2), int), np.array([np.nan, np.nan]), {}, BadParameter, "labels are float64"),
        (np.zeros((1, 2), int), np.array([0, 1]), {"seed": -1}, BadParameter, "seed is -1"),
        (np.zeros((1, 2), int), np.array([0, 1]), {"seed": 0.5}, BadParameter, "seed is 0.5"),
        (np.zeros((1, 0), int), np.zeros(0, int), {}, EmptySelection, "There are no trials"),
        (
            np.zeros((1, 2), int),
            np.array([0, 1]),
            {"estimator": "guess"},
            UnknownName,
            "estimator of complexity 'guess'",
        ),
        (np.zeros((1, 2), int), np.array([0, 1]), {"n_null": -1}, BadParameter, "n_null is -1"),
        (np.zeros((1, 2), int), np.array([0, 1]), {"n_draws": 19}, BadParameter, "n_draws is 19"),
        (np.zeros((1, 2), int), np.array([0, 1]), {"group_size": 0}, BadParameter, "group_size is 0"),
        (np.zeros((1, 2), int), np.array([0, 1]), {"min_trials": np.nan}, BadParameter, "min_trials is nan"),
    ],
)
def test_bad_input_is_refused(states, labels, params, error, words):
    with pytest.raises(error, match=words):
        of_one(states, labels, **params)
