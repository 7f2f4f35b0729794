"""Each check is silent on a healthy atlas and fires on the fault it is for; faults are planted and taken out again."""

from contextlib import contextmanager

import pytest

from atlas.catalogue import ask, checks

NETWORK, P = "query-blocks", "leiden-1.0-seed0"
PARTITION_RUN = f"{NETWORK}/run/partition-only"
AGAIN = f"Run `atlas remove --run {PARTITION_RUN}` and partition again."

# Name of the check, the fault, the way back, and the key and problem it reports.
FAULTS = {
    "neurons_in_two_clusters": (
        "MATCH (x:Neuron {key: $n + '/dense_1/0'}) MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/1'}) "
        "CREATE (x)-[:IN_CLUSTER]->(c)",
        "MATCH (:Neuron {key: $n + '/dense_1/0'})-[r:IN_CLUSTER]->(:Cluster {number: 1}) DELETE r",
        (f"{NETWORK}/dense_1/0", f"in 2 clusters of partition {P}"),
    ),
    "partition_leaves_out_neurons": (
        "MATCH (x:Neuron {key: $n + '/dense_1/1'})-[r:IN_CLUSTER]->() DELETE r",
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/2'}) "
        "CREATE (x)-[:IN_CLUSTER {internal_share: 0.5, membership: 0.25, participation: 0.25, "
        "agreement_across_seeds: 1.0, within_z: 0.0, path_share: 0.125}]->(c)",
        (f"{NETWORK}/dense_1/1", f"in no cluster of partition {P}"),
    ),
    "values_without_a_run": (
        "MATCH (x:Neuron {key: $n + '/dense_1/0'}) MATCH (t:Target {key: $n + '/target/1'}) "
        "CREATE (x)-[:EFFECT {run: 'gone', points: 1.0}]->(t)",
        "MATCH (:Neuron {key: $n + '/dense_1/0'})-[r:EFFECT {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/dense_1/0", "1 EFFECT on target 1 of unknown run gone"),
    ),
    "values_without_a_run, between neurons": (
        "MATCH (x:Neuron {key: $n + '/dense_1/0'}) MATCH (y:Neuron {key: $n + '/dense_1/1'}) "
        "CREATE (x)-[:JOINT_EFFECT {run: 'gone', points: 1.0}]->(y)",
        "MATCH (:Neuron {key: $n + '/dense_1/0'})-[r:JOINT_EFFECT {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/dense_1/0", "1 JOINT_EFFECT of unknown run gone"),
    ),
    "values_without_a_run, between partitions": (
        "MATCH (p:Partition {key: $n + '/leiden-1.0-seed0'}) CREATE (p)-[:AGREES {run: 'gone'}]->(p)",
        "MATCH (:Partition {key: $n + '/leiden-1.0-seed0'})-[r:AGREES {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/{P}", "1 AGREES of unknown run gone"),
    ),
    "values_without_a_run, lesions of a partition": (
        "MATCH (p:Partition {key: $n + '/leiden-1.0-seed0'}) MATCH (l:Layer {key: $n + '/dense_1'}) "
        "CREATE (p)-[:LESION {run: 'gone'}]->(l)",
        "MATCH (:Partition {key: $n + '/leiden-1.0-seed0'})-[r:LESION {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/{P}", "1 LESION of unknown run gone"),
    ),
    "values_without_a_run, between clusters": (
        "MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/0'}) MATCH (d:Cluster {key: $n + '/leiden-1.0-seed0/1'}) "
        "CREATE (c)-[:JOINT_EFFECT {run: 'gone', points: 1.0}]->(d)",
        "MATCH (:Cluster {key: $n + '/leiden-1.0-seed0/0'})-[r:JOINT_EFFECT {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/{P}/0", "1 JOINT_EFFECT of unknown run gone"),
    ),
    "values_without_a_run, joint information of clusters": (
        "MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/0'}) MATCH (d:Cluster {key: $n + '/leiden-1.0-seed0/1'}) "
        "CREATE (c)-[:JOINT_INFORMATION {run: 'gone', target_name: 'all'}]->(d)",
        "MATCH (:Cluster {key: $n + '/leiden-1.0-seed0/0'})-[r:JOINT_INFORMATION {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/{P}/0", "1 JOINT_INFORMATION of unknown run gone"),
    ),
    "values_without_a_run, information of a layer": (
        "MATCH (l:Layer {key: $n + '/dense_1'}) MATCH (t:Target {key: $n + '/target/all'}) "
        "CREATE (l)-[:INFORMATION {run: 'gone', kind: 'complexity'}]->(t)",
        "MATCH (:Layer {key: $n + '/dense_1'})-[r:INFORMATION {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/dense_1", "1 INFORMATION on target all of unknown run gone"),
    ),
    "values_without_a_run, links": (
        "MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/0'}) CREATE (c)-[:LINK]->(c)",
        "MATCH (:Cluster {key: $n + '/leiden-1.0-seed0/0'})-[r:LINK]->() WHERE r.run IS NULL DELETE r",
        (f"{NETWORK}/{P}/0", "1 LINK of unknown run null"),
    ),
    "values_without_a_run, lesions of a cluster": (
        "MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/0'}) MATCH (l:Layer {key: $n + '/dense_1'}) "
        "CREATE (c)-[:LESION {run: 'gone'}]->(l)",
        "MATCH (:Cluster {key: $n + '/leiden-1.0-seed0/0'})-[r:LESION {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/{P}/0", "1 LESION of unknown run gone"),
    ),
    "values_without_a_run, lesions of a whole cluster": (
        "MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/0'}) MATCH (t:Target {key: $n + '/target/all'}) "
        "CREATE (c)-[:LESION {run: 'gone'}]->(t)",
        "MATCH (:Cluster {key: $n + '/leiden-1.0-seed0/0'})-[r:LESION {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/{P}/0", "1 LESION on target all of unknown run gone"),
    ),
    "values_without_a_run, motifs": (
        "MATCH (l:Layer {key: $n + '/dense_1'}) MATCH (m:Layer {key: $n + '/dense_2'}) "
        "CREATE (l)-[:MOTIF {run: 'gone'}]->(m)",
        "MATCH (:Layer {key: $n + '/dense_1'})-[r:MOTIF {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/dense_1", "1 MOTIF of unknown run gone"),
    ),
    "elements_without_a_network": (
        "CREATE (:Neuron:Element {key: $n + '/lost/0', network: $n})",
        "MATCH (x:Neuron {key: $n + '/lost/0'}) DELETE x",
        (f"{NETWORK}/lost/0", "reached from no network"),
    ),
    "headlines_unlike_their_values": (
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) SET x.effect_points = 99.0",
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) SET x.effect_points = 0.0",
        (f"{NETWORK}/dense_1/1", f"effect_points differs from run {NETWORK}/run/ablate-new"),
    ),
    "headlines_unlike_their_values, relays": (
        "MATCH (x:Neuron {key: $n + '/dense_2/0'}) SET x.relay_bits = 1.0",  # of which trials were too few
        "MATCH (x:Neuron {key: $n + '/dense_2/0'}) REMOVE x.relay_bits",
        (f"{NETWORK}/dense_2/0", f"relay_bits differs from run {NETWORK}/run/relay-new"),
    ),
    "headlines_unlike_their_values, relays alone": (
        "MATCH (x:Neuron {key: $n + '/dense_2/0'}) REMOVE x.relay_alone_bits",
        "MATCH (x:Neuron {key: $n + '/dense_2/0'}) SET x.relay_alone_bits = 0.25",
        (f"{NETWORK}/dense_2/0", f"relay_alone_bits differs from run {NETWORK}/run/relay-new"),
    ),
    "headlines_unlike_their_values, complexity": (
        "MATCH (x:Layer {key: $n + '/dense_1'}) SET x.complexity = 9.0",
        "MATCH (x:Layer {key: $n + '/dense_1'}) SET x.complexity = 1.25",
        (f"{NETWORK}/dense_1", f"complexity differs from run {NETWORK}/run/complexity-layers"),
    ),
    "values_without_a_run, correlations of a layer": (
        "MATCH (l:Layer {key: $n + '/dense_1'}) MATCH (t:Target {key: $n + '/target/all'}) "
        "CREATE (l)-[:CORRELATION {run: 'gone', kind: 'order'}]->(t)",
        "MATCH (:Layer {key: $n + '/dense_1'})-[r:CORRELATION {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/dense_1", "1 CORRELATION on target all of unknown run gone"),
    ),
    "headlines_unlike_their_values, mismatch": (
        "MATCH (x:Layer {key: $n + '/dense_1'}) SET x.gaussian_mismatch = 9.0",
        "MATCH (x:Layer {key: $n + '/dense_1'}) SET x.gaussian_mismatch = 0.25",
        (f"{NETWORK}/dense_1", f"gaussian_mismatch differs from run {NETWORK}/run/correlate-new"),
    ),
    "headlines_unlike_their_values, higher orders": (
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) SET x.higher_share = 1.0",  # which is constant
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) REMOVE x.higher_share",
        (f"{NETWORK}/dense_1/1", f"higher_share differs from run {NETWORK}/run/correlate-new"),
    ),
    "headlines_unlike_their_values, roles": (
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) SET x.roles = ['dead', 'relay'], x:Relay",
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) SET x.roles = ['dead'] REMOVE x:Relay",
        (f"{NETWORK}/dense_1/1", f"roles differs from run {NETWORK}/run/roles-new"),
    ),
    "values_without_a_run, roles": (
        "MATCH (x:Neuron {key: $n + '/dense_1/0'}) MATCH (t:Target {key: $n + '/target/1'}) "
        "CREATE (x)-[:ROLE {run: 'gone', role: 'specialist'}]->(t)",
        "MATCH (:Neuron {key: $n + '/dense_1/0'})-[r:ROLE {run: 'gone'}]->() DELETE r",
        (f"{NETWORK}/dense_1/0", "1 ROLE on target 1 of unknown run gone"),
    ),
    "labels_unlike_their_properties": (
        "MATCH (x:Neuron {key: $n + '/dense_1/0'}) SET x:Relay",
        "MATCH (x:Neuron {key: $n + '/dense_1/0'}) REMOVE x:Relay",
        (f"{NETWORK}/dense_1/0", "labels differ from its roles"),
    ),
    "labels_unlike_their_properties, another role": (
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) SET x:Relay REMOVE x:Dead",
        "MATCH (x:Neuron {key: $n + '/dense_1/1'}) SET x:Dead REMOVE x:Relay",
        (f"{NETWORK}/dense_1/1", "labels differ from its roles"),
    ),
    "labels_unlike_their_properties, modules": (
        "MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/4'}) SET c:Module",
        "MATCH (c:Cluster {key: $n + '/leiden-1.0-seed0/4'}) REMOVE c:Module",
        (f"{NETWORK}/{P}/4", "is a module by its label or by module_by, not by both"),
    ),
    "headlines_unlike_their_values, of another run": (
        "MATCH (x:Layer {key: $n + '/dense_1'}) SET x.label_run = 'gone'",
        "MATCH (x:Layer {key: $n + '/dense_1'}) SET x.label_run = $n + '/run/inform-neurons'",
        (f"{NETWORK}/dense_1", "no label information of run gone"),
    ),
}

# Name of the row, severity, the fault, the way back, and the example it gives.
ILLNESSES = {
    "unfinished load or removal": (
        "warning",
        "MATCH (n:Network {key: $n}) REMOVE n:Network SET n:Loading, n.owner = $owner",
        "MATCH (n:Loading {key: $n}) REMOVE n:Loading, n.owner SET n:Network",
        NETWORK,
    ),
    "unfinished run": (
        "warning",
        "CREATE (:Run {key: $n + '/run/ablate-half', network: $n, kind: 'ablate', state: 'running', owner: $owner})",
        "MATCH (run:Run {key: $n + '/run/ablate-half'}) DELETE run",
        f"{NETWORK}/run/ablate-half",
    ),
    "failed run": (
        "warning",
        "CREATE (:Run {key: $n + '/run/ablate-half', network: $n, kind: 'ablate', state: 'failed'})",
        "MATCH (run:Run {key: $n + '/run/ablate-half'}) DELETE run",
        f"{NETWORK}/run/ablate-half",
    ),
    "network without targets": (
        "error",
        "MATCH (n:Network {key: $n})-[r:HAS_TARGET]->(:Target {name: 'all'}) DELETE r",
        "MATCH (n:Network {key: $n}) MATCH (t:Target {key: $n + '/target/all'}) CREATE (n)-[:HAS_TARGET]->(t)",
        NETWORK,
    ),
    "neurons missing": (
        "error",
        "MATCH (:Layer)-[r:HAS_NEURON]->(:Neuron {key: $n + '/input/3'}) DELETE r",
        "MATCH (l:Layer {key: $n + '/input'}) MATCH (x:Neuron {key: $n + '/input/3'}) CREATE (l)-[:HAS_NEURON]->(x)",
        NETWORK,
    ),
    "weights missing": (
        "error",
        "MATCH (:Neuron {key: $n + '/input/3'})-[r:WEIGHT]->(:Neuron {key: $n + '/dense_1/3'}) DELETE r",
        "MATCH (a:Neuron {key: $n + '/input/3'}) MATCH (b:Neuron {key: $n + '/dense_1/3'}) "
        "CREATE (a)-[:WEIGHT {value: -1.0, strength: 1.0}]->(b)",
        NETWORK,
    ),
    "clusters missing": (
        "error",
        "MATCH (:Partition {key: $n + '/leiden-1.0-seed0'})-[r:HAS_CLUSTER]->(:Cluster {number: 4}) DELETE r",
        "MATCH (p:Partition {key: $n + '/leiden-1.0-seed0'}) MATCH (c:Cluster {key: p.key + '/4'}) "
        "CREATE (p)-[:HAS_CLUSTER]->(c)",
        f"{NETWORK}/{P}",
    ),
    "headline without a finished run": (
        "error",
        "MATCH (run:Run {key: $n + '/run/ablate-clusters'}) SET run.state = 'running', run.owner = $owner",
        "MATCH (run:Run {key: $n + '/run/ablate-clusters'}) SET run.state = 'finished' REMOVE run.owner",
        f"{NETWORK}/{P}/0",
    ),
}


@pytest.fixture
def planted(store):
    @contextmanager
    def planted(fault, way_back):
        parameters = {"n": NETWORK, "owner": store.owner}
        store.write((fault, parameters))
        try:
            yield
        finally:
            store.write((way_back, parameters))

    return planted


@pytest.mark.parametrize("name", [query.name for query in checks()])
def test_a_check_is_silent(store, name):
    assert ask(store, name, {"network": NETWORK}).empty


def test_every_check_has_a_fault():
    assert {fault.partition(",")[0] for fault in FAULTS} == {query.name for query in checks()}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_check_fires(store, planted, fault):
    name = fault.partition(",")[0]
    fault, way_back, (key, problem) = FAULTS[fault]
    with planted(fault, way_back):
        found = ask(store, name, {"network": NETWORK})
    assert found[["network", "key", "problem"]].values.tolist() == [[NETWORK, key, problem]]
    assert found["fix"][0].endswith(".")
    assert ask(store, name, {"network": NETWORK}).empty


def test_the_fix_of_a_partition_names_its_run(store, planted):
    fault, way_back, _ = FAULTS["neurons_in_two_clusters"]
    with planted(fault, way_back):
        assert ask(store, "neurons_in_two_clusters")["fix"].tolist() == [AGAIN]


def test_health_of_a_healthy_network(store):
    health = ask(store, "atlas_health", {"network": NETWORK})
    assert health["check"].tolist() == sorted(ILLNESSES)
    assert health["severity"].tolist() == ["ok"] * len(ILLNESSES)
    assert health["n_found"].tolist() == [0] * len(ILLNESSES)
    assert health[["example", "fix"]].isna().all(axis=None)


@pytest.mark.parametrize("check", ILLNESSES)
def test_health_finds(store, planted, check):
    severity, fault, way_back, example = ILLNESSES[check]
    # Asked of the whole atlas: a network that is being loaded has no name for a question.
    with planted(fault, way_back):
        health = ask(store, "atlas_health").set_index("check")
    assert health.loc[check, ["severity", "example"]].tolist() == [severity, example]
    assert health.loc[check, "fix"].endswith(".")


def test_nobody_waits_for_a_failed_run(store, planted):
    _, fault, way_back, _ = ILLNESSES["failed run"]
    with planted(fault, way_back):
        health = ask(store, "atlas_health", {"network": NETWORK}).set_index("check")
    assert health.loc["unfinished run", "n_found"] == 0
    assert "Wait" not in health.loc["failed run", "fix"]
    assert "`atlas remove --run KEY`" in health.loc["failed run", "fix"]


def test_errors_come_first(store, planted):
    _, fault, way_back, _ = ILLNESSES["weights missing"]
    with planted(fault, way_back):
        health = ask(store, "atlas_health", {"network": NETWORK})
    assert health["check"][0] == "weights missing"
    assert health["n_found"][0] == 1


def test_health_of_the_dictionary(store, planted):
    with planted("MATCH (s:Schema) SET s:Gone REMOVE s:Schema", "MATCH (s:Gone) SET s:Schema REMOVE s:Gone"):
        health = ask(store, "atlas_health").set_index("check")
    assert health.loc["data dictionary", "severity"] == "error"
