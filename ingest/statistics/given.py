"""What training on statistics is given of the inputs: of each class its share, means and covariances, no trial."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.analysis.correlation.closing import Closing
from atlas.analysis.correlation.mixtures import class_mixtures
from atlas.errors import BadParameter, ShapeError
from atlas.records import DataRecord, FloatArray, IntArray
from ingest.data import DataSource, read_data
from ingest.trials import described_data


@dataclass(frozen=True, kw_only=True, eq=False)
class ClassStatistics:
    """Means and covariances of the inputs of classes, or of the parts of each class.

    Third and fourth cumulants are whole, so of few inputs only, and read where one quadratic layer is all there is.
    """

    classes: IntArray  # of every part, shape (n_parts,)
    weights: FloatArray  # share of all trials, shape (n_parts,); sums to 1
    means: FloatArray  # shape (n_parts, n_in)
    covariances: FloatArray  # shape (n_parts, n_in, n_in); may be singular
    third: FloatArray | None = None  # shape (n_parts, n_in, n_in, n_in)
    fourth: FloatArray | None = None  # shape (n_parts, n_in, n_in, n_in, n_in)

    def __post_init__(self) -> None:
        n_parts, n_in = self.means.shape
        cumulants = {"means": 1, "covariances": 2, "third": 3, "fourth": 4}
        shapes = {name: (n_parts,) + (n_in,) * order for name, order in cumulants.items()}
        for name, shape in {**shapes, "classes": (n_parts,), "weights": (n_parts,)}.items():
            values = getattr(self, name)
            if values is not None and values.shape != shape:
                raise ShapeError(
                    f"{name} are of shape {values.shape}, with {n_parts} parts of {n_in} inputs. Give shape {shape}."
                )
            if values is not None and not np.isfinite(values).all():
                raise BadParameter(f"{name} are not all finite. Statistics are finite numbers. Measure them anew.")
        if n_parts == 0 or (self.weights <= 0).any() or abs(self.weights.sum() - 1) > 1e-6:
            raise BadParameter("The weights of the parts are above 0 and sum to 1. Divide them by their sum.")

    @property
    def n_classes(self) -> int:
        """Count up to the largest class."""
        return int(self.classes.max()) + 1

    def __len__(self) -> int:
        """Count the parts."""
        return len(self.classes)


def class_statistics(data: DataSource, *, n_components: int = 1, seed: int = 0) -> ClassStatistics:
    """Measure the inputs of each class, or of each of the parts that k-means finds inside a class.

    Parameters
    ----------
    data
        Trials with classes, as in `read_data`.
    n_components
        Parts of every class.
    seed
        Of k-means.

    Raises
    ------
    BadParameter
        The data have no classes.
    AtlasError
        All that `read_data` refuses, and a class of too few trials.
    """
    record = with_classes(data)
    closing = Closing(kind="gauss" if n_components == 1 else "mixture", n_components=n_components, seed=seed)
    inputs = record.inputs.reshape(len(record.inputs), -1)
    found = class_mixtures(inputs, record.labels, record.n_classes, closing=closing)
    mixtures = {number: mixture for number, mixture in enumerate(found) if mixture is not None}
    shares = np.bincount(record.labels) / len(record.labels)
    parts = [part for mixture in mixtures.values() for part in mixture.parts]
    return ClassStatistics(
        classes=np.repeat(list(mixtures), [len(mixture.parts) for mixture in mixtures.values()]),
        weights=np.concatenate([shares[number] * mixture.weights for number, mixture in mixtures.items()]),
        means=np.stack([part.mean for part in parts]),
        covariances=np.stack([part.covariance for part in parts]),
    )


def with_classes(data: DataSource) -> DataRecord:
    """Read trials that have classes.

    Raises
    ------
    BadParameter
        They have none.
    """
    record = read_data(data)
    if record.n_classes == 0:
        raise BadParameter(
            f"The {described_data(record.text)} have no classes. Statistics are those of each class. Give whole "
            "numbers from 0 as labels, and values to be put out as `targets`."
        )
    return record
