"""How far the last features may move: by hand, and never too far."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from atlas.analysis.answers import answers_of, n_near_ties
from ingest.masked.slack import slack, slack_before_relu


def test_two_outputs():
    # they differ by 3, and 5 apart the weights bring them together within 3 / 5
    found = slack(np.array([[4.0, 1.0]]), np.array([[3.0, 0.0], [0.0, 4.0]]))
    assert found == pytest.approx([0.6], rel=1e-3)
    assert found[0] < 0.6


def test_outputs_themselves():
    assert slack(np.array([[1.0, 0.0, -1.0]]), None) == pytest.approx([1 / np.sqrt(2)], rel=1e-3)


def test_tie():
    assert (slack(np.array([[1.0, 1.0], [0.0, 0.0]]), None) <= 0).all()


def test_same_weights():
    assert slack(np.array([[1.0, 1.0 - 1e-6, 0.0]]), np.ones((3, 2)))[0] < 0  # near a tie, and nothing can part them


def test_features_that_stay_at_zero():
    outputs, weight, before = np.array([[1.0, 0.0]]), np.array([[1.0, 1.0], [0.0, 0.0]]), np.array([[1.0, -9.0]])
    behind = slack(outputs, weight)
    assert behind == pytest.approx([1 / np.sqrt(2)], rel=1e-3)
    assert slack_before_relu(outputs, weight, before, behind) == pytest.approx([1], rel=0.01)  # the first alone moves


@settings(max_examples=100)
@given(st.integers(0, 2**32), st.integers(2, 5), st.floats(0.0, 1.0))
def test_answers_within_stay(seed, n_outputs, share):
    draws = np.random.default_rng(seed)
    weight, bias = draws.normal(size=(n_outputs, 6)), draws.normal(size=n_outputs)
    before = draws.normal(size=(20, 6))
    outputs = np.maximum(before, 0) @ weight.T + bias
    behind = slack(outputs, weight)
    front = slack_before_relu(outputs, weight, before, behind)
    assert (front >= behind).all()
    away = weight[draws.integers(n_outputs, size=20)] - weight[outputs.argmax(axis=1)]  # towards another answer
    away += (0.01 + share) * draws.normal(size=away.shape)
    away /= np.linalg.norm(away, axis=1, keepdims=True)
    for moved in (np.maximum(before, 0) + behind[:, None] * away, np.maximum(before + front[:, None] * away, 0)):
        found = moved @ weight.T + bias
        sure = behind > 0
        assert answers_of(found)[sure].tolist() == answers_of(outputs)[sure].tolist()
        assert n_near_ties(found[sure]) == 0
