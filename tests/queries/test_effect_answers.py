"""Questions about effects, their rows worked out by hand from the values in conftest.py."""

import pytest

from atlas.catalogue import ask
from atlas.errors import MissingAnalysis, UnknownName

NETWORK = "query-blocks"
P = "leiden-1.0-seed0"
OLD, NEW = f"{NETWORK}/run/ablate-old", f"{NETWORK}/run/ablate-new"
ABLATE_CLUSTERS = f"{NETWORK}/run/ablate-clusters"
PAIRS, DOUBLE = f"{NETWORK}/run/pairs-1", f"{NETWORK}/run/pairs-2"


def rows(frame, *columns):
    """Give rows as tuples, None where a value is missing."""
    chosen = frame[list(columns)].astype(object)
    return list(chosen.where(chosen.notna(), None).itertuples(index=False, name=None))


def test_ablation_profile_of_a_neuron(answer):
    profile = answer("ablation_profile", key=f"{NETWORK}/dense_1/0")
    columns = ["target", "effect_points", "low_points", "high_points", "n_trials", "n_broken", "confused_with"]
    assert rows(profile, *columns, "n_confused", "loss_change", "q", "run") == [
        ("all", 40.0, 35.0, 45.0, 64, 26, "1", 26, None, 0.01, NEW),
        ("0", 80.0, 75.0, 85.0, 32, 26, "1", 26, None, 0.01, NEW),
        ("1", 0.0, -5.0, 5.0, 32, 0, None, 0, None, 0.01, NEW),
    ]


def test_ablation_profile_of_an_older_run(answer):
    profile = answer("ablation_profile", key=f"{NETWORK}/dense_1/0", run=OLD)
    assert rows(profile, "target", "effect_points", "run") == [("all", 50.0, OLD), ("0", 100.0, OLD), ("1", 0.0, OLD)]


def test_ablation_profile_of_a_cluster(answer):
    profile = answer("ablation_profile", key=f"{NETWORK}/{P}/1", run=ABLATE_CLUSTERS)
    assert rows(profile, "target", "effect_points") == [("all", 30.0), ("0", 0.0), ("1", 60.0)]


def test_ablation_profile_of_what_does_not_exist(answer):
    with pytest.raises(UnknownName, match=r"Unknown key 'query-blocks/dense_1/9'\. Did you mean"):
        answer("ablation_profile", key=f"{NETWORK}/dense_1/9")


def test_class_specialists_among_neurons(answer):
    found = answer("class_specialists")
    assert rows(found, "key", "target", "effect_points", "rest_points", "selectivity", "q", "run", "n_total") == [
        (f"{NETWORK}/dense_1/2", "1", 100.0, 0.0, 1.0, 0.01, NEW, 6),
        (f"{NETWORK}/dense_2/0", "0", 100.0, 0.0, 1.0, 0.01, NEW, 6),
        (f"{NETWORK}/dense_2/2", "1", 100.0, 0.0, 1.0, 0.01, NEW, 6),
        (f"{NETWORK}/dense_1/0", "0", 80.0, 0.0, 1.0, 0.01, NEW, 6),
        (f"{NETWORK}/dense_2/1", "0", 50.0, 0.0, 1.0, 0.01, NEW, 6),
        (f"{NETWORK}/dense_2/3", "1", 50.0, 0.0, 1.0, 0.01, NEW, 6),
    ]


def test_class_specialists_among_clusters(answer):
    found = answer("class_specialists", partition=P)
    assert rows(found, "key", "target", "effect_points") == [
        (f"{NETWORK}/{P}/0", "0", 100.0),
        (f"{NETWORK}/{P}/1", "1", 60.0),
    ]
    assert answer("class_specialists", partition=P, fdr=1)["key"].tolist()[-1] == f"{NETWORK}/{P}/3"


def test_safe_to_prune_neurons(answer):
    # the strength of all weights is 20; each of the two takes in 2 and gives out 2
    found = answer("safe_to_prune", max_points=5)
    columns = ["key", "n_neurons", "effect_points", "high_points", "strength_share", "cumulative_points"]
    assert rows(found, *columns, "cumulative_size", "run", "n_total") == [
        (f"{NETWORK}/dense_1/1", 1, 0.0, 5.0, 0.2, 0.0, 1, NEW, 2),
        (f"{NETWORK}/dense_1/3", 1, 0.0, 5.0, 0.2, 0.0, 2, NEW, 2),
    ]
    assert answer("safe_to_prune", max_points=4.9).empty


def test_safe_to_prune_clusters(answer):
    # the neurons of cluster 1 take in and give out 13, of which 4 weights are between them
    found = answer("safe_to_prune", partition=P, max_points=35)
    assert rows(found, "key", "n_neurons", "strength_share", "cumulative_points", "cumulative_size") == [
        (f"{NETWORK}/{P}/2", 1, 0.2, 0.0, 1),
        (f"{NETWORK}/{P}/3", 1, 0.2, 5.0, 2),
        (f"{NETWORK}/{P}/1", 5, 0.45, 35.0, 7),
    ]


def test_safe_to_prune_counts_a_weight_to_itself_once(store, looped):
    # the first takes in 1 + 3 + 1 and gives out 3 + 1 + 1, with 3 in both; the second takes in 1 and gives out 3
    found = ask(store, "safe_to_prune", {"network": looped, "max_points": 5})
    assert rows(found, "key", "strength_share") == [(f"{looped}/hidden/0", 0.7), (f"{looped}/hidden/1", 0.4)]


def test_effect_vs_strength_outliers(store, sloped):
    # slope 3.2, residuals 0.8, -0.4, -1.6, 1.2 of standard deviation (4.8 / 2)**0.5
    found = ask(store, "effect_vs_strength_outliers", {"network": sloped})
    assert [key[-1] for key in found["neuron"]] == ["2", "3", "0", "1"]
    assert found["predicted_points"].tolist() == pytest.approx([7.6, 10.8, 1.2, 4.4])
    assert found["residual_z"].tolist() == pytest.approx([x / 2.4**0.5 for x in (-1.6, 1.2, 0.8, -0.4)])
    assert found["r"].tolist() == pytest.approx([(256 / 280) ** 0.5] * 4)
    assert found["n_total"].tolist() == [4] * 4


def test_effect_vs_strength_where_all_are_equally_strong(answer):
    found = answer("effect_vs_strength_outliers", layer="dense_1")
    assert rows(found, "neuron", "effect_points", "predicted_points", "residual_z", "r") == [
        (f"{NETWORK}/dense_1/{number}", points, None, None, None) for number, points in enumerate([40.0, 0, 50, 0])
    ]


def test_redundant_pairs(answer):
    found = answer("redundant_pairs")
    columns = ["first", "second", "first_points", "second_points", "joint_points", "interaction"]
    assert rows(found, *columns, "low_interaction", "high_interaction", "redundancy", "z", "q", "run", "n_total") == [
        (f"{NETWORK}/dense_1/1", f"{NETWORK}/dense_1/3", 0, 0, 12.5, 12.5, 5, 20, 0.125, 2.5, 0.03, PAIRS, 1)
    ]


def test_redundant_pairs_without_limits(answer):
    found = answer("redundant_pairs", max_single=100, min_joint=-100)
    assert rows(found, "interaction", "redundancy", "n_total") == [(12.5, 0.125, 3), (0, 0, 3), (-25, 0, 3)]
    assert len(answer("redundant_pairs", max_single=100, fdr=0.05)) == 2
    ways_round = ("first_given_second_points", "first_given_second_q", "second_given_first_q")
    assert rows(found, *ways_round) == [(None, None, None)] * 3


def test_redundant_pairs_of_clusters(answer):
    found = answer("redundant_pairs", partition=P, max_single=10)
    columns = ["first", "second", "first_points", "second_points", "joint_points", "interaction", "redundancy"]
    assert rows(found, *columns, "z", "q", "run", "n_total") == [
        (f"{NETWORK}/{P}/2", f"{NETWORK}/{P}/3", 0, 6.25, 25, 18.75, 0.1875, 3, 0.01, DOUBLE, 1)
    ]
    ways_round = [f"{way}_{name}" for way in ("first_given_second", "second_given_first") for name in ("points", "q")]
    assert rows(found, *ways_round) == [(18.75, 0.015, 25, 0.015)]


def test_redundant_pairs_of_clusters_without_limits(answer):
    found = answer("redundant_pairs", partition=P, max_single=100, min_joint=-100)
    assert rows(found, "first", "interaction", "first_given_second_q", "second_given_first_q") == [
        (f"{NETWORK}/{P}/2", 18.75, 0.015, 0.015),
        (f"{NETWORK}/{P}/0", 0, 0.25, None),
    ]


def test_redundant_pairs_of_a_run(answer):
    assert answer("redundant_pairs", run=PAIRS)["run"].tolist() == [PAIRS]
    assert answer("redundant_pairs", partition=P, run=DOUBLE, max_single=10)["run"].tolist() == [DOUBLE]
    with pytest.raises(UnknownName, match="run"):  # of neurons, not of clusters
        answer("redundant_pairs", partition=P, run=PAIRS)


@pytest.mark.parametrize(
    ("name", "parameters", "message"),
    [
        ("class_specialists", {}, "Run `atlas ablate query-second`"),
        ("class_specialists", {"partition": P}, f"Run `atlas ablate query-second --partition {P}`"),
        ("ablation_profile", {"key": f"query-second/{P}/0"}, f"Run `atlas ablate query-second --partition {P}`"),
        ("safe_to_prune", {}, "Run `atlas ablate query-second`"),
        ("redundant_pairs", {}, "Run `atlas pairs query-second`"),
        ("redundant_pairs", {"partition": P}, f"Run `atlas pairs query-second --partition {P}`"),
    ],
)
def test_a_missing_analysis_names_the_command(store, second_network, write_partition, name, parameters, message):
    with second_network():
        write_partition("query-second")
        with pytest.raises(MissingAnalysis) as caught:
            ask(store, name, {"network": "query-second", **parameters})
    assert message in str(caught.value)
