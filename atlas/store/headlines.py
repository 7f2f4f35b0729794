"""Headline properties of neurons, clusters and layers, and the labels of modules and roles: set from a run's values."""

from __future__ import annotations

from atlas.schema import FAMILIES, ROLE_LABELS
from atlas.store.connection import Step

MODULE_Q = 0.05  # largest false discovery rate of an effect that makes a cluster a module; lesion runs name their own

_EFFECT = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[overall:EFFECT {run: $run}]-(x)
WHERE NOT $missing_only OR x.effect_run IS NULL
CALL (x) {
  OPTIONAL MATCH (x)-[one:EFFECT {run: $run}]->(t:Target {kind: 'class'}) WHERE one.points > 0
  RETURN t.name AS worst ORDER BY one.points DESC, size(t.name), t.name LIMIT 1
}
SET x.effect_points = overall.points, x.effect_q = overall.q, x.most_affected_target = worst, x.effect_run = $run"""
_LABEL = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[overall:INFORMATION {run: $run, kind: 'label'}]-(x)
WHERE NOT $missing_only OR x.label_run IS NULL
SET x.label_bits = overall.bits, x.label_q = overall.q, x.label_run = $run"""
_RELAY = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[overall:INFORMATION {run: $run, kind: 'relay'}]-(x)
WHERE NOT $missing_only OR x.relay_run IS NULL
SET x.relay_bits = overall.bits, x.relay_q = overall.q, x.relay_alone_bits = overall.alone_bits,
    x.relay_alone_q = overall.alone_q, x.relay_run = $run"""
_COMPLEXITY = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[overall:INFORMATION {run: $run, kind: 'complexity'}]-(x)
WHERE NOT $missing_only OR x.complexity_run IS NULL
SET x.complexity = overall.complexity, x.complexity_run = $run"""
_CORRELATION = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[overall:CORRELATION {run: $run, kind: 'mismatch'}]-(x)
WHERE NOT $missing_only OR x.correlation_run IS NULL
SET x.gaussian_mismatch = overall.mismatch, x.gaussian_mismatch_q = overall.q, x.higher_share = overall.higher_share,
    x.correlation_run = $run"""
_LESION = """MATCH (:Run {key: $run, rule: 'corrected'})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[whole:LESION {run: $run}]-(x:Cluster)
WHERE NOT $missing_only OR x.lesion_run IS NULL
SET x.importance = whole.importance, x.importance_q = whole.importance_q, x.coherence = whole.coherence,
    x.coherence_q = whole.coherence_q, x.lesion_run = $run"""
_ACTIVATION = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[overall:RESPONDS {run: $run}]-(x)
WHERE NOT $missing_only OR x.activation_run IS NULL
SET x.mean_activation = overall.mean_activation, x.active_share = overall.active_share,
    x.selectivity = overall.selectivity, x.activation_run = $run"""
_LABELLED = "\n".join(
    f"FOREACH (yes IN CASE WHEN '{role}' IN roles THEN [1] ELSE [] END | SET x:{label})"
    for role, label in ROLE_LABELS.items()
)
# A run judges the whole network, so it replaces what an older one said of neurons it gives no role.
_ROLES = f"""MATCH (:Run {{key: $run}})-[:ABOUT]->(:Network)-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(x)
WHERE NOT $missing_only OR x.roles_run IS NULL
WITH x, COLLECT {{ MATCH (x)-[given:ROLE {{run: $run}}]->() RETURN given.role ORDER BY given.role }} AS roles
REMOVE x:{":".join(ROLE_LABELS.values())}
SET x.roles = roles, x.roles_run = $run
{_LABELLED}"""

_NO_EFFECT = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[:EFFECT {run: $run}]-(x) WHERE x.effect_run = $run
SET x.effect_points = null, x.effect_q = null, x.most_affected_target = null, x.effect_run = null"""
_NO_LABEL = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[:INFORMATION {run: $run, kind: 'label'}]-(x) WHERE x.label_run = $run
SET x.label_bits = null, x.label_q = null, x.label_run = null"""
_NO_RELAY = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[:INFORMATION {run: $run, kind: 'relay'}]-(x) WHERE x.relay_run = $run
SET x.relay_bits = null, x.relay_q = null, x.relay_alone_bits = null, x.relay_alone_q = null, x.relay_run = null"""
_NO_COMPLEXITY = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[:INFORMATION {run: $run, kind: 'complexity'}]-(x) WHERE x.complexity_run = $run
SET x.complexity = null, x.complexity_run = null"""
_NO_CORRELATION = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[:CORRELATION {run: $run, kind: 'mismatch'}]-(x) WHERE x.correlation_run = $run
SET x.gaussian_mismatch = null, x.gaussian_mismatch_q = null, x.higher_share = null, x.correlation_run = null"""
_NO_LESION = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[:LESION {run: $run}]-(x:Cluster) WHERE x.lesion_run = $run
SET x.importance = null, x.importance_q = null, x.coherence = null, x.coherence_q = null, x.lesion_run = null"""
_NO_ACTIVATION = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_TARGET]->(:Target {kind: 'all'})
  <-[:RESPONDS {run: $run}]-(x) WHERE x.activation_run = $run
SET x.mean_activation = null, x.active_share = null, x.selectivity = null, x.activation_run = null"""
_NO_ROLES = f"""MATCH (:Run {{key: $run}})-[:ABOUT]->(:Network)-[:HAS_LAYER]->(:Layer)-[:HAS_NEURON]->(x)
WHERE x.roles_run = $run
SET x.roles = null, x.roles_run = null REMOVE x:{":".join(ROLE_LABELS.values())}"""

_MODULES = """MATCH (:Run {key: $run})-[:ABOUT]->(:Network)-[:HAS_PARTITION]->(:Partition)-[:HAS_CLUSTER]->(x)
OPTIONAL MATCH (lesion:Run {key: x.lesion_run})
WITH x, [test IN [
  {by: 'effect', q: x.effect_q, level: $module_q},
  {by: 'importance', q: x.importance_q, level: lesion.level},
  {by: 'coherence', q: x.coherence_q, level: lesion.level}
] WHERE test.q <= test.level] AS passed
SET x.module_by = CASE WHEN size(passed) > 0
      THEN reduce(names = head(passed).by, test IN tail(passed) | names + ',' + test.by) END,
    x.module_level = reduce(level = null, test IN passed |
      CASE WHEN level > test.level THEN level ELSE test.level END)
FOREACH (yes IN CASE WHEN size(passed) > 0 THEN [1] ELSE [] END | SET x:Module)
FOREACH (no IN CASE WHEN size(passed) > 0 THEN [] ELSE [1] END | REMOVE x:Module)"""

_SETTING = {
    "effect": _EFFECT,
    "label": _LABEL,
    "relay": _RELAY,
    "complexity": _COMPLEXITY,
    "correlation": _CORRELATION,
    "lesion": _LESION,
    "activation": _ACTIVATION,
    "roles": _ROLES,
}
_UNSETTING = {
    "effect": _NO_EFFECT,
    "label": _NO_LABEL,
    "relay": _NO_RELAY,
    "complexity": _NO_COMPLEXITY,
    "correlation": _NO_CORRELATION,
    "lesion": _NO_LESION,
    "activation": _NO_ACTIVATION,
    "roles": _NO_ROLES,
}
_TESTS = ("effect", "lesion")  # families that say which clusters are modules


def set_headlines(run: str, kind: str, *, missing_only: bool = False) -> list[Step]:
    """Set the headline properties that a run of this kind gives; with `missing_only`, only where none stand."""
    parameters = {"run": run, "missing_only": missing_only}
    return [*((_SETTING[name], parameters) for name in _families(kind)), *_modules(run, kind)]


def unset_headlines(run: str, kind: str) -> list[Step]:
    """Take out the headline properties that a run gave."""
    return [*((_UNSETTING[name], {"run": run}) for name in _families(kind)), *_modules(run, kind)]


def _modules(run: str, kind: str) -> list[Step]:
    """Say anew which clusters of the network are modules, where this kind of run tells."""
    told = any(name in _TESTS for name in _families(kind))
    return [(_MODULES, {"run": run, "module_q": MODULE_Q})] if told else []


def _families(kind: str) -> list[str]:
    return [family.name for family in FAMILIES if family.run_kind == kind]
