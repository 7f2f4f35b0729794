"""Two networks small enough to check by hand, as torch modules, with their trials."""

from __future__ import annotations

from collections import OrderedDict

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

Trials = tuple[NDArray[np.float32], NDArray[np.int64]]


def xor() -> nn.Sequential:
    """Build a 2-2-2 ReLU network (`hidden`, `output`) that answers 1 when exactly one input is 1.

    hidden/0 = x0 + x1 and hidden/1 = relu(x0 + x1 - 1); output/0 = 0.5 and output/1 = hidden/0 - 2 hidden/1.
    On the four trials of `xor_data` it is right in all. Zero ablation of hidden/0 costs 50 points
    (it then always answers 0), of hidden/1 25 points (only the trial 1, 1 goes wrong).
    """
    return _chain(
        hidden=([[1, 1], [1, 1]], [0, -1]),
        output=([[0, 0], [1, -2]], [0.5, 0]),
    )


def xor_data() -> Trials:
    """Give the four trials of exclusive or."""
    inputs = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], dtype=np.float32)
    return inputs, np.array([0, 1, 1, 0], dtype=np.int64)


def two_blocks() -> nn.Sequential:
    """Build a 4-4-4-2 ReLU network (`dense_1`, `dense_2`, `dense_3`, no biases) of two halves wired apart.

    Block A is neurons 0 and 1 of every layer and output 0; block B is neurons 2 and 3 and output 1. Inside a
    block all 10 weights are +1 or -1, between the blocks all 20 are 0: modularity of the two blocks 0.5, and
    40 weights in all. With a and b for a block's inputs, and |w| the strength:

    dense_1: s = a + b and d = relu(a - b); dense_2: s + d and relu(s - d); dense_3: their sum, 2 s.

    So the answer is the block with the larger sum. On `two_blocks_data` (64 trials, 32 of each class, all
    answered rightly) zero ablation costs, in points over all trials, with the label information in bits:

    neuron     effect  class 0  class 1  bits
    dense_1/0      50      100        0   1    used and informed
    dense_1/1       0        0        0   0    idle
    dense_1/2      50        0      100   1    used and informed
    dense_1/3       0        0        0   1    informed, not used
    dense_2/0      50      100        0   1    used and informed
    dense_2/1      25       50        0   1    used and informed
    dense_2/2      50        0      100   0.5  used and informed
    dense_2/3      25        0       50   0    used, not informed
    block A        50      100        0   1    (its four hidden neurons together)
    block B        50        0      100   1
    """
    mix = [[1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 1, 1], [0, 0, 1, -1]]
    return _chain(dense_1=(mix, None), dense_2=(mix, None), dense_3=([[1, 1, 0, 0], [0, 0, 1, 1]], None))


def two_blocks_data() -> Trials:
    """Give 64 trials: 8 patterns, each 8 times.

    The stronger block's inputs sum to 4, the weaker one's to 3; the class is 0 where block A is the stronger.
    In block A the difference of the inputs (1 or 3) tells nothing about the class, in block B the second
    input (1.5 or 0.5) tells nothing.
    """
    strong = [(2.5, 1.5), (3.5, 0.5)]
    weak_a, weak_b = [(2.0, 1.0), (3.0, 0.0)], [(1.5, 1.5), (2.5, 0.5)]
    class_0 = [(*a, *b) for a in strong for b in weak_b]
    class_1 = [(*a, *b) for a in weak_a for b in strong]
    inputs = np.array((class_0 + class_1) * 8, dtype=np.float32)
    return inputs, np.array(([0] * 4 + [1] * 4) * 8, dtype=np.int64)


def _chain(**layers: tuple[list[list[float]], list[float] | None]) -> nn.Sequential:
    """Put linear layers one after the other, a ReLU after each but the last."""
    parts: OrderedDict[str, nn.Module] = OrderedDict()
    for name, (weight, bias) in layers.items():
        linear = nn.Linear(len(weight[0]), len(weight), bias=bias is not None)
        state = {"weight": torch.tensor(weight)} | ({} if bias is None else {"bias": torch.tensor(bias)})
        linear.load_state_dict(state)
        parts[name] = linear
        parts[f"{name}_relu"] = nn.ReLU()
    parts.popitem()
    return nn.Sequential(parts).eval()
