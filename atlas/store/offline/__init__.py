"""A first load without a server: records become the files of Neo4j's importer."""

from atlas.store.offline.complete import check_empty, complete
from atlas.store.offline.files import ImportFiles
from atlas.store.offline.write import write_csv

__all__ = ["ImportFiles", "check_empty", "complete", "write_csv"]
