"""What analyses hand back: frozen values with their parameters. NaN means undefined and becomes null in the graph."""

from atlas.results.agreement import AgreementResult
from atlas.results.complexity import ComplexityResult
from atlas.results.conditional import ConditionalEffects
from atlas.results.correlation import (
    ClosureErrors,
    CorrelationResult,
    FormulaErrors,
    GaussianMismatch,
    OrderShares,
    SurrogateAccuracy,
)
from atlas.results.curves import CurveResult
from atlas.results.decomposition import Decomposition
from atlas.results.effects import ConfusionSummary, EffectResult, MeanChange, OutputChanges
from atlas.results.embedding import EmbeddingResult
from atlas.results.indicators import IndicatorResult, IndicatorStudy, PredictionResult
from atlas.results.information import InformationResult, InformativeSets, PairwiseInformation
from atlas.results.lesions import CombinedLesions, LesionResult, LesionStatistic
from atlas.results.matching import MATCHED_BY, SIMILARITIES, UNMATCHED, MatchResult
from atlas.results.motifs import MotifResult
from atlas.results.pairs import PairResult
from atlas.results.partition import ISOLATED, ClusterScores, Links, NeuronScores, PartitionResult, PartitionScores
from atlas.results.populations import CONSTANT, LayerEffects, PopulationResult, Silhouettes
from atlas.results.relay import KnockOutRegression, RelayPath, RelayResult
from atlas.results.roles import RoleEvidence, RoleResult
from atlas.results.scores import Scored
from atlas.results.synergy import SynergyResult

__all__ = [
    "CONSTANT",
    "ISOLATED",
    "MATCHED_BY",
    "SIMILARITIES",
    "UNMATCHED",
    "AgreementResult",
    "ClosureErrors",
    "ClusterScores",
    "CombinedLesions",
    "ComplexityResult",
    "ConditionalEffects",
    "ConfusionSummary",
    "CorrelationResult",
    "CurveResult",
    "Decomposition",
    "EffectResult",
    "EmbeddingResult",
    "FormulaErrors",
    "GaussianMismatch",
    "IndicatorResult",
    "IndicatorStudy",
    "InformationResult",
    "InformativeSets",
    "KnockOutRegression",
    "LayerEffects",
    "LesionResult",
    "LesionStatistic",
    "Links",
    "MatchResult",
    "MeanChange",
    "MotifResult",
    "NeuronScores",
    "OrderShares",
    "OutputChanges",
    "PairResult",
    "PairwiseInformation",
    "PartitionResult",
    "PartitionScores",
    "PopulationResult",
    "PredictionResult",
    "RelayPath",
    "RelayResult",
    "RoleEvidence",
    "RoleResult",
    "Scored",
    "Silhouettes",
    "SurrogateAccuracy",
    "SynergyResult",
]
