import numpy as np
import pytest
from xor import xor_class

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.mixtures import class_mixtures, measured_mixture, mixture_of, parts_of
from atlas.analysis.correlation.moments import moments_of
from atlas.errors import BadParameter, NonFiniteActivations, ShapeError, UnknownName
from atlas.records import FloatArray

EXACT = {"rel": 1e-12, "abs": 1e-12}
TWO = Closing("mixture", n_components=2)


def normal(*shape: int) -> FloatArray:
    return np.random.default_rng(0).normal(size=shape)


def test_the_blobs_of_xor_are_the_parts_of_its_class():
    points, counts = xor_class(0)
    found = measured_mixture(points, TWO, trial_weights=counts)
    assert found.weights.tolist() == [0.5, 0.5]
    assert sorted(part.mean.round(12).tolist() for part in found.parts) == [[-0.5, -0.5], [0.5, 0.5]]
    for part in found.parts:
        assert part.covariance == pytest.approx(0.05 * np.eye(2), **EXACT)


@pytest.mark.parametrize("n_elements", [3, 40])  # 40: more than a part has trials
@pytest.mark.parametrize("counts", [None, np.arange(30) % 4])
def test_parts_together_have_the_moments_of_their_class(n_elements: int, counts: FloatArray | None):
    trials = normal(30, n_elements)
    whole = moments_of(trials, trial_weights=counts)
    found = measured_mixture(trials, Closing("mixture", n_components=4), trial_weights=counts)
    assert found.mean == pytest.approx(whole.mean, **EXACT)
    assert found.covariance == pytest.approx(whole.covariance, **EXACT)
    assert found.variance == pytest.approx(whole.variance, **EXACT)


def test_a_trial_alone_in_its_part_joins_the_nearest_other():
    trials = np.array([[0.0], [0.1], [5.0], [9.8], [9.9], [10.0]])
    parts = parts_of(trials, n_parts=3)
    assert parts[2] == parts[3] != parts[0]  # 5 is 4.9 from 9.9 and 4.95 from .05
    assert np.bincount(parts).tolist() in ([4, 2], [2, 4])


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("n_different", [1, 2])
def test_equal_trials_are_one_part(n_different: int):
    trials = np.repeat(normal(n_different, 3), [40, 2][:n_different], axis=0)
    assert np.bincount(parts_of(trials, n_parts=5)).tolist() in ([40, 2][:n_different], [2, 40])


def test_the_same_seed_finds_the_same_parts():
    trials = normal(200, 5)
    assert (parts_of(trials, n_parts=4, seed=1) == parts_of(trials, n_parts=4, seed=1)).all()


def test_a_part_of_which_no_trial_counts_is_left_out():
    trials, parts = np.arange(6.0)[:, None], np.array([0, 0, 1, 1, 2, 2])
    found = mixture_of(trials, parts, trial_weights=np.array([1, 1, 0, 0, 1, 3]))
    assert found.weights.tolist() == [1 / 3, 2 / 3]
    assert [part.mean.tolist() for part in found.parts] == [[0.5], [4.75]]


def test_each_class_has_moments_of_its_own_trials():
    trials, labels, counts = normal(12, 3), np.array([0, 2, 2] * 4), np.array([1, 2, 0, 3] * 3)
    first, none, last = class_mixtures(trials, labels, 3, closing=Closing(), trial_weights=counts)
    assert first is not None and none is None and last is not None
    for number, mixture in ((0, first), (2, last)):
        repeated = np.repeat(trials[labels == number], counts[labels == number], axis=0)
        assert mixture.mean == pytest.approx(repeated.mean(axis=0), **EXACT)
        assert mixture.covariance == pytest.approx(np.cov(repeated.T, bias=True), **EXACT)


def test_parts_given_are_taken_instead_of_found_ones():
    trials, parts = normal(10, 2), np.arange(10) % 2
    found = measured_mixture(trials, TWO, parts=parts)
    assert [part.mean.tolist() for part in found.parts] == [
        pytest.approx(trials[parts == part].mean(axis=0).tolist()) for part in (0, 1)
    ]


def test_a_class_with_one_trial_is_named():
    with pytest.raises(BadParameter, match="Class 2: Covariances need 2 trials or more, and are given 1"):
        class_mixtures(normal(5, 2), np.array([0, 0, 2, 1, 1]), 3, closing=Closing())


def test_a_class_with_too_few_trials_for_its_parts_is_named():
    with pytest.raises(BadParameter, match=r"Class 1: A mixture of 2 components needs 4 trials, .* is given 3"):
        class_mixtures(normal(7, 2), np.array([0, 0, 0, 0, 1, 1, 1]), 2, closing=TWO)


def test_labels_for_other_trials_are_refused():
    with pytest.raises(ShapeError, match=r"labels have shape \(3,\), there are 4 trials"):
        class_mixtures(normal(4, 2), np.zeros(3, dtype=int), 1, closing=Closing())


def test_parts_for_other_trials_are_refused():
    with pytest.raises(ShapeError, match=r"parts have shape \(3,\)"):
        mixture_of(normal(4, 2), np.zeros(3, dtype=int))


def test_activations_that_are_no_numbers_have_no_parts():
    with pytest.raises(NonFiniteActivations, match="element 0 "):
        parts_of(np.array([[np.nan], [0.0], [1.0], [2.0]]), n_parts=2)


def test_an_unknown_closure_is_refused():
    with pytest.raises(UnknownName, match="Did you mean 'gauss'"):
        Closing("gaus")


@pytest.mark.parametrize(("kind", "n_components"), [("mixture", 1), ("gauss", 2), ("third", 3)])
def test_components_belong_to_mixtures_alone(kind: str, n_components: int):
    with pytest.raises(BadParameter, match="A mixture has two components or more"):
        Closing(kind, n_components=n_components)


@pytest.mark.parametrize("wrong", [{"n_components": 0}, {"n_nodes": 0}, {"n_nodes": 2.5}, {"seed": -1}])
def test_numbers_of_a_closing_are_checked(wrong: dict[str, int]):
    with pytest.raises(BadParameter, match=f"{next(iter(wrong))} is"):
        Closing(**wrong)  # type: ignore[arg-type]
