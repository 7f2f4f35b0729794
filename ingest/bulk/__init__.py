"""Many networks at once: folders and manifests, resumable, with every failure listed.

In a script::

    report = ingest_all(read_entries("checkpoints", opening=Opening(chain="fc1:relu,fc2")))
    print(report.summary)
"""

from ingest.bulk.alone import load_one
from ingest.bulk.entry import Entry, entry_of
from ingest.bulk.folder import SUFFIXES
from ingest.bulk.reading import Reading, plan_entry, read_entry
from ingest.bulk.report import BulkPlan, BulkReport, Ingested, Planned
from ingest.bulk.sources import is_many, read_entries
from ingest.bulk.together import ingest_all, plan_all

__all__ = [
    "SUFFIXES",
    "BulkPlan",
    "BulkReport",
    "Entry",
    "Ingested",
    "Planned",
    "Reading",
    "entry_of",
    "ingest_all",
    "is_many",
    "load_one",
    "plan_all",
    "plan_entry",
    "read_entries",
    "read_entry",
]
