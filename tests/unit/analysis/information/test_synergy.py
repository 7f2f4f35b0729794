import pickle

import numpy as np
import pytest

from atlas.analysis.information.decomposition import Joint, decompose
from atlas.analysis.information.synergy import synergy_of_pairs
from atlas.analysis.statistics import benjamini_hochberg
from atlas.errors import BadParameter, EmptySelection, ShapeError, UnknownName
from atlas.results import SynergyResult
from atlas.results.synergy import ATOMS, DEFINITIONS, SYNERGY_COLUMNS

BITS = np.array([[0, 0, 1, 1], [0, 1, 0, 1]], dtype=np.uint8).repeat(25, axis=1)
EXCLUSIVE_OR = BITS[0] ^ BITS[1]
TWO = {"a": {"fc1": np.array([0])}, "b": {"fc1": np.array([1])}}


def single(n_clusters: int) -> dict[str, dict[str, np.ndarray]]:
    """Make a cluster of each neuron of a layer."""
    return {f"c{j}": {"fc1": np.array([j])} for j in range(n_clusters)}


def independent_codes(n_clusters: int) -> tuple[np.ndarray, np.ndarray]:
    """Give states of four levels in 300 trials of three classes, which only the class makes go together."""
    random = np.random.default_rng(5)
    labels = np.arange(300) % 3
    states = [random.integers(0, 2, size=300) + labels * random.integers(0, 2, size=300) for _ in range(n_clusters)]
    return np.array(states), labels


def test_exclusive_or_by_hand():
    result = synergy_of_pairs(TWO, {"fc1": BITS}, EXCLUSIVE_OR, 2, n_null=99)
    a, b = np.log2(4 / 3), np.log2(3 / 2)
    assert result.elements == ("a", "b")
    assert result.targets == ("all", "0", "1")
    assert (result.first.tolist(), result.second.tolist()) == ([0], [1])
    assert result.joint_bits == pytest.approx(np.ones((1, 3)))
    for bits in (result.first_bits, result.second_bits, result.mutual_bits):
        assert bits == pytest.approx(np.zeros((1, 3)), abs=1e-12)
    by_sx = [result.atoms[f"{atom}_sx_bits"][0, 0] for atom in ATOMS]
    assert by_sx == pytest.approx([-b, b, b, a])
    for definition in ("min", "mmi"):
        least = [result.atoms[f"{atom}_{definition}_bits"][0, 0] for atom in ATOMS]
        assert least == pytest.approx([0, 0, 0, 1], abs=1e-12)
    assert (result.n_states.tolist(), result.trials_per_state.tolist()) == ([4], [25])
    assert result.p[0].tolist() == [0.02] * 3
    assert (result.z > 5).all()
    assert result.reasons == (None,)
    assert result.params == {"min_trials": 5.0, "n_null": 99, "seed": 0}


def test_planted_exclusive_or_stands_out():
    states, labels = independent_codes(4)
    random = np.random.default_rng(0)
    key = random.integers(0, 2, size=300)
    told = np.where(random.random(300) < 0.9, labels == 0, random.integers(0, 2, size=300))
    states[0], states[3] = key, key ^ told
    result = synergy_of_pairs(single(4), {"fc1": states}, labels, 3, n_null=499)
    planted = (result.first == 0) & (result.second == 3)
    assert (result.q[:, 0] < 0.1).tolist() == planted.tolist()
    assert result.z[planted, 0] > 10
    assert result.atoms["synergy_sx_bits"][:, 1].argmax() == planted.argmax()


def test_independent_codes_rarely_stand_out():
    states, labels = independent_codes(10)
    result = synergy_of_pairs(single(10), {"fc1": states}, labels, 3, n_null=99)
    assert result.p.shape == (45, 4)
    assert (result.p[:, 0] <= 0.05).mean() < 0.1
    assert (result.p[:, 1:] <= 0.05).mean() < 0.1
    assert 0.4 < result.p.mean() < 0.6


def test_redundant_codes_have_less_synergy_than_chance():
    states, labels = independent_codes(1)
    result = synergy_of_pairs(single(2), {"fc1": np.vstack([states, states])}, labels, 3, n_null=99)
    assert result.z[0, 0] < -3
    assert result.p[0, 0] == 0.02
    assert result.atoms["redundancy_sx_bits"][0, 0] == pytest.approx(result.first_bits[0, 0])


def test_clusters_are_the_patterns_of_their_neurons():
    states, labels = independent_codes(5)
    layers = {"fc1": states[:3].astype(np.uint8), "fc2": states[3:].astype(np.uint8)}
    members = {"a": {"fc1": np.array([0]), "fc2": np.array([1])}, "b": {"fc1": np.array([2, 1])}}
    result = synergy_of_pairs(members, layers, labels, 3, n_null=0, min_trials=1)
    patterns = [4 * states[0] + states[4], 4 * states[2] + states[1]]
    for place, target in enumerate([labels, *(labels == label for label in range(3))]):
        for definition in DEFINITIONS:
            expected = decompose(Joint.of_trials(patterns, target), definition=definition).bits
            atoms = [
                result.atoms[f"{atom}_{definition}_bits"][0, place]
                for atom in ("synergy", "unique_first", "unique_second", "redundancy")
            ]
            assert atoms == pytest.approx(expected, abs=1e-12)


def test_atoms_add_up():
    states, labels = independent_codes(4)
    result = synergy_of_pairs(single(4), {"fc1": states}, labels, 3, n_null=0)
    for definition in DEFINITIONS:
        atoms = sum(result.atoms[f"{atom}_{definition}_bits"] for atom in ATOMS)
        assert atoms == pytest.approx(result.joint_bits)
        alone = result.atoms[f"redundancy_{definition}_bits"] + result.atoms[f"unique_second_{definition}_bits"]
        assert alone == pytest.approx(result.second_bits)


def test_one_kind_of_target_is_one_family():
    states, labels = independent_codes(4)
    result = synergy_of_pairs(single(4), {"fc1": states}, labels, 3, n_null=19)
    assert result.q[:, :1] == pytest.approx(benjamini_hochberg(result.p[:, :1]))
    assert result.q[:, 1:] == pytest.approx(benjamini_hochberg(result.p[:, 1:]))


def test_too_few_trials():
    states, labels = independent_codes(3)
    states[2] = np.arange(300) // 2
    result = synergy_of_pairs(single(3), {"fc1": states}, labels, 3, n_null=9)
    assert result.reliable.tolist() == [True, False, False]
    assert result.reasons == (None, "too_few_trials", "too_few_trials")
    assert result.n_states[1] > 150
    for name in SYNERGY_COLUMNS:
        assert result.to_frame()[name].notna().tolist() == [True] * 4 + [False] * 8


def test_a_constant_cluster_tells_nothing():
    states, labels = independent_codes(2)
    states[1] = 0
    result = synergy_of_pairs(single(2), {"fc1": states}, labels, 3, n_null=19)
    assert result.atoms["synergy_sx_bits"] == pytest.approx(np.zeros((1, 4)), abs=1e-12)
    assert result.p.tolist() == [[1] * 4]
    assert np.isnan(result.z).all()


def test_class_without_trials():
    result = synergy_of_pairs(TWO, {"fc1": BITS}, EXCLUSIVE_OR, 3, n_null=9)
    assert np.isnan(result.joint_bits).tolist() == [[False, False, False, True]]
    assert np.isnan(result.p).tolist() == [[False, False, False, True]]


def test_without_a_null():
    result = synergy_of_pairs(TWO, {"fc1": BITS}, EXCLUSIVE_OR, 2, n_null=0)
    assert not np.isnan(result.joint_bits).any()
    for undefined in (result.p, result.q, result.z, result.synergy_null_mean):
        assert np.isnan(undefined).all()


def equal(one: SynergyResult, other: SynergyResult) -> bool:
    return one.to_frame().equals(other.to_frame())


def test_members_as_lists():
    of_lists = {key: {layer: list(numbers) for layer, numbers in cluster.items()} for key, cluster in TWO.items()}
    of_lists["a"]["fc2"] = []
    states = {"fc1": BITS, "fc2": BITS}
    one, other = (synergy_of_pairs(members, states, EXCLUSIVE_OR, 2, n_null=9) for members in (TWO, of_lists))
    assert equal(one, other)


def test_workers_and_seed():
    states, labels = independent_codes(6)

    def elsewhere(function, blocks):
        return (pickle.loads(pickle.dumps(function))(pickle.loads(pickle.dumps(block))) for block in blocks)

    here = synergy_of_pairs(single(6), {"fc1": states}, labels, 3, n_null=9)
    assert equal(here, synergy_of_pairs(single(6), {"fc1": states}, labels, 3, n_null=9, mapper=elsewhere))
    assert not equal(here, synergy_of_pairs(single(6), {"fc1": states}, labels, 3, n_null=9, seed=1))


def test_progress():
    states, labels = independent_codes(6)
    told = []
    synergy_of_pairs(single(6), {"fc1": states}, labels, 3, n_null=0, progress=lambda *step: told.append(step))
    assert told == [("pairs of clusters", 8, 15), ("pairs of clusters", 15, 15)]


@pytest.mark.parametrize(
    ("changed", "error", "words"),
    [
        ({"members": {"a": TWO["a"]}}, EmptySelection, "Clusters: 1. Synergy is of pairs"),
        ({"members": TWO | {"c": {}}}, EmptySelection, "Cluster 'c' has no neurons"),
        ({"members": TWO | {"c": {"fc2": np.array([0])}}}, UnknownName, "Unknown layer 'fc2'.*cluster 'c'"),
        ({"members": TWO | {"c": {"fc1": np.array([2])}}}, BadParameter, "outside layer 'fc1', which has 2"),
        ({"members": TWO | {"c": {"fc1": [1]}}}, BadParameter, "Clusters 'b' and 'c' share neuron 1 of layer 'fc1'"),
        ({"members": TWO | {"c": {"fc1": [1, 1]}}}, BadParameter, "'c' names a neuron of layer 'fc1' twice"),
        ({"members": TWO | {"c": {"fc1": np.array([1.0])}}}, BadParameter, r"'c' names .* 'fc1' by float64"),
        ({"states": {"fc1": BITS.astype(int) + 255}}, BadParameter, "A state is 256"),
        ({"states": {"fc1": BITS[:, :99]}}, ShapeError, r"shape \(2, 99\), there are 100 labels"),
        ({"states": {"fc1": BITS.astype(float)}}, BadParameter, "The states are float64"),
        ({"states": {"fc1": BITS.astype(int) - 1}}, BadParameter, "A state is -1"),
        ({"labels": EXCLUSIVE_OR + 1}, BadParameter, "A label is 2, the classes are 0 to 1"),
        ({"labels": EXCLUSIVE_OR * 0}, BadParameter, "All trials are of class 0"),
        ({"labels": np.array([], dtype=int)}, EmptySelection, "There are no trials"),
        ({"n_null": -1}, BadParameter, "n_null is -1"),
        ({"min_trials": -1}, BadParameter, "min_trials is -1"),
    ],
)
def test_bad_input(changed, error, words):
    given = {"members": TWO, "states": {"fc1": BITS}, "labels": EXCLUSIVE_OR, "n_null": 9} | changed
    members, states, labels = given.pop("members"), given.pop("states"), given.pop("labels")
    with pytest.raises(error, match=words):
        synergy_of_pairs(members, states, labels, 2, **given)
