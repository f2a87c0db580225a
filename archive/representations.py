"""What was digitized and what was made of it: scans, pages, derivatives and texts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, UniqueConstraint, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column, relationship

from archive.recipes.framing import Framing, framing_of
from archive.rows import BYTES, Row
from archive.works import Item


class Representation(Row):
    """One digitization of one Item (PREMIS representation; IIIF Manifest).

    `deliveries` counts what has arrived in it; raising it takes this row's lock,
    under which page order is given and the last finished page is told.
    """

    __tablename__ = "representations"

    id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("items.id"), index=True)
    created_at: Mapped[datetime]
    deliveries: Mapped[int] = mapped_column(default=0)

    item: Mapped[Item] = relationship()


class Scan(Row):
    """Immutable bytes of a preservation master (PREMIS file), named by their sha-256.

    A container (multi-page TIFF, PDF of scans) is one Scan with many pages.
    """

    __tablename__ = "scans"
    __table_args__ = (UniqueConstraint("representation_id", "content_key"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    representation_id: Mapped[int] = mapped_column(ForeignKey("representations.id"))
    content_key: Mapped[str] = mapped_column(index=True)
    original_name: Mapped[str]
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BYTES)
    received_at: Mapped[datetime]
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("scans.id"))


class Page(Row):
    """A page of a Representation (IIIF Canvas).

    `sequence` orders, `label` is printed; they are different things. Width and
    height are px of the framed Scan, None until the Scan has been characterised.
    `access_id`, `thumbnail_id` and `text_id` point to what is shown now, and
    `indexed_*` say what the search index holds. They are set by the transaction
    that ends a step and carry no foreign key: derivatives already point to pages,
    and a ring of keys cannot be migrated.

    `cut` and `turn` say which part of the Scan is this page and which way up it
    stands (``archive.recipes.framing``). `kind` is what the page is in its book
    (``archive.page_kinds``), `judged` what a person said of it. A page that was
    taken out of the book keeps its row: it has a reason, no image, and minus the
    place it had for its sequence.
    """

    __tablename__ = "pages"
    __table_args__ = (Index("ix_pages_order", "representation_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    representation_id: Mapped[int] = mapped_column(ForeignKey("representations.id"))
    sequence: Mapped[int]
    label: Mapped[str | None]  # as printed; None means its sequence number
    scan_id: Mapped[int] = mapped_column(ForeignKey("scans.id"), index=True)
    frame: Mapped[int] = mapped_column(default=0)
    unit_id: Mapped[int] = mapped_column(ForeignKey("rights_units.id"), index=True)
    turn: Mapped[int] = mapped_column(default=0, server_default="0")  # degrees clockwise
    cut: Mapped[list[Any] | None]  # left, top, width, height in px of the upright Scan
    kind: Mapped[str | None]
    judged: Mapped[str | None]
    judged_reason: Mapped[str | None]
    withdrawn_reason: Mapped[str | None]
    width: Mapped[int | None]
    height: Mapped[int | None]
    dpi: Mapped[int | None]
    facts: Mapped[dict[str, Any] | None]
    problems: Mapped[list[Any] | None]
    access_id: Mapped[int | None]
    thumbnail_id: Mapped[int | None]
    text_id: Mapped[int | None]
    indexed_text_id: Mapped[int | None]
    indexed_unit_id: Mapped[int | None]
    indexed_revision: Mapped[int] = mapped_column(default=0)

    @property
    def printed_label(self) -> str:
        """What a reader calls this page."""
        return self.label or str(abs(self.sequence))

    @property
    def framing(self) -> Framing:
        """Which part of the Scan this page is, and which way up."""
        return framing_of(self.cut, self.turn)

    representation: Mapped[Representation] = relationship()
    scan: Mapped[Scan] = relationship()
    access: Mapped[Derivative | None] = relationship(
        primaryjoin="foreign(Page.access_id) == Derivative.id", viewonly=True
    )
    thumbnail: Mapped[Derivative | None] = relationship(
        primaryjoin="foreign(Page.thumbnail_id) == Derivative.id", viewonly=True
    )
    text: Mapped[PageText | None] = relationship(
        primaryjoin="foreign(Page.text_id) == PageText.id", viewonly=True
    )


class Derivative(Row):
    """Bytes made from a Scan (PREMIS derivation): what, by which recipe, in which event."""

    __tablename__ = "derivatives"
    __table_args__ = (
        UniqueConstraint("page_id", "role", "input_key", "content_key"),
        UniqueConstraint("representation_id", "role", "input_key", "content_key"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int | None] = mapped_column(ForeignKey("pages.id"))
    representation_id: Mapped[int | None] = mapped_column(ForeignKey("representations.id"))
    scan_id: Mapped[int | None] = mapped_column(ForeignKey("scans.id"))
    role: Mapped[str]
    input_key: Mapped[str]
    content_key: Mapped[str] = mapped_column(index=True)
    media_type: Mapped[str]
    size: Mapped[int] = mapped_column(BYTES)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))


class PageText(Row):
    """What was read on a Page (ALTO Page); hOCR is the master, the rest follows from it.

    `revision` counts recognitions and, later, corrections of one Page. `language` is kk,
    ru or mixed, None where there is too little to tell, and `language_runs` says it of
    the printed words in order ([["kk", 120], ["ru", 31]]); `misread` is Kazakh whose own
    letters were lost (``archive.text_language``, ``archive.text_layers``). None of the
    three is known of pages that were read before they were told.
    """

    __tablename__ = "page_texts"
    __table_args__ = (UniqueConstraint("page_id", "revision"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    page_id: Mapped[int] = mapped_column(ForeignKey("pages.id"))
    revision: Mapped[int]
    input_key: Mapped[str]
    profile: Mapped[str]
    engine: Mapped[str]
    rung: Mapped[int]
    word_count: Mapped[int]
    mean_confidence: Mapped[float]  # 0..100
    weak_share: Mapped[float]  # share of words below confidence 60
    folio: Mapped[int | None]  # the page number read at its head or foot
    language: Mapped[str | None]
    language_runs: Mapped[list[Any] | None]
    misread: Mapped[bool | None]
    hocr_id: Mapped[int] = mapped_column(ForeignKey("derivatives.id"))
    alto_id: Mapped[int] = mapped_column(ForeignKey("derivatives.id"))
    plain_id: Mapped[int] = mapped_column(ForeignKey("derivatives.id"))
    words_id: Mapped[int] = mapped_column(ForeignKey("derivatives.id"))
    made_at: Mapped[datetime]

    hocr: Mapped[Derivative] = relationship(foreign_keys=[hocr_id])
    alto: Mapped[Derivative] = relationship(foreign_keys=[alto_id])
    plain: Mapped[Derivative] = relationship(foreign_keys=[plain_id])
    words: Mapped[Derivative] = relationship(foreign_keys=[words_id])


class ContentsEntry(Row):
    """A line of the table of contents (IIIF Range), leading to a Page."""

    __tablename__ = "contents_entries"

    id: Mapped[int] = mapped_column(primary_key=True)
    representation_id: Mapped[int] = mapped_column(ForeignKey("representations.id"), index=True)
    position: Mapped[int]
    title: Mapped[str]
    page_label: Mapped[str]


def give_contents(
    session: Session, representation_id: int, contents: Sequence[tuple[str, str]]
) -> None:
    """Let the contents be these lines (title, printed page label); none given changes nothing."""
    if not contents:
        return
    session.execute(
        delete(ContentsEntry).where(ContentsEntry.representation_id == representation_id)
    )
    session.add_all(
        ContentsEntry(
            representation_id=representation_id, position=position, title=title, page_label=label
        )
        for position, (title, label) in enumerate(contents, start=1)
    )


def give_labels(session: Session, representation_id: int, labels: Sequence[str]) -> None:
    """Give the pages their printed labels, in order, as far as the labels go."""
    pages = session.scalars(
        select(Page).where(Page.representation_id == representation_id).order_by(Page.sequence)
    )
    for page, label in zip(pages, labels, strict=False):
        page.label = label
