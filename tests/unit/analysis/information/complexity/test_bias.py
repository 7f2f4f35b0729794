import numpy as np
import pytest

from atlas.analysis.information.complexity import complexity_of
from atlas.analysis.information.complexity.uniform import unions
from atlas.analysis.information.decomposition import Joint

N_TRIALS, N_DRAWS = 200, 400
ROWS = np.array(np.unravel_index(np.arange(16), (2, 2, 2, 2)))  # three sources and the target
CHANCES = np.random.default_rng(4).dirichlet(np.full(16, 3.0))


def unions_of(counts: np.ndarray) -> np.ndarray:
    found = unions(Joint.of_trials(np.repeat(ROWS[:3], counts, axis=1), np.repeat(ROWS[3], counts)))
    return found.informative - found.misinformative


def test_bias_is_what_samples_have_more():
    random = np.random.default_rng(0)
    whole = np.round(CHANCES * 10**5).astype(int)
    truth = unions_of(whole)
    samples = np.array([unions_of(random.multinomial(N_TRIALS, whole / whole.sum())) for _ in range(N_DRAWS)])
    more, error = samples.mean(axis=0) - truth, samples.std(axis=0) / np.sqrt(N_DRAWS)
    joint = Joint.of_trials(np.repeat(ROWS[:3], whole, axis=1), np.repeat(ROWS[3], whole))
    expected = unions(joint, with_bias=True).bias * whole.sum() / N_TRIALS
    assert np.abs((more - expected) / error).max() < 3.5
    assert np.abs(more / error).max() > 5  # it would be seen if it were missing


def test_bias_of_all_sources_is_that_of_miller_and_madow():
    states = np.array([[0, 0, 1, 1, 1, 0], [0, 1, 0, 1, 1, 1]])
    joint = Joint.of_trials(states, [0, 1, 1, 0, 1, 1])
    n_rows, n_source_rows, n_targets = 5, 4, 2
    expected = (n_rows - n_source_rows - n_targets + 1) / (2 * np.log(2) * 6)
    assert unions(joint, with_bias=True).bias[-1] == pytest.approx(expected)


def test_complexity_of_few_trials_is_too_low_and_the_bias_says_so():
    random = np.random.default_rng(3)
    centres = random.normal(size=(10, 5))

    def complexity(n_trials: int) -> tuple[float, float]:
        labels = random.integers(10, size=n_trials)
        responses = np.tanh(centres[labels] + 0.2 * random.normal(size=(n_trials, 5)))
        states = np.rint((responses.T + 1) * 3.5).astype(int)
        found = complexity_of(Joint.of_trials(states, labels), with_bias=True)
        return found.complexity, found.bias_complexity

    (few, bias), (many, _) = complexity(1_000), complexity(30_000)
    assert few < few - bias < many


def test_probabilities_have_no_bias():
    joint = Joint.of_distribution([[0, 0], [0, 1], [1, 0], [1, 1]], [0, 1, 1, 0], np.full(4, 0.25))
    assert np.isnan(complexity_of(joint, with_bias=True).bias_complexity)
