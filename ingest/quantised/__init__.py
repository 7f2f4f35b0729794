"""Networks whose hidden neurons have few levels, so that what they tell can be counted exactly."""

from ingest.quantised.quantiser import QuantisedTanh, quantised_network
from ingest.quantised.training import checkpoint_epochs, train_quantised

__all__ = ["QuantisedTanh", "checkpoint_epochs", "quantised_network", "train_quantised"]
