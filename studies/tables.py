"""Tables of the pages, and how numbers are written in them."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy import stats


def interval(value: float, low: float, high: float) -> str:
    """Write a value with its interval, where it has one."""
    return number(value) if pd.isna(low) else f"{value:.2f} [{low:.2f}, {high:.2f}]"


def number(value: float) -> str:
    """Write a value."""
    return "-" if pd.isna(value) else f"{value:.2f}"


def p_text(value: float) -> str:
    """Write a p value; very small ones by their power of ten."""
    return "-" if pd.isna(value) else f"{value:.3f}" if value >= 0.0005 else f"{value:.0e}"


def as_table(frame: pd.DataFrame) -> str:
    """Write a frame, undefined cells empty."""
    lines = [list(map(str, frame.columns)), ["---"] * frame.shape[1]]
    lines += [["" if pd.isna(cell) else str(cell) for cell in row] for row in frame.to_numpy(object)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines) + "\n"


def over_networks(values: pd.Series, *, least: float = -np.inf, largest: float = np.inf) -> tuple[float, float, float]:
    """Give the mean of networks with Student's 95 % interval, cut at the values that are possible."""
    known = values.dropna().astype(float)
    if len(known) < 2:
        return (float(known.mean()), np.nan, np.nan)
    half = float(stats.t.ppf(0.975, len(known) - 1) * known.sem())
    return float(known.mean()), max(least, known.mean() - half), min(largest, known.mean() + half)
