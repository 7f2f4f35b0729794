"""Networks trained on means and covariances of their inputs alone."""

from ingest.statistics.given import ClassStatistics, class_statistics
from ingest.statistics.loss import closure_loss
from ingest.statistics.network import dense_network
from ingest.statistics.quadratic import Quadratic
from ingest.statistics.training import train_on_measured_statistics, train_on_samples, train_on_statistics

__all__ = [
    "ClassStatistics",
    "Quadratic",
    "class_statistics",
    "closure_loss",
    "dense_network",
    "train_on_measured_statistics",
    "train_on_samples",
    "train_on_statistics",
]
