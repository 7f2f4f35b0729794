"""What analyses hand back: frozen values with their parameters. NaN means undefined and becomes null in the graph."""

from atlas.results.agreement import AgreementResult
from atlas.results.curves import CurveResult
from atlas.results.effects import ConfusionSummary, EffectResult, MeanChange, OutputChanges
from atlas.results.embedding import EmbeddingResult
from atlas.results.indicators import IndicatorResult, IndicatorStudy, PredictionResult
from atlas.results.information import InformationResult
from atlas.results.pairs import PairResult
from atlas.results.partition import PartitionResult
from atlas.results.populations import LayerEffects, PopulationResult, Silhouettes

__all__ = [
    "AgreementResult",
    "ConfusionSummary",
    "CurveResult",
    "EffectResult",
    "EmbeddingResult",
    "IndicatorResult",
    "IndicatorStudy",
    "InformationResult",
    "LayerEffects",
    "MeanChange",
    "OutputChanges",
    "PairResult",
    "PartitionResult",
    "PopulationResult",
    "PredictionResult",
    "Silhouettes",
]
