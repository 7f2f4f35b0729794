"""Where the trials of a value are found, whatever the network did with its axes."""

import numpy as np
import pytest
import torch
from torch import nn

from atlas.errors import UnsupportedLayer
from ingest.masked.layout import Layout, layouts
from ingest.program.operation import Input
from ingest.program.torch_program import program_of_module


def test_apart_and_together():
    merged = Layout(shape=(3, 2), axis=0, trials_first=False)  # three positions, each with all trials
    value = np.arange(12).reshape(6, 2)
    assert merged.apart(value).tolist() == [[[0, 1], [4, 5], [8, 9]], [[2, 3], [6, 7], [10, 11]]]
    np.testing.assert_array_equal(merged.together(merged.apart(value)), value)


class Moved(nn.Module):
    def __init__(self, how: str) -> None:
        super().__init__()
        self.linear, self.how = nn.Linear(2, 2), how

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        if self.how == "positions first":
            return self.linear(x.transpose(0, 1).reshape(-1, 2)).reshape(5, -1, 2).transpose(0, 1)[:, -1]
        return self.linear(x.reshape(-1, 2)).reshape(-1, 5, 2)[:, -1]


@pytest.mark.parametrize(("how", "trials_first"), [("positions first", False), ("trials first", True)])
def test_merged_axis(how, trials_first):
    program = program_of_module(Moved(how).eval(), torch.randn(2, 5, 2))
    value = next(operation.output for operation in program.operations if operation.kind == "linear")
    assert layouts(program, [value])[value] == Layout(shape=(5, 2), axis=0, trials_first=trials_first)


class Centred:
    """Operations that take the mean of the batch off every trial."""

    input = Input(value="x", shape=(2,), dtype="float32")

    def run(self, given, wanted):
        return {"y": given["x"] - given["x"].mean(axis=0)}


def test_trials_that_touch_each_other():
    with pytest.raises(UnsupportedLayer, match="'y' of a trial depends on the other trials of its batch"):
        layouts(Centred(), ["y"])
