"""Roles from values made by hand: who gets which, beside what, and what is told when it cannot be told."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from atlas.analysis.partition.roles import BOTTLENECK_SHARES, CONNECTOR_PARTICIPATION, HUB_Z
from atlas.analysis.roles import RoleRules, roles_of_neurons
from atlas.errors import BadParameter
from atlas.results import RoleEvidence
from atlas.results.partition import ROLES as ROLES_IN_PARTITION
from atlas.results.roles import ROLES, ActivityEvidence, HarmEvidence, PlaceEvidence, RelayEvidence

NONE = float("nan")
NEURONS = tuple("abcdef")


def relays(*, bits, q, alone_bits, alone_q, n_null=199):
    """p is half of q throughout."""
    q, alone_q = np.array(q), np.array(alone_q)
    return RelayEvidence(
        run="relay-1",
        n_null=n_null,
        elements=NEURONS[: len(bits)],
        bits=np.array(bits, dtype=float),
        p=q / 2,
        q=q,
        alone_bits=np.array(alone_bits, dtype=float),
        alone_p=alone_q / 2,
        alone_q=alone_q,
    )


def activity(shares, *, n_trials=1000, activations=None, summaries=None):
    n = len(shares)
    return ActivityEvidence(
        run="indicators-1",
        elements=NEURONS[:n],
        active_share=np.array(shares, dtype=float),
        n_trials=np.full(n, n_trials),
        activations=activations or ("relu",) * n,
        summaries=summaries or ("alone",) * n,
    )


def harm(points, q):
    points, q = np.array(points, dtype=float), np.array(q, dtype=float)
    targets = tuple(str(number) for number in range(points.shape[1]))
    return HarmEvidence(run="ablate-1", elements=NEURONS[: len(points)], targets=targets, points=points, p=q / 2, q=q)


def found(result, *columns):
    """Give rows as tuples."""
    return list(result.to_frame()[list(columns)].itertuples(index=False, name=None))


RELAYS = RoleEvidence(
    relays=relays(
        bits=[0.5, 0.05, 0.5, -0.01, 0.2, NONE],
        q=[0.05, 0.9, 0.06, 0.01, 0.01, NONE],
        alone_bits=[0.5, 0.5, 1.0, 1.0, 0.0, 1.0],
        alone_q=[0.01, 0.05, 0.01, 0.06, 0.5, 0.01],
    )
)


def test_relays_have_bits_beyond_the_null():
    # d relays no bits, c is not beyond its null, f had too few trials
    result = roles_of_neurons(RELAYS, roles=("relay",))
    assert found(result, "element", "target", "value", "threshold", "p", "q", "from_run") == [
        ("a", "all", 0.5, 0, 0.025, 0.05, "relay-1"),
        ("e", "all", 0.2, 0, 0.005, 0.01, "relay-1"),
    ]
    assert result.n_judged == {"relay": 5}
    assert result.notes == ("1 neurons had too few trials to tell what they relay",)


def test_the_redundant_tell_alone_what_the_rest_tells():
    # b keeps 0.05 of 0.5 bits, exactly a tenth; d does not tell alone; e tells nothing alone
    result = roles_of_neurons(RELAYS, roles=("redundant",))
    assert found(result, "element", "value", "threshold", "p", "q") == [("b", 0.1, 0.1, 0.025, 0.05)]
    assert roles_of_neurons(RELAYS, roles=("redundant",), rules=RoleRules(redundant_share=0.09)).elements == ()
    both = roles_of_neurons(RELAYS, rules=RoleRules(redundant_share=1))
    assert found(both, "element", "role") == [
        *(("a", "relay"), ("e", "relay")),
        *(("a", "redundant"), ("b", "redundant"), ("c", "redundant")),
    ]


def test_dead_and_saturated():
    # b is active in 1 of 500 trials: p = 0.0398, q = 0.066; c closed in 1
    result = roles_of_neurons(RoleEvidence(activity=activity([0, 0.002, 0.998, 1, 0], n_trials=500)))
    assert found(result, "element", "role", "value", "threshold") == [
        *(("a", "dead", 0, 0), ("e", "dead", 0, 0)),
        ("d", "saturated", 1, 1),
    ]
    assert result.p.tolist() == pytest.approx([0.99**500] * 3)
    assert result.q.tolist() == pytest.approx([5 / 2 * 0.99**500, 5 / 2 * 0.99**500, 5 * 0.99**500])
    assert result.notes == ()
    looser = roles_of_neurons(RoleEvidence(activity=activity([0], n_trials=299)))
    assert (looser.roles, looser.q.tolist()) == (("dead",), pytest.approx([0.99**299]))  # 0.0495


def test_of_many_rarely_active_neurons_none_is_called_dead():
    # each is active in one of a hundred trials: p alone would call 18 of these 400 dead
    shares = np.random.default_rng(0).binomial(299, 0.01, size=400) / 299
    evidence = replace(activity([0]), elements=tuple(map(str, range(400))), active_share=shares)
    evidence = replace(evidence, n_trials=np.full(400, 299), activations=("relu",) * 400, summaries=("alone",) * 400)
    assert np.sum(shares == 0) == 18
    assert roles_of_neurons(RoleEvidence(activity=evidence), roles=("dead",)).elements == ()


def test_too_few_trials_to_be_called_dead():
    # q of two in four is 2 * 0.99^298 = 0.1001
    result = roles_of_neurons(RoleEvidence(activity=activity([0, 0.5, 1, 0], n_trials=298)))
    assert result.elements == ()
    assert result.notes == (
        "2 neurons were active in no trial, but of too few to be called dead: 368 trials are enough",
        "1 neurons were active in every trial, but of too few to be called saturated: 437 trials are enough",
    )
    looser = RoleRules(least_share=0.02)  # 0.98^298 = 0.002
    assert roles_of_neurons(RoleEvidence(activity=activity([0], n_trials=298)), rules=looser).roles == ("dead",)


@given(st.integers(1, 500), st.integers(0, 998), st.integers(1, 5000))
def test_the_trials_that_are_enough(per_mille_active, per_mille_wrong, n_trials):
    least_share, fdr = per_mille_active / 1000, (per_mille_wrong + 0.123) / 1000  # no power of the other is equal
    rules = RoleRules(least_share=least_share, fdr=fdr)
    result = roles_of_neurons(RoleEvidence(activity=activity([0], n_trials=n_trials)), roles=("dead",), rules=rules)
    if result.notes:
        needed = int(result.notes[0].split()[-4])
        assert n_trials < needed
        enough = RoleEvidence(activity=activity([0], n_trials=needed))
        assert roles_of_neurons(enough, roles=("dead",), rules=rules).roles == ("dead",)
    else:
        assert (1 - least_share) ** n_trials <= fdr


def test_saturation_is_told_behind_a_relu_only():
    kinds = activity(
        [1, 1, 1, 0],
        activations=("relu", "tanh", "relu", "tanh"),
        summaries=("alone", "alone", "mean over positions", "alone"),
    )
    result = roles_of_neurons(RoleEvidence(activity=kinds))
    assert found(result, "element", "role") == [("d", "dead"), ("a", "saturated")]
    assert result.n_judged == {"dead": 4, "saturated": 1}
    assert result.notes == (
        "saturated is not judged of relu (mean over positions), tanh (alone): "
        "the share of active trials tells it behind relu (alone) only",
    )


def test_specialists():
    # a: 8 of 10 lost points on class 1; b: less; c: not significant; d: gains count for nothing; e: no harm
    points = [[2, 8, 0], [3, 7, 0], [0, 10, 0], [4, -9, NONE], [0, -1, 0]]
    q = [[0.5, 0.05, 1], [0.5, 0.01, 1], [1, 0.06, 1], [0.02, 0.9, NONE], [0.01, 0.01, 0.01]]
    result = roles_of_neurons(RoleEvidence(harm=harm(points, q)))
    assert found(result, "element", "role", "target", "value", "threshold", "p", "q") == [
        ("a", "specialist", "1", 0.8, 0.8, 0.025, 0.05),
        ("d", "specialist", "0", 1.0, 0.8, 0.01, 0.02),
    ]
    assert result.n_judged == {"specialist": 5}


def test_effects_without_classes():
    nothing = np.zeros((0, 0))
    evidence = HarmEvidence(run="ablate-1", elements=(), targets=(), points=nothing, p=nothing, q=nothing)
    result = roles_of_neurons(RoleEvidence(harm=evidence))
    assert (result.elements, result.n_judged) == ((), {"specialist": 0})
    assert result.notes == ("ablate-1 measured no accuracy of classes, so it tells no specialists",)


PLACES = PlaceEvidence(
    run="partition-1",
    n_null=199,
    elements=NEURONS,
    role=("hub", "connector", "bottleneck", "provincial", None, "hub"),
    p=np.array([0.05, 0.01, 0.02, 0.03, NONE, 0.06]),
    within_z=np.array([2.5, 0, 1, 3, 0, 4]),
    participation=np.array([0.5, 0.75, 0.5, 0.25, 0, 0.5]),
    path_share=np.array([0.25, 0.25, 0.625, 0.25, 0.25, 0.25]),
    layer_size=np.array([4, 4, 4, 4, 4, 4]),
)


def test_places_in_a_partition():
    result = roles_of_neurons(RoleEvidence(places=PLACES))
    assert found(result, "element", "role", "value", "threshold", "p") == [
        ("d", "provincial", 3, HUB_Z, 0.03),
        ("a", "hub", 2.5, HUB_Z, 0.05),
        ("b", "connector", 0.75, CONNECTOR_PARTICIPATION, 0.01),
        ("c", "bottleneck", 2.5, BOTTLENECK_SHARES, 0.02),
    ]
    assert result.q.tolist() == pytest.approx([NONE] * 4, nan_ok=True)
    stricter = roles_of_neurons(RoleEvidence(places=PLACES), rules=RoleRules(fdr=0.02))
    assert stricter.roles == ("connector", "bottleneck")


def test_too_few_shuffles_tell_no_roles():
    places = replace(PLACES, n_null=18, role=(None,) * 6, p=np.full(6, NONE))
    relayed = relays(bits=[0.5], q=[NONE], alone_bits=[0.5], alone_q=[NONE], n_null=0)
    result = roles_of_neurons(RoleEvidence(relays=relayed, places=places))
    assert result.elements == ()
    assert result.notes == (
        "relay-1 has 0 shuffles, so no p is at most 0.05: that takes --n-null 19",
        "partition-1 has 18 shuffles, so no p is at most 0.05: that takes --n-null 19",
    )
    assert roles_of_neurons(RoleEvidence(places=replace(places, n_null=19))).notes == ()


def test_rules_say_their_thresholds():
    rules = RoleRules(fdr=0.125, redundant_share=0.25, least_share=0.5, min_selectivity=0.75)
    evidence = replace(RELAYS, activity=activity([0, 1]), harm=harm([[1, 0]], [[0.01, 1]]), places=PLACES)
    result = roles_of_neurons(evidence, rules=rules)
    said = dict(zip(result.roles, result.rules, strict=True))
    assert tuple(said) == ROLES
    assert all(rule.endswith(".") for rule in said.values())
    levels = dict.fromkeys(ROLES, "0.125") | dict.fromkeys(ROLES_IN_PARTITION, "of at most 0.05")
    assert [role for role in ROLES if levels[role] not in said[role]] == []
    assert ["0.25" in said["redundant"], "0.5" in said["dead"], "0.75" in said["specialist"]] == [True] * 3
    assert result.params == {"fdr": 0.125, "redundant_share": 0.25, "least_share": 0.5, "min_selectivity": 0.75}


def test_nothing_measured_gives_nothing():
    result = roles_of_neurons(RoleEvidence())
    assert (len(result.to_frame()), result.n_judged) == (0, {})


@pytest.mark.parametrize("value", [0, 1.5, -0.1, NONE, float("inf"), True, "0.05", None])
@pytest.mark.parametrize("name", ["fdr", "redundant_share", "least_share", "min_selectivity"])
def test_thresholds_that_are_no_shares(name, value):
    with pytest.raises(BadParameter, match=f"{name} is .*above 0 and at most 1"):
        RoleRules(**{name: value})
