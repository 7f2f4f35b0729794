import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_decomposition import atoms

from atlas.analysis.information.counting import information_bits
from atlas.analysis.information.decomposition import Joint, decompose, set_bits, specific_bits
from atlas.analysis.information.entropies import entropy_bits
from atlas.errors import BadParameter, UnknownName
from atlas.results import Decomposition

joints = st.tuples(st.integers(1, 3), st.integers(1, 40), st.integers(0, 10**6)).map(
    lambda drawn: np.random.default_rng(drawn[2]).integers(0, 3, size=(1 + drawn[0], drawn[1]))
)
PERMUTED = [2, 0, 1]


def complexity(result: Decomposition) -> float:
    return float(result.degrees @ result.bits / result.total_bits)


def noisy_code(n_sources: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Four classes, in 200 trials, by sources of four levels."""
    random = np.random.default_rng(seed)
    labels = random.integers(4, size=200)
    responses = np.tanh(random.normal(size=(4, n_sources))[labels] + 0.6 * random.normal(size=(200, n_sources)))
    return np.rint((responses.T + 1) * 1.5).astype(int), labels


@pytest.mark.parametrize("definition", ["sx", "min", "mmi"])
@settings(max_examples=25)
@given(rows=joints)
def test_equals_the_definition(definition, rows):
    result = decompose(Joint.of_trials(rows[1:], rows[0]), definition=definition)
    expected = atoms(rows[1:].T, rows[0], np.full(rows.shape[1], 1 / rows.shape[1]), definition)
    found = np.column_stack([result.bits, result.informative_bits, result.misinformative_bits])
    assert {frozenset(antichain) for antichain in result.antichains} == set(expected)
    in_order = np.array([expected[frozenset(antichain)] for antichain in result.antichains])
    assert found == pytest.approx(in_order, abs=1e-10, nan_ok=True)


def test_four_sources_equal_the_definition():
    states, labels = noisy_code(4, seed=0)
    rows, target = states.T[:50], labels[:50]
    result = decompose(Joint.of_distribution(rows, target, np.full(50, 0.02)))
    expected = atoms(rows, target, np.full(50, 0.02))
    in_order = np.array([expected[frozenset(antichain)] for antichain in result.antichains])
    assert result.bits == pytest.approx(in_order[:, 0], abs=1e-9)
    assert result.informative_bits == pytest.approx(in_order[:, 1], abs=1e-9)
    assert result.misinformative_bits == pytest.approx(in_order[:, 2], abs=1e-9)


@settings(max_examples=40)
@given(rows=joints)
def test_sums(rows):
    result = decompose(Joint.of_trials(rows[1:], rows[0]))
    _, source = np.unique(rows[1:], axis=1, return_inverse=True)
    table = np.zeros((source.max() + 1, 3), dtype=int)
    np.add.at(table, (source.ravel(), rows[0]), 1)
    of_sources = float(entropy_bits(table.sum(axis=1)))
    mutual = information_bits(table)[0]
    assert result.total_bits == pytest.approx(mutual, abs=1e-12)
    assert result.informative_bits.sum() == pytest.approx(of_sources, abs=1e-12)
    assert result.misinformative_bits.sum() == pytest.approx(of_sources - mutual, abs=1e-12)
    assert result.informative_bits.min() > -1e-12
    assert result.misinformative_bits.min() > -1e-12


@pytest.mark.parametrize("definition", ["sx", "min", "mmi"])
def test_redundancy_of_one_set_is_its_information(definition):
    states, labels = noisy_code(3, seed=1)
    joint = Joint.of_trials(states, labels)
    result = decompose(joint, definition=definition)
    of_sets = set_bits(joint)
    for antichain, redundancy in zip(result.antichains, result.redundancy_bits, strict=True):
        if len(antichain) == 1:
            assert redundancy == pytest.approx(of_sets[sum(1 << j for j in antichain[0])], abs=1e-12)


def test_information_of_sets():
    states, labels = noisy_code(2, seed=2)
    joint = Joint.of_trials(states, labels)
    table = np.zeros((4, 4), dtype=int)
    np.add.at(table, (states[1], labels), 1)
    assert set_bits(joint)[0] == pytest.approx(0, abs=1e-12)
    assert set_bits(joint)[0b10] == pytest.approx(information_bits(table)[0], abs=1e-12)
    assert (specific_bits(joint) > -1e-12).all()


@pytest.mark.parametrize("definition", ["min", "mmi"])
def test_least_information_has_no_parts(definition):
    result = decompose(Joint.of_trials(*noisy_code(3, seed=3)), definition=definition)
    assert result.bits.min() > -1e-12
    assert np.isnan(result.informative_bits).all() and np.isnan(result.misinformative_bits).all()
    assert np.isnan(result.profile().informative_bits).all()


@pytest.mark.parametrize("seed", range(3))
def test_complexity_does_not_depend_on_names(seed):
    states, labels = noisy_code(3, seed)
    expected = complexity(decompose(Joint.of_trials(states, labels)))
    relabelled = np.array([2, 0, 3, 1])[states]
    for changed in (states[PERMUTED], relabelled, np.vstack([states, states[1]]), np.vstack([states, labels * 0])):
        assert complexity(decompose(Joint.of_trials(changed, labels))) == pytest.approx(expected, abs=1e-12)


def test_nothing_misinforms_where_the_target_tells_the_sources():
    states, _ = noisy_code(3, seed=0)
    _, target = np.unique(states, axis=1, return_inverse=True)
    result = decompose(Joint.of_trials(states, target.ravel()))
    assert result.misinformative_bits == pytest.approx(np.zeros(18), abs=1e-12)


def test_a_sample_is_near_the_distribution():
    states, labels = noisy_code(3, seed=4)
    n_drawn = 90_000
    drawn = np.random.default_rng(0).integers(200, size=n_drawn)
    sample = decompose(Joint.of_trials(states[:, drawn], labels[drawn]))
    exact = decompose(Joint.of_distribution(states.T, labels, np.full(200, 1 / 200)))
    assert np.abs(sample.redundancy_bits - exact.redundancy_bits).max() < 3 / np.sqrt(n_drawn)


@pytest.mark.parametrize("definition", ["sx", "min", "mmi"])
def test_one_target_state_is_told_nothing(definition):
    states, labels = noisy_code(3, seed=0)
    result = decompose(Joint.of_trials(states, np.zeros_like(labels)), definition=definition)
    assert result.bits == pytest.approx(np.zeros(18), abs=1e-12)
    assert result.profile().bits.to_numpy() == pytest.approx(np.zeros(3), abs=1e-12)


def test_one_source():
    result = decompose(Joint.of_trials([[0, 0, 1, 1]], [0, 0, 1, 1]))
    assert result.to_frame().atom.tolist() == ["{0}"]
    assert result.bits.tolist() == [1]


def test_table():
    frame = decompose(Joint.of_trials([[0, 0, 1, 1], [0, 1, 0, 1]], [0, 0, 0, 1])).to_frame()
    assert frame.columns.tolist() == [
        *("atom", "degree", "bits", "informative_bits", "misinformative_bits", "redundancy_bits")
    ]
    assert frame.atom.tolist() == ["{0,1}", "{0}", "{1}", "{0}{1}"]
    assert frame.degree.tolist() == [2, 1, 1, 1]
    assert frame.redundancy_bits.tolist() == pytest.approx([0.811278, 0.311278, 0.311278, 0.122556], abs=1e-6)


def test_unknown_definition():
    with pytest.raises(UnknownName, match="Unknown definition of redundancy 'broja'"):
        decompose(Joint.of_trials([[0, 1]], [0, 1]), definition="broja")


@pytest.mark.parametrize(
    ("n_sources", "max_sources", "words"),
    [
        (6, 5, "There are 6 sources, max_sources is 5. Six have 7,828,352 atoms"),
        (
            7,
            7,
            "There are 7 sources. More than 6 have too many atoms to list. Measure their",
        ),
        (3, 2, "There are 3 sources, max_sources is 2"),
    ],
)
def test_too_many_sources(n_sources, max_sources, words):
    joint = Joint.of_trials(np.zeros((n_sources, 4), dtype=int), [0, 1, 0, 1])
    with pytest.raises(BadParameter, match=words):
        decompose(joint, max_sources=max_sources)
