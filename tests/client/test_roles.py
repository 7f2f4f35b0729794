"""`atlas roles` on two_blocks, and the same from Python: who has which role is worked out by hand."""

import shlex

import pytest
from networks import two_blocks, two_blocks_data

import ingest
from atlas import connect
from atlas.errors import BadParameter, MissingAnalysis, UnknownName
from atlas.store import fingerprint

KEY, BARE = "client-roles", "client-roles-bare"
SPECIALISTS = {
    "dense_1/0": "0",
    "dense_1/2": "1",
    "dense_2/0": "0",
    "dense_2/1": "0",
    "dense_2/2": "1",
    "dense_2/3": "1",
}


@pytest.fixture(scope="module")
def ingested(neo4j_access):
    """two_blocks twice: ablated and with indicators under KEY, without anything under BARE; removed at the end."""
    uri, user, password = neo4j_access.values()
    with connect(uri, user=user, password=password) as atlas:
        measured = ingest.add(atlas, two_blocks(), key=KEY, data=two_blocks_data())
        ingest.add(atlas, two_blocks(), key=BARE, data=two_blocks_data())
        measured.ablate(only="neurons")
        measured.indicators(n_bootstrap=0, n_null=0)
        yield measured
        for key in (KEY, BARE):
            atlas.remove(key)


def judged(atlas, role):
    """Give the target and value of the neurons with a role, by layer and number."""
    found = atlas.ask("neurons_by_role", network=KEY, role=role)
    names = found["neuron"].str.removeprefix(f"{KEY}/")
    return dict(zip(names, zip(found["target"], found["value"], strict=True), strict=True))


def test_roles(run, ingested, atlas):
    left_out = "relay, redundant left out: run `atlas relay client-roles`"
    what = "roles of neurons (dead, saturated, specialist)"
    planned = run("roles", KEY, "--dry-run").stdout
    assert planned.startswith(f"{what}: 8 neurons, 6 relationships to write, about 0")
    key = planned.split(" as ")[1].strip()
    done = run("roles", KEY)
    assert done.exit_code == 0, done.stderr
    # 6 of 8 neurons are active in all 64 trials: too few to be sure that they are in 99 %
    assert done.stdout.startswith(
        f"{what}: written, {key}; dead 0 of 8, saturated 0 of 8, specialist 6 of 8; 6 neurons"
    )
    # log(0.05 * 6 / 8) / log(0.99) = 326.7
    assert "called saturated: 327 trials are enough" in done.stdout
    assert left_out in done.stdout
    assert f"{what}: already there, {key}" in run("roles", KEY).stdout
    assert judged(atlas, "specialist") == {neuron: (target, 1) for neuron, target in SPECIALISTS.items()}
    neurons = atlas.network(KEY).neurons().set_index("neuron")
    assert neurons.loc[f"{KEY}/dense_1/0", ["roles", "roles_run"]].tolist() == ["specialist", key]
    assert neurons["roles"].notna().sum() == 6
    for check in ("headlines_unlike_their_values", "labels_unlike_their_properties", "values_without_a_run"):
        assert atlas.ask(check, network=KEY).empty


def test_the_command_of_a_run_recomputes_it(run, ingested, atlas):
    # q of six in eight is 8 / 6 * 0.94^64 = 0.0254: now 64 trials are enough
    ingested.relay(only="neurons", n_null=99, n_subsamples=0, n_searches=0, n_sets=0)
    done = run("roles", KEY, "--roles", "saturated,relay,redundant", "--least-share", "0.06")
    assert done.exit_code == 0, done.stderr
    assert set(judged(atlas, "saturated")) == {
        *("dense_1/0", "dense_1/1", "dense_1/2"),
        *("dense_2/0", "dense_2/2", "dense_2/3"),
    }
    # halved by 2-means, these two tell the same, the class of every trial
    redundant = judged(atlas, "redundant")
    assert [redundant[neuron] for neuron in ("dense_1/0", "dense_1/2")] == [("all", 0), ("all", 0)]
    with pytest.raises(MissingAnalysis, match="judged relay, redundant, saturated only"):
        judged(atlas, "specialist")
    before = fingerprint(atlas.store, KEY)
    runs = atlas.runs(KEY).set_index("kind")
    command = runs["command"][["roles"]].iloc[-1]
    assert command == (
        f"atlas roles {KEY} --roles relay,redundant,saturated --relay-run {runs.loc['relay', 'run']} "
        f"--activation-run {runs.loc['indicators', 'run']} "
        "--fdr 0.05 --redundant-share 0.1 --least-share 0.06 --min-selectivity 0.8"
    )
    assert "already there" in run(*shlex.split(command)[1:]).stdout
    assert fingerprint(atlas.store, KEY) == before


@pytest.mark.parametrize(
    ("words", "culprit"),
    [
        (["roles", BARE], f"lacks those that tell them. Run what tells relay, redundant: `atlas relay {BARE}`; dead"),
        (["roles", BARE, "--roles", "hub"], "Run what tells provincial, hub, connector, bottleneck: `atlas partition"),
        (["roles", KEY, "--roles", "dead,hub"], f"`atlas partition {KEY}`"),
        (["roles", "client-role"], f"Did you mean '{KEY}'?"),
        (["roles", KEY, "--roles", "specialists"], "Unknown role 'specialists'. Did you mean 'specialist'?"),
        (["roles", KEY, "--roles", ","], "No role is named"),
        (["roles", KEY, "--effect-run", f"{KEY}/run/ablate"], "Unknown run of `atlas ablate` about neurons"),
        (["roles", KEY, "--roles", "dead", "--effect-run", "x"], "Leave out effect_run"),
        (["roles", KEY, "--fdr", "0"], "fdr is 0"),
        (["ask", "neurons_by_role", f"network={BARE}"], f"Run `atlas roles {BARE}`"),
    ],
)
def test_refused(words, culprit, run, ingested, atlas):
    before = fingerprint(atlas.store, KEY), fingerprint(atlas.store, BARE)
    done = run(*words)
    assert (done.exit_code, done.stdout) == (1, "")
    (error,) = [line for line in done.stderr.splitlines() if line.startswith("atlas: ")]
    assert culprit in error
    assert (fingerprint(atlas.store, KEY), fingerprint(atlas.store, BARE)) == before


def test_in_a_notebook(ingested, atlas):
    outcome = ingested.roles(roles="specialist", min_selectivity=0.9)
    assert outcome.result.to_frame()["target"].tolist() == list(SPECIALISTS.values())
    assert ingested.roles(roles=["specialist"], min_selectivity=0.9).already_there
    with pytest.raises(UnknownName, match="Unknown role 'expert'"):
        ingested.roles(roles=["expert"])
    with pytest.raises(BadParameter, match="least_share is 2"):
        ingested.roles(least_share=2)
    with pytest.raises(MissingAnalysis, match=f"atlas partition {BARE}"):
        atlas.network(BARE).roles()
