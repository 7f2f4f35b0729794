"""Training steps and keys that the names of files tell."""

import pytest

from atlas.errors import BadKey, BadParameter
from ingest import Origin
from ingest.bulk import entry_of
from ingest.bulk.entry import key_of
from ingest.bulk.steps import step_in_name


@pytest.mark.parametrize(
    ("name", "step"),
    [
        ("step_1000.pt", 1000),
        ("epoch=3.ckpt", 3),
        ("epoch=3-step=1200.ckpt", 1200),
        ("step=1200-epoch=3.ckpt", 1200),
        ("model.iter7.pth", 7),
        ("global_step500.pt", 500),
        ("checkpoint-20/model.safetensors", 20),
        ("step_1/seed_2/step_30.pt", 30),
        ("STEP-0004.pt", 4),
        ("mlp_20_10.pt", None),
        ("footstep_3.pt", None),
        ("step_10k.pt", None),
        ("steps.pt", None),
    ],
)
def test_step(name, step):
    assert step_in_name(name) == step


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("mnist mlp.pt", "mnist-mlp"),
        ("run 1/step=20.pt", "run-1-step-20"),
        ("v1.5", "v1.5"),
        ("a.tar.gz", "a.tar"),
        ("_best_.pth", "best"),
        ("'); DROP (n) //`\n.pt", "DROP-n"),
        ("réseau.pt", "r-seau"),
        ("..pt", "network"),
        ("你好.pt", "network"),
    ],
)
def test_key(name, key):
    assert key_of(name) == key


def test_what_is_said_comes_before_the_name():
    entry = entry_of("runs/step_10.pt", key="mine", origin=Origin(training_step=11, seed=2))
    assert (entry.key, entry.origin) == ("mine", Origin(training_step=11, seed=2))
    assert entry_of("runs/step_10.pt").origin.training_step == 10


def test_refused():
    with pytest.raises(BadKey, match="'not a key'"):
        entry_of("a.pt", key="not a key")
    with pytest.raises(BadKey, match="network key 3"):
        entry_of("a.pt", key=3)
    with pytest.raises(BadParameter, match=r"name of 'step_9+\.pt' tells a step: training_step is 9+, .* 64 bits"):
        entry_of(f"step_{'9' * 30}.pt")
    with pytest.raises(BadParameter, match="UTF-8"):
        entry_of("bad\udcff.pt")
    with pytest.raises(BadParameter, match="UTF-8"):
        entry_of("bad\0.pt")
    with pytest.raises(BadParameter, match="unknown user"):
        entry_of("~nobody-of-this-name/a.pt")
