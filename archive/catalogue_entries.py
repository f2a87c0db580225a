"""What catalogues have said: records as last heard, imports of files, works that were merged.

The catalogue is the system of record and Sandyq keeps a picture of it. What a
catalogue said last stands beside the Work's own description, so that three can be
compared at the next import: what it said, what it says, and what a person made of it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.agents import Agent
from archive.rows import Row
from archive.works import Work


class CatalogueEntry(Row):
    """A record of one source, under its control number, and the Work it describes.

    `said` is the record as last heard (`archive.catalogue_values.plain_of`), `credited` the
    agents made of it. `withdrawn_at`: the source has taken it back or another record
    has taken its place. `suggested_work_id`: perhaps the same work; a person decides.
    """

    __tablename__ = "catalogue_entries"
    __table_args__ = (UniqueConstraint("source", "control_number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    source: Mapped[str]
    control_number: Mapped[str]
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    said: Mapped[dict[str, Any]]
    digest: Mapped[str]
    credited: Mapped[list[Any]]
    added_by_id: Mapped[int | None] = mapped_column(ForeignKey("catalogue_imports.id"), index=True)
    changed_by_id: Mapped[int | None] = mapped_column(
        ForeignKey("catalogue_imports.id"), index=True
    )
    heard_at: Mapped[datetime]
    withdrawn_at: Mapped[datetime | None]
    suggested_work_id: Mapped[int | None] = mapped_column(ForeignKey("works.id"), index=True)

    work: Mapped[Work] = relationship(foreign_keys=[work_id])
    suggested: Mapped[Work | None] = relationship(foreign_keys=[suggested_work_id])


class CatalogueImport(Row):
    """One file that was taken in, or is being taken in.

    `position` is how far it was read when the last batch was committed: in bytes of
    ISO 2709, in records of MARCXML. Whoever goes on begins there.
    """

    __tablename__ = "catalogue_imports"

    id: Mapped[int] = mapped_column(primary_key=True)
    file_name: Mapped[str]
    content_key: Mapped[str] = mapped_column(index=True)
    size: Mapped[int]  # bytes
    source: Mapped[str]
    format: Mapped[str]
    encoding: Mapped[str]
    agent: Mapped[str]
    received_at: Mapped[datetime]
    started_at: Mapped[datetime | None]
    worked_at: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    position: Mapped[int] = mapped_column(default=0)
    records: Mapped[int] = mapped_column(default=0)
    added: Mapped[int] = mapped_column(default=0)
    changed: Mapped[int] = mapped_column(default=0)
    unchanged: Mapped[int] = mapped_column(default=0)
    damaged: Mapped[int] = mapped_column(default=0)
    merged: Mapped[int] = mapped_column(default=0)


class ImportTrouble(Row):
    """A record that could not be taken in, or something in it that a person should see.

    `refused`: the record is not in. `number` counts records of the file from 1.
    """

    __tablename__ = "import_troubles"

    id: Mapped[int] = mapped_column(primary_key=True)
    import_id: Mapped[int] = mapped_column(ForeignKey("catalogue_imports.id"), index=True)
    number: Mapped[int]
    offset: Mapped[int]
    control_number: Mapped[str | None]
    reason: Mapped[str]
    values: Mapped[dict[str, Any]]
    refused: Mapped[bool]


class MergedWork(Row):
    """A public name whose work is part of another now: its address leads there.

    The row of the work that went stays, emptied: its number must never be given to
    another work, since events and the index know it. Other catalogues are told by
    OAI-PMH that this record is deleted; `sets` are the folders that it stood in.
    """

    __tablename__ = "merged_works"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    was_id: Mapped[int] = mapped_column(index=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    merged_at: Mapped[datetime]
    sets: Mapped[list[Any]]

    work: Mapped[Work] = relationship()


class AgentIdentifier(Row):
    """The number of an Agent's authority record in a source."""

    __tablename__ = "agent_identifiers"
    __table_args__ = (UniqueConstraint("scheme", "value"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), index=True)
    scheme: Mapped[str]
    value: Mapped[str]

    agent: Mapped[Agent] = relationship()
