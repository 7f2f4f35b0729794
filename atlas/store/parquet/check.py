"""Check that the rows of an export hold together before anything of it is written."""

from __future__ import annotations

from typing import NoReturn

import polars as pl

from atlas.errors import NonFiniteWeights, UnreadableFile
from atlas.keys import SEGMENT, check_segment
from atlas.schema import FAMILIES
from atlas.store.parquet.contents import Contents
from atlas.store.parquet.tables import ENDS, ROOT, LinkTable, NodeTable, link_tables, node_tables

_KEY = rf"^{SEGMENT.pattern}(/{SEGMENT.pattern})+$"
# What the keys of a label are made of, after the network's.
_PARTS = {
    "Layer": ("name",),
    "Neuron": ("layer", "number"),
    "Target": ("name",),
    "Partition": ("name",),
    "Cluster": ("partition", "number"),
}
_PREFIX = {"Target": "target/"}
_RUN_COLUMNS = ("run", *(family.run_property for family in FAMILIES))


def check_contents(contents: Contents) -> None:
    """Check keys, ends, belonging, runs and counts.

    Raises
    ------
    BadKey, UnreadableFile, NonFiniteWeights
        The rows do not hold together.
    """
    network = _check_root(contents)
    for node_table in node_tables():
        frame = contents.nodes(node_table)
        if node_table.label != ROOT:
            _check_keys(contents, node_table, frame, network)
            _check_belonging(contents, node_table)
        _check_runs(contents, node_table, frame)
    _check_layers(contents)
    for link_table in link_tables():
        for piece in contents.pieces(link_table):
            _check_links(contents, link_table, piece, network)


def _check_root(contents: Contents) -> str:
    root = contents.nodes(node_tables()[0])
    manifest = contents.manifest
    stated = [(manifest.network, manifest.content_sha256)]
    if root.select("key", "content_sha256").rows() != stated:
        _refuse(contents, node_tables()[0], f"does not hold the one network {manifest.network!r} of the manifest")
    check_segment(manifest.network, what="network")
    return manifest.network


def _check_keys(contents: Contents, table: NodeTable, frame: pl.DataFrame, network: str) -> None:
    """Check that keys are there, unique, after the rule, of this network, and made of what they name."""
    right = pl.col("key").str.contains(_KEY) & (pl.col("network") == network)
    right &= pl.col("key").str.starts_with(f"{network}/")
    if parts := _PARTS.get(table.label):
        made = pl.concat_str([pl.col(part) for part in parts], separator="/")
        right &= pl.col("key") == pl.lit(f"{network}/{_PREFIX.get(table.label, '')}") + made
    if table.label == "Run":
        right &= pl.col("state") == "finished"
    for key in frame.filter(~right.fill_null(False))["key"].head(1):
        _refuse(contents, table, f"holds {key!r}, which is not what a {table.label} of {network!r} is like")
    if frame["key"].n_unique() < frame.height:
        _refuse(contents, table, "holds a key twice")


def _check_belonging(contents: Contents, table: NodeTable) -> None:
    """Check that every node hangs on exactly one parent, and every partition on one run."""
    owners = {table.owner: ENDS[table.from_parent]} | ({"WROTE": "target"} if table.label == "Partition" else {})
    for link in link_tables():
        if link.type in owners:
            children = contents.bare(link)[owners[link.type]].sort()
            apart = pl.lit(link.type == table.owner and table.from_parent) & ~pl.col("target").str.starts_with(
                pl.col("source") + "/"
            )
            unlike = not children.equals(contents.keys(table.label).sort(), check_names=False)
            if unlike or contents.bare(link).filter(apart).height:
                _refuse(contents, link, f"does not hang every {table.label} on one {table.parent}, and nothing else")


def _check_layers(contents: Contents) -> None:
    """Check that the neurons of every layer are numbered 0, 1, 2, … and as many as it says."""
    tables = {table.label: table for table in node_tables()}
    layers, neurons = contents.nodes(tables["Layer"]), contents.nodes(tables["Neuron"])
    place = ["layer", "layer_number"]
    expected = layers.select(pl.col("name").alias("layer"), pl.col("number").alias("layer_number"), "n_neurons")
    counted = neurons.group_by(place).agg(
        pl.len().cast(pl.Int64).alias("n"), pl.col("number").min().alias("first"), pl.col("number").max().alias("last")
    )
    joined = expected.join(counted, on=place, how="full", coalesce=True)
    dense = (pl.col("n") == pl.col("n_neurons")) & (pl.col("first") == 0) & (pl.col("last") == pl.col("n") - 1)
    empty = pl.col("n").is_null() & (pl.col("n_neurons") == 0)
    for layer in joined.filter(~(dense | empty).fill_null(False))["layer"].head(1):
        _refuse(contents, tables["Neuron"], f"does not hold the neurons 0, 1, 2, … that the layer {layer!r} has")
    stored = contents.manifest.count("WEIGHT")
    root = contents.nodes(tables[ROOT]).row(0, named=True)
    for name, count in {"n_neurons": neurons.height, "n_layers": layers.height, "n_stored_weights": stored}.items():
        if root[name] != count:
            _refuse(contents, tables[ROOT], f"says {name} is {root[name]}, the files hold {count}")


def _check_links(contents: Contents, table: LinkTable, piece: pl.DataFrame, network: str) -> None:
    """Check that both ends are there; of a type between networks, one end is this network."""
    known = {
        end: pl.concat([contents.keys(label) for label in labels])
        for end, labels in zip(ENDS, (table.sources, table.targets), strict=True)
    }
    right = {end: pl.col(end).is_in(keys.implode()).fill_null(False) for end, keys in known.items()}
    if table.between_networks:
        other = pl.col("source").str.contains(f"^{SEGMENT.pattern}$") & pl.col("target").str.contains(
            f"^{SEGMENT.pattern}$"
        )
        holds = (right["source"] | right["target"]) & other.fill_null(False)
    else:
        holds = right["source"] & right["target"]
    for row in piece.filter(~holds).head(1).select(ENDS).rows():
        _refuse(contents, table, f"leads from {row[0]!r} to {row[1]!r}, which the export of {network!r} does not hold")
    _check_runs(contents, table, piece)
    if "run" not in table.properties:
        _check_finite(contents, table, piece)


def _check_runs(contents: Contents, table: NodeTable | LinkTable, frame: pl.DataFrame) -> None:
    """Check that every value names a run of the export."""
    for name in _RUN_COLUMNS:
        if name in table.columns:
            unknown = frame.filter(~pl.col(name).is_in(contents.keys("Run").implode()))
            for run in unknown[name].head(1):
                _refuse(contents, table, f"names the run {run!r}, which the export does not hold")
            if name == "run" and frame[name].null_count():
                _refuse(contents, table, "holds a value that names no run")


def _check_finite(contents: Contents, table: LinkTable, piece: pl.DataFrame) -> None:
    for name in table.properties:
        if table.columns[name] == pl.Float64() and not piece[name].is_finite().all():
            raise NonFiniteWeights(
                f"The column {name!r} of {str(contents.folder / table.file)!r} holds NaN or infinity. "
                "An atlas needs finite weights. Repair or retrain the network."
            )


def _refuse(contents: Contents, table: NodeTable | LinkTable, why: str) -> NoReturn:
    raise UnreadableFile(f"{str(contents.folder / table.file)!r} {why}. Export the network again.")
