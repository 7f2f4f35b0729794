import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.information.complexity import Complexity, complexity_of
from atlas.analysis.information.decomposition import Joint, decompose
from atlas.errors import BadParameter, UnknownName

drawn = st.tuples(st.integers(2, 4), st.integers(2, 4), st.integers(4, 60), st.integers(0, 10**6))


def of_seed(n_sources: int, n_states: int, n_trials: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Draw states that depend on the label: half of them are its remainder."""
    random = np.random.default_rng(seed)
    labels = random.integers(3, size=n_trials)
    labels[:2] = 0, 1
    states = random.integers(n_states, size=(n_sources, n_trials))
    follows = random.random(states.shape) < 0.5
    return np.where(follows, labels % n_states, states), labels


def parts(found: Complexity) -> np.ndarray:
    return np.array([found.degree_bits, found.informative_degree_bits, found.misinformative_degree_bits])


def check_equals_the_lattice(states: np.ndarray, labels: np.ndarray) -> None:
    joint = Joint.of_trials(states, labels)
    profile = decompose(joint).profile()
    expected = profile[["bits", "informative_bits", "misinformative_bits"]].to_numpy().T
    found = complexity_of(joint)
    assert parts(found) == pytest.approx(expected, abs=1e-10)
    if found.bits > 1e-3:  # rounding is divided by it
        complexity = profile["degree"] @ profile["bits"] / profile["bits"].sum()
        assert found.complexity == pytest.approx(complexity, abs=1e-10)


@settings(max_examples=40)
@given(drawn)
def test_equals_the_lattice(shape):
    check_equals_the_lattice(*of_seed(*shape))


@pytest.mark.parametrize("seed", range(3))
def test_five_sources_equal_the_lattice(seed):
    check_equals_the_lattice(*of_seed(5, 3, 150, seed))


@pytest.mark.published
def test_six_sources_equal_the_lattice():
    """7,828,352 atoms, 20 s."""
    joint = Joint.of_trials(*of_seed(6, 3, 14, 0))
    lattice = decompose(joint, max_sources=6)
    profile = [lattice.bits[lattice.degrees == degree].sum() for degree in range(1, 7)]
    assert complexity_of(joint).degree_bits == pytest.approx(profile, abs=1e-12)


def test_six_sources_of_which_one_is_constant_or_a_copy():
    states, labels = of_seed(5, 3, 12, 0)
    five = complexity_of(Joint.of_trials(states, labels))
    for more in (np.zeros_like(labels), states[2]):
        six = complexity_of(Joint.of_trials(np.vstack([states, more]), labels))
        assert six.degree_bits == pytest.approx([*five.degree_bits, 0], abs=1e-11)


@settings(max_examples=40)
@given(drawn)
def test_order_names_copies_and_constants_do_not_matter(shape):
    states, labels = of_seed(*shape)
    expected = complexity_of(Joint.of_trials(states, labels))
    random = np.random.default_rng(0)
    renamed = np.array([random.permutation(9)[source] for source in random.permutation(states)])
    for changed in (renamed, np.vstack([states, states[:1]]), np.vstack([states, np.full(len(labels), 3)])):
        found = complexity_of(Joint.of_trials(changed, random.permutation(5)[labels]))
        n_more = len(changed) - len(states)
        assert parts(found) == pytest.approx(np.pad(parts(expected), ((0, 0), (0, n_more))), abs=1e-12)


@pytest.mark.parametrize("definition", ["min", "mmi"])
@settings(max_examples=25)
@given(shape=drawn)
def test_other_definitions_equal_the_lattice(definition, shape):
    joint = Joint.of_trials(*of_seed(*shape))
    expected = decompose(joint, definition=definition).profile()["bits"]
    assert complexity_of(joint, definition=definition).degree_bits == pytest.approx(expected, abs=1e-10)


def test_parts_are_never_negative_and_add_up():
    for seed in range(5):
        states, labels = of_seed(4, 3, 40, seed)
        found = complexity_of(Joint.of_trials(states, labels))
        assert (parts(found)[1:] > -1e-12).all()
        assert found.degree_bits.sum() == pytest.approx(found.bits, abs=1e-12)


def test_probabilities_give_what_counts_give():
    states, labels = of_seed(4, 3, 50, 1)
    of_counts = complexity_of(Joint.of_trials(states, labels))
    of_shares = complexity_of(Joint.of_distribution(states.T, labels, np.full(50, 0.02)))
    assert of_shares.degree_bits == pytest.approx(of_counts.degree_bits, abs=1e-12)


def test_sample_comes_near_the_distribution():
    states, labels = of_seed(4, 2, 40, 3)
    truth = complexity_of(Joint.of_trials(states, labels))
    n_trials = 100_000
    drawn_trials = np.random.default_rng(1).integers(40, size=n_trials)
    found = complexity_of(Joint.of_trials(states[:, drawn_trials], labels[drawn_trials]))
    assert found.complexity == pytest.approx(truth.complexity, abs=3 * 4 / np.sqrt(n_trials))


def test_nothing_told_is_undefined():
    found = complexity_of(Joint.of_trials([[0, 0, 1, 1], [0, 0, 0, 0]], [0, 1, 0, 1]))
    assert found.bits == pytest.approx(0, abs=1e-12)
    assert np.isnan(found.complexity)


def test_seven_sources_are_refused():
    joint = Joint.of_trials(np.eye(7, dtype=int), np.arange(7))
    with pytest.raises(BadParameter, match="There are 7 sources"):
        complexity_of(joint)


def test_unknown_definition_is_refused():
    with pytest.raises(UnknownName, match="definition of redundancy 'broja'"):
        complexity_of(Joint.of_trials([[0, 1]], [0, 1]), definition="broja")
