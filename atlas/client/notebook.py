"""What a notebook shows of an atlas, and of a network."""

from __future__ import annotations

from collections import Counter
from typing import Any

from atlas.client import texts
from atlas.errors import StoreError
from atlas.markup import facts
from atlas.store import Store, network_properties

_SHOWN = 20  # networks


def atlas_html(store: Store) -> str:
    """Show where the atlas is, and its networks."""
    try:
        networks = store.rows(texts.NETWORKS)
    except StoreError as error:
        return facts("Atlas", {"address": store.uri, "state": error})
    server = {"address": store.uri, "server": f"Neo4j {store.server_version}", "networks": len(networks)}
    listed = {f"network {row['network']}": _size(row) for row in networks[:_SHOWN]}
    return facts("Atlas", server | listed | ({"…": "networks() lists all"} if len(networks) > _SHOWN else {}))


def network_html(store: Store, key: str) -> str:
    """Show what a network is, its layers and partitions, and how often each analysis has run."""
    try:
        network = network_properties(store, key)
        layers, partitions = (store.rows(text, network=key) for text in (texts.LAYERS, texts.PARTITIONS))
        runs = Counter(row["kind"] for row in store.rows(texts.RUNS, network=key) if row["state"] == "finished")
    except StoreError as error:
        return facts(f"Network {key}", {"state": error})
    told = {
        "architecture": network.get("architecture"),
        "size": _size(network),
        "layers": _listed(f"{row['layer']} {row['n_neurons']}" for row in layers),
        "partitions": _listed(f"{row['partition']} ({row['n_clusters']} clusters)" for row in partitions),
        "runs": _listed(f"{kind} {number}" for kind, number in runs.items()),
    }
    return facts(f"Network {key}", told)


def _size(network: dict[str, Any]) -> str:
    accuracy = network.get("accuracy_percent")
    size = f"{network['n_neurons']:,} neurons, {network['n_weights']:,} weights"
    return size if accuracy is None else f"{size}, {accuracy:.1f} % right"


def _listed(items: Any) -> str:
    return ", ".join(items) or "none"
