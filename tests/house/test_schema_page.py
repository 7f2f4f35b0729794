"""The schema page is what atlas/schema says, and each statement of the schema is sound."""

from pathlib import Path

from atlas import schema
from atlas.schema.page import page

ROOT = Path(__file__).parents[2]


def test_page_is_made_from_the_schema():
    assert (ROOT / "docs/schema.md").read_text() == page(), "run `make schema`"


def test_every_headline_property_is_declared_on_the_nodes_that_show_it():
    declared = {kind.label: {p.name for p in kind.properties} for kind in schema.NODES}
    sources = {kind.type: set(kind.sources) for kind in schema.RELATIONSHIPS}
    labels = {family.name: set(family.labels) for family in schema.FAMILIES}
    assert labels["effect"] == {"Neuron", "Cluster"} and labels["complexity"] == {"Cluster", "Layer"}
    for family in schema.FAMILIES:
        assert labels[family.name] <= sources[family.full]
        for label in family.labels:
            assert {*family.properties, family.run_property} <= declared[label]


def test_the_dictionary_tells_each_property_once_with_its_unit():
    rows = {row["key"]: row for row in schema.dictionary()}
    assert len(rows) == len(schema.dictionary())
    assert rows["EFFECT.points"]["unit"] == "percentage points"
    assert rows["Cluster.label_bits"]["family"] == "label"
    assert rows["Cluster.label_bits"]["written_by"] == "inform"
    assert rows["WEIGHT.value"]["written_by"] is None
