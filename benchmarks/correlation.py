"""One step of means and covariances through a layer, beside its matrix products and beside Monte-Carlo: ratios.

    python -m benchmarks.correlation [N_REPEATS] [CASE ...]

Cases: `products` (affine map and ReLU closure at n = 512 and n = 1024, beside the two products W S W^T alone) and
`samples` (the same step at n = 512 and n = 1024, beside 100,000 samples of the Gaussian in single precision, put
through one product that draws and maps at once). Inputs whose variances fall like 1 / k^2 went through one random
ReLU layer: correlations are moderate, about a third; `far` is the share of pairs with |r| > .9, which take more than 12
nodes. CPU seconds on one thread, a
process for each, its turns in alternating order. Before a time counts, the closure is compared with 64 nodes for all
pairs, and the samples' error with that of samples: |S - S'| / |S'| in Frobenius norm falls as 1 / sqrt(samples).
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable

import numpy as np
from threadpoolctl import threadpool_limits

from atlas.analysis.correlation.closures import closure_of
from atlas.analysis.correlation.moments import Mixture, Moments
from atlas.analysis.correlation.propagating import propagate
from atlas.records import FloatArray, Stage, StagedLayer
from benchmarks.measuring import measure, tell

SIZES = (512, 1024)
MOST_PRODUCTS, LEAST_SAMPLES = {512: 5.0, 1024: 8.0}, 20.0
N_INPUTS, N_SAMPLES, N_AT_ONCE, N_NODES = 784, 100_000, 4_096, 64
EXACT, FAR = 1e-10, 0.9


class Step:
    """A random ReLU layer of n neurons, and the moments of what it takes in."""

    def __init__(self, n: int) -> None:
        self.draws = np.random.default_rng(n)
        inputs = Moments(np.zeros(N_INPUTS), root=np.diag(1 / np.arange(1.0, N_INPUTS + 1)))
        self.given = propagate([self.layer(n, N_INPUTS)], Mixture.of(inputs))[0].parts[0]
        self.taken = self.layer(n, n)
        (stage,) = self.taken.stages
        self.weight: FloatArray = np.asarray(stage.weight)
        self.bias = stage.bias

    def layer(self, n_out: int, n_in: int) -> StagedLayer:
        """Draw a layer as He et al. (2015) begin one."""
        weight = self.draws.normal(size=(n_out, n_in)) * np.sqrt(2 / n_in)
        stage = Stage(weight=weight, bias=0.1 * self.draws.normal(size=n_out), activation="relu")
        return StagedLayer(layer=f"fc{n_out}", stages=(stage,), numbers=np.arange(n_out))

    def closed(self, n_nodes: int | None = None) -> FloatArray:
        """Give the covariance after the layer, by the closure."""
        return propagate([self.taken], Mixture.of(self.given), n_nodes=n_nodes)[0].covariance

    def products(self) -> FloatArray:
        """Multiply as the affine map has to."""
        return self.weight @ self.given.covariance @ self.weight.T

    def sampled(self) -> FloatArray:
        """Give the covariance after the layer, by samples, block by block in single precision."""
        root = np.linalg.cholesky(self.given.covariance)
        across = (self.weight @ root).T.astype(np.float32)
        mean = (self.weight @ self.given.mean + self.bias).astype(np.float32)
        n = len(mean)
        total, products = np.zeros(n), np.zeros((n, n))
        for first in range(0, N_SAMPLES, N_AT_ONCE):
            drawn = self.draws.standard_normal((min(N_AT_ONCE, N_SAMPLES - first), n), dtype=np.float32)
            after = drawn @ across
            after += mean
            np.maximum(after, 0, out=after)
            total += after.sum(axis=0)
            products += after.T @ after
        total /= N_SAMPLES
        return products / N_SAMPLES - np.outer(total, total)

    def far(self) -> FloatArray:
        """Give |r| of all pairs before the nonlinearity."""
        covariance = self.given.through(self.weight, self.bias).covariance
        scale = np.sqrt(covariance.diagonal())
        correlation: FloatArray = np.abs(covariance / np.outer(scale, scale))
        return correlation[np.triu_indices(len(scale), 1)]


def distance(covariance: FloatArray, expected: FloatArray) -> float:
    """Give the difference in Frobenius norm, as a share of what is expected."""
    return float(np.linalg.norm(covariance - expected) / np.linalg.norm(expected))


def timed(case: str, n: int, repeats: int) -> None:
    """Take the step in both ways, in turn."""
    closure_of("relu")
    with threadpool_limits(1):
        step = Step(n)
        exact, correlation = step.closed(N_NODES), step.far()
        found = step.closed()
        error = float(np.abs(found - exact).max() / exact.diagonal().max())
        if error > EXACT:
            sys.exit(f"The closure differs from {N_NODES} nodes by {error:.1e}, more than {EXACT:.0e}")
        ways: dict[str, Callable[[], object]] = {"ours": step.closed}
        ways["peer"] = step.products if case == "products" else step.sampled
        seconds: dict[str, list[float]] = {way: [] for way in ways}
        for turn in range(repeats):
            for way in sorted(ways, reverse=turn % 2 == 0):
                began = time.process_time()
                ways[way]()
                seconds[way].append(time.process_time() - began)
        peer = np.asarray(ways["peer"]())
    tell(
        ratio=statistics.median(np.divide(seconds["peer"], seconds["ours"])),
        error=error,
        peer_error=distance(peer, exact),
        expected_error=expected_error(exact),
        median=float(np.median(correlation)),
        far=float(np.mean(correlation > FAR)),
        **{way: statistics.median(taken) for way, taken in seconds.items()},
    )


def expected_error(covariance: FloatArray) -> float:
    """Give about the error of as many Gaussian samples: tr S / (|S| sqrt(N)), and a little more."""
    trace, norm = np.trace(covariance), np.linalg.norm(covariance)
    return float(np.sqrt((trace**2 / norm**2 + 1) / N_SAMPLES))


def report_products(repeats: int) -> list[tuple[str, bool]]:
    """Tell how many times its own matrix products a step takes."""
    lines = []
    for n, most in MOST_PRODUCTS.items():
        told = measure("benchmarks.correlation", "--case", "products", n, 5 * repeats)
        line = f"step, n = {n}: {1 / told['ratio']:.1f} times its two matrix products (target at most {most:.0f}); "
        line += f"{told['ours'] * 1e3:.0f} and {told['peer'] * 1e3:.0f} ms; |r| median {told['median']:.2f}, "
        line += f"far {told['far']:.2%}; {told['error']:.0e} from {N_NODES} nodes for all"
        lines.append((line, 1 / told["ratio"] <= most))
    return lines


def report_samples(repeats: int) -> list[tuple[str, bool]]:
    """Tell how many times longer samples take, and how far they still are from the formula."""
    lines = []
    for n in SIZES:
        told = measure("benchmarks.correlation", "--case", "samples", n, repeats)
        line = (
            f"{N_SAMPLES} samples, n = {n}: {told['ratio']:.1f} times as long as a step (target {LEAST_SAMPLES:.0f}); "
        )
        line += f"{told['peer']:.2f} and {told['ours']:.3f} s; covariances {told['peer_error']:.1e} off "
        line += f"(Gaussian samples: {told['expected_error']:.1e}), a step {told['error']:.0e}"
        lines.append((line, told["ratio"] >= LEAST_SAMPLES))
    return lines


REPORTS = {"products": report_products, "samples": report_samples}


def main(repeats: int, cases: list[str]) -> int:
    """Run the cases and print every ratio with its target."""
    failed = 0
    for case in cases:
        for line, passed in REPORTS[case](repeats):
            print(line + ("" if passed else "   MISSED"))
            failed += not passed
    return int(failed > 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--case"]:
        case, n, repeats = sys.argv[2:]
        timed(case, int(n), int(repeats))
        sys.exit()
    sys.exit(main(int((sys.argv[1:] or ["3"])[0]), sys.argv[2:] or list(REPORTS)))
