"""Information, relays, complexity and synergy of parts of two_blocks, made by hand."""

import numpy as np

from atlas.results import ComplexityResult, InformationResult, RelayResult, SynergyResult
from atlas.results.relay import RELAY_COLUMNS
from atlas.results.synergy import ATOMS, DEFINITIONS

NONE = float("nan")
TARGETS = ("all", "0", "1")
SHARES = np.array([1, 0.5, 0.5])  # what classes are told of what is told about all

# The first two neurons of each hidden layer, then the layers; the second layer has too few trials for its states.
RELAYING = ("dense_1/0", "dense_1/1", "dense_2/0", "dense_2/1", "dense_1", "dense_2")
RELAY = {
    "bits": [0.25, 0.5, NONE, NONE, 0.75, NONE],
    "null_bits": [0.125] * 2 + [NONE] * 2 + [0.125, NONE],
    "z": [1, 3, NONE, NONE, 5, NONE],
    "p": [0.1, 0.01, NONE, NONE, 0.01, NONE],
    "q": [0.1, 0.02, NONE, NONE, 0.01, NONE],
    "alone_bits": [0.75, 0.5, 0.25, 0.5, NONE, NONE],
    "alone_null_bits": [0.0625] * 4 + [NONE] * 2,
    "alone_p": [0.01] * 4 + [NONE] * 2,
    "alone_q": [0.02, 0.02, 0.04, 0.02, NONE, NONE],
    "input_bits": [1, 0.75, 0.5, 0.625, 0.875, NONE],
    "output_bits": [0.875, 0.625, 0.5, 0.75, 1, NONE],
    "knock_out_points": [25, 12.5, 50, 0, 50, 50],
    "aggregated_bits": [0.5, 1, NONE, NONE, NONE, NONE],
    "step": [1, 2, NONE, NONE, NONE, NONE],
    "step_bits": [0.5, 0, NONE, NONE, NONE, NONE],
    "step_null_bits": [0.25, 0, NONE, NONE, NONE, NONE],
}
OF_TARGETS = {"bits", "alone_bits", "input_bits", "output_bits"}  # less of them is about a class


def label_information(elements, bits, *, null, q) -> InformationResult:
    """Tell `bits` about all, half of them about each class; intervals reach an eighth to either side."""
    shape = (len(elements), 3)
    bits = np.array(bits, dtype=float)[:, None] * SHARES
    known = ~np.isnan(bits[:, 0])
    null, q = (np.broadcast_to(np.array(values, dtype=float)[:, None], shape) for values in (null, q))
    return InformationResult(
        kind="label",
        elements=elements,
        targets=TARGETS,
        bits=bits,
        low_bits=bits - 0.125,
        high_bits=bits + 0.125,
        null_bits=null,
        null_sd_bits=np.full(shape, 0.25),
        z=(bits - null) / 0.25,
        p=q / 2,
        q=q,
        n_states=np.where(known, 2, 64),
        trials_per_state=np.where(known, 32.0, 1.0),
        reliable=known,
        reasons=tuple(None if one else "too_few_trials" for one in known),
        n_trials=64,
        params={},
    )


def relays(network, *, factor=1) -> RelayResult:
    """Give the table above, its `bits` times `factor`."""
    return _relays(tuple(f"{network}/{key}" for key in RELAYING), RELAY | {"bits": np.array(RELAY["bits"]) * factor})


def cluster_relays(partition) -> RelayResult:
    """Give two clusters: one relays, one has too few trials for the states of its layers."""
    nothing = dict.fromkeys(RELAY_COLUMNS, [NONE] * 2)
    known = {"bits": [0.5, NONE], "null_bits": [0.25, NONE], "q": [0.01, NONE]}
    return _relays((f"{partition}/0", f"{partition}/1"), nothing | known)


def _relays(elements, table) -> RelayResult:
    wide = {
        name: np.array(values, dtype=float)[:, None] * (SHARES if name in OF_TARGETS else np.ones(3))
        for name, values in table.items()
    }
    known = ~np.isnan(wide["bits"][:, 0])
    beside = {
        f"{end}_{name}": wide[name] + side
        for name in ("bits", "alone_bits")
        for end, side in (("low", -0.125), ("high", 0.125))
    }
    return RelayResult(
        elements=elements,
        targets=TARGETS,
        **(beside | {"null_sd_bits": wide["null_bits"]} | wide | _counts(known, n_states=8)),
        regression=None,
        n_trials=64,
        params={},
    )


def _counts(known, *, n_states) -> dict:
    return {
        "n_states": np.where(known, n_states, 64),
        "trials_per_state": np.where(known, 64 / n_states, 1.0),
        "reliable": known,
        "reasons": tuple(None if one else "too_few_trials" for one in known),
    }


def complexity(*elements) -> ComplexityResult:
    """Give the first of two elements 0.75 bits of degree 1 and 0.25 of degree 2; the other has too few trials."""
    columns = {
        "bits": 1.0,
        "null_bits": 0.125,
        "null_sd_bits": 0.0625,
        "complexity": 1.25,
        "low_complexity": 1.125,
        "high_complexity": 1.5,
        "null_complexity": 1.75,
        "bias_complexity": -0.125,
        "noise_complexity": 1.875,
        "min_complexity": 1.0,
        "mmi_complexity": 1.0625,
    }
    return ComplexityResult(
        elements=elements,
        **{name: np.array([value, NONE]) for name, value in columns.items()},
        degree_bits=np.array([[0.75, 0.25], [NONE, NONE]]),
        informative_degree_bits=np.array([[1, 0.5], [NONE, NONE]]),
        misinformative_degree_bits=np.array([[0.25, 0.25], [NONE, NONE]]),
        estimators=("exact", None),
        n_sources=np.array([2, 2]),
        notes=("Read it beside the others.", None),
        n_trials=64,
        params={},
        **_counts(np.array([True, False]), n_states=4),
    )


def synergy(partition) -> SynergyResult:
    """Give three pairs of three clusters: one synergistic, one redundant, one with too few trials.

    Their first two have joint 1; by each definition other atoms. About a class all bits are half.
    """
    atoms = {  # redundancy, unique of the first, of the second, synergy
        "sx": ([0, 0.25, 0, 0.75], [0.75, 0.25, 0, 0]),
        "min": ([0.125, 0.125, 0, 0.75], [1, 0, 0, 0]),
        "mmi": ([0.25, 0, 0, 0.75], [0.875, 0.125, 0, 0]),
    }
    wide = {
        f"{atom}_{definition}_bits": np.array([atoms[definition][0][i], atoms[definition][1][i], NONE])[:, None]
        * SHARES
        for definition in DEFINITIONS
        for i, atom in enumerate(ATOMS)
    }

    def of_pairs(*values):
        return np.array([*values, NONE])[:, None] * np.ones(3)

    return SynergyResult(
        elements=tuple(f"{partition}/{number}" for number in range(3)),
        targets=TARGETS,
        first=np.array([0, 0, 1]),
        second=np.array([2, 1, 2]),
        joint_bits=of_pairs(1, 1) * SHARES,
        first_bits=of_pairs(0.25, 1) * SHARES,
        second_bits=of_pairs(0, 0.75) * SHARES,
        mutual_bits=of_pairs(0.0625, 0.5),
        atoms=wide,
        synergy_null_mean=of_pairs(0.125, 0.25) * SHARES,
        synergy_null_sd=of_pairs(0.125, 0.125),
        z=of_pairs(5, -2),
        p=of_pairs(0.01, 0.04),
        q=of_pairs(0.02, 0.06),
        n_trials=64,
        params={},
        **_counts(np.array([True, True, False]), n_states=8),
    )
