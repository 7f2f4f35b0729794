import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy.integrate import quad
from scipy.special import digamma

from atlas.analysis.information.entropies import ENTROPIES, entropy_bits
from atlas.analysis.information.states import joint_states
from atlas.errors import BadParameter, UnknownName

GAMMA = 0.5772156649015329
COUNTS = arrays(np.int64, st.integers(1, 12), elements=st.integers(0, 40)).filter(lambda counts: counts.sum() > 0)


def plain_entropy(counts) -> float:
    p = counts[counts > 0] / counts.sum()
    return float(-(p * np.log2(p)).sum())


def conditional_bits(one, other, given_states, estimator) -> float:
    """I(one; other | given), each of shape (n_trials,)."""

    def entropy(*variables) -> float:
        return float(entropy_bits(np.bincount(joint_states(np.array(variables))), estimator))

    together = entropy(one, given_states) + entropy(other, given_states)
    return together - entropy(one, other, given_states) - entropy(given_states)


def test_plug_in_by_hand():
    assert entropy_bits(np.array([1, 1, 1, 1])) == pytest.approx(2)
    assert entropy_bits(np.array([3, 1])) == pytest.approx(2 - 0.75 * np.log2(3))
    assert entropy_bits(np.array([0, 9, 0])) == 0


def test_miller_madow_by_hand():
    # two occupied states of three, four trials
    assert entropy_bits(np.array([2, 0, 2]), "miller_madow") == pytest.approx(1 + 1 / (8 * np.log(2)))
    assert entropy_bits(np.array([7, 0]), "miller_madow") == 0


def test_grassberger_by_hand():
    # G(1) = -gamma - ln 2, G(2) = G(3) = G(1) + 2, G(4) = G(1) + 2 + 2/3
    first = -GAMMA - np.log(2)
    for n, expected in ((1, first), (2, first + 2), (3, first + 2), (4, first + 8 / 3), (5, first + 8 / 3)):
        nats = np.log(n) - expected
        assert entropy_bits(np.array([n]), "grassberger") == pytest.approx(nats / np.log(2))


@given(COUNTS)
def test_grassberger_is_its_integral(counts):
    # G(n) = digamma(n) + (-1)^n times the integral of x^(n-1) / (1 + x) from 0 to 1
    g = [digamma(n) + (-1) ** n * quad(lambda x, n=n: x ** (n - 1) / (1 + x), 0, 1)[0] for n in range(1, 41)]
    nats = np.log(counts.sum()) - sum(n * g[n - 1] for n in counts if n > 0) / counts.sum()
    assert entropy_bits(counts, "grassberger") == pytest.approx(nats / np.log(2), abs=1e-9)


@given(COUNTS)
def test_plug_in_is_the_plain_sum(counts):
    bits = entropy_bits(counts)
    assert bits == pytest.approx(plain_entropy(counts), abs=1e-12)
    assert 0 <= bits <= np.log2((counts > 0).sum()) + 1e-12


@given(COUNTS, st.sampled_from(ENTROPIES), st.randoms(use_true_random=False))
def test_order_and_empty_states_do_not_matter(counts, estimator, random):
    shuffled = np.array([*random.sample(list(counts), len(counts)), 0, 0])
    assert entropy_bits(shuffled, estimator) == pytest.approx(float(entropy_bits(counts, estimator)), abs=1e-12)


@pytest.mark.parametrize("estimator", ENTROPIES)
def test_many_tables_at_once(estimator):
    tables = np.random.default_rng(0).integers(0, 30, size=(3, 50, 6))
    bits = entropy_bits(tables, estimator)
    assert bits.shape == (3, 50)
    assert bits.ravel() == pytest.approx([float(entropy_bits(row, estimator)) for row in tables.reshape(-1, 6)])


def test_large_counts_need_no_large_table():
    assert entropy_bits(np.array([10**15, 10**15])) == pytest.approx(1)


@pytest.mark.parametrize("estimator", ENTROPIES)
def test_nothing_counted(estimator):
    assert np.isnan(entropy_bits(np.array([[0, 0], [1, 1]]), estimator)).tolist() == [True, False]


@pytest.mark.parametrize("estimator, better", [("miller_madow", 10), ("grassberger", 10)])
def test_corrections_take_the_bias_off(estimator, better):
    counts = np.random.default_rng(0).multinomial(160, np.full(16, 1 / 16), size=2_000)  # 10 trials per state
    bias = entropy_bits(counts).mean() - 4
    assert bias == pytest.approx(-15 / (2 * 160 * np.log(2)), rel=0.1)
    assert abs(entropy_bits(counts, estimator).mean() - 4) < abs(bias) / better


@pytest.mark.parametrize(
    "n_bits, expected, within",
    [
        (5, [0.292, 0.290, 0.290], 0.02),  # 312 trials on a cell
        (9, [0.312, 0.328, 0.316], 0.02),
        (11, [0.253, 0.295, 0.330], 0.02),
        (13, [0.123, 0.159, 0.238], 0.015),
        (15, [0.040, 0.053, 0.100], 0.01),  # 0.3
    ],
)
def test_none_survives_too_few_trials(n_bits, expected, within):
    # What a bit and the majority of three noisy copies share, given one copy and noise bits: 0.293609 bits in truth.
    # Expected: as measured once on other draws, so within two of its standard deviations, from 0.01 to 0.002.
    random = np.random.default_rng(0)
    bit = random.integers(0, 2, 10_000)
    copies = bit ^ (random.random((3, 10_000)) < 0.1)
    majority = (copies.sum(axis=0) > 1).astype(np.int64)
    rest = copies[0] + 2 * random.integers(0, 2 ** (n_bits - 1), 10_000)
    bits = [conditional_bits(bit, majority, rest, estimator) for estimator in ENTROPIES]
    assert bits == pytest.approx(expected, abs=within)


def test_bad_input():
    with pytest.raises(UnknownName, match=r"Unknown estimator of entropies 'plugin'. Did you mean 'plug_in'\?"):
        entropy_bits(np.array([1]), "plugin")
    with pytest.raises(BadParameter, match="A count is -1"):
        entropy_bits(np.array([3, -1]))
    for counts in ([1.0, np.nan], [0.5, 0.5]):
        with pytest.raises(BadParameter, match=r"The counts are float64\. Counts are whole numbers"):
            entropy_bits(np.array(counts))
