"""A style of Neo4j Browser by label: colour, size and caption of every kind of node and role."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from atlas.schema.roles import ROLE_LABELS

# Okabe and Ito (2008), "Color Universal Design"; neurons are pale, so that a role stands out.
KINDS = {
    "Network": ("#000000", 80, "key"),
    "Layer": ("#0072B2", 65, "name"),
    "Neuron": ("#DDDDDD", 40, "number"),
    "Partition": ("#F0E442", 65, "name"),
    "Cluster": ("#E69F00", 55, "number"),
    "Module": ("#D55E00", 60, "number"),  # a cluster, too: what stands later wins
    "Target": ("#009E73", 50, "name"),
    "Run": ("#CC79A7", 50, "kind"),
    "Property": ("#56B4E9", 50, "name"),
    "Schema": ("#56B4E9", 50, "version"),
}
# Tol (2021), "Colour schemes", SRON/EPS/TN/09-002, scheme muted.
DISTINCT = ("#CC6677", "#332288", "#DDCC77", "#117733", "#88CCEE", "#882255", "#44AA99", "#999933", "#AA4499")
ROLE_COLOURS = dict(zip(ROLE_LABELS, DISTINCT, strict=True))
VALUE_COLOURS = {"EFFECT": "#D55E00", "INFORMATION": "#0072B2", "CORRELATION": "#009E73"}


def style() -> str:
    """Write the style as a .grass file; where a neuron has several roles, the first of `ROLE_LABELS` is seen."""
    return "\n".join(f"{selector} {{\n{_lines(rule)}}}\n" for selector, rule in _rules())


def text_colour(colour: str) -> str:
    """Give black or white, whichever is read better on a colour (WCAG 2.2, contrast ratio)."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    luminance = 0.2126 * _linear(red) + 0.7152 * _linear(green) + 0.0722 * _linear(blue)
    return "#000000" if (luminance + 0.05) ** 2 > 1.05 * 0.05 else "#FFFFFF"


def _rules() -> Iterator[tuple[str, Mapping[str, str]]]:
    for label, (colour, diameter, caption) in KINDS.items():
        yield f"node.{label}", _filled(colour) | {"diameter": f"{diameter}px", "caption": f"'{{{caption}}}'"}
    for role in reversed(ROLE_LABELS):
        yield f"node.{ROLE_LABELS[role]}", _filled(ROLE_COLOURS[role])
    for type_, colour in VALUE_COLOURS.items():
        yield f"relationship.{type_}", {"color": colour, "shaft-width": "3px", "caption": "'<type>'"}


def _filled(colour: str) -> dict[str, str]:
    return {
        "color": colour,
        "border-color": "#333333",
        "border-width": "2px",
        "text-color-internal": text_colour(colour),
        "font-size": "10px",
    }


def _lines(rule: Mapping[str, str]) -> str:
    return "".join(f"  {name}: {value};\n" for name, value in rule.items())


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
