"""Numbers beside what chance gives."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from atlas.records import FloatArray


@dataclass(frozen=True, kw_only=True)
class Scored:
    """Numbers beside their null, each array of the same shape; NaN where something is undefined."""

    value: FloatArray
    null_mean: FloatArray
    null_sd: FloatArray
    z: FloatArray  # value in standard deviations of the null above its mean; NaN where the null does not vary
    p: FloatArray  # share of the null, the value itself counted, at least as good as the value

    @classmethod
    def unknown(cls, value: FloatArray) -> Scored:
        """Give numbers that have no null."""
        undefined = np.full(np.shape(value), np.nan)
        return cls(value=np.asarray(value), null_mean=undefined, null_sd=undefined, z=undefined, p=undefined)
