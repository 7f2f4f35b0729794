"""What can be known of neurons without ablating them, and whether it tells what ablating them costs."""

from atlas.analysis.indicators.neurons import indicators_of_neurons
from atlas.analysis.indicators.prediction import predictions

__all__ = ["indicators_of_neurons", "predictions"]
