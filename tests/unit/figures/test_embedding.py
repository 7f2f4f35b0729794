"""The figure of trials: what it shows, and that one result gives one file."""

import sys
from dataclasses import replace

import numpy as np
import pytest

from atlas.errors import BadParameter, InputError
from atlas.figures import embedding_figure, subtitle, title, write_embedding_figure
from atlas.results import EmbeddingResult


@pytest.fixture
def result() -> EmbeddingResult:
    """Six trials, drawn from 9: three still right, one newly wrong, one newly right, one wrong before."""
    return EmbeddingResult(
        network="mine",
        method="tsne",
        ablated=("mine/fc1/3", "mine/fc1/7"),
        trials=np.arange(6),
        x=np.arange(6.0),
        y=np.array([0.0, 1, 0, 1, 0, 1]),
        labels=np.array([0, 0, 0, 1, 1, 1]),
        answers=np.array([0, 0, 0, 1, 0, -1]),
        ablated_answers=np.array([0, 0, 0, 0, 1, 0]),
        n_trials=9,
        params={"ablation": "zero", "layer": None},
    )


def test_the_legend_counts(result):
    (legend,) = embedding_figure(result).legends
    assert [text.get_text() for text in legend.get_texts()] == [
        *("still right (3)", "wrong before (1)", "newly wrong (1)", "newly right (1)")
    ]


def test_each_state_where_its_trials_are(result):
    (axes,) = embedding_figure(result).axes
    assert [drawn.get_offsets().tolist() for drawn in axes.collections] == [
        *([[0, 0], [1, 1], [2, 0]], [[5, 1]], [[3, 1]], [[4, 0]])
    ]


def test_classes_stand_amid_their_trials(result):
    (axes,) = embedding_figure(result).axes
    assert [(text.get_text(), text.get_position()) for text in axes.texts] == [("0", (1, 0)), ("1", (4, 1))]


def test_title(result):
    assert title(result) == "mine without fc1/3, fc1/7 (zero ablation)"
    many = tuple(f"mine/fc1/{number}" for number in range(5))
    assert title(replace(result, ablated=many)) == "mine without fc1/0, fc1/1, fc1/2 and 2 more neurons (zero ablation)"


def test_subtitle(result):
    assert subtitle(result) == "t-SNE of the inputs; 6 trials of 9, drawn at random; numbers are classes"
    whole = replace(result, n_trials=6, method="pca", params={"ablation": "zero", "layer": "fc1"})
    assert subtitle(whole) == "PCA of the activations of fc1; 6 trials; numbers are classes"


@pytest.mark.parametrize("name", ["trials.png", "trials.svg", "trials.PNG"])
def test_same_result_same_file(result, tmp_path, name):
    written = []
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_embedding_figure(result, tmp_path / folder / name)
        written.append((tmp_path / folder / name).read_bytes())
    assert written[0] == written[1]
    assert written[0][:5] in (b"\x89PNG\r", b"<?xml")


def test_another_ending(result, tmp_path):
    with pytest.raises(BadParameter, match=r"ends in \.png or \.svg"):
        write_embedding_figure(result, tmp_path / "trials.jpg")


def test_without_matplotlib(result, monkeypatch):
    monkeypatch.setitem(sys.modules, "matplotlib.figure", None)
    with pytest.raises(InputError, match=r"network-atlas\[figures\]"):
        embedding_figure(result)
