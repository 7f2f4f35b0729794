"""Functional neuron populations of networks trained on MNIST, after Meyes et al. (2020).

    python -m studies.populations --data FOLDER

puts the network the authors published and networks trained as theirs into the atlas, ablates every neuron, groups the
neurons by activation and by ablation, asks which indicators predict effects, and writes docs/studies/populations.md
with its figures. FOLDER holds `mnist/` and `networks/`. The networks stay in the atlas, as `study-…`.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd
import platformdirs

import ingest
from atlas import connect
from atlas.cli.progress import ConsoleProgress
from atlas.client import Atlas, Network
from atlas.progress import Progress
from atlas.results import AgreementResult, EffectResult, EmbeddingResult, PartitionResult
from studies import drawing, page
from studies.training import CHAIN, train_network

AUTHORS = "study-meyes-20-10"
AUTHORS_CHAIN = "fc1:relu,fc2:relu,fc3"
SEEDS = (0, 1, 2)
SCALING = "0.5,0.5"


@dataclass(frozen=True, kw_only=True)
class Source:
    """A network of the study: its files, and what its layers are."""

    key: str
    trained: Path
    initial: Path
    chain: str


@dataclass(frozen=True, kw_only=True)
class Studied:
    """What was found in one network."""

    network: str
    accuracy_percent: float
    effects: EffectResult
    by_activation: PartitionResult
    by_ablation: PartitionResult
    agreement: AgreementResult
    silhouettes: pd.DataFrame
    predictions: pd.DataFrame
    curve: pd.DataFrame
    commands: pd.DataFrame


def main() -> None:
    """Do the study and write its page."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="folder that holds mnist/ and networks/")
    parser.add_argument("--output", type=Path, default=Path("docs/studies"), help="where the page goes")
    chosen = parser.parse_args()
    with ConsoleProgress() as progress, connect(progress=progress) as atlas:
        studied = [study(atlas, source, chosen.data, progress) for source in _sources(chosen.data, progress)]
        trials = _trials(atlas, chosen.data)
    figures = chosen.output / "populations"
    figures.mkdir(parents=True, exist_ok=True)
    drawing.draw(studied, trials, figures)
    (chosen.output / "populations.md").write_text(page.written(studied, trials, chosen.data), encoding="utf-8")


def study(atlas: Atlas, source: Source, data: Path, progress: Progress) -> Studied:
    """Ablate, group and compare the neurons of one network, from the beginning."""
    if source.key in set(atlas.networks()["network"]):
        atlas.remove(source.key, progress=progress)
    opening = ingest.Opening(chain=source.chain)
    network = ingest.add(
        atlas, source.trained, key=source.key, data=_data(data, "test"), opening=opening, progress=progress
    )
    (ablated,) = network.ablate(only="neurons", progress=progress)
    by_activation, by_ablation, agreement = network.populations(progress=progress)
    initial = ingest.record(ingest.read_network(source.initial, opening), key="initial")
    indicated = network.indicators(initial=initial, progress=progress)
    return Studied(
        network=source.key,
        accuracy_percent=_accuracy(atlas, source.key),
        effects=_of(EffectResult, ablated.result),
        by_activation=_of(PartitionResult, by_activation.result),
        by_ablation=_of(PartitionResult, by_ablation.result),
        agreement=_of(AgreementResult, agreement.result),
        silhouettes=_silhouettes(atlas, source.key),
        predictions=atlas.ask("indicators_of_effect", network=source.key, target="all", run=indicated.run),
        curve=_curve(network, progress),
        commands=atlas.runs(source.key)[["run", "command"]],
    )


def _sources(data: Path, progress: Progress) -> list[Source]:
    files = [data / "networks" / f"meyes_mnist_mlp_20_10_{state}.pt" for state in ("untrained", "trained")]
    found = [Source(key=AUTHORS, initial=files[0], trained=files[1], chain=AUTHORS_CHAIN)]
    folder = Path(platformdirs.user_cache_dir("network-atlas")) / "studies"
    for seed in SEEDS:
        initial, trained = train_network(folder, _data(data, "train"), seed=seed, progress=progress)
        found.append(Source(key=f"study-srn-seed{seed}", initial=initial, trained=trained, chain=CHAIN))
    return found


def _data(data: Path, part: str) -> str:
    return f"mnist:{data / 'mnist'}:{part}:{SCALING}"


def _accuracy(atlas: Atlas, key: str) -> float:
    return float(atlas.networks().set_index("network").loc[key, "accuracy_percent"])


def _curve(network: Network, progress: Progress) -> pd.DataFrame:
    """Remove at every step the neuron that costs least, in the first hidden layer."""
    return network.curve(layers="fc1", order="least", n_random=20, progress=progress).to_frame()


def _silhouettes(atlas: Atlas, key: str) -> pd.DataFrame:
    return atlas.cypher(
        """MATCH (:Network {key: $network})-[:HAS_PARTITION]->(p:Partition)-[:HAS_CLUSTER]->(c:Cluster)
        WITH p, c ORDER BY c.number
        RETURN p.method AS populations, p.name AS partition, p.n_clusters AS n_clusters,
               sum(CASE c.set_apart WHEN 'no_effect' THEN c.n_neurons ELSE 0 END) AS n_no_effect,
               sum(CASE c.set_apart WHEN 'constant' THEN c.n_neurons ELSE 0 END) AS n_constant,
               p.silhouette AS silhouette, p.low_silhouette AS low, p.high_silhouette AS high,
               p.silhouette_null_mean AS null_mean, p.silhouette_p AS p
        ORDER BY populations""",
        network=key,
    )


def _trials(atlas: Atlas, data: Path) -> EmbeddingResult:
    """Lay out the test images, coloured by what the authors' unit 12 does."""
    forward = ingest.forward(
        data / "networks" / "meyes_mnist_mlp_20_10_trained.pt",
        key=AUTHORS,
        data=_data(data, "test"),
        opening=ingest.Opening(chain=AUTHORS_CHAIN),
    )
    return atlas.network(AUTHORS, forward=forward).embedding(neurons=[f"{AUTHORS}/fc1/11"], seed=1337)


def _of(kind: type[Any], result: object) -> Any:
    if not isinstance(result, kind):
        raise TypeError(f"a new run gives a {kind.__name__}, not {type(result).__name__}")
    return result


if __name__ == "__main__":
    main()
