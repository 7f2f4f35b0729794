"""Training on means and covariances: slopes, the XOR of the specification, and what is refused."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import nn

import ingest
from atlas.analysis.correlation.closures import closure_of
from atlas.errors import AtlasError, BadParameter, NonFiniteActivations, ShapeError, UnsupportedLayer
from atlas.records import FloatArray
from ingest.statistics import (
    ClassStatistics,
    Quadratic,
    class_statistics,
    closure_loss,
    dense_network,
    train_on_measured_statistics,
    train_on_samples,
    train_on_statistics,
)
from ingest.statistics.closure import Moments, quadratic_moments
from ingest.statistics.rectifying import relu_moments

A, VARIANCE = 0.5, 0.05  # of the blobs of XOR
XOR_TARGETS = np.array([[1.0], [-1.0]])
RANDOM = np.random.default_rng(0)
TRIALS = (RANDOM.normal(size=(60, 4)), np.arange(60) % 3)


def gaussians(n_parts: int, n: int, *, seed: int = 0) -> tuple[torch.Tensor, torch.Tensor]:
    random = np.random.default_rng(seed)
    root = random.normal(size=(n_parts, n, n))
    return torch.tensor(random.normal(size=(n_parts, n))), torch.tensor(root @ root.swapaxes(1, 2))


def xor(*, fourth: bool = False) -> ClassStatistics:
    axes = np.array([[1.0, 1.0], [1.0, -1.0]])
    covariances = VARIANCE * np.eye(2) + A**2 * axes[:, :, None] * axes[:, None, :]
    cumulants = -2 * A**4 * np.einsum("ti,tj,tk,tl->tijkl", axes, axes, axes, axes)
    return ClassStatistics(
        classes=np.arange(2),
        weights=np.full(2, 0.5),
        means=np.zeros((2, 2)),
        covariances=covariances,
        fourth=cumulants if fourth else None,
    )


def xor_blobs() -> ClassStatistics:
    return ClassStatistics(
        classes=np.array([0, 0, 1, 1]),
        weights=np.full(4, 0.25),
        means=A * np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]]),
        covariances=np.stack([VARIANCE * np.eye(2)] * 4),
    )


def xor_trials(n: int) -> tuple[FloatArray, FloatArray]:
    random = np.random.default_rng(1)
    parts = random.integers(0, 4, n)
    blobs = xor_blobs()
    return blobs.means[parts] + random.normal(size=(n, 2)) * np.sqrt(VARIANCE), blobs.classes[parts]


def quadratic_net(*, seed: int = 0) -> nn.Sequential:
    return dense_network((2, 10, 1), activation="quadratic(0.5)", seed=seed).double()


def true_loss_and_accuracy(network: nn.Sequential) -> tuple[float, float]:
    x, labels = xor_trials(100_000)
    with torch.no_grad():
        y = network(torch.tensor(x)).numpy()[:, 0]
    t = XOR_TARGETS[labels, 0]
    return float(((y - t) ** 2).mean()), float((np.sign(y) == t).mean())


@pytest.mark.parametrize(
    ("activation", "moments"),
    [("relu", relu_moments), ("quadratic(0.3)", lambda mean, cov: quadratic_moments(Moments(mean, cov), 0.3))],
)
@pytest.mark.parametrize("r", [-1.0, -0.99999, -0.3, 0.0, 0.8999, 0.9001, 0.9799, 0.9801, 0.999, 0.9999, 1.0])
def test_closures_are_those_of_the_analysis(
    activation: str, moments: Callable[..., tuple[torch.Tensor, torch.Tensor]], r: float
) -> None:
    mean, sd = np.array([0.4, -1.1]), np.array([1.5, 0.7])
    covariance = np.outer(sd, sd) * np.array([[1, r], [r, 1]])
    expected = closure_of(activation).moments(mean, covariance)
    found = moments(torch.tensor(mean)[None], torch.tensor(covariance)[None])
    assert found[0][0].numpy() == pytest.approx(expected[0], abs=1e-10)
    assert found[1][0].numpy() == pytest.approx(expected[1], abs=1e-10)


def test_relu_of_the_specification() -> None:
    mean, covariance = torch.tensor([[0.5, -1.0]]).double(), torch.tensor([[[1, 0.6], [0.6, 2]]]).double()
    closed_mean, closed = relu_moments(mean, covariance)
    assert closed_mean[0].tolist() == pytest.approx([0.69779656, 0.19964123], abs=1e-8)
    assert closed[0].flatten().tolist() == pytest.approx([0.55344070, 0.11272513, 0.11272513, 0.24000227], abs=1e-8)


def test_slopes_of_relu_against_differences() -> None:
    mean, covariance = (one.requires_grad_() for one in gaussians(2, 4))
    assert torch.autograd.gradcheck(relu_moments, (mean, covariance))


def test_slopes_of_relu_at_high_correlation_against_differences() -> None:
    mean = torch.tensor([[0.4, -0.2]]).double().requires_grad_()
    covariance = torch.tensor([[[1.0, 0.995], [0.995, 1.0]]]).double().requires_grad_()
    assert torch.autograd.gradcheck(relu_moments, (mean, covariance))


@pytest.mark.parametrize(("r", "mean"), [(1.0, 0.3), (1.0, -2.0), (-1.0, 0.3), (0.0, 0.0)])
def test_slopes_are_finite_without_variance_and_at_full_correlation(r: float, mean: float) -> None:
    means = torch.tensor([[0.3, mean, 0.0, 2.0]]).double().requires_grad_()
    covariance = torch.zeros(1, 4, 4).double()
    covariance[0, :2, :2] = torch.tensor([[1.0, r], [r, 1.0]])
    covariance.requires_grad_()
    closed_mean, closed = relu_moments(means, covariance)
    (closed_mean.sum() + (closed**2).sum()).backward()
    assert closed_mean[0, 2:].tolist() == [0, 2]
    assert closed[0, 2:].abs().sum() == 0
    assert torch.isfinite(means.grad).all()
    assert torch.isfinite(covariance.grad).all()


def test_slopes_of_the_loss_against_differences() -> None:
    network = dense_network((3, 4, 4, 2), activation="relu", seed=1).double()
    network[3] = Quadratic(0.2)
    mean, covariance = gaussians(2, 3)
    given = ClassStatistics(
        classes=np.arange(2), weights=np.array([0.4, 0.6]), means=mean.numpy(), covariances=covariance.numpy()
    )
    weight = network[0].weight
    closure_loss(network, given).backward()
    slope = weight.grad[1, 2].item()
    with torch.no_grad():
        weight[1, 2] += 1e-5
        above = closure_loss(network, given).item()
        weight[1, 2] -= 2e-5
        below = closure_loss(network, given).item()
    assert slope == pytest.approx((above - below) / 2e-5, rel=1e-7)


def test_loss_of_a_linear_network_is_that_of_its_trials() -> None:
    network = dense_network((4, 3), seed=0).double()
    x, labels = TRIALS
    distance = (network(torch.tensor(x)) - torch.eye(3)[labels]).square().sum(dim=1).mean()
    assert closure_loss(network, class_statistics(TRIALS)).item() == pytest.approx(distance.item(), rel=1e-12)


@pytest.mark.parametrize("seed", range(3))
def test_xor_trained_on_means_and_covariances(seed: int) -> None:
    network = quadratic_net(seed=seed)
    losses = train_on_statistics(network, xor(), n_steps=200, learning_rate=0.03, targets=XOR_TARGETS)
    assert losses[-1] == pytest.approx(0.709302, abs=1e-4)
    loss, accuracy = true_loss_and_accuracy(network)
    assert loss == pytest.approx(0.5403, abs=0.005)
    assert accuracy == pytest.approx(0.974974, abs=0.003)


def test_xor_trained_with_fourth_cumulants() -> None:
    network = quadratic_net()
    losses = train_on_statistics(network, xor(fourth=True), n_steps=200, learning_rate=0.03, targets=XOR_TARGETS)
    assert losses[-1] == pytest.approx(0.305556, abs=1e-4)
    assert true_loss_and_accuracy(network)[0] == pytest.approx(0.305556, abs=0.003)


def test_xor_trained_on_its_blobs() -> None:
    network = quadratic_net()
    losses = train_on_statistics(network, xor_blobs(), n_steps=200, learning_rate=0.03, targets=XOR_TARGETS)
    assert losses[-1] == pytest.approx(0.305556, abs=1e-4)


def test_parts_drawn_in_batches_have_the_loss_of_all_in_the_mean() -> None:
    given = ClassStatistics(
        classes=np.arange(2), weights=np.array([0.2, 0.8]), means=xor().means, covariances=xor().covariances
    )
    arguments = {"n_steps": 400, "learning_rate": 1e-12, "targets": XOR_TARGETS}
    by_one = train_on_statistics(quadratic_net(), given, batch_size=1, **arguments)  # type: ignore[arg-type]
    low, high = sorted(set(by_one.round(6)))
    expected = closure_loss(quadratic_net(), given, targets=XOR_TARGETS).item()
    assert low < expected < high
    assert by_one.mean() == pytest.approx(expected, abs=0.1 * (high - low))


def test_xor_trained_on_trials_is_predicted_with_fourth_cumulants() -> None:
    network = quadratic_net()
    train_on_samples(network, xor_trials(20_000), n_steps=600, learning_rate=0.01, targets=XOR_TARGETS)
    loss, _ = true_loss_and_accuracy(network)
    assert loss == pytest.approx(0.3056, abs=0.006)
    predicted = closure_loss(network, xor(fourth=True), targets=XOR_TARGETS).item()
    assert predicted == pytest.approx(loss, abs=0.003)
    assert closure_loss(network, xor(), targets=XOR_TARGETS).item() > 3 * loss


def test_third_and_fourth_cumulants_make_one_quadratic_layer_exact() -> None:
    x = RANDOM.gamma(1.0, size=(50, 3))
    given = class_statistics((x, np.zeros(50, dtype=int)))
    d = x - x.mean(axis=0)
    fourth = np.einsum("ni,nj,nk,nl->ijkl", d, d, d, d) / 50
    s = given.covariances[0]
    for pairing in ("ij,kl->ijkl", "ik,jl->ijkl", "il,jk->ijkl"):
        fourth -= np.einsum(pairing, s, s)
    whole = ClassStatistics(
        classes=given.classes,
        weights=given.weights,
        means=given.means,
        covariances=given.covariances,
        third=np.einsum("ni,nj,nk->ijk", d, d, d)[None] / 50,
        fourth=fourth[None],
    )
    network = dense_network((3, 5, 1), activation="quadratic(0.4)").double()
    distance = (network(torch.tensor(x)) - 1).square().mean().item()
    assert closure_loss(network, whole).item() == pytest.approx(distance, rel=1e-12)


def test_statistics_behind_the_first_layer_of_one_are_the_data() -> None:
    one, same = (dense_network((4, 5, 3), seed=2).double() for _ in range(2))
    losses = train_on_measured_statistics(one, TRIALS, n_steps=7, batch_size=20, seed=3)
    assert losses == pytest.approx(train_on_samples(same, TRIALS, n_steps=7, batch_size=20, seed=3), rel=1e-12)
    assert torch.allclose(one[0].weight, same[0].weight, rtol=0, atol=1e-12)


def test_measured_statistics_of_a_deep_network_learn_digits() -> None:
    network = dense_network((64, 20, 20, 10), activation="relu")
    train_on_measured_statistics(network, "digits:train", n_steps=80, batch_size=400, learning_rate=0.01)
    test = ingest.read_data("digits:test")
    answers = network(torch.tensor(test.inputs)).argmax(dim=1).numpy()
    assert (answers == test.labels).mean() > 0.85  # chance: 0.1


def test_draws_have_the_statistics() -> None:
    mean, covariance = gaussians(1, 3)
    given = ClassStatistics(
        classes=np.zeros(1, int), weights=np.ones(1), means=mean.numpy(), covariances=covariance.numpy()
    )
    network = dense_network((3, 1)).double()
    drawn = train_on_samples(network, given, n_steps=1, batch_size=200_000)
    same = dense_network((3, 1)).double()
    assert drawn[0] == pytest.approx(closure_loss(same, given).item(), rel=0.02)


def test_parts_of_classes() -> None:
    centres = np.array([[0, 0], [10, 10], [0, 10], [10, 0]])
    labels = np.repeat([0, 0, 1, 1], 25)
    x = np.repeat(centres, 25, axis=0) + RANDOM.normal(size=(100, 2))
    given = class_statistics((x, labels), n_components=2)
    assert given.classes.tolist() == [0, 0, 1, 1]
    assert given.weights == pytest.approx(np.full(4, 0.25))
    assert sorted(map(tuple, np.rint(given.means / 10).astype(int).tolist())) == [(0, 0), (0, 1), (1, 0), (1, 1)]


def test_singular_statistics_train() -> None:
    x = np.column_stack([TRIALS[0], np.ones(60), TRIALS[0][:, 0]])
    network = dense_network((6, 5, 3))
    losses = train_on_statistics(network, class_statistics((x, TRIALS[1])), n_steps=20, learning_rate=0.01)
    assert losses[-1] < losses[0]


def test_the_same_for_the_same_seed_and_torch_keeps_its_own() -> None:
    torch.manual_seed(1)
    before = torch.random.get_rng_state()
    one, same, other = (
        train_on_samples(dense_network((4, 3)), TRIALS, n_steps=5, batch_size=7, seed=seed).tolist()
        for seed in (0, 0, 1)
    )
    assert one == same
    assert one != other
    assert torch.equal(torch.random.get_rng_state(), before)


def test_progress_is_told() -> None:
    told: list[tuple[str, int, int]] = []
    train_on_statistics(quadratic_net(), xor(), n_steps=2, targets=XOR_TARGETS, progress=lambda *now: told.append(now))
    assert told == [("train", 1, 2), ("train", 2, 2)]


def test_networks_of_it_are_read_by_the_atlas() -> None:
    network = dense_network((4, 5, 3), activation="quadratic(0.25)")
    data = ingest.read_data(TRIALS)
    found = ingest.record(ingest.read_network(network, data=data), key="quadratic", data=data)
    assert [layer.activation for layer in found.layers] == ["identity", "quadratic(0.25)", "identity"]


def diverge() -> None:
    network = dense_network((4, 8, 8, 3), activation="quadratic(5.0)")
    train_on_statistics(network, class_statistics(TRIALS), n_steps=50, learning_rate=1e4)


@pytest.mark.parametrize(
    ("act", "error", "reason"),
    [
        (diverge, NonFiniteActivations, r"learning rate below 10000.0, or a smaller alpha"),
        (lambda: Quadratic(float("nan")), BadParameter, "alpha is nan"),
        (lambda: dense_network((4,)), BadParameter, r"sizes are \[4\]"),
        (lambda: dense_network((4, 3, 2), activation="tanh"), BadParameter, "activation is 'tanh'"),
        (lambda: class_statistics((TRIALS[0], TRIALS[0])), BadParameter, "have no classes"),
        (
            lambda: closure_loss(nn.Sequential(nn.Linear(4, 3), nn.Softmax(dim=1)), class_statistics(TRIALS)),
            UnsupportedLayer,
            r"'1' \(Softmax\)",
        ),
        (lambda: closure_loss(dense_network((5, 3)), class_statistics(TRIALS)), ShapeError, "4 inputs"),
        (lambda: closure_loss(dense_network((4, 2)), class_statistics(TRIALS)), ShapeError, "2 outputs"),
        (lambda: closure_loss(dense_network((4, 1)), class_statistics(TRIALS), targets=XOR_TARGETS), ShapeError, "2 t"),
        (lambda: closure_loss(dense_network((2, 4, 1)), xor(fourth=True), targets=XOR_TARGETS), BadParameter, "fourth"),
        (lambda: train_on_samples(dense_network((4, 3)), TRIALS, n_steps=-1), BadParameter, "n_steps is -1"),
        (lambda: train_on_samples(dense_network((4, 3)), TRIALS, n_steps=1, batch_size=0), BadParameter, "batch_size"),
        (
            lambda: train_on_samples(dense_network((4, 3)), TRIALS, n_steps=1, learning_rate=0.0),
            BadParameter,
            "learning rate is 0.0",
        ),
        (
            lambda: ClassStatistics(
                classes=np.arange(2), weights=np.ones(2), means=np.zeros((2, 1)), covariances=np.ones((2, 1, 1))
            ),
            BadParameter,
            "sum to 1",
        ),
        (
            lambda: ClassStatistics(
                classes=np.arange(1), weights=np.ones(1), means=np.zeros((1, 2)), covariances=np.ones((1, 1, 1))
            ),
            ShapeError,
            "covariances are of shape",
        ),
        (
            lambda: ClassStatistics(
                classes=np.arange(1), weights=np.ones(1), means=np.full((1, 1), np.inf), covariances=np.ones((1, 1, 1))
            ),
            BadParameter,
            "means are not all finite",
        ),
    ],
)
def test_refused_in_one_line(act: Callable[[], object], error: type[AtlasError], reason: str) -> None:
    with pytest.raises(error, match=reason) as caught:
        act()
    assert "\n" not in str(caught.value)
