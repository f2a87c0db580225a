"""A thick book on the desk of pages: rows made directly, a handful of tiny pictures shared.

For what must be quick at 1,200 pages, and for eyes. The first pages are as in any book;
the faults lie around page 180, as in the drawings.
"""

from __future__ import annotations

import hashlib
import random
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from functools import cache, cached_property
from io import BytesIO
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw
from playwright.sync_api import Browser, BrowserContext
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from archive.accounts import Account
from archive.branches import Branch
from archive.descriptions import describe_work
from archive.events import EventType, record_event
from archive.handover import Description
from archive.ingest import representation_of
from archive.recipes.likeness import BITS
from archive.representations import Derivative, Page, PageText, Representation, Scan
from archive.rights import PUBLIC_DOMAIN_MARK, Facts, Level
from archive.signing_in import begin_sign_in
from archive.works import Work
from schemas.pyramid_writing import write_pyramid
from tests.archive.test_quality import GOOD
from tests.sample_home import begin_with, settings_for
from tests.web.browsing import served
from web.app import create_app
from web.portal import Portal
from web.signed_in import COOKIE, digest_of

TITLE = "Қарағанды көмір бассейні"
OPERATOR, STRANGER = "secret-of-the-operator", "secret-of-another-branch"
NOW = datetime.now(UTC)
PICTURES = 8
MISSING = 184

FAULTS: dict[int, dict[str, Any]] = {
    178: {"skew": 2.6},
    180: {"sharpness": 0.1},
    187: {"cut_edges": ["right"]},
    190: {"ink": 0.0, "fingerprint": None},
}


@dataclass(frozen=True)
class Pictures:
    """What its pages look like: a few pictures, and which of them stands on a page."""

    drawn: Sequence[Image.Image]
    on: Callable[[int], int] = lambda place: place % PICTURES

    @cached_property
    def small(self) -> list[bytes]:
        return [_jpeg(each) for each in self.drawn]

    @cached_property
    def large(self) -> list[bytes]:
        return [write_pyramid(each) for each in self.drawn]


@cache
def usual_pictures() -> Pictures:
    """Drawn and encoded once for all books of a test process."""
    return Pictures([_drawn(number) for number in range(PICTURES)])


@dataclass(frozen=True)
class ThickBook:
    """Where it answers, and its names; `portal` for whoever looks at the rows."""

    address: str
    work: str
    pages: tuple[str, ...]
    portal: Portal

    def context(self, chromium: Browser, secret: str = OPERATOR, **options: Any) -> BrowserContext:
        """A browser in which somebody is signed in."""
        context = chromium.new_context(**options)
        context.add_cookies([{"name": COOKIE, "value": secret, "url": self.address}])
        return context

    def order(self) -> list[str]:
        """The pages' names as the rows have them now."""
        with self.portal.reading() as session:
            query = select(Page.name).where(Page.sequence > 0).order_by(Page.sequence)
            return list(session.scalars(query))

    def page(self, name: str) -> Page:
        with self.portal.reading() as session:
            return session.scalars(select(Page).where(Page.name == name)).one()


@contextmanager
def thick_book(
    home: Path, pages: int = 1200, pictures: Pictures | None = None, rows: Path | None = None
) -> Iterator[ThickBook]:
    """The portal over such a book, answering while the block runs.

    Args:
        rows: those of an empty library, which are else made first.
    """
    pictures, settings = pictures or usual_pictures(), settings_for(home)
    if rows is not None:
        begin_with(rows, settings)
    app = create_app(settings)
    portal = app.extensions["sandyq"]
    assert isinstance(portal, Portal)
    with portal.storage.rows.writing() as session:
        work, names = _fill(session, portal, pages, pictures)
    with served(app) as address:
        yield ThickBook(address, work, tuple(names), portal)
    portal.storage.close()


def _fill(
    session: Session, portal: Portal, count: int, pictures: Pictures
) -> tuple[str, list[str]]:
    chance = random.Random(4)
    branches = [_branch(session, code) for code in ("16", "3")]
    for branch, secret in zip(branches, (OPERATOR, STRANGER), strict=True):
        _sign_in(session, branch, secret)
    rights = Facts(PUBLIC_DOMAIN_MARK, Level.NOBODY)
    description = Description(title=TITLE, rights=rights, authors=(), collections=(), year=1967)
    work = describe_work(session, description, folder="x", now=NOW, chance=chance, agent="tester")
    book = representation_of(session, work, NOW)
    book.item.branch_id = branches[0].id
    session.flush()
    names = _pages(session, work, book, count)
    _show(session, portal, book, pictures)
    return work.name, names


def _branch(session: Session, code: str) -> Branch:
    branch = Branch(
        code=code,
        label_kk=f"№ {code} филиал",
        label_ru=f"Филиал № {code}",
        label_en=f"Branch No. {code}",
    )
    session.add(branch)
    session.flush()
    return branch


def _sign_in(session: Session, branch: Branch, secret: str) -> None:
    account = Account(
        name=f"operator-{branch.code}",
        display_name="Айгүл Сейітова",
        password_hash="-",
        role="operator",
        branch_id=branch.id,
        created_at=NOW,
        confirmed_at=NOW,
    )
    session.add(account)
    session.flush()
    begin_sign_in(session, account, digest_of(secret), NOW)


def _pages(session: Session, work: Work, book: Representation, count: int) -> list[str]:
    chance = random.Random(5)
    names = [f"p{place:05}" for place in range(1, count + 1)]
    scans = session.scalars(
        insert(Scan).returning(Scan.id, sort_by_parameter_order=True),
        [_scan(book, name) for name in names],
    ).all()
    session.execute(
        insert(Page),
        [
            {
                "name": name,
                "representation_id": book.id,
                "sequence": place,
                "scan_id": scan,
                "frame": 0,
                "unit_id": work.unit_id,
                "turn": 0,
                "width": 840,
                "height": 1220,
                "dpi": 300,
                "indexed_revision": 0,
                "facts": _facts(place, chance),
            }
            for place, (name, scan) in enumerate(zip(names, scans, strict=True), start=1)
        ],
    )
    return names


def _scan(book: Representation, name: str) -> dict[str, Any]:
    return {
        "representation_id": book.id,
        "content_key": hashlib.sha256(name.encode()).hexdigest(),
        "original_name": f"{name}.jpg",
        "media_type": "image/jpeg",
        "size": 1000,
        "received_at": NOW,
    }


def _facts(place: int, chance: random.Random) -> dict[str, Any]:
    if place in {188, 189}:  # scanned twice
        chance = random.Random(188)
    good = replace(GOOD, fingerprint=f"{chance.getrandbits(BITS):0256x}")
    return {**asdict(good), **FAULTS.get(place, {})}


def _show(session: Session, portal: Portal, book: Representation, pictures: Pictures) -> None:
    """Give every page a thumbnail, an access image and a text of a number."""
    blobs = portal.storage.blobs
    small = [blobs.put([each]) for each in pictures.small]
    large = [blobs.put([each]) for each in pictures.large]
    event = _event(session, book)
    pages = session.execute(
        select(Page.id, Page.scan_id, Page.sequence)
        .where(Page.representation_id == book.id)
        .order_by(Page.sequence)
    ).all()
    shown = [pictures.on(sequence) for _, _, sequence in pages]
    folios = [sequence + (sequence >= MISSING) for _, _, sequence in pages]

    def derivatives(role: str, keys: Sequence[str]) -> Sequence[int]:
        return _made(session, Derivative, [
            {"page_id": page, "scan_id": scan, "role": role, "input_key": "x",
             "content_key": keys[picture], "media_type": "image/jpeg", "size": 1000,
             "event_id": event}
            for (page, scan, _), picture in zip(pages, shown, strict=True)
        ])  # fmt: skip

    thumbnails, access = derivatives("thumbnail", small), derivatives("access", large)
    texts = _made(session, PageText, [
        {"page_id": page, "revision": 1, "input_key": "x", "profile": "kk", "engine": "x",
         "rung": 1, "word_count": 3, "mean_confidence": 95, "weak_share": 0, "folio": folio,
         "hocr_id": made, "alto_id": made, "plain_id": made, "words_id": made, "made_at": NOW}
        for (page, _, _), made, folio in zip(pages, access, folios, strict=True)
    ])  # fmt: skip
    session.execute(update(Page), [
        {"id": page, "thumbnail_id": thumbnail, "access_id": made, "text_id": text,
         "label": str(folio)}
        for (page, _, _), thumbnail, made, text, folio
        in zip(pages, thumbnails, access, texts, folios, strict=True)
    ])  # fmt: skip


def _made(
    session: Session, kind: type[Derivative | PageText], rows: Sequence[dict[str, Any]]
) -> Sequence[int]:
    """The ids of rows made all at once, in their order."""
    return session.scalars(
        insert(kind).returning(kind.id, sort_by_parameter_order=True), rows
    ).all()


def _event(session: Session, book: Representation) -> int:
    return record_event(session, EventType.CREATION, book, at=NOW, agent="tester").id


def _drawn(number: int) -> Image.Image:
    chance = random.Random(number)
    sheet = Image.new("RGB", (840, 1220), (239, 228, 203))
    pen = ImageDraw.Draw(sheet)
    for y in range(120, 1080, 26):
        pen.rectangle((90, y, 90 + chance.randint(480, 660), y + 9), fill=(70, 62, 54))
    if number == 6:
        pen.rectangle((90, 300, 750, 700), fill=(120, 118, 110))
    return sheet


def _jpeg(image: Image.Image) -> bytes:
    out = BytesIO()
    image.resize((275, 400)).save(out, "JPEG", quality=60)
    return out.getvalue()
