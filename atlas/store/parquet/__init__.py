"""One network as a folder of Parquet files, and back; the files follow from the schema."""

from atlas.store.parquet.export import export_network
from atlas.store.parquet.importing import Imported, import_network
from atlas.store.parquet.manifest import Manifest

__all__ = ["Imported", "Manifest", "export_network", "import_network"]
