"""What a network puts out, as the neurons of its last layer."""

from __future__ import annotations

import numpy as np

from atlas.records import IntArray
from ingest.walk.features import features_of
from ingest.walk.layers import Findings, Found
from ingest.walk.provenance import Provenance
from ingest.walk.sites import output_numbers, site_of


def add_output(findings: Findings, value: str, output: Provenance) -> IntArray:
    """Add a layer of kind `sum` where what is put out is not one layer, all its neurons in order.

    Its neurons are the features put out; the weights into them are the coefficients of their sources.

    Returns
    -------
    IntArray
        Number of the neuron of the last layer that every element put out is, shape of the value.
    """
    numbers = _of_one_layer(findings, output)
    if numbers is not None:
        return numbers
    numbers = output_numbers(output.patterns)
    n = int(numbers.max(initial=0)) + 1
    findings.layers.append(
        Found(
            number=len(findings.layers),
            kind="sum",
            first=findings.next_source,
            neurons=np.arange(n),
            site=site_of(value, numbers),
            features=(features_of(output, numbers, n_features=n),),
            name="output",
        )
    )
    return numbers


def _of_one_layer(findings: Findings, output: Provenance) -> IntArray | None:
    """Number the elements where each is one neuron of one layer as it stands, and all of them are, in order."""
    behind = findings.behind(output.table)
    if len(behind) != 1 or len(behind[0].neurons) != behind[0].n_neurons or output.unsigned:
        return None
    used = output.table[output.patterns.reshape(-1)] if output.patterns.min(initial=1) > 0 else None
    if used is None or bool((np.diff(used.indptr) != 1).any()) or bool((used.data != 1).any()):
        return None
    numbers: IntArray = used.indices - behind[0].first
    neurons, first = np.unique(numbers, return_index=True)
    in_order = len(neurons) == behind[0].n_neurons and bool((np.diff(first) > 0).all())
    return numbers.reshape(output.patterns.shape) if in_order else None
