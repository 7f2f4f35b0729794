"""What do means and covariances tell about networks on MNIST, and can one be trained on them? After Fischer et al.

    python -m studies.correlation --data FOLDER

trains networks of one and two hidden layers on MNIST, on its means and covariances, and on draws from Gaussians,
measures how far closures predict moments and loss of those trained on data, and writes docs/studies/correlation.md
with its figures. FOLDER holds `mnist/`. Trained networks are kept in the folder given with --trained, or not at all.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from itertools import product
from pathlib import Path

import pandas as pd

from atlas.cli.progress import ConsoleProgress
from studies import correlation_drawing, correlation_page, correlation_xor
from studies.correlation_measuring import study
from studies.correlation_training import ACTIVATIONS, DEPTHS, SOURCES, Job
from studies.processes import in_processes

N_NETWORKS = 2  # of each kind


def main() -> None:
    """Do the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds mnist/")
    parser.add_argument("--output", type=Path, default=Path("docs/studies"), help="where the page goes")
    parser.add_argument("--trained", type=Path, help="folder that keeps trained networks; none is kept without")
    parser.add_argument("--networks", type=int, default=N_NETWORKS, help="how many are trained of each kind")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    chosen = parser.parse_args()
    with ConsoleProgress() as progress, tempfile.TemporaryDirectory() as temporary:
        jobs = jobs_of(chosen.data / "mnist", chosen.trained or Path(temporary), n_networks=chosen.networks)
        parts = in_processes(study, jobs, "networks", n_processes=chosen.processes, progress=progress)
    found = {
        name: pd.concat([tables[name] for tables in parts if name in tables], ignore_index=True) for name in parts[0]
    }
    found["xor"] = correlation_xor.find(chosen.networks)
    figures = chosen.output / "correlation"
    figures.mkdir(parents=True, exist_ok=True)
    correlation_drawing.draw(found, figures)
    (chosen.output / "correlation.md").write_text(correlation_page.written(found), encoding="utf-8")


def jobs_of(mnist: Path, trained: Path, *, n_networks: int) -> list[Job]:
    """List the networks to train, those first that are measured, which takes longest.

    Training on what is measured behind the only hidden layer is training on data, so it is left out.
    """
    return [
        Job(activation=activation, depth=depth, source=source, seed=seed, folder=mnist, trained=trained)
        for source, seed, depth, activation in product(SOURCES, range(n_networks), reversed(DEPTHS), ACTIVATIONS)
        if depth > 1 or source not in ("large", "measured")
    ]


if __name__ == "__main__":
    main()
