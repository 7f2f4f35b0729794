"""The figure of information through training: a line for each layer and measure, and what it refuses."""

import numpy as np
import pandas as pd
import pytest

from atlas.errors import BadParameter, MissingAnalysis
from atlas.figures import measured, training_figure, write_training_figure

NONE = float("nan")
NAMES = ("label_bits", "relay_bits", "complexity")


@pytest.fixture
def frame() -> pd.DataFrame:
    """Three checkpoints of two layers: `a` is informed at all, `b` at the last; complexity of `a` at the first two."""
    table = pd.DataFrame(
        {
            "network": np.repeat(["mine-0", "mine-10", "mine-1000"], 2),
            "training_step": pd.array([0, 0, 10, 10, 1000, 1000], dtype="Int64"),
            "layer": ["a", "b"] * 3,
            "label_bits": [0.5, NONE, 0.75, NONE, 1.0, 2.0],
            "relay_bits": [NONE] * 6,
            "complexity": [2.5, NONE, 2.0, NONE, NONE, NONE],
        }
    )
    return table.assign(
        **{f"low_{name}": table[name] - 0.25 for name in NAMES},
        **{f"high_{name}": table[name] + 0.25 for name in NAMES},
        **{f"null_{name}": table[name] / 2 for name in NAMES},
        **{f"{name.removesuffix('_bits')}_reason": pd.array([pd.NA] * 6, dtype="string") for name in NAMES},
    )


def lines(axes):
    return {line.get_label(): line for line in axes.lines}


def test_only_what_is_measured_is_drawn(frame):
    assert measured(frame) == ("label_bits", "complexity")
    label, complexity = training_figure(frame).axes
    assert (label.get_ylabel(), complexity.get_ylabel()) == (
        "label information (bits)",
        "complexity (mean degree of synergy)",
    )
    assert set(lines(label)) == {"a", "a, shuffled", "b", "b, shuffled"}
    assert set(lines(complexity)) == {"a", "a, shuffled"}


def test_values_and_nulls_stand_at_their_steps(frame):
    drawn = lines(training_figure(frame).axes[0])
    np.testing.assert_array_equal(drawn["a"].get_xydata(), [[0, 0.5], [10, 0.75], [1000, 1.0]])
    np.testing.assert_array_equal(drawn["a, shuffled"].get_xydata(), [[0, 0.25], [10, 0.375], [1000, 0.5]])
    np.testing.assert_array_equal(drawn["b"].get_ydata(), [NONE, NONE, 2.0])  # a gap where trials were too few


def test_intervals_are_drawn(frame):
    bars = training_figure(frame).axes[0].collections[1]
    assert [segment[:, 1].tolist() for segment in bars.get_segments()] == [[0.25, 0.75], [0.5, 1.0], [0.75, 1.25]]


def test_the_legend_names_layers(frame):
    (legend,) = training_figure(frame).legends
    assert [text.get_text() for text in legend.get_texts()] == ["a", "b"]


@pytest.mark.parametrize(("last", "scale"), [(1000, "symlog"), (999, "linear")])
def test_steps_over_two_decades_are_logarithmic(frame, last, scale):
    axes = training_figure(frame.replace({"training_step": {1000: last}})).axes[-1]
    assert (axes.get_xscale(), axes.get_xlabel()) == (scale, "training step")


def test_without_steps_checkpoints_are_counted(frame):
    unknown = frame.assign(training_step=pd.array([pd.NA] * 6, dtype="Int64"))
    axes = training_figure(unknown).axes[0]
    assert lines(axes)["a"].get_xdata().tolist() == [0, 1, 2]
    assert training_figure(unknown).axes[-1].get_xlabel() == "checkpoint"


def test_title(frame):
    assert training_figure(frame).get_suptitle() == "Information through training: mine-0 to mine-1000"
    single = training_figure(frame[:2], target="7")
    assert single.get_suptitle() == "Information through training: mine-0, about class 7"


def test_nothing_is_measured(frame):
    with pytest.raises(MissingAnalysis) as caught:
        training_figure(frame.assign(label_bits=NONE, complexity=NONE))
    commands = ("inform", "relay", "complexity")
    assert ", ".join(f"`atlas {one} mine-0 --checkpoints`" for one in commands) in str(caught.value)
    with pytest.raises(MissingAnalysis, match=r"`atlas relay mine-0`,"):
        training_figure(frame[1:2])


def test_nothing_is_measured_as_trials_are_too_few(frame):
    few = frame.assign(label_bits=NONE, complexity=NONE, label_reason="too_few_trials")
    with pytest.raises(MissingAnalysis) as caught:
        training_figure(few)
    assert str(caught.value).endswith(
        "has label information, relay information or complexity. Of label information, trials are too few for the "
        "states of its layers: give more trials (--data) or fewer states. Run one or more of "
        "`atlas relay mine-0 --checkpoints`, `atlas complexity mine-0 --checkpoints`."
    )
    with pytest.raises(MissingAnalysis, match=r"or fewer states\.$"):
        training_figure(few.assign(relay_reason="too_few_trials", complexity_reason="too_few_trials"))
    with pytest.raises(
        MissingAnalysis, match=r"Of relay information, trials .* Of complexity, the reason is too_wide\."
    ):
        training_figure(few.assign(label_reason=None, relay_reason="too_few_trials", complexity_reason="too_wide"))


@pytest.mark.parametrize("name", ["training.png", "training.svg"])
def test_same_answer_same_file(frame, tmp_path, name):
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        write_training_figure(frame, tmp_path / folder / name)
    first, second = ((tmp_path / folder / name).read_bytes() for folder in ("first", "second"))
    assert first == second
    assert first[:5] in (b"\x89PNG\r", b"<?xml")


def test_another_ending(frame, tmp_path):
    with pytest.raises(BadParameter, match=r"ends in \.png or \.svg"):
        write_training_figure(frame, tmp_path / "training.pdf")
