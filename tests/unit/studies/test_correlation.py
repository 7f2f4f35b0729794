"""The study of correlation functions: its XOR, the networks it trains, and what its page says of errors."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from studies import correlation_xor
from studies.correlation import jobs_of
from studies.correlation_page import above, kept_came, losses_came, steps_came, training_came, xor_came
from studies.correlation_tables import at_output, closure_name, spread


def closures(*rows: tuple[str, str, str, int, float, float]) -> pd.DataFrame:
    names = ["layer", "start", "closure", "parts", "covariance_error", "predicted_loss"]
    frame = pd.DataFrame(list(rows), columns=names)
    return frame.assign(activation="relu", depth=2, seed=0, loss=0.1)


ROWS = closures(
    ("fc1", "input", "gauss", 1, 0.6, np.nan),
    ("fc2", "input", "gauss", 1, 0.9, np.nan),
    ("fc3", "input", "gauss", 1, 5.0, 0.4),
    ("fc3", "input", "third", 1, 1.0, 0.15),
    ("fc3", "input", "mixture", 5, 2.0, 0.25),
    ("fc2", "fc1", "gauss", 1, 0.2, np.nan),
    ("fc3", "fc1", "gauss", 1, 0.3, 0.11),
    ("fc3", "fc2", "gauss", 1, 0.0, 0.1),
    ("fc3", "fc2", "third", 1, 0.0, 0.1),
)


def test_blobs_have_the_means_and_covariances_of_their_classes() -> None:
    blobs, two = correlation_xor.blobs(), correlation_xor.two_cumulants()
    for number in range(2):
        own = blobs.classes == number
        pooled = blobs.covariances[own].mean(axis=0) + np.cov(blobs.means[own].T, bias=True)
        assert pooled == pytest.approx(two.covariances[number])
        assert blobs.means[own].mean(axis=0) == pytest.approx(two.means[number])


def test_fourth_cumulants_are_those_of_points() -> None:
    x, labels = correlation_xor.trials(seed=0)
    four = correlation_xor.four_cumulants()
    assert four.fourth is not None
    for number in range(2):
        d = x[labels == number] - x[labels == number].mean(axis=0)
        s = d.T @ d / len(d)
        measured = np.einsum("ni,ni,nj,nj->ij", d, d, d, d) / len(d) - np.outer(np.diag(s), np.diag(s)) - 2 * s**2
        assert measured == pytest.approx(np.einsum("iijj->ij", four.fourth[number]), abs=0.005)


def test_networks_of_one_hidden_layer_need_no_statistics_behind_it() -> None:
    jobs = jobs_of(Path("mnist"), Path("trained"), n_networks=2)
    assert len(jobs) == 2 * 2 * (6 + 4)
    assert {job.source for job in jobs if job.depth == 1} == {"data", "parts", "statistics", "gaussians"}


@pytest.mark.parametrize(
    ("start", "closure", "parts", "name"),
    [("input", "gauss", 1, "from x"), ("fc1", "third", 1, "from y1, third"), ("fc2", "mixture", 5, "from y2, 5 parts")],
)
def test_names_of_closures(start: str, closure: str, parts: int, name: str) -> None:
    assert closure_name(start, closure, parts) == name


def test_at_the_output_what_is_exact_stands_once() -> None:
    assert at_output(ROWS)["name"].tolist() == ["from x", "from x, third", "from x, 5 parts", "from y1", "from y2"]


def test_losses_that_came_out() -> None:
    text = losses_came(ROWS)
    assert "closure from x predicts 4.00 to 4.00 times" in text
    assert "third cumulants 1.50 to 1.50 times" in text
    assert "from y1, in networks of two hidden layers, 1.10 to 1.10 times" in text


def test_steps_that_came_out() -> None:
    assert "relu 0.60 in fc1 and 0.20 in fc2" in steps_came(ROWS)


def test_training_that_came_out() -> None:
    accuracy = {"data": 97.0, "statistics": 92.0, "parts": 95.5, "gaussians": 93.0}
    answers = pd.DataFrame({"source": list(accuracy), "accuracy_percent": list(accuracy.values())}).assign(
        activation="relu", depth=1, seed=0, test_loss=0.3, believed_loss=[np.nan, 0.1, np.nan, np.nan]
    )
    text = training_came(answers)
    assert "relu, 1 hidden: statistics of x cost 5.0 points" in text
    assert "1.5 with 5 parts, 4.0 with draws" in text
    assert "believes their loss to be 0.100, and it is 0.300" in text


def test_surrogates_that_came_out() -> None:
    kept = pd.DataFrame(
        {
            "layer": ["input", "input", "fc1", "fc1"],
            "kept": ["gaussian", "everything"] * 2,
            "accuracy_percent": [90.0, 97.0, 99.0, 97.0],
        }
    ).assign(activation="relu", depth=1)
    assert "x lose 7.0 to 7.0 points, those of hidden layers -2.0 to -2.0" in kept_came(kept)


def test_xor_that_came_out() -> None:
    xor = pd.DataFrame(
        {
            "source": ["statistics", "points"],
            "statistics": [0.7093, 1.27],
            "fourth": [0.54, 0.306],
            "loss": [0.539, 0.305],
        }
    ).assign(activation="quadratic(0.5)", depth=1, loss_error=0.0012)
    text = xor_came(xor)
    assert "predicted 0.7093, measured 0.5390; trained on points, measured 0.3050" in text
    assert "predict the latter to 0.0010, where the standard error of what is measured is 0.0012" in text


@pytest.mark.parametrize(("gaussian", "expected"), [(99.0, True), (95.0, False)])
def test_surrogates_above_what_they_stand_for(gaussian: float, expected: bool) -> None:
    kept = pd.DataFrame(
        {
            "layer": ["input", "input", "fc1", "fc1"],
            "kept": ["gaussian", "everything"] * 2,
            "accuracy_percent": [90.0, 97.0, gaussian, 97.0],
        }
    ).assign(activation="relu", depth=1)
    assert above(kept) is expected


def test_spread() -> None:
    assert spread(pd.Series([1.0, 2.0]), 1) == "1.5 (1.0 to 2.0)"
