"""Do partitions find modules that are known to be there, and do trained networks have any? After Filan et al. (2021).

    python -m studies.modules --data FOLDER

plants modules and looks for them by every method, then trains networks on MNIST and Fashion-MNIST with and without
dropout and pruning, cuts them, lesions the parts, and writes docs/studies/modules.md with its figures. FOLDER holds
`mnist/` and `fashion-mnist/`. Trained networks are kept in the folder given with --trained, or not at all.
"""

from __future__ import annotations

import argparse
import multiprocessing
import tempfile
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pandas as pd
from torch import nn

import ingest
from atlas.cli.progress import ConsoleProgress
from studies import modules_drawing, modules_page
from studies.planted import side_by_side, train_planted
from studies.processes import in_processes
from studies.recovery import recovery
from studies.specialisation import Job, study

FOLDERS = {"mnist": "mnist", "fashion": "fashion-mnist"}
NOISE = (0.0, 0.1, 0.25, 0.5)
FUNCTIONS = {"ReLU": nn.ReLU, "tanh": nn.Tanh}
NEURONS, N_STEPS, N_TRIALS = (24, 24, 24), 500, 5_000  # of every planted sub-network; steps and trials of training


@dataclass(frozen=True, kw_only=True)
class Found:
    """What the study found: rows of `recovery`, and of both tables of `study`."""

    planted: pd.DataFrame
    cuts: pd.DataFrame
    lesions: pd.DataFrame
    n_networks: int


def main() -> None:
    """Do the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds mnist/ and fashion-mnist/")
    parser.add_argument("--output", type=Path, default=Path("docs/studies"), help="where the page goes")
    parser.add_argument("--trained", type=Path, help="folder that keeps trained networks; none is kept without")
    parser.add_argument("--networks", type=int, default=3, help="how many of each kind are trained")
    parser.add_argument("--processes", type=int, default=multiprocessing.cpu_count())
    chosen = parser.parse_args()
    with ConsoleProgress() as progress, tempfile.TemporaryDirectory() as temporary:
        work = partial(in_processes, n_processes=chosen.processes, progress=progress)
        found = find(chosen.data, chosen.trained or Path(temporary), n_networks=chosen.networks, work=work)
    figures = chosen.output / "modules"
    figures.mkdir(parents=True, exist_ok=True)
    modules_drawing.draw(found, figures)
    (chosen.output / "modules.md").write_text(modules_page.written(found), encoding="utf-8")


def find(data: Path, trained: Path, *, n_networks: int, work) -> Found:
    """Do both studies; `work` applies a function to jobs and gives what it returns, in their order."""
    jobs = [
        Job(data=name, folder=data / folder, dropout=dropout, seed=seed, trained=trained)
        for seed in range(n_networks)
        for name, folder in FOLDERS.items()
        for dropout in (False, True)
    ]
    plants = [(data / FOLDERS["mnist"], name, seed) for seed in range(n_networks) for name in FUNCTIONS]
    planted = pd.concat(work(plant, plants, "planted networks"), ignore_index=True)
    cuts, lesions = zip(*work(study, jobs, "trained networks"), strict=True)
    return Found(
        planted=planted,
        cuts=pd.concat(cuts, ignore_index=True),
        lesions=pd.concat(lesions, ignore_index=True),
        n_networks=n_networks,
    )


def plant(job: tuple[Path, str, int]) -> pd.DataFrame:
    """Train sub-networks on pairs of digits side by side, and look for them through more and more noise."""
    folder, function, seed = job
    train, test = (
        side_by_side(ingest.read_data(f"mnist:{folder}:{part}"), n_trials=N_TRIALS, seed=seed)
        for part in ("train", "test")
    )
    planted = train_planted(train, neurons=NEURONS, n_steps=N_STEPS, seed=seed, function=FUNCTIONS[function])
    return pd.concat([recovery(planted, test, noise=noise, seed=seed) for noise in NOISE]).assign(function=function)


if __name__ == "__main__":
    main()
