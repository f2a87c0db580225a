"""Every noun's table, so that `Row.metadata` is complete wherever it is needed."""

from archive import (
    accounts,
    agents,
    agreements,
    branches,
    broken_words,
    catalogue_entries,
    deposits,
    events,
    ledger,
    representations,
    rights_units,
    vocabulary,
    works,
)
from archive.rows import Row

__all__ = [
    "Row",
    "accounts",
    "agents",
    "agreements",
    "branches",
    "broken_words",
    "catalogue_entries",
    "deposits",
    "events",
    "ledger",
    "representations",
    "rights_units",
    "vocabulary",
    "works",
]
