"""The style of Neo4j Browser: every label, read by everyone."""

from itertools import combinations

import numpy as np
import pytest

from atlas.schema import NODES, RELATIONSHIPS, ROLE_LABELS
from atlas.schema.style import KINDS, ROLE_COLOURS, VALUE_COLOURS, style, text_colour

# Machado, Oliveira and Fernandes (2009), table 1, severity 1.0, on linear RGB.
SEEN = {
    "protanopia": [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]],
    "deuteranopia": [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.01182, 0.04294, 0.968881]],
    "tritanopia": [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.3039]],
    "all cones": np.eye(3),
}
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])  # sRGB, D65


def linear(colour):
    channels = np.array([int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)])
    return np.where(channels <= 0.04045, channels / 12.92, ((channels + 0.055) / 1.055) ** 2.4)


def lab(rgb):
    """CIE L*a*b* of linear RGB."""
    share = TO_XYZ @ np.clip(rgb, 0, 1) / TO_XYZ.sum(axis=1)
    x, y, z = np.where(share > 0.008856, np.cbrt(share), 7.787 * share + 16 / 116)
    return np.array([116 * y - 16, 500 * (x - y), 200 * (y - z)])


@pytest.mark.parametrize("eyes", SEEN)
@pytest.mark.parametrize(
    "colours",
    [
        {label: colour for label, (colour, _, _) in KINDS.items() if label != "Schema"},  # as what it describes
        ROLE_COLOURS | {"none": KINDS["Neuron"][0]},
        VALUE_COLOURS,
    ],
    ids=["kinds", "roles", "values"],
)
def test_colours_are_told_apart(eyes, colours):
    seen = [lab(np.array(SEEN[eyes]) @ linear(colour)) for colour in colours.values()]
    assert min(np.linalg.norm(a - b) for a, b in combinations(seen, 2)) > 15  # 2.3 is just noticeable


@pytest.mark.parametrize("colour", [*(colour for colour, _, _ in KINDS.values()), *ROLE_COLOURS.values()])
def test_captions_are_read(colour):
    luminance = [TO_XYZ[1] @ linear(one) + 0.05 for one in (colour, text_colour(colour))]
    assert max(luminance) / min(luminance) >= 4.5  # WCAG 2.2, level AA


def test_every_label_and_role_has_a_rule():
    rules = {line.removesuffix(" {") for line in style().splitlines() if line.endswith("{")}
    labels = {kind.label for kind in NODES} | {"Module"} | set(ROLE_LABELS.values())
    assert rules == {f"node.{label}" for label in labels} | {f"relationship.{type_}" for type_ in VALUE_COLOURS}


def test_captions_and_types_are_of_the_schema():
    properties = {kind.label: {own.name for own in kind.properties} for kind in NODES}
    assert all(caption in properties.get(label, properties["Cluster"]) for label, (_, _, caption) in KINDS.items())
    assert set(VALUE_COLOURS) <= {kind.type for kind in RELATIONSHIPS}
