import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import mutual_info_score

from atlas.analysis.information.counting import contingency, information_bits, running_counts
from atlas.analysis.information.entropies import ENTROPIES, entropy_bits


def test_contingency():
    counts = contingency(np.array([[0, 1, 1, 2]]), np.array([0, 0, 1, 1]), n_states=3, n_other=2)
    assert counts.tolist() == [[[1, 1, 0], [0, 1, 1]]]


def test_by_hand():
    # H(state) = 1.5 and H(state | class) = 1 bit; class 0 or not is the same question with two classes
    assert information_bits(np.array([[1, 1, 0], [0, 1, 1]])) == pytest.approx([0.5, 0.5, 0.5])


def test_one_class_of_three():
    # state 0 is class 0, state 1 the other two: H(1/3) bits about all, and about class 0
    bits = information_bits(np.array([[2, 0], [0, 2], [0, 2]]))
    third = -(np.log2(1 / 3) / 3 + 2 * np.log2(2 / 3) / 3)
    # class 1 or not: H(1/3) less 2/3 of a coin
    assert bits == pytest.approx([third, third, third - 2 / 3, third - 2 / 3])


@given(seed=st.integers(0, 10_000), n_states=st.integers(1, 8), n_classes=st.integers(1, 10), n=st.integers(1, 300))
@settings(max_examples=60)
def test_sklearn(seed, n_states, n_classes, n):
    draws = np.random.default_rng(seed)
    states, labels = draws.integers(0, n_states, (2, n)), draws.integers(0, n_classes, n)
    bits = information_bits(contingency(states, labels, n_states=n_states, n_other=n_classes))
    for row, found in zip(states, bits, strict=True):
        assert found[0] == pytest.approx(mutual_info_score(labels, row) / np.log(2), abs=1e-10)
        for number in range(n_classes):
            assert found[1 + number] == pytest.approx(mutual_info_score(labels == number, row) / np.log(2), abs=1e-10)
    shares = np.bincount(labels) / n
    entropy = -sum(share * np.log2(share) for share in shares if share > 0)
    assert (bits >= 0).all() and (bits[:, 0] <= entropy + 1e-12).all() and (bits[:, 1:] <= 1).all()


def by_entropies(counts: np.ndarray, estimator: str) -> float:
    alone = entropy_bits(counts.sum(axis=0), estimator) + entropy_bits(counts.sum(axis=1), estimator)
    return float(alone - entropy_bits(counts.ravel(), estimator))


@given(seed=st.integers(0, 10_000), estimator=st.sampled_from(["miller_madow", "grassberger"]))
@settings(max_examples=20)
def test_other_estimators(seed, estimator):
    counts = np.random.default_rng(seed).integers(0, 4, (3, 5)) + np.eye(3, 5, dtype=int)
    bits = information_bits(counts, estimator)
    assert bits[0] == pytest.approx(by_entropies(counts, estimator), abs=1e-10)
    for number in range(3):
        against = np.stack([counts[number], np.delete(counts, number, axis=0).sum(axis=0)])
        assert bits[1 + number] == pytest.approx(by_entropies(against, estimator), abs=1e-10)


@given(seed=st.integers(0, 10_000), estimator=st.sampled_from(ENTROPIES))
@settings(max_examples=20)
def test_information_is_mutual(seed, estimator):
    counts = np.random.default_rng(seed).integers(0, 4, (3, 5)) + np.eye(3, 5, dtype=int)
    forth, back = information_bits(counts, estimator)[0], information_bits(counts.T, estimator)[0]
    assert forth == pytest.approx(back, abs=1e-12)


def test_corrected_information_of_nothing():
    counts = np.random.default_rng(0).multinomial(400, np.full(32, 1 / 32), size=2_000).reshape(-1, 4, 8)
    bias = 21 / (2 * 400 * np.log(2))
    assert information_bits(counts)[:, 0].mean() == pytest.approx(bias, rel=0.1)
    for estimator in ("miller_madow", "grassberger"):
        bits = information_bits(counts, estimator)[:, 0]
        assert abs(bits.mean()) < bias / 10
        assert bits.min() < 0


def test_running_counts():
    variables = np.random.default_rng(0).integers(0, 3, (4, 30))
    running = running_counts(variables, 3)
    for first, last in ((0, 30), (0, 0), (7, 19)):
        expected = [np.bincount(variable[first:last], minlength=3).tolist() for variable in variables]
        assert (running[last] - running[first]).tolist() == expected


def test_no_trials():
    assert information_bits(np.zeros((2, 3, 4), dtype=int)).tolist() == [[0] * 4] * 2
