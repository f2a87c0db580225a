"""What a transaction may be, as the engines are told when it begins."""

from __future__ import annotations

from sqlalchemy import Connection

WRITES = "sandyq_writes"  # the execution option
ALONE = "alone"
BESIDE = "beside"


def writes(connection: Connection) -> str | None:
    """Whether the transaction that begins here writes, and in which company."""
    company: str | None = connection.get_execution_options().get(WRITES)
    return company
