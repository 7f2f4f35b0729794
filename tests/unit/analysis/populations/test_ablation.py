import numpy as np
import pytest

from atlas.analysis.populations import populations_by_ablation
from atlas.analysis.populations.ablation import has_effect
from atlas.errors import EmptySelection
from atlas.results import LayerEffects


def lost(broken, repaired=None, n_trials=1000):
    broken = np.array(broken)
    repaired = np.zeros_like(broken) if repaired is None else np.array(repaired)
    return LayerEffects(n_broken=broken, n_repaired=repaired, n_trials=np.broadcast_to(n_trials, broken.shape[1:]))


@pytest.mark.parametrize(
    ("broken", "repaired", "n_trials", "expected"),
    [
        (0, 0, 1000, False),
        (3, 0, 1000, False),  # 9 against 4 (3 - 0.009)
        (4, 0, 1000, True),  # 16 against 4 (4 - 0.016)
        (0, 4, 1000, True),  # it repairs
        (3, 0, 12, False),  # 9 against 4 (3 - 9/12) = 9: not more
        (3, 0, 11, True),  # 9 against 4 (3 - 9/11) = 8.73
        (10, 2, 100, True),  # 64 against 4 (12 - 0.64) = 45.4
        (10, 4, 100, False),  # 36 against 4 (14 - 0.36) = 54.6
        (1, 0, 1, True),  # every trial breaks
    ],
)
def test_two_standard_errors(broken, repaired, n_trials, expected):
    assert has_effect(lost([[broken]], [[repaired]], n_trials)).tolist() == [[expected]]


def test_standard_error_is_that_of_the_mean_of_paired_differences():
    """Of 50 trials 12 break and 2 are repaired: differences 1, -1 and 0."""
    differences = np.repeat([1, -1, 0], [12, 2, 36])
    assert abs(differences.mean()) > 2 * differences.std() / np.sqrt(50)
    assert has_effect(lost([[12]], [[2]], 50)).all()
    differences = np.repeat([1, -1, 0], [8, 2, 40])
    assert abs(differences.mean()) < 2 * differences.std() / np.sqrt(50)
    assert not has_effect(lost([[8]], [[2]], 50)).any()


def test_populations():
    """Profiles: first class, first and some second, second, third, none, all alike."""
    found = populations_by_ablation(
        {"fc1": lost([[90, 0, 0], [80, 10, 10], [0, 60, 0], [3, 2, 1], [50, 50, 50], [0, 30, 0]])}, n_null=9
    )
    assert found.labels.tolist() == [0, 0, 1, 2, 3, 1]
    assert found.set_apart == (None, None, "no_effect", "constant")
    assert found.neuron_silhouettes == pytest.approx([1, 1, 1, np.nan, np.nan, 1], nan_ok=True)
    assert found.layers_frame()[["n_no_effect", "n_constant", "n_populations"]].values.tolist() == [[1, 1, 2]]


def test_two_blocks():
    """Effects of tests/networks.py, 32 trials a class: two of fc1 do nothing, those of fc2 pair by class."""
    found = populations_by_ablation(
        {
            "fc1": lost([[32, 0], [0, 0], [0, 32], [0, 0]], n_trials=32),
            "fc2": lost([[32, 0], [16, 0], [0, 32], [0, 16]], n_trials=32),
        },
        n_null=9,
    )
    # fc1/0 and fc1/2 are two: too few to be told apart by a silhouette
    assert found.labels.tolist() == [0, 1, 0, 1, 2, 2, 3, 3]
    assert found.set_apart == (None, "no_effect", None, None)
    assert found.by_layer.silhouette == pytest.approx([np.nan, 1], nan_ok=True)
    assert found.overall.silhouette == pytest.approx(1)


def test_no_effect_at_all():
    found = populations_by_ablation({"fc1": lost([[0, 0], [1, 0], [0, 2]])})
    assert found.labels.tolist() == [0, 0, 0]
    assert found.set_apart == ("no_effect",)
    assert np.isnan([found.overall.silhouette, found.overall.p]).all()


def test_classes_without_trials_do_not_count():
    some = lost([[90, 0, 0], [80, 0, 10], [0, 0, 60]], n_trials=[1000, 0, 1000])
    assert populations_by_ablation({"fc1": some}, n_null=0).labels.tolist() == [0, 0, 1]


@pytest.mark.parametrize(
    ("effects", "culprit"), [({}, "no effects"), ({"fc1": lost([[4, 0]], n_trials=[9, 0])}, "fewer than two classes")]
)
def test_refused(effects, culprit):
    with pytest.raises(EmptySelection, match=culprit):
        populations_by_ablation(effects)
