"""What stands in the atlas already is told by what is recorded of it; all that is said must agree."""

from dataclasses import replace

import pytest
from networks import xor_data

from atlas.store.content import network_properties_of
from ingest import Keep, Opening, Origin
from ingest.bulk import entry_of, read_entry
from ingest.bulk.standing import Standing, is_same

CHAIN = "hidden:relu,output"


@pytest.fixture
def entry(save):
    return entry_of(save("step_3.pt"), opening=Opening(chain=CHAIN), origin=Origin(family="f"))


def standing(entry, keep=None):
    """What the atlas would record of it."""
    record = read_entry(entry, keep).record
    return Standing(
        properties={name: value for name, value in network_properties_of(record).items() if value is not None},
        policies=tuple({block.policy for block in record.blocks}),
    )


def test_same(entry):
    there = standing(entry)
    assert is_same(entry, there, Keep())
    assert is_same(entry, there, Keep("all"))
    assert is_same(replace(entry, opening=Opening(chain=CHAIN, input="2")), there, Keep())
    assert is_same(replace(entry, origin=Origin()), there, Keep())
    assert is_same(entry, standing(entry, Keep("top", 1)), Keep("top", 1))


def test_elsewhere_the_same_bytes(entry, save):
    there = standing(entry)
    moved = entry.file.rename(entry.file.with_name("moved.pt"))
    assert is_same(replace(entry, file=moved), there, Keep())


@pytest.mark.parametrize(
    "other",
    [
        {"opening": Opening(chain="hidden:tanh,output")},
        {"opening": Opening(chain=CHAIN, norm="frobenius")},
        {"opening": Opening(chain=CHAIN, part="ema")},
        {"opening": Opening(chain=CHAIN, input="3")},
        {"opening": Opening(chain=CHAIN, allow_opaque=True)},
        {"opening": Opening(factory="networks:xor")},
        {"origin": Origin(family="g")},
        {"origin": Origin(seed=1)},
        {"origin": Origin(training_step=4)},
        {"data": "digits"},
        {"data": "no such data"},
    ],
)
def test_other(other, entry):
    assert not is_same(replace(entry, **other), standing(entry), Keep())


def test_other_weights_kept(entry):
    assert not is_same(entry, standing(entry), Keep("top", 1))
    assert not is_same(entry, standing(entry, Keep("top", 1)), Keep("top", 2))


def test_changed_or_missing_file(entry):
    there = standing(entry)
    entry.file.write_bytes(entry.file.read_bytes() + b"\0")
    assert not is_same(entry, there, Keep())
    entry.file.unlink()
    assert not is_same(entry, there, Keep())


def test_data(entry, tmp_path):
    import numpy as np

    x, y = xor_data()
    np.savez(tmp_path / "trials.npz", x=x, y=y)
    measured = replace(entry, data=str(tmp_path / "trials.npz"))
    there = standing(measured)
    assert is_same(measured, there, Keep())
    assert not is_same(entry, there, Keep())
