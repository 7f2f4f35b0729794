// Where a number comes from
// name:     provenance_of
// question: Where does this number come from?
// needs:    nothing
// param:    $network       string    key of the network
// param:    $key           string    key of a neuron, layer, cluster, partition, target, or of the network itself
// param:    $property      string    name of the property
// returns:  key            string    key of what has the property
// returns:  property       string    name of the property
// returns:  about          string    partition, target or cluster the value is about; null for the element alone
// returns:  value          float     its value, if it is a number
// returns:  text           string    its value, if it is not a number
// returns:  unit           string    unit of the value; empty for pure numbers and text
// returns:  superseded_by  string    key of the newer run whose value is shown as the property; null: this one's is
// returns:  run            string    key of the run that wrote it; null: ingestion
// returns:  kind           string    kind of run; ingest for what was read with the network
// returns:  method         string    method of the run
// returns:  seed           integer   seed of the run
// returns:  code_version   string    version of network-atlas that ran
// returns:  source         string    data specification of the trials, or the file the network was read from
// returns:  source_sha256  string    SHA-256 of those trials, or of that file or its tensors
// returns:  n_trials       integer   trials behind it
// returns:  command        string    command that recomputes it
// returns:  started_at     datetime  when the run started
// returns:  finished_at    datetime  when its values became visible
// example:  :param network => 'digits-mlp'
// example:  :param key => 'digits-mlp/fc2/0'
// example:  :param property => 'effect_points'
MATCH (network:Network {key: $network})
CALL (network) {
  MATCH (element:Element {key: $key})
  WHERE element.network = network.key
  RETURN element AS owner
  UNION
  MATCH (network)-[:HAS_PARTITION]->(partition:Partition {key: $key})
  RETURN partition AS owner
  UNION
  MATCH (network)-[:HAS_TARGET]->(target:Target {key: $key})
  RETURN target AS owner
  UNION
  WITH network WHERE network.key = $key
  RETURN network AS owner
}
CALL (network, owner) {
  // a headline: the value of every finished run of its kind
  MATCH (entry:Property {name: $property})
  WHERE entry.label IN labels(owner) AND entry.family IS NOT NULL
  WITH network, owner, entry, owner[entry.family + '_run'] AS newest
  MATCH (owner)-[full:EFFECT|INFORMATION|RESPONDS|LESION|CORRELATION]->(:Target {name: 'all'})
  WHERE NOT coalesce(full.kind, '') IN ['degree', 'order', 'closure', 'formula', 'surrogate']
  MATCH (network)<-[:ABOUT]-(run:Run {key: full.run, kind: entry.written_by, state: 'finished'})
  RETURN entry, run, null AS about, CASE WHEN run.key <> newest THEN newest END AS superseded_by,
         CASE WHEN run.key = newest THEN owner[$property]
              ELSE coalesce(full[$property], full[substring($property, size(entry.family) + 1)],
                            CASE WHEN $property STARTS WITH 'gaussian_' THEN full[substring($property, 9)] END)
         END AS value
  UNION
  // the roles of a neuron: what every run that judged them gave it
  MATCH (entry:Property {label: 'Neuron', name: $property, family: 'roles'})
  MATCH (network)<-[:ABOUT]-(run:Run {kind: entry.written_by, state: 'finished'})
  WHERE owner:Neuron
  WITH entry, run, owner,
       COLLECT { MATCH (owner)-[given:ROLE]->(:Target) WHERE given.run = run.key
                 RETURN given.role ORDER BY given.role } AS roles
  RETURN entry, run, null AS about, CASE WHEN run.key <> owner.roles_run THEN owner.roles_run END AS superseded_by,
         CASE WHEN $property = 'roles_run' THEN run.key WHEN size(roles) = 0 THEN 'none'
              ELSE reduce(names = head(roles), role IN tail(roles) | names + ', ' + role) END AS value
  UNION
  // information and correlations about each target, of every finished run that measured it
  MATCH (entry:Property {name: $property})
  WHERE entry.label IN ['INFORMATION', 'CORRELATION']
    AND NOT EXISTS { (own:Property {name: $property}) WHERE own.label IN labels(owner) }
  MATCH (owner)-[full:INFORMATION|CORRELATION]->(target:Target)
  WHERE type(full) = entry.label AND full[$property] IS NOT NULL
  MATCH (network)<-[:ABOUT]-(run:Run {key: full.run, state: 'finished'})
  WITH entry, run, target, full,
       owner[CASE WHEN full:CORRELATION THEN 'correlation'
                  WHEN full.kind = 'degree' THEN 'complexity' ELSE full.kind END + '_run'] AS newest
  RETURN entry, run,
         target.name + coalesce(', degree ' + toString(full.degree), '')
         + coalesce(', order ' + toString(full.order), '')
         + coalesce(', from ' + full.start + ' by ' + full.closure, '') + coalesce(', keeping ' + full.kept, '')
         + coalesce(', ' + toString(full.n_samples) + ' samples', '') AS about,
         CASE WHEN run.key <> newest THEN newest END AS superseded_by, full[$property] AS value
  UNION
  // what a partition's run wrote on the partition and its clusters
  MATCH (entry:Property {name: $property})
  WHERE entry.label IN labels(owner) AND entry.label IN ['Partition', 'Cluster'] AND entry.family IS NULL
    AND NOT $property IN ['module_by', 'module_level']
  MATCH (network)-[:HAS_PARTITION]->(partition:Partition)<-[:WROTE]-(run:Run {state: 'finished'})
  WHERE partition = owner OR EXISTS { (partition)-[:HAS_CLUSTER]->(owner) }
  RETURN entry, run, null AS about, null AS superseded_by, owner[$property] AS value
  UNION
  // what makes a cluster a module: the newest ablation and the newest lesion tests of it
  MATCH (entry:Property {label: 'Cluster', name: $property})
  WHERE owner:Cluster AND $property IN ['module_by', 'module_level']
  MATCH (network)<-[:ABOUT]-(run:Run {state: 'finished'})
  WHERE run.key IN [owner.effect_run, owner.lesion_run]
  RETURN entry, run, null AS about, null AS superseded_by, owner[$property] AS value
  UNION
  // what it wrote on the membership of a neuron
  MATCH (entry:Property {label: 'IN_CLUSTER', name: $property})
  MATCH (owner)-[membership:IN_CLUSTER]->(:Cluster)<-[:HAS_CLUSTER]-(partition:Partition)
  MATCH (partition)<-[:WROTE]-(run:Run {state: 'finished'})
  RETURN entry, run, partition.name AS about, null AS superseded_by, membership[$property] AS value
  UNION
  // how alike it is to clusters of other networks, by every comparison
  MATCH (entry:Property {label: 'MATCHES', name: $property})
  WHERE NOT EXISTS { (:Property {label: 'Cluster', name: $property}) }
  MATCH (owner:Cluster)-[match:MATCHES]-(matched:Cluster)
  WHERE match[$property] IS NOT NULL
  MATCH (run:Run {key: match.run, state: 'finished'})
  WITH entry, run, match, matched, COLLECT {
    UNWIND [run.network, run.other] AS key
    MATCH (:Network {key: key})<-[:ABOUT]-(newer:Run {kind: run.kind, state: 'finished'})
    WHERE [newer.network, newer.other, newer.first, newer.second] IN
      [[run.network, run.other, run.first, run.second], [run.other, run.network, run.second, run.first]]
    RETURN newer.key ORDER BY newer.finished_at DESC, newer.key LIMIT 1
  }[0] AS newest
  RETURN entry, run, matched.key AS about, CASE WHEN run.key <> newest THEN newest END AS superseded_by,
         match[$property] AS value
  UNION
  // what was read with the network; the weights of a neuron as a whole
  MATCH (entry:Property {name: $property})
  WHERE (entry.label IN labels(owner) OR owner:Neuron AND entry.label = 'WEIGHT')
    AND NOT entry.label IN ['Partition', 'Cluster'] AND entry.family IS NULL
  RETURN entry, null AS run, null AS about, null AS superseded_by, owner[$property] AS value
}
WITH network, owner, entry, run, about, superseded_by, value,
     value IS :: INTEGER | FLOAT AS is_number
RETURN owner.key AS key, entry.name AS property, about,
       CASE WHEN is_number THEN toFloat(value) END AS value, CASE WHEN NOT is_number THEN toString(value) END AS text,
       entry.unit AS unit, superseded_by, run.key AS run, coalesce(run.kind, 'ingest') AS kind, run.method AS method,
       run.seed AS seed, run.code_version AS code_version,
       CASE WHEN run IS NULL THEN network.opened_file ELSE run.data END AS source,
       CASE WHEN run IS NULL THEN network.file_sha256 ELSE run.data_sha256 END AS source_sha256,
       run.n_trials AS n_trials, run.command AS command, run.started_at AS started_at,
       coalesce(run.finished_at, network.loaded_at) AS finished_at
ORDER BY superseded_by IS NOT NULL, finished_at DESC, about, run;
