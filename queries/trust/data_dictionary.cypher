// The data dictionary
// name:     data_dictionary
// question: Which properties exist, and what do they mean?
// needs:    nothing
// param:    $label      string = null  label or relationship type; null is every one
// returns:  label       string         label or relationship type that has the property
// returns:  property    string         name of the property
// returns:  type        string         type of its values
// returns:  unit        string         unit of its values; empty for pure numbers and text
// returns:  meaning     string         one sentence
// returns:  coverage    float          share of the nodes of that label that have it, 0 to 1; null for relationships
// returns:  written_by  string         kind of run that sets it; null: ingestion
// example:  :param label => null
CALL () {
  MATCH (network:Network)
  WITH collect(network.key) AS published
  MATCH (any:Network|Element|Target|Partition|Run|Property|Schema)
  WHERE any:Network|Property|Schema OR any.network IN published
  WITH [label IN labels(any) WHERE $label IS NULL OR label = $label] AS its_labels, keys(any) AS names
  UNWIND its_labels AS label
  UNWIND names AS name
  WITH label, name, count(*) AS n
  RETURN collect({label: label, name: name, n: n}) AS counts
}
MATCH (entry:Property)
WHERE $label IS NULL OR entry.label = $label
WITH entry, [row IN counts WHERE row.label = entry.label] AS own
WITH entry, own, [row IN own WHERE row.name = 'key'][0].n AS n_nodes, [row IN own WHERE row.name = entry.name][0].n AS n
RETURN entry.label AS label, entry.name AS property, entry.type AS type, entry.unit AS unit, entry.meaning AS meaning,
       CASE WHEN n_nodes > 0 THEN coalesce(n, 0) / toFloat(n_nodes) END AS coverage, entry.written_by AS written_by
ORDER BY label, property;
