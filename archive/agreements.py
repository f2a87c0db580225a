"""What was agreed with rights holders: agreements, their parties, works and uses.

Everything here is a fact with its day; whether an agreement is active is computed by
`archive.agreement_states` and never stored. Names of holders, what they can be reached by,
money and papers are personal data: they are read by the desk of agreements and by nothing else.
"""

from __future__ import annotations

from datetime import date, datetime
from fractions import Fraction

from sqlalchemy import CheckConstraint, ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from archive.rows import Row
from archive.works import Work

PART_KINDS = "'text', 'translation', 'illustrations', 'photographs', 'compilation', 'foreword'"


class Agreement(Row):
    """An author's contract.

    Its days: it holds from `begins` up to and including `until`; without `until` it has no
    term if `no_term`, else the term is not written down yet. `submitted_by` and
    `confirmed_by` are account ids; `two_person` says whether two were needed when it was
    confirmed. `ends_on` is the last day left after it was terminated.
    """

    __tablename__ = "agreements"
    __table_args__ = (
        CheckConstraint("territory IN ('world', 'kazakhstan')", "territory"),
        CheckConstraint("confirmed_at IS NULL OR submitted_at IS NOT NULL", "order"),
        CheckConstraint(
            "NOT two_person OR confirmed_by IS NULL OR confirmed_by <> submitted_by", "two_person"
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(unique=True)
    signed_on: Mapped[date | None]
    begins: Mapped[date | None]
    until: Mapped[date | None]
    no_term: Mapped[bool] = mapped_column(default=False)
    territory: Mapped[str | None]
    others_apart: Mapped[bool] = mapped_column(default=False)
    money: Mapped[str | None]
    currency: Mapped[str | None]
    note: Mapped[str | None]
    predecessor_id: Mapped[int | None] = mapped_column(ForeignKey("agreements.id"))
    drafted_at: Mapped[datetime]
    drafted_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    submitted_at: Mapped[datetime | None]
    submitted_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    confirmed_at: Mapped[datetime | None]
    confirmed_by: Mapped[int | None] = mapped_column(ForeignKey("accounts.id"))
    two_person: Mapped[bool] = mapped_column(default=True)
    suspended_at: Mapped[datetime | None]
    suspension_reason: Mapped[str | None]
    terminated_on: Mapped[date | None]
    ends_on: Mapped[date | None]

    parties: Mapped[list[Party]] = relationship(
        order_by="Party.position", cascade="all, delete-orphan", lazy="selectin"
    )
    works: Mapped[list[AgreementWork]] = relationship(
        order_by="AgreementWork.work_id", cascade="all, delete-orphan", lazy="selectin"
    )
    grants: Mapped[list[Grant]] = relationship(cascade="all, delete-orphan", lazy="selectin")
    papers: Mapped[list[AgreementPaper]] = relationship(
        order_by="AgreementPaper.id", lazy="selectin"
    )
    predecessor: Mapped[Agreement | None] = relationship(remote_side="Agreement.id")


class Holder(Row):
    """Who holds rights: a person or an organisation, apart from the catalogue's agents."""

    __tablename__ = "holders"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    contact: Mapped[str | None]


class Party(Row):
    """A holder's share in one kind of part, as an agreement says it."""

    __tablename__ = "agreement_parties"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('author', 'co-author', 'heir', 'translator', 'illustrator', 'compiler', "
            "'organisation')",
            "kind",
        ),
        CheckConstraint(f"part IN ({PART_KINDS})", "part"),
        CheckConstraint("share_of > 0 AND share > 0 AND share <= share_of", "share"),
    )

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    holder_id: Mapped[int] = mapped_column(ForeignKey("holders.id"), primary_key=True, index=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int] = mapped_column(default=0)
    kind: Mapped[str]
    share: Mapped[int] = mapped_column(default=1)
    share_of: Mapped[int] = mapped_column(default=1)
    stands_for: Mapped[str | None]  # whose heir

    holder: Mapped[Holder] = relationship(lazy="joined")

    @property
    def fraction(self) -> Fraction:
        """The share, exactly."""
        return Fraction(self.share, self.share_of)


class AgreementWork(Row):
    """A work under an agreement: all of it, or the pages `first_page` to `last_page`."""

    __tablename__ = "agreement_works"
    __table_args__ = (CheckConstraint("first_page <= last_page", "pages"),)

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True, index=True)
    first_page: Mapped[int | None]
    last_page: Mapped[int | None]

    work: Mapped[Work] = relationship(lazy="joined")


class Grant(Row):
    """A use that an agreement opens to an audience."""

    __tablename__ = "grants"
    __table_args__ = (
        CheckConstraint(
            "act IN ('keep', 'discover', 'view', 'search', 'text', 'download', 'print')", "act"
        ),
        CheckConstraint(
            "audience IN ('nobody', 'premises', 'registered', 'everybody')", "audience"
        ),
    )

    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"), primary_key=True)
    act: Mapped[str] = mapped_column(primary_key=True)
    audience: Mapped[str] = mapped_column(primary_key=True)


class AgreementPaper(Row):
    """The signed paper; `key` names its bytes in the private store, which has no public door."""

    __tablename__ = "agreement_papers"
    __table_args__ = (UniqueConstraint("agreement_id", "key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    agreement_id: Mapped[int] = mapped_column(ForeignKey("agreements.id"))
    key: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int]
    attached_at: Mapped[datetime]
    attached_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))


class RightsHolding(Row):
    """A part of a work that somebody's consent is needed for, beyond what the catalogue tells.

    `standing` is ``unknown`` (holder not found), ``known`` or ``ours`` (the library's own
    work). With pages it stands for these pages only; `left_out` says that they are withheld.
    """

    __tablename__ = "rights_holdings"
    __table_args__ = (
        CheckConstraint(f"part IN ({PART_KINDS})", "part"),
        CheckConstraint("standing IN ('unknown', 'known', 'ours')", "standing"),
        CheckConstraint("first_page <= last_page", "pages"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), index=True)
    part: Mapped[str]
    standing: Mapped[str]
    first_page: Mapped[int | None]
    last_page: Mapped[int | None]
    left_out: Mapped[bool] = mapped_column(default=False)


class TermRuling(Row):
    """An officer's word on the term of protection of a part; it goes before the computation."""

    __tablename__ = "term_rulings"
    __table_args__ = (CheckConstraint(f"part IN ({PART_KINDS})", "part"),)

    work_id: Mapped[int] = mapped_column(ForeignKey("works.id"), primary_key=True)
    part: Mapped[str] = mapped_column(primary_key=True)
    protected_until: Mapped[date | None]
    note: Mapped[str]
    ruled_at: Mapped[datetime]
    ruled_by: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
