"""What is described: works, their identifiers, contributors, copies and folders."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.agents import Agent
from archive.branches import Branch
from archive.rows import Row


class Work(Row):
    """The described thing (MARC bibliographic record; PREMIS intellectual entity).

    `language` is the recognition profile's code and the language facet at once.
    `revision` counts changes of the description, for the index.
    """

    __tablename__ = "works"
    __table_args__ = (
        CheckConstraint(
            "type IN ('book', 'newspaper-article', 'journal-article', 'extract', 'other')",
            name="type",
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    type: Mapped[str]
    title: Mapped[str]
    subtitle: Mapped[str | None]
    source_title: Mapped[str | None]  # the newspaper, journal or book an article is from
    language: Mapped[str]
    year: Mapped[int | None]
    issued: Mapped[date | None]
    place: Mapped[str | None]
    publisher: Mapped[str | None]
    folded_title: Mapped[str] = mapped_column(index=True)
    revision: Mapped[int] = mapped_column(default=1)
    indexed_revision: Mapped[int] = mapped_column(default=0)
    unit_id: Mapped[int] = mapped_column(ForeignKey("rights_units.id"), index=True)
    created_at: Mapped[datetime]
    changed_at: Mapped[datetime | None]  # the description, last; None: as it was made

    contributions: Mapped[list[Contribution]] = relationship(
        order_by="Contribution.position", lazy="selectin", cascade="all, delete-orphan"
    )
    identifiers: Mapped[list[WorkIdentifier]] = relationship(lazy="selectin")
    items: Mapped[list[Item]] = relationship(back_populates="work", order_by="Item.id")
    collections: Mapped[list[Collection]] = relationship(
        secondary="collection_works", back_populates="works", lazy="selectin"
    )

    @property
    def author(self) -> str | None:
        """The authors as one line, or None."""
        names = [c.agent.preferred_form for c in self.contributions if c.role == "aut"]
        return ", ".join(names) or None


class WorkIdentifier(Row):
    """A source's own id (rabis, isbn, folder). A merged record leaves a predecessor."""

    __tablename__ = "work_identifiers"
    __table_args__ = (UniqueConstraint("scheme", "value", "work_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    scheme: Mapped[str]
    value: Mapped[str]
    predecessor: Mapped[bool] = mapped_column(default=False)


class Contribution(Row):
    """An Agent's part in a Work; `role` is a MARC relator code (aut, ill, trl …)."""

    __tablename__ = "contributions"

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True)
    agent_id: Mapped[int] = mapped_column(ForeignKey("agents.id"), primary_key=True, index=True)
    role: Mapped[str] = mapped_column(primary_key=True, default="aut")
    position: Mapped[int] = mapped_column(default=0)

    agent: Mapped[Agent] = relationship(lazy="selectin")


class Item(Row):
    """The physical copy (RDA item), held at a Branch."""

    __tablename__ = "items"

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))
    inventory_number: Mapped[str | None]
    shelfmark: Mapped[str | None]

    work: Mapped[Work] = relationship(back_populates="items")
    branch: Mapped[Branch | None] = relationship()


class Collection(Row):
    """A thematic folder, full-text database or project; an IIIF Collection."""

    __tablename__ = "collections"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title_kk: Mapped[str] = mapped_column(unique=True)
    title_ru: Mapped[str | None]
    title_en: Mapped[str | None]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("branches.id"))

    branch: Mapped[Branch | None] = relationship(lazy="selectin")
    works: Mapped[list[Work]] = relationship(
        secondary="collection_works", back_populates="collections"
    )

    def title(self, language: str) -> str:
        """The title in this language, or the Kazakh one."""
        return {"ru": self.title_ru, "en": self.title_en}.get(language) or self.title_kk


class CollectionWork(Row):
    """A Work's place in a Collection."""

    __tablename__ = "collection_works"

    collection_id: Mapped[int] = mapped_column(ForeignKey("collections.id"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True, index=True)
    position: Mapped[int] = mapped_column(default=0)
