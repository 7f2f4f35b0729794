"""The schema page is what atlas/schema says, and each statement of the schema is sound."""

from pathlib import Path

from atlas import schema
from atlas.schema.page import page

ROOT = Path(__file__).parents[2]


def test_page_is_made_from_the_schema():
    assert (ROOT / "docs/schema.md").read_text() == page(), "run `make schema`"


def test_every_headline_property_is_declared_on_what_has_the_full_values():
    declared = {kind.label: {p.name for p in kind.properties} for kind in schema.NODES}
    measured = {kind.type: set(kind.sources) & {"Neuron", "Cluster"} for kind in schema.RELATIONSHIPS}
    assert measured["EFFECT"] == {"Neuron", "Cluster"} and measured["RESPONDS"] == {"Neuron"}
    for family in schema.FAMILIES:
        for label in measured[family.full]:
            assert {*family.properties, family.run_property} <= declared[label]


def test_the_dictionary_tells_each_property_once_with_its_unit():
    rows = {row["key"]: row for row in schema.dictionary()}
    assert len(rows) == len(schema.dictionary())
    assert rows["EFFECT.points"]["unit"] == "percentage points"
    assert rows["Cluster.label_bits"]["family"] == "label"
    assert rows["Cluster.label_bits"]["written_by"] == "inform"
    assert rows["WEIGHT.value"]["written_by"] is None
