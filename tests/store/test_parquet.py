"""A network leaves as Parquet files and comes back equal; what does not hold together is refused, and not written."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pyarrow.parquet as pq
import pytest
from partitions import scored
from queries.lesioned import lesions
from store.samples import by_labels, clusters_of, effects, halves, information, mixed, run, two_blocks

from atlas import store as room
from atlas.errors import (
    AtlasError,
    BadKey,
    DiskFull,
    InputError,
    KeyTaken,
    NonFiniteWeights,
    SchemaMismatch,
    StoreError,
    UnknownName,
    UnreadableFile,
)
from atlas.keys import neuron_key, run_key
from atlas.results import Links
from atlas.store import Store
from atlas.store.parquet import export, export_network, files, import_network, writing
from atlas.store.parquet.tables import ENDS, link_tables, node_tables

Change = Callable[[Path], None]
CYPHER = "'}) DETACH DELETE n //"
_CHECKS = sorted((Path(__file__).parents[2] / "queries" / "checks").glob("*.cypher"))
_TIMES = "MATCH (r:Run {network: $key}) RETURN r.key AS k, r.started_at AS s, r.finished_at AS f ORDER BY k"
_LEFT = "MATCH (x) WHERE x.network = $key OR x.key = $key RETURN x.key AS key"
_NEXT = "MATCH (a:Network)-[r:NEXT]->(b:Network) WHERE a.key = $key RETURN b.key AS to, r.n_steps AS n"


@pytest.fixture
def analysed(store: Store, key: str) -> str:
    """two_blocks with a partition, effects of neurons and clusters, and information."""
    record = replace(two_blocks(key), dataset=CYPHER, seed=3)
    hidden = [neuron_key(key, layer, i) for layer in ("dense_1", "dense_2") for i in range(4)]
    points = [[50.0, 100, 0], [0, 0, 0], [50, 0, 100], [0, 0, 0], [50, 100, 0], [25, 50, 0], [50, 0, 100], [25, 0, 50]]
    room.load(store, record)
    room.annotate_partition(store, run(key, "partition"), halves(record), name="halves")
    room.annotate_effects(store, run(key, "ablate"), effects(hidden, points, [0.01] * 8))
    of_clusters = effects(clusters_of(key, "halves"), [[50, 100, 0], [50, 0, 100]], [0.01, 0.5])
    room.annotate_effects(store, run(key, "ablate", "2", partition="halves"), of_clusters)
    room.annotate_information(store, run(key, "inform"), information(hidden, [[1.0, 0.5, 0.5]] * 8))
    return key


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "out"


def _nothing_wrong(store: Store, key: str) -> bool:
    return all(store.query(check.read_text(), {"network": key}).rows == [] for check in _CHECKS)


def test_back(store: Store, analysed: str, folder: Path) -> None:
    before, times = room.fingerprint(store, analysed), store.rows(_TIMES, key=analysed)
    manifest = export_network(store, analysed, folder)
    assert [manifest.count(name) for name in ("Neuron", "WEIGHT", "Run", "EFFECT")] == [14, 40, 4, 30]
    assert manifest.left_out == ()
    room.remove_network(store, analysed)
    assert import_network(store, folder).loaded
    assert room.fingerprint(store, analysed) == before
    assert store.rows(_TIMES, key=analysed) == times
    assert _nothing_wrong(store, analysed)
    loaded_at = room.network_properties(store, analysed)["loaded_at"]
    assert not import_network(store, folder).loaded
    assert room.network_properties(store, analysed)["loaded_at"] == loaded_at
    assert (
        export_network(store, analysed, folder, overwrite=True).sha256["weight.parquet"]
        == (manifest.sha256["weight.parquet"])
    )


def test_partition_within_another(store: Store, analysed: str, folder: Path) -> None:
    links = Links(
        n_weights=np.array([[4, 0, 0], [2, 0, 1], [0, 0, 0]]),
        n_possible=np.array([[8, 4, 0], [4, 0, 2], [0, 0, 0]]),
        strength=scored(np.array([[3.0, 0, 0], [1, 0, 0.5], [0, 0, 0]]), null_mean=1.0, null_sd=0.5, z=2.0, p=0.04),
        q=np.full((3, 3), 0.05),
    )
    finer = replace(
        by_labels(two_blocks(analysed), [0, 0, 1, 1, 0, 2, 1, 1, 0, 0, 1, 1, 0, 1]),
        links=links,
        within=(0, 1, 0),
        params={"within": "halves"},
    )
    room.annotate_partition(store, run(analysed, "partition", "2", within="halves"), finer, name="finer")
    params = {"partition": "finer", "rule": "corrected", "level": 0.05}
    tested = replace(run(analysed, "inform"), kind="lesion", key=run_key(analysed, "lesion", "1"), params=params)
    room.annotate_lesion(store, tested, lesions(f"{analysed}/finer"), partition="finer")
    before = room.fingerprint(store, analysed)
    manifest = export_network(store, analysed, folder)
    assert [manifest.count(name) for name in ("LINK", "WITHIN", "LESION")] == [4, 3, 11]
    room.remove_network(store, analysed)
    import_network(store, folder)
    assert room.fingerprint(store, analysed) == before
    assert _nothing_wrong(store, analysed)


def test_pandas(store: Store, analysed: str, folder: Path) -> None:
    export_network(store, analysed, folder)
    weights = pd.read_parquet(folder / "weight.parquet")
    assert (len(weights), weights["strength"].sum(), weights["value"].sum()) == (40, 20, 12)
    assert weights.iloc[0].tolist() == [f"{analysed}/input/0", f"{analysed}/dense_1/0", 1, 1]
    neurons = pd.read_parquet(folder / "neurons.parquet")
    assert neurons["effect_points"].tolist()[4:12] == [50, 0, 50, 0, 50, 25, 50, 25]
    assert neurons["effect_points"].isna().sum() == 6
    assert pd.read_parquet(folder / "clusters.parquet")["is_module"].tolist() == [True, False]
    runs = pd.read_parquet(folder / "runs.parquet")
    assert (runs["finished_at"] >= runs["started_at"]).all()
    assert sorted(runs["kind"]) == ["ablate", "ablate", "inform", "partition"]
    assert pd.read_parquet(folder / "information.parquet")["reliable"].tolist() == [True] * 24
    assert pd.read_parquet(folder / "network.parquet")["dataset"].tolist() == [CYPHER]
    members = pd.read_parquet(folder / "in_cluster.parquet")
    assert members["target"].value_counts().tolist() == [7, 7]


def test_mixed(store: Store, key: str, folder: Path) -> None:
    room.load(store, mixed(key))
    before = room.fingerprint(store, key)
    export_network(store, key, folder)
    weights = pd.read_parquet(folder / "weight.parquet")
    unsigned = weights["target"].str.contains("/one/|/two/")
    assert weights["value"].isna().equals(unsigned)
    assert len(pd.read_parquet(folder / "composes.parquet")) == 16
    room.remove_network(store, key)
    import_network(store, folder)
    assert room.fingerprint(store, key) == before


def test_in_pieces(store: Store, analysed: str, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    before = room.fingerprint(store, analysed)
    for place, name, n in (
        (export, "LINKS_AT_ONCE", 7),
        (files, "ROWS_AT_ONCE", 10),
        (writing, "NODES_AT_ONCE", 3),
        (writing, "LINKS_AT_ONCE", 4),
    ):
        monkeypatch.setattr(place, name, n)
    export_network(store, analysed, folder)
    weights = pq.ParquetFile(folder / "weight.parquet").metadata
    sizes = [weights.row_group(i).num_rows for i in range(weights.num_row_groups)]
    assert (sum(sizes), max(sizes)) == (40, 10)
    room.remove_network(store, analysed)
    import_network(store, folder)
    assert room.fingerprint(store, analysed) == before


def test_next(store: Store, key: str, tmp_path: Path) -> None:
    other = f"{key}-2"
    try:
        for name in (key, other):
            room.load(store, two_blocks(name))
        ends = {"a": key, "b": other}
        store.write(
            ("MATCH (a:Network {key: $a}) MATCH (b:Network {key: $b}) CREATE (a)-[:NEXT {n_steps: 5}]->(b)", ends)
        )
        for name in (key, other):
            export_network(store, name, tmp_path / name)
        for name in (key, other):
            room.remove_network(store, name)
        import_network(store, tmp_path / key)
        assert store.rows(_NEXT, key=key) == []  # the other end is not there yet
        import_network(store, tmp_path / other)
        assert store.rows(_NEXT, key=key) == [{"to": other, "n": 5}]
    finally:
        room.remove_network(store, other)


def test_unfinished_run(store: Store, analysed: str, folder: Path) -> None:
    neuron = f"{analysed}/dense_1/0"
    with_value = run(analysed, "ablate", "3")
    room.begin(store, with_value)
    value = "MATCH (x:Neuron {key: $x}) MATCH (t:Target {key: $t}) CREATE (x)-[:EFFECT {run: $run, points: 1.0}]->(t)"
    store.write((value, {"x": neuron, "t": f"{analysed}/target/all", "run": with_value.key}))
    manifest = export_network(store, analysed, folder)
    assert (manifest.count("Run"), manifest.count("EFFECT")) == (4, 30)
    room.fail(store, with_value)


def test_undeclared(store: Store, key: str, folder: Path) -> None:
    room.load(store, two_blocks(key))
    store.write(("MATCH (x:Neuron {key: $x}) SET x.note = 'mine'", {"x": f"{key}/input/0"}))
    assert export_network(store, key, folder).left_out == ("Neuron.note",)
    store.write(("MATCH (x:Neuron {key: $x}) SET x.in_strength = 'much'", {"x": f"{key}/input/0"}))
    with pytest.raises(SchemaMismatch, match=r"Neuron\.in_strength"):
        export_network(store, key, folder, overwrite=True)
    assert (folder / "manifest.json").is_file()


def test_taken(store: Store, analysed: str, folder: Path) -> None:
    export_network(store, analysed, folder)
    room.remove_network(store, analysed)
    room.load(store, replace(two_blocks(analysed), dataset=CYPHER, seed=3))
    with pytest.raises(KeyTaken, match="without 4 of the runs"):
        import_network(store, folder)
    room.remove_network(store, analysed)
    room.load(store, two_blocks(analysed))
    before = room.fingerprint(store, analysed)
    with pytest.raises(KeyTaken, match="Another network stands"):
        import_network(store, folder)
    assert room.fingerprint(store, analysed) == before


def test_place(store: Store, key: str, tmp_path: Path, folder: Path) -> None:
    with pytest.raises(UnknownName):
        export_network(store, key, folder)
    room.load(store, two_blocks(key))
    with pytest.raises(InputError, match="no folder"):
        export_network(store, key, folder / "deeper")
    folder.mkdir()
    with pytest.raises(KeyTaken, match="--overwrite"):
        export_network(store, key, folder)
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(KeyTaken, match="not an export"):
        export_network(store, key, folder, overwrite=True)
    assert (folder / "thesis.txt").read_text() == "mine"


def test_half_written(store: Store, key: str, tmp_path: Path, folder: Path) -> None:
    room.load(store, two_blocks(key))
    export_network(store, key, folder)
    before = (folder / "manifest.json").read_bytes()

    def stop(step: str, done: int, total: int) -> None:
        if step == "export WEIGHT":
            raise KeyboardInterrupt

    def remove(step: str, done: int, total: int) -> None:
        if step == "export WEIGHT":
            store.write(("MATCH (n:Network {key: $key}) SET n.content_sha256 = 'other'", {"key": key}))

    for progress, error in ((stop, KeyboardInterrupt), (remove, StoreError)):
        with pytest.raises(error):
            export_network(store, key, folder, overwrite=True, progress=progress)
        assert (folder / "manifest.json").read_bytes() == before
        assert list(tmp_path.iterdir()) == [folder]


def _fill(path: Path) -> None:
    with files.ParquetFile(path, {"n": pl.Int64()}) as file:
        file.write(pl.DataFrame({"n": range(100_000)}))


def test_full_disk(tmp_path: Path) -> None:
    with pytest.raises(DiskFull), files.disk_errors(tmp_path):
        _fill(Path("/dev/full"))


def test_killed(store: Store, analysed: str, folder: Path, neo4j_access: dict[str, str]) -> None:
    before = room.fingerprint(store, analysed)
    export_network(store, analysed, folder)
    for step in ("import Run", "import Neuron", "import Cluster", "import EFFECT"):
        room.remove_network(store, analysed)
        program = f"""
import os
from pathlib import Path
from atlas.store import Store
from atlas.store.parquet import import_network
with Store(*(os.environ["ATLAS_NEO4J_" + name] for name in ("URI", "USER", "PASSWORD"))) as store:
    die = lambda step, done, total: step == {step!r} and os.kill(os.getpid(), 9)
    import_network(store, Path({str(folder)!r}), progress=die)
"""
        killed = subprocess.run([sys.executable, "-c", program], env={**os.environ, **neo4j_access})
        assert killed.returncode == -9
        with pytest.raises(UnknownName):
            room.network_properties(store, analysed)
        assert room.clean(store) == (analysed,)
        assert store.rows(_LEFT, key=analysed) == []
        assert import_network(store, folder).loaded
        assert room.fingerprint(store, analysed) == before


def _manifest(**changed: Any) -> Change:
    def change(folder: Path) -> None:
        found = json.loads((folder / "manifest.json").read_text())
        (folder / "manifest.json").write_text(json.dumps(found | changed))

    return change


def _rows(file: str, *expressions: pl.Expr) -> Change:
    """Rewrite a file with other values, and the manifest so that the hash is right."""
    return _frame(file, lambda frame: frame.with_columns(*expressions))


def _frame(file: str, new: Callable[[pl.DataFrame], pl.DataFrame]) -> Change:
    def change(folder: Path) -> None:
        frame = new(pl.read_parquet(folder / file))
        frame.write_parquet(folder / file)
        _rehash(folder, file, frame.height)

    return change


def _rehash(folder: Path, file: str, n_rows: int) -> None:
    found = json.loads((folder / "manifest.json").read_text())
    found["sha256"][file] = hashlib.sha256((folder / file).read_bytes()).hexdigest()
    found["n_rows"][file] = n_rows
    (folder / "manifest.json").write_text(json.dumps(found))


def _truncated(folder: Path) -> None:
    file = folder / "weight.parquet"
    file.write_bytes(file.read_bytes()[:300])


def _truncated_and_hashed(folder: Path) -> None:
    _truncated(folder)
    _rehash(folder, "weight.parquet", 40)


def _linked(folder: Path) -> None:
    (folder / "weight.parquet").rename(folder.parent / "weight.parquet")
    (folder / "weight.parquet").symlink_to(folder.parent / "weight.parquet")


def _listed(folder: Path) -> None:
    (folder / "n) DETACH DELETE n.parquet").write_bytes((folder / "weight.parquet").read_bytes())
    _rehash(folder, "n) DETACH DELETE n.parquet", 40)


def _first(column: str, value: object) -> pl.Expr:
    return pl.when(pl.int_range(pl.len()) == 0).then(pl.lit(value)).otherwise(pl.col(column)).alias(column)


HOSTILE: dict[str, tuple[Change, type[AtlasError], str]] = {
    "truncated": (_truncated, UnreadableFile, "is not what the manifest says"),
    "damaged": (_truncated_and_hashed, UnreadableFile, "damaged|cannot be read"),
    "missing": (lambda folder: (folder / "weight.parquet").unlink(), UnreadableFile, "is missing"),
    "linked": (_linked, UnreadableFile, "is missing"),
    "no-manifest": (lambda folder: (folder / "manifest.json").unlink(), UnreadableFile, "cannot be read"),
    "no-json": (lambda folder: (folder / "manifest.json").write_text("{"), UnreadableFile, "damaged"),
    "list": (lambda folder: (folder / "manifest.json").write_text("[1]"), UnreadableFile, "not the manifest"),
    "format": (_manifest(format="zip"), UnreadableFile, "not the manifest"),
    "counts": (_manifest(n_rows={"weight.parquet": -1}), UnreadableFile, "not the manifest"),
    "version": (_manifest(schema_version=99), SchemaMismatch, "version 99"),
    "unlisted-file": (_listed, SchemaMismatch, "does not know"),
    "outside": (_manifest(n_rows={"../x": 1}, sha256={"../x": ""}), SchemaMismatch, "does not know"),
    "other-key": (_manifest(network="x"), UnreadableFile, "one network 'x'"),
    "extra-column": (_rows("weight.parquet", pl.lit(1).alias(CYPHER)), SchemaMismatch, "does not declare"),
    "type": (_rows("weight.parquet", pl.col("value").cast(pl.String)), UnreadableFile, "has type String"),
    "integer": (_rows("neurons.parquet", pl.col("number").cast(pl.Float64)), UnreadableFile, "has type Float64"),
    "no-key": (_frame("neurons.parquet", lambda frame: frame.drop("key")), UnreadableFile, "no column 'key'"),
    "null-key": (_rows("neurons.parquet", _first("key", None)), UnreadableFile, "is not what a Neuron"),
    "cypher-key": (_rows("neurons.parquet", _first("key", CYPHER)), UnreadableFile, "is not what a Neuron"),
    "strange-key": (_rows("neurons.parquet", _first("key", "other/input/0")), UnreadableFile, "is not what a Neuron"),
    "twice": (_frame("neurons.parquet", lambda f: pl.concat([f, f.head(1)])), UnreadableFile, "a key twice"),
    "number": (_rows("layers.parquet", _first("n_neurons", 5)), UnreadableFile, "the neurons 0, 1, 2"),
    "fewer": (_frame("weight.parquet", lambda frame: frame.head(39)), UnreadableFile, "n_stored_weights is 40"),
    "dangling": (_rows("weight.parquet", _first("target", "x/y/1")), UnreadableFile, "'x/y/1'"),
    "null-end": (_rows("weight.parquet", _first("target", None)), UnreadableFile, "leads from"),
    "wrong-end": (_rows("effect.parquet", pl.col("source").alias("target")), UnreadableFile, "leads from"),
    "loose": (_frame("has_neuron.parquet", lambda frame: frame.head(13)), UnreadableFile, "hang every Neuron"),
    "moved": (_frame("has_neuron.parquet", lambda f: f.with_columns(f["source"].reverse())), UnreadableFile, "hang"),
    "nan": (_rows("weight.parquet", _first("value", float("nan"))), NonFiniteWeights, "NaN"),
    "no-run": (_rows("effect.parquet", _first("run", None)), UnreadableFile, "names no run"),
    "strange-run": (_rows("neurons.parquet", pl.lit("x").alias("effect_run")), UnreadableFile, "the run 'x'"),
    "running": (_rows("runs.parquet", pl.lit("running").alias("state")), UnreadableFile, "is not what a Run"),
    "stranger": (
        _frame("next.parquet", lambda _: pl.DataFrame({"source": ["x"], "target": ["y"], "n_steps": [1]})),
        UnreadableFile,
        "'x' to 'y'",
    ),
}


@pytest.fixture(scope="module")
def good(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An export of a network that is not in the atlas any more."""
    folder, key = tmp_path_factory.mktemp("good") / "out", "store-hostile-import"
    record = two_blocks(key)
    room.load(store, record)
    hidden = [neuron_key(key, "dense_1", i) for i in range(4)]
    room.annotate_partition(store, run(key, "partition"), halves(record), name="halves")
    room.annotate_effects(store, run(key, "ablate"), effects(hidden, [[50, 100, 0]] * 4, [0.01] * 4))
    export_network(store, key, folder)
    room.remove_network(store, key)
    return folder


@pytest.mark.parametrize("what", HOSTILE)
def test_hostile(store: Store, good: Path, tmp_path: Path, what: str) -> None:
    change, error, message = HOSTILE[what]
    folder = tmp_path / "out"
    subprocess.run(["cp", "-r", str(good), str(folder)], check=True)
    change(folder)
    with pytest.raises(error, match=message) as raised:
        import_network(store, folder)
    assert type(raised.value) is error
    assert store.rows(_LEFT, key="store-hostile-import") == []


def test_bad_key(store: Store, good: Path, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    subprocess.run(["cp", "-r", str(good), str(folder)], check=True)
    _rows("network.parquet", pl.lit(CYPHER).alias("key"))(folder)
    _manifest(network=CYPHER)(folder)
    with pytest.raises(BadKey):
        import_network(store, folder)
    assert store.rows("MATCH (n:Schema) RETURN count(n) AS n") == [{"n": 1}]


def test_older_export(store: Store, good: Path, tmp_path: Path) -> None:
    """A file or column that did not exist yet when it was exported is empty."""
    folder = tmp_path / "out"
    subprocess.run(["cp", "-r", str(good), str(folder)], check=True)
    found = json.loads((folder / "manifest.json").read_text())
    for name in ("n_rows", "sha256"):
        del found[name]["composes.parquet"]
    (folder / "manifest.json").write_text(json.dumps(found))
    _frame("layers.parquet", lambda frame: frame.drop("summary"))(folder)
    try:
        assert import_network(store, folder).loaded
        layers = room.layers(store, "store-hostile-import")
        assert ["summary" in layer for layer in layers] == [False] * 4
    finally:
        room.remove_network(store, "store-hostile-import")


def test_tables() -> None:
    """Every declared property has a column, and none is called like an end."""
    for table in link_tables():
        assert tuple(table.columns)[:2] == ENDS
        assert not set(table.properties) & set(ENDS)
    assert [table.label for table in node_tables()][:2] == ["Network", "Run"]
    names = [table.file for table in (*node_tables(), *link_tables())]
    assert len(names) == len(set(names))
