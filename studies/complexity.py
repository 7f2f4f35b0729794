"""Does the representational complexity of layers fall while a network is trained? After Ehrlich et al. (2023).

    python -m studies.complexity --data FOLDER

trains networks with quantised tanh on scikit-learn's digits and on MNIST, measures the complexity of their three
five-wide layers epoch by epoch, and writes docs/studies/complexity.md with its figures. FOLDER holds `mnist/`. Trained
networks are kept in the folder given with --trained, or not at all.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from pathlib import Path

import pandas as pd

from atlas.cli.progress import ConsoleProgress
from studies import complexity_drawing, complexity_page
from studies.complexity_measuring import measure
from studies.processes import in_processes
from studies.quantised import N_EPOCHS, Job

N_NETWORKS = {"digits": 20, "mnist": 3}


def main() -> None:
    """Do the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds mnist/")
    parser.add_argument("--output", type=Path, default=Path("docs/studies"), help="where the page goes")
    parser.add_argument("--trained", type=Path, help="folder that keeps trained networks; none is kept without")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    chosen = parser.parse_args()
    with ConsoleProgress() as progress, tempfile.TemporaryDirectory() as temporary:
        jobs = jobs_of(chosen.data / "mnist", chosen.trained or Path(temporary))
        tables = in_processes(measure, jobs, "networks", n_processes=chosen.processes, progress=progress)
    found = pd.concat(tables, ignore_index=True)
    figures = chosen.output / "complexity"
    figures.mkdir(parents=True, exist_ok=True)
    complexity_drawing.draw(found, figures)
    (chosen.output / "complexity.md").write_text(complexity_page.written(found), encoding="utf-8")


def jobs_of(mnist: Path, trained: Path) -> list[Job]:
    """List the networks to train, those that take longest first."""
    return [
        Job(data=data, folder=mnist, seed=seed, n_epochs=N_EPOCHS[data], trained=trained)
        for data in ("mnist", "digits")
        for seed in range(N_NETWORKS[data])
    ]


if __name__ == "__main__":
    main()
