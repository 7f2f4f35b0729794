from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.ablation import cumulative_ablation, effect_of_set
from atlas.analysis.ablation.paired import wilson
from atlas.errors import BadParameter, UnknownName


def test_xor_least(xor):
    result = cumulative_ablation(xor, order="least", n_random=0)
    assert result.neurons == ("chain/fc1/1", "chain/fc1/0")
    assert result.n_right.tolist() == [4, 3, 2]
    assert result.accuracy_percent.tolist() == [100, 75, 50]
    low, high = wilson(3, 4)
    assert (result.low_percent[1], result.high_percent[1]) == pytest.approx((100 * low, 100 * high))
    assert np.isnan(result.random_mean_percent).all()
    assert result.params == {
        **{"order": "least", "layers": "fc1", "method": "zero"},
        **{"seed": 0, "n_random": 0, "max_neurons": 2},
    }


def test_xor_most(xor):
    result = cumulative_ablation(xor, order="most", n_random=0)
    assert result.neurons == ("chain/fc1/0", "chain/fc1/1")
    assert result.accuracy_percent.tolist() == [100, 50, 50]


# Two copies of four modules: no neuron costs anything alone, the second of a module costs its class.
COPIES = {
    "least": ([0, 2, 4, 6, 1, 3, 5, 7], [100, 100, 100, 100, 100, 75, 50, 25, 0]),
    "most": ([0, 1, 2, 3, 4, 5, 6, 7], [100, 100, 75, 75, 50, 50, 25, 25, 0]),
    "effect": ([0, 1, 2, 3, 4, 5, 6, 7], [100, 100, 75, 75, 50, 50, 25, 25, 0]),
}


@pytest.mark.parametrize("order", COPIES)
def test_greed_sees_what_single_effects_cannot(planted, order):
    neurons, accuracies = COPIES[order]
    result = cumulative_ablation(planted(n_copies=2), order=order, n_random=0)
    assert result.neurons == tuple(f"chain/fc1/{number}" for number in neurons)
    assert result.accuracy_percent.tolist() == accuracies


def test_by_single_effects(two_blocks):
    # points 50 0 50 0, then 50 25 50 25: the least first, equal ones by layer and number
    result = cumulative_ablation(two_blocks, order="effect", n_random=0)
    places = ["fc1/1", "fc1/3", "fc2/1", "fc2/3", "fc1/0", "fc1/2", "fc2/0", "fc2/2"]
    assert result.neurons == tuple(f"chain/{place}" for place in places)
    assert result.accuracy_percent[:4].tolist() == [100, 100, 100, 50]


def test_random_orders(xor):
    # either neuron first: 75 or 50 left, then 50
    result = cumulative_ablation(xor, order="random", n_random=40)
    assert (result.neurons, result.n_right) == (None, None)
    assert np.isnan([result.accuracy_percent, result.low_percent, result.high_percent]).all()
    for band in (result.random_mean_percent, result.random_low_percent, result.random_high_percent):
        assert (band[0], band[2]) == (100, 50)
    assert (result.random_low_percent[1], result.random_high_percent[1]) == (50, 75)
    assert 50 < result.random_mean_percent[1] < 75


def test_the_same_random_orders_beside_every_order(build_random):
    network = build_random(1)
    random = cumulative_ablation(network, order="random", n_random=5, seed=2)
    least = cumulative_ablation(network, order="effect", n_random=5, seed=2, max_neurons=3)
    assert least.random_mean_percent.tolist() == random.random_mean_percent[:4].tolist()
    other = cumulative_ablation(network, order="random", n_random=5, seed=3)
    assert other.random_mean_percent.tolist() != random.random_mean_percent.tolist()


def test_table(xor):
    frame = cumulative_ablation(xor, n_random=3).to_frame()
    assert list(frame.columns) == [
        *("n_ablated", "neuron", "accuracy_percent", "low_percent", "high_percent"),
        *("random_mean_percent", "random_low_percent", "random_high_percent"),
    ]
    assert frame["n_ablated"].tolist() == [0, 1, 2]
    assert frame["neuron"].tolist() == [None, "chain/fc1/1", "chain/fc1/0"]
    assert cumulative_ablation(xor, order="random", n_random=3).to_frame()["neuron"].isna().all()


@given(seed=st.integers(0, 10_000))
@settings(max_examples=5)
def test_every_step_is_the_best_there_is(build_random, seed):
    network = build_random(seed)
    result = cumulative_ablation(network, order="least", n_random=0, max_neurons=4)
    everyone = [f"chain/{layer}/{i}" for layer, size in (("fc1", 8), ("fc2", 6)) for i in range(size)]
    intact = result.accuracy_percent[0]
    assert intact == pytest.approx(100 * (network.predict() == network.data.labels).mean())
    gone = []
    for chosen, accuracy in zip(result.neurons, result.accuracy_percent[1:], strict=True):
        left = [key for key in everyone if key not in gone]
        points = [effect_of_set(network, [*gone, key]).points[0, 0] for key in left]
        assert intact - accuracy == pytest.approx(min(points))
        assert chosen == left[int(np.argmin(points))]
        gone.append(chosen)


def test_whoever_works(build_random):
    network = build_random(4)
    with ThreadPoolExecutor(3) as executor:
        found = cumulative_ablation(network, n_random=4, mapper=executor.map)
    assert found.to_frame().equals(cumulative_ablation(network, n_random=4).to_frame())


def test_progress(xor):
    told = []
    cumulative_ablation(xor, n_random=2, progress=lambda *step: told.append(step))
    assert told == [
        *(("ablate in random orders", done, 2) for done in (1, 2)),
        *(("choose what to ablate (least)", done, 2) for done in (1, 2)),
        ("ablate (least)", 1, 1),
    ]


@pytest.mark.parametrize(
    ("asked", "error", "culprit"),
    [
        ({"order": "lest"}, UnknownName, "order of ablation 'lest'. Did you mean 'least'"),
        ({"layers": ["input"]}, BadParameter, "'input' is the input of 'chain'"),
        ({"n_random": -1}, BadParameter, "n_random is -1"),
        ({"order": "random", "n_random": 0}, BadParameter, "n_random is 0"),
        ({"max_neurons": 0}, BadParameter, "max_neurons is 0"),
        ({"max_neurons": 1.5}, BadParameter, "max_neurons is 1.5. It is a whole number"),
        ({"n_random": "a"}, BadParameter, "n_random is 'a'. It is a whole number"),
        ({"max_neurons": 9}, BadParameter, "There are 8 neurons"),
        ({"method": "zeros"}, UnknownName, "Did you mean 'zero'"),
    ],
)
def test_refused(two_blocks, asked, error, culprit):
    with pytest.raises(error, match=culprit):
        cumulative_ablation(two_blocks, **asked)
