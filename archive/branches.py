"""Where things are held and who is in the building: the libraries of the system.

One branch is written in many ways in the library's own papers (12б, №12 б.,
ф.12б, 126); the alias table leads them all to one code.
"""

from __future__ import annotations

from sqlalchemy import ForeignKey
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.rows import Row


class Branch(Row):
    """A library of the system: RDA's holding location. `code` is canonical (ОҚК, 16, 12б)."""

    __tablename__ = "branches"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    label_kk: Mapped[str]
    label_ru: Mapped[str]
    label_en: Mapped[str]
    aliases: Mapped[list[BranchAlias]] = relationship(cascade="all, delete-orphan")
    address_ranges: Mapped[list[BranchAddressRange]] = relationship(cascade="all, delete-orphan")

    def label(self, language: str) -> str:
        """The branch as people of this language call it."""
        return {"ru": self.label_ru, "en": self.label_en}.get(language, self.label_kk)


class BranchAlias(Row):
    """Another way this branch is written; unique over the whole system."""

    __tablename__ = "branch_aliases"

    alias: Mapped[str] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))


class BranchAddressRange(Row):
    """Network addresses inside the building (CIDR), for reading on the premises."""

    __tablename__ = "branch_address_ranges"

    id: Mapped[int] = mapped_column(primary_key=True)
    branch_id: Mapped[int] = mapped_column(ForeignKey("branches.id"))
    network: Mapped[str]
