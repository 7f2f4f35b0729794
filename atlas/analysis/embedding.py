"""Lay trials out in a plane, and tell what an ablation does to the answer of each."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from atlas.analysis.ablation.checks import check_members, check_sweep
from atlas.analysis.ablation.replacing import operator_of
from atlas.analysis.seeds import generator
from atlas.analysis.threads import one_thread
from atlas.errors import BadParameter, DataMismatch, EmptySelection, InputError, UnknownName
from atlas.keys import neuron_key
from atlas.records import FloatArray, IntArray, MaskedForward
from atlas.results import EmbeddingResult

METHODS = ("tsne", "umap", "pca")
MAX_TRIALS = 10_000  # t-SNE of that many takes some minutes
_FEWEST_TRIALS = 3
_UMAP_NEIGHBOURS = 15


def embedding_of_trials(
    network: MaskedForward,
    members: Mapping[str, IntArray],
    *,
    method: str = "tsne",
    ablation: str = "zero",
    layer: str | None = None,
    n_components_pca: int = 30,
    perplexity: float = 40.0,
    max_trials: int = MAX_TRIALS,
    seed: int = 0,
) -> EmbeddingResult:
    """Put every trial in a plane, near those like it, with its answers before and after an ablation.

    The trials are reduced to their principal components, and these by t-SNE or UMAP. It runs on one thread, so that
    the same seed gives the same plane.

    Parameters
    ----------
    members
        The neurons ablated together: by layer, their numbers.
    method
        `tsne`, `umap` (15 neighbours; needs the extra `umap`), or `pca` (the first two components).
    ablation
        What replaces the activations, as in `atlas.analysis.ablation`.
    layer
        Whose activations are laid out; None: the inputs.
    n_components_pca
        Principal components kept, or as many as there are.
    perplexity
        Of t-SNE: about how many trials each one is compared with.
    max_trials
        If there are more, so many are drawn; answers are of the whole data all the same.
    seed
        Of the drawing, of the method, and of `resample`.

    Raises
    ------
    DataMismatch, NonFiniteActivations
        There are no trials or no classes, or a layer puts out NaN.
    EmptySelection
        No neuron is to be ablated.
    UnknownName, BadParameter, InputError
        A layer, method or number that does not fit, or UMAP is not installed.

    References
    ----------
    Meyes, Lu, Waubert de Puiseau and Meisen (2019), arXiv 1901.08644: PCA to 30, then t-SNE of perplexity 40.
    """
    _check(network, members, method=method, layer=layer)
    labels, answers = network.data.labels, network.predict()
    operator = operator_of(ablation, seed=seed, n_trials=len(labels))
    changes = network.changed_answers(operator.of(members))
    after = answers.copy()
    after[changes.trials] = changes.answers
    trials = _drawn(len(labels), max_trials, seed)
    features = network.data.inputs if layer is None else network.activations(layer)
    features = features[trials].reshape(len(trials), -1).astype(np.float64)
    params = {"n_components_pca": n_components_pca, "perplexity": perplexity, "max_trials": max_trials, "seed": seed}
    with one_thread():
        plane = _plane(features, method, n_components=n_components_pca, perplexity=perplexity, seed=seed)
    return EmbeddingResult(
        network=network.network,
        method=method,
        ablated=tuple(
            neuron_key(network.network, name, int(number)) for name, numbers in members.items() for number in numbers
        ),
        trials=trials,
        x=plane[:, 0],
        y=plane[:, 1],
        labels=labels[trials],
        answers=answers[trials],
        ablated_answers=after[trials],
        n_trials=len(labels),
        params={"ablation": ablation, "layer": layer, **params},
    )


def _check(network: MaskedForward, members: Mapping[str, IntArray], *, method: str, layer: str | None) -> None:
    if method not in METHODS:
        raise UnknownName("method of embedding", method, METHODS)
    if layer is not None and layer not in network.layers:
        raise UnknownName("layer", layer, network.layers)
    check_sweep(network)
    if network.data.n_classes == 0:
        raise DataMismatch(
            f"The data {network.data.text!r} have no classes. Trials are told apart by whether their class is answered "
            "rightly. Give trials of classes."
        )
    if sum(len(numbers) for numbers in members.values()) == 0:
        raise EmptySelection("No neuron is to be ablated. An embedding shows what an ablation does. Name some neurons.")
    check_members(network, "to ablate", members)


def _drawn(n_trials: int, max_trials: int, seed: int) -> IntArray:
    if max_trials < _FEWEST_TRIALS or n_trials < _FEWEST_TRIALS:
        few = min(max_trials, n_trials)
        raise BadParameter(f"There are {few} trials to lay out. A plane needs {_FEWEST_TRIALS}. Give more trials.")
    if n_trials <= max_trials:
        return np.arange(n_trials)
    return np.sort(generator(seed).choice(n_trials, size=max_trials, replace=False))


def _plane(features: FloatArray, method: str, *, n_components: int, perplexity: float, seed: int) -> FloatArray:
    from sklearn.decomposition import PCA

    if n_components < 2:
        raise BadParameter(f"n_components_pca is {n_components}. A plane needs 2. Give 2 or more.")
    components = min(n_components, *features.shape)
    reduced: FloatArray = PCA(components, random_state=seed).fit_transform(features)
    if method == "pca":
        return _two_columns(reduced)
    return _tsne(reduced, perplexity, seed) if method == "tsne" else _umap(reduced, seed)


def _tsne(features: FloatArray, perplexity: float, seed: int) -> FloatArray:
    from sklearn.manifold import TSNE

    if not 1 <= perplexity < len(features):
        raise BadParameter(
            f"The perplexity is {perplexity:g}, of {len(features)} trials. It is at least 1 and below the number of "
            "trials. Give another."
        )
    start = "pca" if features.shape[1] > 1 else "random"
    found: FloatArray = TSNE(perplexity=perplexity, init=start, random_state=seed).fit_transform(features)
    return found


def _umap(features: FloatArray, seed: int) -> FloatArray:
    try:
        from umap import UMAP
    except ImportError as error:
        raise InputError(
            "UMAP is not installed. Install it: pip install 'network-atlas[umap]', or take --method tsne."
        ) from error
    n_neighbors = min(_UMAP_NEIGHBOURS, len(features) - 1)
    found: FloatArray = UMAP(n_neighbors=n_neighbors, random_state=seed, n_jobs=1).fit_transform(features)
    return found


def _two_columns(components: FloatArray) -> FloatArray:
    """Give the first two components; trials of one number each lie on a line."""
    return np.column_stack([components, np.zeros(len(components))])[:, :2]
