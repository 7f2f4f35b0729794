import numpy as np
import pytest

from atlas.analysis.information.complexity import Complexity, clock_complexity, complexity_of
from atlas.analysis.information.complexity.clocks import draws
from atlas.analysis.information.complexity.uniform import unions
from atlas.analysis.information.decomposition import Joint
from atlas.errors import BadParameter


def noisy_code(n_sources: int, n_trials: int) -> Joint:
    """Ten classes, by sources of 8 levels."""
    random = np.random.default_rng(2)
    labels = random.integers(10, size=n_trials)
    responses = np.tanh(random.normal(size=(10, n_sources))[labels] + 0.6 * random.normal(size=(n_trials, n_sources)))
    return Joint.of_trials(np.rint((responses.T + 1) * 3.5).astype(int), labels)


def z_scores(joint: Joint, n_draws: int) -> np.ndarray:
    """Compare both parts of what is told up to each degree, and their difference, with the exact ones."""
    exact, (parts, _) = unions(joint), draws(joint, n_draws=n_draws, seed=0)
    drawn = np.array([*parts, parts[0] - parts[1]])
    truth = np.array([exact.informative, exact.misinformative, exact.informative - exact.misinformative])
    return (drawn.mean(axis=2) - truth) / (drawn.std(axis=2, ddof=1) / np.sqrt(n_draws))


def numbers(found: Complexity) -> np.ndarray:
    return np.array([found.bits, found.complexity, *found.degree_bits])


@pytest.mark.parametrize(("n_sources", "n_trials"), [(2, 200), (5, 2_000), (6, 20)])
def test_agrees_with_the_exact_way(n_sources, n_trials):
    assert np.abs(z_scores(noisy_code(n_sources, n_trials), 4_000)).max() < 4


def test_complexity_is_within_its_standard_error():
    joint = noisy_code(5, 2_000)
    exact, found = complexity_of(joint, with_bias=True), clock_complexity(joint)
    assert 0.005 < found.standard_error < 0.05
    assert abs(found.complexity - exact.complexity) < 4 * found.standard_error
    assert found.bits == pytest.approx(exact.bits, abs=1e-12)
    assert found.bias_complexity == pytest.approx(exact.bias_complexity, rel=0.1)


def test_standard_error_is_the_spread_over_seeds():
    joint = noisy_code(4, 200)
    found = [clock_complexity(joint, n_draws=100, seed=seed) for seed in range(60)]
    spread = np.std([one.complexity for one in found])
    assert np.mean([one.standard_error for one in found]) == pytest.approx(spread, rel=0.3)


@pytest.mark.parametrize("n_sources", [10, 16])
def test_every_draw_of_one_hot_codes_is_exact(n_sources):
    joint = Joint.of_trials(np.eye(n_sources, dtype=int), np.arange(n_sources))
    found = clock_complexity(joint, n_draws=20)
    assert found.complexity == pytest.approx(1, abs=1e-12)
    assert found.standard_error == pytest.approx(0, abs=1e-12)


def test_copies_of_sources_do_not_matter_to_ten():
    four = np.array(np.unravel_index(np.arange(16), (2, 2, 2, 2)))
    joint = Joint.of_trials(np.vstack([four, four, four[:2]]), four.sum(axis=0) % 2)
    found = clock_complexity(joint)
    assert abs(found.complexity - 2.680767) < 4 * found.standard_error  # parity of four


def test_probabilities_draw_as_counts_do():
    joint = noisy_code(3, 40)
    shares = Joint.of_distribution(joint.source_rows[:, joint.source_row].T, joint.target, joint.mass / joint.total)
    assert clock_complexity(shares).complexity == pytest.approx(complexity_of(joint).complexity, abs=0.1)


def test_the_seed_decides():
    joint = noisy_code(7, 100)
    first, again, other = (clock_complexity(joint, n_draws=50, seed=seed) for seed in (1, 1, 2))
    assert numbers(first).tolist() == numbers(again).tolist()
    assert first.complexity != other.complexity


def test_one_draw_has_no_standard_error():
    with pytest.raises(BadParameter, match="n_draws is 1"):
        clock_complexity(noisy_code(2, 20), n_draws=1)
