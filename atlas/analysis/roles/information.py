"""Roles by what neurons relay: relay, redundant."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np

from atlas.analysis.roles.judgement import Judgement
from atlas.analysis.roles.rules import RoleRules
from atlas.analysis.statistics import too_few_draws
from atlas.results.roles import RelayEvidence


def relay(found: RelayEvidence, rules: RoleRules) -> Judgement:
    """Judge who relays what nothing else in its layer does: more than 0 bits, beyond shuffled hidden states."""
    n_unknown = int(np.isnan(found.bits).sum())
    unknown = f"{n_unknown} neurons had too few trials to tell what they relay" if n_unknown else None
    found = _known(found)
    return Judgement(
        role="relay",
        rule="Relays more than 0 bits that nothing else in its layer relays, with q of at most "
        f"{rules.fdr:g} against shuffled hidden states.",
        run=found.run,
        elements=found.elements,
        holds=(found.bits > 0) & (found.q <= rules.fdr),
        value=found.bits,
        threshold=0.0,
        p=found.p,
        q=found.q,
        notes=(unknown, too_few_draws(found.run, found.n_null, level=rules.fdr)),
    )


def redundant(found: RelayEvidence, rules: RoleRules) -> Judgement:
    """Judge who relays information that the rest of its layer relays as well.

    p and q are of what it relays alone; how little is left beside the rest is an estimate.
    """
    found = _known(found)
    share = np.full(found.bits.shape, np.nan)
    np.divide(found.bits, found.alone_bits, out=share, where=found.alone_bits > 0)
    return Judgement(
        role="redundant",
        rule=f"Relays information alone, with q of at most {rules.fdr:g} against shuffled hidden states; beside the "
        f"rest of its layer at most a share of {rules.redundant_share:g} of it is left.",
        run=found.run,
        elements=found.elements,
        holds=(found.alone_q <= rules.fdr) & (share <= rules.redundant_share),
        value=share,
        threshold=rules.redundant_share,
        p=found.alone_p,
        q=found.alone_q,
        notes=(too_few_draws(found.run, found.n_null, level=rules.fdr),),
    )


def _known(found: RelayEvidence) -> RelayEvidence:
    """Keep the neurons whose relay information given the rest is known."""
    known = ~np.isnan(found.bits)
    columns: dict[str, Any] = {
        name: values[known] for name, values in vars(found).items() if isinstance(values, np.ndarray)
    }
    elements = tuple(element for element, kept in zip(found.elements, known, strict=True) if kept)
    return replace(found, elements=elements, **columns)
