import numpy as np
import plain_relay
import pytest

from atlas.analysis.information.relay import Patterns, Trials, leave_one_out


@pytest.mark.parametrize(("n_neurons", "n_states"), [(1, 2), (2, 2), (7, 2), (5, 4)])
def test_every_neuron_is_plain(n_neurons, n_states):
    random = np.random.default_rng(n_neurons)
    inputs = random.integers(0, 3, 400)
    hidden = np.where(random.random((400, n_neurons)) < 0.3, 0, (inputs[:, None] + np.arange(n_neurons)) % n_states)
    outputs = np.where(random.random(400) < 0.1, 0, inputs)
    found = leave_one_out(Trials.of(inputs, outputs, Patterns.of(hidden.T)))
    conditional = [plain_relay.relay(inputs, outputs, hidden, [neuron]) for neuron in range(n_neurons)]
    alone = [plain_relay.alone(inputs, outputs, hidden, [neuron]) for neuron in range(n_neurons)]
    assert found.bits == pytest.approx(conditional, abs=1e-9)
    assert found.alone_bits == pytest.approx(alone, abs=1e-9)


def test_no_neurons():
    bit = np.array([0, 1])
    found = leave_one_out(Trials.of(bit, bit, Patterns.of(np.zeros((0, 2), dtype=np.uint8))))
    assert (len(found.bits), len(found.alone_bits)) == (0, 0)
