"""Which weights are kept, on a block worked out by hand."""

import numpy as np
import pytest

from atlas.errors import BadParameter, TooManyWeights
from atlas.records import WeightBlock
from ingest.keep import Keep, kept_blocks, parse_keep

VALUE = np.array([[1.0, -4.0], [-3.0, 0.0], [2.0, 4.0], [2.0, 2.0]])  # strength 8 into column 0, 10 into column 1


def kept(text: str, *, there: np.ndarray | None = None) -> WeightBlock:
    block = WeightBlock(source="a", target="b", value=VALUE, strength=np.abs(VALUE), kept=there)
    return kept_blocks([block], parse_keep(text))[0]


@pytest.mark.parametrize(
    ("text", "chosen", "removed"),
    [
        ("top:1", [[0, 1], [1, 0], [0, 0], [0, 0]], 11 / 18),  # of two equal ones the first
        ("top:2", [[0, 1], [1, 0], [1, 1], [0, 0]], 5 / 18),
        ("top:9", [[1, 1]] * 4, 0),
        ("min:2", [[0, 1], [1, 0], [1, 1], [1, 1]], 1 / 18),
        ("min:9", [[0, 0]] * 4, 1),
        ("share:0.6", [[0, 1], [1, 0], [0, 1], [0, 0]], 7 / 18),  # 4 + 4 + 3 of 18 is the first above 10.8
        ("share:1", [[1, 1], [1, 0], [1, 1], [1, 1]], 0),  # nothing of the strength is on the weight that is 0
    ],
)
def test_rules(text, chosen, removed):
    block = kept(text)
    assert block.kept.tolist() == [list(map(bool, row)) for row in chosen]
    assert (block.policy, block.n_trained) == (text, 8)
    assert block.removed_strength_share == pytest.approx(removed)


def test_text_is_no_rule():
    with pytest.raises(BadParameter, match=r"^'share:0\.9' is no Keep\. Write keep=ingest\.parse_keep\("):
        kept_blocks([], "share:0.9")


def test_all():
    assert (kept("all").kept, kept("all").policy, kept("all").removed_strength_share) == (None, "all", 0)


def test_absent_connections_stay_absent():
    there = np.array([[True, False], [True, False], [False, True], [False, True]])
    block = kept("top:1", there=there)
    assert block.kept.tolist() == [[False, False], [True, False], [False, True], [False, False]]
    assert (block.n_trained, block.removed_strength_share) == (4, pytest.approx(3 / 10))


@pytest.mark.parametrize(
    "text", ["", "some", "top", "top:0", "top:1.5", "min:-1", "share:0", "share:1.1", "top:nan", "top:inf", "min:inf"]
)
def test_bad_rule(text):
    with pytest.raises(BadParameter, match=r"Rules: all, top:K"):
        parse_keep(text)


def test_too_many(monkeypatch):
    monkeypatch.setattr("ingest.keep.MAX_WEIGHTS", 7)
    block = WeightBlock(source="a", target="b", value=VALUE, strength=np.abs(VALUE))
    with pytest.raises(TooManyWeights, match=r"8 weights, more than 7.*--keep share:0.95.*--dry-run"):
        kept_blocks([block], Keep())
    assert kept_blocks([block], Keep("all")) == (block,)
