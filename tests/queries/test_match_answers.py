"""Questions across time and networks, their rows worked out by hand from the labels and matches in matched.py."""

import math
from dataclasses import replace

import numpy as np
import pytest
from queries.matched import CHECKPOINTS, FAMILY, PARTS, SEEDS, tiny

from atlas.catalogue import ask, find
from atlas.catalogue.header import example_lines, example_values
from atlas.errors import BadParameter, MissingAnalysis, UnknownName
from atlas.store import load, remove_network

FIRST, SECOND, THIRD, LAST = CHECKPOINTS
ONE, TWO = SEEDS
RUNS = {
    "older": f"{FIRST}/run/compare-older",
    "newer": f"{FIRST}/run/compare-newer",
    "back": f"{THIRD}/run/compare-back",
    "on": f"{THIRD}/run/compare-on",
    "seed-older": f"{LAST}/run/compare-seed-older",
    "seed-newer": f"{LAST}/run/compare-seed-newer",
    "turned": f"{TWO}/run/compare-seed-turned",
    "seeds": f"{ONE}/run/compare-seed-seeds",
}
SHUFFLES = "MATCH (run:Run {key: $key}) SET run.n_null = $n_null"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def cluster(network, number):
    return f"{network}/{PARTS}/{number}"


@pytest.fixture(params=["5.26", "2026.08"])
def asked(request):
    """Ask a question on each server line."""
    store = request.getfixturevalue("store" if request.param == "5.26" else "store_2026")

    def asked(question, **values):
        return ask(store, question, values)

    return asked


@pytest.fixture
def history(asked):
    def history(network, number, **limits):
        return asked("cluster_history", network=network, partition=PARTS, cluster=number, **limits)

    return history


def test_a_cluster_that_splits_and_joins_another(history):
    # {2, 3} was half of {0, 1, 2, 3}; 2 goes to {0, 1}, 3 stays alone and ends
    found = history(SECOND, 1)
    assert rows(found, "step", "network", "cluster", "n_neurons", "event", "jaccard_previous", "previous", "run") == [
        (0, FIRST, cluster(FIRST, 0), 4, "start", None, [], None),
        (10, SECOND, cluster(SECOND, 1), 2, "split", 0.5, [cluster(FIRST, 0)], RUNS["newer"]),
        (
            *(20, THIRD, cluster(THIRD, 0), 3, "split and merge", 2 / 3),
            *([cluster(SECOND, 0), cluster(SECOND, 1)], RUNS["back"]),
        ),
        (20, THIRD, cluster(THIRD, 1), 1, "split", 0.5, [cluster(SECOND, 1)], RUNS["back"]),
        (30, LAST, cluster(LAST, 0), 3, "continues", 1.0, [cluster(THIRD, 0)], RUNS["on"]),
        (30, LAST, None, None, "death", None, [cluster(THIRD, 1)], RUNS["on"]),
    ]
    ablated, informed = f"{LAST}/run/ablate-1", f"{LAST}/run/inform-1"
    assert rows(found, "effect_points", "effect_run", "label_bits", "label_run")[3:] == [
        (None, None, None, None),
        (4.0, ablated, 1.0, informed),
        (None, None, None, None),
    ]


def test_two_clusters_that_merge(history):
    found = history(LAST, 3)
    assert rows(found, "cluster", "event", "previous") == [
        (cluster(FIRST, 1), "start", []),
        (cluster(FIRST, 2), "start", []),
        (cluster(SECOND, 2), "merge", [cluster(FIRST, 1), cluster(FIRST, 2)]),
        (cluster(THIRD, 3), "split", [cluster(SECOND, 2)]),
        (cluster(LAST, 3), "continues", [cluster(THIRD, 3)]),
    ]


def test_a_cluster_that_is_born(history):
    assert rows(history(LAST, 1), "step", "cluster", "event", "previous") == [(30, cluster(LAST, 1), "birth", [])]


def test_limits_of_what_is_the_same_cluster(history):
    assert rows(history(LAST, 1, max_p=1.0), "event", "previous")[-1] == (
        *("split and merge", [cluster(THIRD, 1), cluster(THIRD, 2)]),
    )
    # of {0, 1, 2, 3} and {0, 1}, the share of the smaller is 1, too
    assert rows(history(FIRST, 0, min_share=1.0), "cluster", "event")[:3] == [
        (cluster(FIRST, 0), "start"),
        (cluster(SECOND, 0), "split"),
        (cluster(SECOND, 1), "split"),
    ]


def test_the_very_same_neurons_always_continue(history):
    # what they share is never rare enough, but {0, 1, 2} of the last two checkpoints is one cluster
    assert rows(history(LAST, 0, max_p=0.001), "cluster", "event") == [
        (cluster(THIRD, 0), "birth"),
        (cluster(LAST, 0), "continues"),
    ]


def test_clusters_that_both_have_a_neuron_the_other_checkpoint_lacks_are_not_the_very_same(store):
    shared = "MATCH (:Cluster {key: $key})-[match:MATCHES {run: $run}]->(:Cluster) SET match.n_shared = $n"
    match = {"key": cluster(THIRD, 0), "run": RUNS["on"]}
    asked = {"network": LAST, "partition": PARTS, "cluster": 0, "max_p": 0.001}
    store.write((shared, {**match, "n": 2}))  # of three each: jaccard, of neurons that both cover, is still 1
    try:
        found = ask(store, "cluster_history", asked)
    finally:
        store.write((shared, {**match, "n": 3}))
    assert rows(found, "cluster", "event") == [(cluster(LAST, 0), "birth")]


def test_a_comparison_with_too_few_shuffles_is_not_read(store):
    store.write((SHUFFLES, {"key": RUNS["newer"], "n_null": 18}))  # p is at least 1/19
    asked = {"network": SECOND, "partition": PARTS, "cluster": 1}
    try:
        found = ask(store, "cluster_history", asked)
        # p above 1/19 would do: then it is read
        wide = ask(store, "cluster_history", {**asked, "max_p": 0.06})
        store.write((SHUFFLES, {"key": RUNS["newer"], "n_null": 0}))  # nothing was tested: no pair has a p
        untested = ask(store, "cluster_history", {**asked, "max_p": 1.0})
    finally:
        store.write((SHUFFLES, {"key": RUNS["newer"], "n_null": 999}))
    assert rows(untested, "run")[1] == (RUNS["older"],)
    assert rows(found, "cluster", "event", "run")[0] == (cluster(SECOND, 1), "birth", RUNS["older"])
    assert rows(wide, "cluster", "event", "run")[1] == (cluster(SECOND, 1), "split", RUNS["newer"])


def test_a_comparison_from_before_the_checkpoints_were_joined_is_not_read(store):
    joined = "MATCH (run:Run {key: $key}) SET run.same_neurons = $joined"
    for key in (RUNS["newer"], RUNS["older"]):
        store.write((joined, {"key": key, "joined": False}))
    try:
        found = ask(store, "cluster_history", {"network": SECOND, "partition": PARTS, "cluster": 1})
    finally:
        for key in (RUNS["newer"], RUNS["older"]):
            store.write((joined, {"key": key, "joined": True}))
    assert rows(found, "cluster", "event", "run")[0] == (cluster(SECOND, 1), "not compared", None)


def test_a_history_of_what_was_not_compared(answer):
    partition = "leiden-1.0-seed0"
    with pytest.raises(MissingAnalysis, match=f"Run `atlas compare query-blocks --first {partition}`"):
        answer("cluster_history", partition=partition, cluster=0)


def test_what_changed_between_checkpoints(asked):
    # hidden/0 from (1, 1) to (-2, -3); output/0 by 3 in one of 8; hidden/1 from (-, 1) to (2, -)
    found = asked("checkpoint_diff", first=SECOND, second=THIRD)
    assert rows(found, "neuron", "layer", "first_cluster", "second_cluster")[:3] == [
        (f"{THIRD}/hidden/0", "hidden", 0, 0),
        (f"{THIRD}/output/0", "output", None, None),
        (f"{THIRD}/hidden/1", "hidden", 0, 0),
    ]
    np.testing.assert_allclose(found["weight_change"], [5, 3, math.sqrt(5)] + [0] * 7)
    np.testing.assert_allclose(
        found["relative_change"], [5 / math.sqrt(2), 3 / math.sqrt(8), math.sqrt(5), np.nan, *[0] * 6]
    )
    assert [key.removeprefix(f"{THIRD}/") for key in found["neuron"][3:]] == [
        *(f"hidden/{number}" for number in range(2, 8)),
        "output/1",
    ]
    assert set(found["n_total"]) == {10}
    assert set(found["partition"]) == {PARTS}


def test_what_else_changed_between_checkpoints(asked):
    found = asked("checkpoint_diff", first=SECOND, second=THIRD, top=3)
    assert rows(found, "effect_change", "first_effect_run", "second_effect_run", "bits_change", "n_total") == [
        (-6.0, f"{SECOND}/run/ablate-2", f"{THIRD}/run/ablate-2", None, 10),
        (None, None, None, None, 10),
        (0.0, f"{SECOND}/run/ablate-2", f"{THIRD}/run/ablate-2", None, 10),
    ]


def test_what_changed_the_other_way_round(asked):
    found = asked("checkpoint_diff", first=THIRD, second=SECOND, top=3)
    assert [key.removeprefix(SECOND) for key in found["neuron"]] == ["/hidden/0", "/output/0", "/hidden/1"]
    np.testing.assert_allclose(found["weight_change"], [5, 3, math.sqrt(5)])
    np.testing.assert_allclose(found["relative_change"], [5 / math.sqrt(13), 3 / math.sqrt(23), math.sqrt(5) / 2])


@pytest.mark.parametrize(
    ("values", "error", "message"),
    [
        (
            {"second": "query-blocks"},
            BadParameter,
            f"{SECOND}' and 'query-blocks' are no checkpoints of one training run",
        ),
        ({"second": SECOND}, BadParameter, f"'first' and 'second' are both '{SECOND}'"),
        ({"second": "match-9"}, UnknownName, "Unknown network 'match-9'"),
        ({"second": THIRD, "partition": "part"}, UnknownName, f"Unknown partition 'part'. Did you mean '{PARTS}'"),
    ],
)
def test_what_is_no_other_checkpoint(store, values, error, message):
    with pytest.raises(error, match=message):
        ask(store, "checkpoint_diff", {"first": SECOND, **values})


def test_clusters_that_match(asked):
    found = asked("diff_networks", first=LAST, second=ONE)
    columns = ("first", "second", "status", "first_n_neurons", "second_n_neurons", "score", "q")
    assert rows(found, *columns) == [
        (cluster(LAST, 0), cluster(ONE, 0), "match", 3, 4, 0.9, 0.01),
        (cluster(LAST, 3), cluster(ONE, 1), "like chance", 2, 4, 0.5, 0.2),
        (cluster(LAST, 1), None, "only in first", 2, None, None, None),
        (cluster(LAST, 2), None, "only in first", 1, None, None, None),
    ]
    columns = ("low_score", "high_score", "null_mean", "z", "p", "jaccard", "connectivity", "effect", "information")
    assert rows(found, *columns)[0] == (0.125, 1.0, 0.25, 2.0, 0.005, None, 0.9, None, None)
    assert set(found["run"]) == {RUNS["seed-newer"]}


def test_clusters_that_match_the_other_way_round(asked):
    found = asked("diff_networks", first=LAST, second=TWO, min_score=0.5)
    assert rows(found, "first", "second", "status", "score") == [
        (cluster(LAST, 0), cluster(TWO, 0), "match", 0.75),
        (cluster(LAST, 2), cluster(TWO, 1), "weak", 0.25),
        (cluster(LAST, 1), None, "only in first", None),
        (cluster(LAST, 3), None, "only in first", None),
    ]
    turned = asked("diff_networks", first=TWO, second=LAST)
    assert rows(turned, "first", "second", "status") == [
        (cluster(TWO, 0), cluster(LAST, 0), "match"),
        (cluster(TWO, 1), cluster(LAST, 2), "match"),
        (None, cluster(LAST, 1), "only in second"),
        (None, cluster(LAST, 3), "only in second"),
    ]
    assert set(found["run"]) | set(turned["run"]) == {RUNS["turned"]}


def test_clusters_that_match_by_an_older_run(asked):
    found = asked("diff_networks", first=LAST, second=ONE, run=RUNS["seed-older"], first_partition=PARTS)
    assert rows(found, "first", "second", "status")[0] == (cluster(LAST, 0), cluster(ONE, 1), "match")
    assert rows(found, "first", "second", "status")[-1] == (None, cluster(ONE, 0), "only in second")


def test_a_match_without_a_null_is_not_tested(asked):
    found = asked("diff_networks", first=ONE, second=TWO)
    assert rows(found, "second", "status") == [(cluster(TWO, 0), "match"), (cluster(TWO, 1), "not tested")]


def test_a_match_by_too_few_shuffles_is_not_tested(store):
    store.write((SHUFFLES, {"key": RUNS["seed-newer"], "n_null": 9}))  # q is at least 1/10
    try:
        found = ask(store, "diff_networks", {"first": LAST, "second": ONE})
    finally:
        store.write((SHUFFLES, {"key": RUNS["seed-newer"], "n_null": 999}))
    assert found["status"].tolist() == ["not tested", "not tested", "only in first", "only in first"]


def test_the_picture_of_what_comes_back_leaves_out_the_same_comparisons(store):
    limits = {"family": FAMILY, "method": None, "min_seeds": 3, "max_q": 0.05}
    store.write((SHUFFLES, {"key": RUNS["seeds"], "n_null": 9}))
    try:
        told = ask(store, "stable_across_seeds", limits)
        drawn = store.query(str(find("stable_across_seeds").view), limits).rows
    finally:
        store.write((SHUFFLES, {"key": RUNS["seeds"], "n_null": 999}))
    assert told["cluster"].tolist() == [row[0]["key"] for row in drawn] == [cluster(LAST, 0)]


def test_networks_that_were_not_compared(store):
    message = f"Run `atlas compare {FIRST} --other {ONE} --second {PARTS}`"
    with pytest.raises(MissingAnalysis, match=message):
        ask(store, "diff_networks", {"first": FIRST, "second": ONE, "second_partition": PARTS})
    with pytest.raises(UnknownName, match=f"Unknown run '{RUNS['newer']}'"):
        ask(store, "diff_networks", {"first": LAST, "second": ONE, "run": RUNS["newer"]})


def test_clusters_that_come_back(asked):
    # 4, 8 and 12 points: mean 8, sd 4; 2 and 1 points: mean 1.5, sd 1 / sqrt(2)
    found = asked("stable_across_seeds", family=FAMILY)
    columns = ("cluster", "network", "seed", "partition", "n_seeds", "n_compared", "mean_score", "mean_effect_points")
    assert rows(found, *columns) == [
        (cluster(LAST, 0), LAST, 0, PARTS, 3, 3, pytest.approx(0.825), 8.0),
        (cluster(ONE, 0), ONE, 1, PARTS, 3, 3, pytest.approx(0.7), 8.0),
        (cluster(TWO, 0), TWO, 2, PARTS, 3, 3, 0.625, 8.0),
        (cluster(LAST, 2), LAST, 0, PARTS, 2, 3, 0.25, 1.5),
        (cluster(TWO, 1), TWO, 2, PARTS, 2, 3, 0.25, 1.5),
    ]
    np.testing.assert_allclose(found["sd_effect_points"], [4, 4, 4, math.sqrt(0.5), math.sqrt(0.5)])
    assert found["mean_label_bits"].tolist() == [1, 1, 1, 0.25, 0.25]
    assert found["runs"].tolist() == [
        [RUNS["seed-newer"], RUNS["turned"]],
        [RUNS["seed-newer"], RUNS["seeds"]],
        [RUNS["turned"], RUNS["seeds"]],
        [RUNS["seed-newer"], RUNS["turned"]],
        [RUNS["turned"], RUNS["seeds"]],
    ]
    ablated = [f"{key}/run/ablate-1" for key in (LAST, *SEEDS)]
    assert found["effect_runs"][0] == ablated
    assert set(found.attrs["runs"]) == {
        *(RUNS["seed-newer"], RUNS["turned"], RUNS["seeds"], f"{LAST}/run/inform-1", *ablated)
    }


def test_clusters_that_come_back_by_other_limits(asked):
    found = asked("stable_across_seeds", family=FAMILY, method="leiden", min_seeds=3)
    assert found["n_seeds"].tolist() == [3, 3, 3]
    strict = asked("stable_across_seeds", family=FAMILY, max_q=0.01, min_seeds=1)
    assert rows(strict, "cluster", "n_seeds", "sd_effect_points")[0] == (cluster(ONE, 0), 3, 4.0)
    assert rows(strict, "n_seeds", "mean_score")[-1] == (1, None)
    assert len(strict) == 8


def test_what_a_family_does_not_have(store):
    with pytest.raises(UnknownName, match=f"Unknown family 'mach'. Did you mean '{FAMILY}'"):
        ask(store, "stable_across_seeds", {"family": "mach"})
    with pytest.raises(UnknownName, match=r"Unknown method .* 'leidn'\. Did you mean 'leiden'"):
        ask(store, "stable_across_seeds", {"family": FAMILY, "method": "leidn"})


@pytest.fixture
def family(store):
    """Have networks of a family of their own for a while, one for each seed."""
    keys = []

    def family(*seeds):
        for seed in seeds:
            keys.append(f"match-alone-{seed}")
            load(store, replace(tiny(keys[-1]), family="alone", seed=seed))

    yield family
    for key in keys:
        remove_network(store, key)


def test_a_family_of_one_seed(store, family):
    family(0)
    with pytest.raises(BadParameter, match="networks of family 'alone' have 1 different seeds"):
        ask(store, "stable_across_seeds", {"family": "alone"})


def test_a_family_that_was_not_compared(store, family):
    family(0, 1)
    with pytest.raises(MissingAnalysis, match="Run `atlas compare match-alone-0 --other match-alone-1`"):
        ask(store, "stable_across_seeds", {"family": "alone"})


@pytest.mark.parametrize(
    ("question", "values", "drawn"),
    [
        (
            "cluster_history",
            {"network": SECOND, "cluster": 1},
            {cluster(FIRST, 0), cluster(SECOND, 1), cluster(THIRD, 0), cluster(THIRD, 1), cluster(LAST, 0)},
        ),
        (
            "stable_across_seeds",
            {"min_seeds": 3},
            {cluster(LAST, 0), cluster(ONE, 0), cluster(TWO, 0)},
        ),
        (
            "diff_networks",
            {},
            {*(cluster(LAST, number) for number in range(4)), cluster(ONE, 0), cluster(ONE, 1)},
        ),
    ],
)
def test_pictures(store, examples, question, values, drawn):
    query = find(question)
    used = example_values(example_lines(query.view), query.path)
    given = {name: value for name, value in (examples(query) | values).items() if name in used}
    keys = {one["key"] for row in store.query(query.view, given).rows for one in nodes(list(row))}
    assert {key for key in keys if key.count("/") == 2} == drawn


def nodes(part):
    """Gather the nodes of a row."""
    if isinstance(part, list):
        return [found for one in part for found in nodes(one)]
    return [part] if isinstance(part, dict) and "_labels" in part else []


def test_provenance_of_a_match(asked):
    key = cluster(ONE, 0)
    found = asked("provenance_of", network=ONE, key=key, property="score")
    assert rows(found, "about", "value", "superseded_by", "run", "kind") == [
        (cluster(TWO, 0), 0.5, None, RUNS["seeds"], "compare"),
        (cluster(LAST, 0), 0.9, None, RUNS["seed-newer"], "compare"),
    ]
    found = asked("provenance_of", network=ONE, key=cluster(ONE, 1), property="score")
    assert rows(found, "about", "value", "superseded_by", "run")[-1] == (
        *(cluster(LAST, 0), 0.5, RUNS["seed-newer"], RUNS["seed-older"]),
    )
