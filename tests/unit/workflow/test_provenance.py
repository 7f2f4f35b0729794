"""The key of a run hangs on everything its values depend on; its command recomputes it."""

from dataclasses import replace

import numpy as np
import pytest

from atlas.records import DataRecord
from atlas.workflow.ablate import AblateParams
from atlas.workflow.pair_params import PairParams
from atlas.workflow.partition import PartitionParams
from atlas.workflow.provenance import Subject, run_record

SUBJECT = Subject(network="mine", content_sha256="aa" * 32)
TRIALS = DataRecord(text="digits:test", sha256="bb" * 32, inputs=np.zeros((3, 2)), labels=np.zeros(3, int), n_classes=1)


def ablation(subject=SUBJECT, data=TRIALS, **changed):
    params = AblateParams(**changed).settled(data)
    return run_record(
        subject,
        kind="ablate",
        method=params.method,
        seed=params.seed,
        params=params.for_run,
        data=data,
        in_python=callable(params.score),
    )


def reward(outputs, labels):
    return outputs[:, 0]


def test_the_same_gives_the_same_key():
    assert ablation().key == ablation().key
    assert ablation().key.startswith("mine/run/ablate-")
    assert len(ablation().key) == len("mine/run/ablate-") + 10


@pytest.mark.parametrize(
    "other",
    [
        ablation(method="mean"),
        ablation(seed=1),
        ablation(partition="leiden-1.0-seed0"),
        ablation(outputs=False),
        ablation(score="rewards:reward"),
        ablation(subject=replace(SUBJECT, content_sha256="cc" * 32)),
        ablation(subject=replace(SUBJECT, partition_run="mine/run/partition-0")),
        ablation(data=replace(TRIALS, sha256="cc" * 32)),
    ],
)
def test_anything_else_gives_another_key(other):
    assert other.key != ablation().key


@pytest.mark.parametrize(
    ("params", "options"),
    [
        (PairParams(top=5), "--method zero --seed 0 --top 5"),
        (PairParams(partition="a", n_null=9), "--method zero --seed 0 --partition a --n-null 9 --top 1000"),
    ],
)
def test_pairs_are_of_neurons_or_of_clusters(params, options):
    run = run_record(SUBJECT, kind="pairs", method=params.method, seed=0, params=params.for_run, data=TRIALS)
    assert run.command == f"atlas pairs mine {options} --data digits:test"


def test_random_sets_do_not_concern_neurons():
    assert ablation(n_null=9).key == ablation().key
    assert ablation(n_null=9, partition="a").key != ablation(partition="a").key


def test_command():
    assert ablation().command == "atlas ablate mine --method zero --seed 0 --outputs --only neurons --data digits:test"
    quoted = ablation(data=replace(TRIALS, text="mnist:my folder:test"))
    assert quoted.command.endswith("--data 'mnist:my folder:test'")


def test_command_of_trials_from_memory():
    record = ablation(data=replace(TRIALS, text="memory"), partition="a")
    assert record.command == (
        "atlas.network('mine', forward=ingest.forward(module, key='mine', data=(x, y)))"
        ".ablate(method='zero', seed=0, partition='a', outputs=False, n_null=999, only='clusters')"
    )


def test_command_with_a_score():
    options = "--method zero --seed 0 --partition a --outputs --score rewards:reward --n-null 999 --only clusters"
    assert ablation(partition="a", score="rewards:reward").command == f"atlas ablate mine {options} --data digits:test"


def test_command_with_a_function():
    assert ablation(score=reward).command == (
        "atlas.network('mine', forward=ingest.forward(module, key='mine', data='digits:test'))"
        f".ablate(method='zero', seed=0, outputs=True, score='{__name__}:reward', only='neurons')"
    )


@pytest.mark.parametrize(
    ("changed", "outputs"),
    [({}, True), ({"partition": "a"}, False), ({"partition": "a", "score": reward}, True), ({"outputs": False}, False)],
)
def test_outputs_of_neurons_and_of_clusters(changed, outputs):
    assert AblateParams(**changed).settled(TRIALS).outputs is outputs


def test_outputs_of_clusters_without_classes():
    values = replace(TRIALS, n_classes=0, values=np.zeros((3, 1)))
    assert AblateParams(partition="a").settled(values).outputs is True


def test_what_a_run_records():
    record = ablation(partition="a")
    assert dict(record.params) == {"partition": "a", "outputs": False, "score": None, "n_null": 999}
    assert (record.data, record.data_sha256, record.n_trials) == ("digits:test", "bb" * 32, 3)


@pytest.mark.parametrize(
    ("params", "name"),
    [
        (PartitionParams(), "leiden-1.0-seed0"),
        (PartitionParams(resolution=2, seed=3), "leiden-2.0-seed3"),
        (PartitionParams(name="mine"), "mine"),
    ],
)
def test_names_of_partitions(params, name):
    assert params.partition_name == name


def test_what_was_found_is_in_the_key_and_not_in_the_command():
    plain, found = (
        run_record(SUBJECT, kind="indicators", method="spearman", seed=0, params={}, data=TRIALS, found=more)
        for more in (None, {"initial_sha256": "dd"})
    )
    assert plain.key != found.key
    assert plain.command == found.command
    assert dict(found.params) == {"initial_sha256": "dd"}
