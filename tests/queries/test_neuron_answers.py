"""Questions about neurons: rows worked out by hand on two_blocks and where a connection skips a layer."""

from contextlib import contextmanager

import pytest
from queries.conftest import run
from queries.wired import SKIPPING, activity, all_paths, drawn, wired

from atlas.catalogue import ask
from atlas.errors import BadParameter, MissingAnalysis, UnknownName
from atlas.store import load
from atlas.store.annotate_indicators import annotate_indicators
from atlas.store.remove import remove_network

NETWORK, SKIP = "query-blocks", "query-skip"
PARTITION, HALVES = f"{NETWORK}/run/partition-only", f"{NETWORK}/run/populations-1"
NEW, ACTIVITY = f"{NETWORK}/run/ablate-new", f"{SKIP}/run/indicators-1"


@contextmanager
def loaded(store, *records):
    for record in records:
        load(store, record)
    yield
    for record in records:
        remove_network(store, record.key)


@pytest.fixture(params=["store", "store_2026"], scope="module")
def line(request):
    """The network with a skip, and two drawn ones, on each server line."""
    store = request.getfixturevalue(request.param)
    with loaded(store, wired(SKIP, SKIPPING), drawn("query-drawn-1", 1), drawn("query-drawn-2", 2)):
        indicators = run(ACTIVITY, "indicators", "spearman", network=SKIP)
        annotate_indicators(store, indicators, activity(SKIP), effect_run="none")
        yield store


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def short(frame, column):
    return [key.partition("/")[2] for key in frame[column]]


def steps(frame):
    """Give every path without its start and its network: `hidden/0 output/0`."""
    return [" ".join(key.partition("/")[2] for key in path[1:]) for path in frame["path"]]


def test_strongest_outputs(answer):
    outputs = answer("strongest_outputs", neuron=f"{NETWORK}/dense_1/1", partition="leiden-1.0-seed0", top=3)
    columns = ["target", "layer", "cluster_number", "value", "strength", "share_of_out", "cumulative_share", "n_total"]
    assert rows(outputs, *columns) == [
        (f"{NETWORK}/dense_2/0", "dense_2", 0, 1.0, 1.0, 0.5, 0.5, 4),
        (f"{NETWORK}/dense_2/1", "dense_2", 0, -1.0, 1.0, 0.5, 1.0, 4),
        (f"{NETWORK}/dense_2/2", "dense_2", 1, 0.0, 0.0, 0.0, 1.0, 4),
    ]


def test_strongest_outputs_across_a_skip(line):
    outputs = ask(line, "strongest_outputs", {"network": SKIP, "neuron": f"{SKIP}/input/0"})
    assert list(zip(short(outputs, "target"), outputs["value"], outputs["share_of_out"], strict=True)) == [
        ("hidden/1", 2.0, 0.5),
        ("output/0", 1.5, 0.375),
        ("hidden/0", 0.5, 0.125),
        ("output/1", 0.0, 0.0),
    ]


@pytest.mark.parametrize(("sign", "target"), [(1, "dense_2/0"), (-1, "dense_2/1")], ids=["positive", "negative"])
def test_strongest_outputs_of_one_sign(answer, sign, target):
    outputs = answer("strongest_outputs", neuron=f"{NETWORK}/dense_1/1", sign=sign)
    assert rows(outputs, "target", "n_total") == [(f"{NETWORK}/{target}", 1)]


def test_common_inputs(answer):
    found = answer("common_inputs", neurons=[f"{NETWORK}/dense_2/{number}" for number in (0, 1, 0)])  # one named twice
    assert rows(found, *found.columns) == [
        (f"{NETWORK}/dense_1/0", "dense_1", 2, 1.0, 1.0, 1.0, 2),
        (f"{NETWORK}/dense_1/1", "dense_1", 2, 1.0, 1.0, 0.0, 2),
    ]


def test_inputs_in_common_to_some(line):
    fed = [f"{SKIP}/{neuron}" for neuron in ("output/0", "output/1", "hidden/0")]
    found = ask(line, "common_inputs", {"network": SKIP, "neurons": fed, "min_shared": 2, "top": 3})
    columns = ["n_shared", "least_strength", "mean_strength", "mean_value", "n_total"]
    assert list(zip(short(found, "source"), rows(found, *columns), strict=True)) == [
        ("hidden/0", (3, 1.0, pytest.approx(8 / 3), pytest.approx(8 / 3), 4)),
        ("input/1", (2, 1.0, 1.5, 1.5, 4)),  # to output/1 and hidden/0
        ("input/0", (2, 0.5, 1.0, 1.0, 4)),
    ]


def test_common_inputs_of_some_strength(line):
    fed = [f"{SKIP}/output/0", f"{SKIP}/output/1"]
    found = ask(line, "common_inputs", {"network": SKIP, "neurons": fed, "min_strength": 0.5})
    assert short(found, "source") == ["hidden/0"]


def test_no_neurons_have_no_common_inputs(answer):
    with pytest.raises(BadParameter, match="'neurons' is an empty list"):
        answer("common_inputs", neurons=[])


def test_an_unknown_neuron_of_many(answer):
    with pytest.raises(UnknownName, match=r"Unknown neuron 'query-blocks/dense_9/0'"):
        answer("common_inputs", neurons=[f"{NETWORK}/dense_2/0", f"{NETWORK}/dense_9/0"])


def test_similar_by_weights(answer):
    # dense_2/0 takes in 1, 1 and gives 1; dense_2/1 takes in 1, -1 and gives 1 to the same output: 1 of 3
    found = answer("find_similar_neurons", neuron=f"{NETWORK}/dense_2/0")
    mean, sd = pytest.approx(1 / 9), pytest.approx(27**-0.5)
    columns = ["similarity", "layer_mean", "layer_sd", "share_as_similar", "cluster_number", "same_cluster"]
    assert list(zip(short(found, "neuron"), rows(found, *columns), strict=True)) == [
        ("dense_2/1", (pytest.approx(1 / 3), mean, sd, pytest.approx(1 / 3), 0, True)),
        ("dense_2/2", (0.0, mean, sd, 1.0, 1, False)),
        ("dense_2/3", (0.0, mean, sd, 1.0, 4, False)),
    ]
    assert rows(found, "layer", "run", "partition_run", "n_total") == [("dense_2", None, PARTITION, 3)] * 3


def test_similar_by_weights_that_skip_and_return(line):
    # hidden/0: in 0.5, 1, 3, 0 and out 3, 0, 4, 1; hidden/1: in 2, 0, 0, 0 and out 0, 0, -0.25, -1
    found = ask(line, "find_similar_neurons", {"network": SKIP, "neuron": f"{SKIP}/hidden/0"})
    assert rows(found, "similarity", "layer_sd", "same_cluster", "n_total") == [
        (pytest.approx(-1 / (36.25 * 5.0625) ** 0.5), None, None, 1)
    ]


def test_similar_by_effects(answer):
    # Points on the classes: 100, 0; of the others 80, 0; 0, 0; 0, 100; 0, 0 and 50, 0; 0, 100; 0, 50
    found = answer("find_similar_neurons", neuron=f"{NETWORK}/dense_2/0", by="effects", partition="halves")
    columns = ["similarity", "layer_mean", "layer_sd", "share_as_similar", "cluster_number", "same_cluster"]
    first, second = (0.5, pytest.approx(0.5**0.5)), (pytest.approx(1 / 3), pytest.approx(3**-0.5))
    assert list(zip(short(found, "neuron"), rows(found, *columns), strict=True)) == [
        ("dense_1/0", (1.0, *first, 0.5, None, None)),
        ("dense_2/1", (1.0, *second, pytest.approx(1 / 3), 0, True)),
        ("dense_1/2", (0.0, *first, 1.0, None, None)),
        ("dense_2/2", (0.0, *second, 1.0, 1, False)),
        ("dense_2/3", (0.0, *second, 1.0, 1, False)),
        ("dense_1/1", (None, *first, None, None, None)),  # no effect has no direction
        ("dense_1/3", (None, *first, None, None, None)),
    ]
    assert rows(found.head(1), "run", "partition_run", "n_total") == [(NEW, HALVES, 7)]


def test_similar_by_activations(line):
    found = ask(line, "find_similar_neurons", {"network": SKIP, "neuron": f"{SKIP}/hidden/0", "by": "activations"})
    # 1, 2, 3 beside 2, 4, 6 and 0, 3, 0 and 3, 2, 1 and one that does not vary
    columns = ["similarity", "layer_mean", "share_as_similar", "run", "n_total"]
    assert list(zip(short(found, "neuron"), rows(found, *columns), strict=True)) == [
        ("output/0", (pytest.approx(1), pytest.approx(0.5), 0.5, ACTIVITY, 4)),
        ("output/1", (0.0, pytest.approx(0.5), 1.0, ACTIVITY, 4)),
        ("hidden/1", (pytest.approx(-1), pytest.approx(-1), 1.0, ACTIVITY, 4)),
        ("output/2", (None, pytest.approx(0.5), None, ACTIVITY, 4)),
    ]


def test_two_classes_correlate_with_nothing(answer):
    found = answer("find_similar_neurons", neuron=f"{NETWORK}/dense_1/0", by="activations")
    assert (len(found), found["similarity"].count()) == (7, 0)


def test_similar_by_what_was_not_measured(line):
    with pytest.raises(MissingAnalysis, match=f"Run `atlas ablate {SKIP}`"):
        ask(line, "find_similar_neurons", {"network": SKIP, "neuron": f"{SKIP}/hidden/0", "by": "effects"})


@pytest.mark.parametrize(
    ("question", "parameters", "culprit"),
    [
        ("find_similar_neurons", {"by": "weight"}, r"Unknown by 'weight'. Did you mean 'weights'"),
        ("find_similar_neurons", {"by": "effects", "run": PARTITION}, "Unknown run"),
        ("strongest_paths", {"measure": "sum"}, "Unknown measure 'sum'"),
        ("strongest_paths", {"target": "2"}, "Unknown target '2'"),
        ("strongest_outputs", {"sign": 2}, "Unknown sign '2'.*-1, 0, 1"),
    ],
    ids=["by", "run", "measure", "target", "sign"],
)
def test_what_is_no_choice(answer, question, parameters, culprit):
    with pytest.raises(UnknownName, match=culprit):
        answer(question, neuron=f"{NETWORK}/dense_1/0", **parameters)


@pytest.mark.parametrize("by", ["effects", "activations"])
def test_similar_to_a_neuron_that_was_not_measured(answer, by):
    with pytest.raises(BadParameter, match=f"Neuron '{NETWORK}/input/0' has no {by}"):
        answer("find_similar_neurons", neuron=f"{NETWORK}/input/0", by=by)


def test_strongest_paths(answer):
    found = answer("strongest_paths", neuron=f"{NETWORK}/input/0", target="0", top=3)
    assert steps(found) == [
        "dense_1/0 dense_2/0 dense_3/0",
        "dense_1/0 dense_2/1 dense_3/0",
        "dense_1/1 dense_2/0 dense_3/0",
    ]
    assert found["clusters"].tolist() == [[0, 0, 0, 0], [0, 0, 0, 0], [0, 2, 0, 0]]
    columns = ["rank", "target", "hops", "product", "bottleneck", "sign", "clusters_crossed", "complete", "n_total"]
    assert rows(found, *columns) == [
        (1, "0", 3, 1.0, 1.0, 1, 0, False, 4),
        (2, "0", 3, 1.0, 1.0, 1, 0, False, 4),
        (3, "0", 3, 1.0, 1.0, 1, 2, False, 4),
    ]
    assert set(found["partition_run"]) == {PARTITION}
    assert found.attrs["runs"] == [PARTITION]


def test_the_last_of_all_paths(answer):
    found = answer("strongest_paths", neuron=f"{NETWORK}/input/0", partition="halves")
    assert steps(found)[-1] == "dense_1/1 dense_2/1 dense_3/0"
    assert found["clusters"].tolist()[-1] == [0, None, 0, None]  # it is about two layers only
    assert rows(found.tail(1), "rank", "sign", "clusters_crossed", "partition_run", "complete") == [
        (4, -1, 0, HALVES, True)
    ]


OVER_0, DIRECT = ("hidden/0 output/0", 2, 2.0, 0.5), ("output/0", 1, 1.5, 1.5)
OVER_1 = ("hidden/1 output/0", 2, 0.5, 0.25)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [("product", [OVER_0, DIRECT, OVER_1]), ("bottleneck", [DIRECT, OVER_0, OVER_1])],
)
def test_paths_that_skip_a_layer(line, measure, expected):
    asked = {"network": SKIP, "neuron": f"{SKIP}/input/0", "target": "0", "measure": measure}
    found = ask(line, "strongest_paths", asked)
    assert (
        list(zip(steps(found), *(found[name] for name in ("hops", "product", "bottleneck")), strict=True)) == expected
    )
    assert found["clusters"].isna().all()
    assert rows(found.tail(1), "sign", "clusters_crossed", "partition_run", "n_total") == [(-1, None, None, 3)]


def test_paths_to_any_class(line):
    found = ask(line, "strongest_paths", {"network": SKIP, "neuron": f"{SKIP}/input/0"})
    assert list(zip(steps(found), found["target"], found["product"], strict=True)) == [
        ("hidden/0 output/0", "0", 2.0),  # of two alike that whose neurons come first
        ("hidden/1 output/1", "1", 2.0),
        ("output/0", "0", 1.5),
        ("hidden/0 output/1", "1", 0.5),
        ("hidden/1 output/0", "0", 0.5),
    ]


@pytest.mark.parametrize(
    ("start", "more"),
    [("input/0", {"target": "2"}), ("output/0", {}), ("input/0", {"min_strength": 2.5})],
    ids=["unreached", "output", "strength"],
)
def test_no_paths(line, start, more):
    assert ask(line, "strongest_paths", {"network": SKIP, "neuron": f"{SKIP}/{start}"} | more).empty


@pytest.mark.parametrize("measure", ["product", "bottleneck"])
@pytest.mark.parametrize(
    ("start", "target", "min_strength", "top"),
    [("input/0", "all", 0, 1000), ("input/0", "1", 0, 7), ("input/2", "0", 0.25, 3), ("fc1/1", "all", 0, 1)],
)
@pytest.mark.parametrize("seed", [1, 2])
def test_paths_are_the_strongest_of_all(line, seed, start, target, min_strength, top, measure):
    record = drawn(f"query-drawn-{seed}", seed)
    asked = {"neuron": f"{record.key}/{start}", "target": target, "measure": measure, "top": top}
    found = ask(line, "strongest_paths", {"network": record.key, "min_strength": min_strength} | asked)
    layer, number = start.split("/")
    expected = all_paths(record, (layer, int(number)), target, measure=measure, min_strength=min_strength)
    assert len(expected) > (20 if top == 1000 else top)
    assert list(zip(found["path"], found["product"], found["bottleneck"], strict=True)) == expected[:top]
    assert set(found["n_total"]) == {len(expected)}
