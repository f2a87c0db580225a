"""Sample view-models of the item page, the reader, the text and the refusals."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from tests.web.drawn_page import HEIGHT, PARAGRAPHS, WIDTH
from tests.web.sample_parts import (
    BOOK,
    CONTENTS,
    COVER,
    DOWNLOADS,
    ENDED,
    FIRST,
    OPEN,
    SECOND,
    SERVICE,
    THIRD,
    THUMBNAIL,
    TOTAL,
    marked,
)
from web.pages.parts import (
    Download,
    Link,
    Mark,
    Piece,
    Progress,
    Refusal,
    RightsLine,
    Withheld,
)
from web.pages.reading import (
    HitList,
    InsideHit,
    ItemPage,
    PageImage,
    PageLink,
    ReaderPage,
    Strip,
    StripPage,
    TextPage,
    strip_window,
)

ITEM = ItemPage(
    work="coal",
    title=BOOK.title,
    language="kk",
    type="book",
    rights=OPEN,
    subtitle="Құжаттар жинағы",
    authors=(Link("Қала кітапханасы", "/authors/1"), Link("А. Н. Иванова", "/authors/2")),
    published="Қарағанды",
    year=1987,
    cover=COVER,
    first_page="p1",
    searchable=True,
    readable_as_text=True,
    pages=TOTAL,
    withheld=Withheld(12),
    contents=CONTENTS,
    collections=(Link("Қарағанды көмір бассейні", "/collections/coal"),),
    printed=("Орталық кітапхана", "№ 16 филиал"),
    scanned=date(2023, 9, 14),
    downloads=DOWNLOADS,
    citation="Ескі хаттар мен суреттер: құжаттар жинағы. — Қарағанды, 1987. — 212 б.",
    permalink="http://127.0.0.1:8000/works/coal",
    manifest="/iiif/presentation/3/coal/manifest.json",
)
ITEM_PROGRESS = ItemPage(
    work="coal",
    title=BOOK.title,
    language="kk",
    type="book",
    rights=OPEN,
    first_page="p1",
    pages=12,
    cover=COVER,
    progress=Progress(done=5, total=12, trouble=1),
)
WHY_CLOSED = Refusal(
    "premises-only",
    "closed",
    "Оянған өлке",
    "kk",
    author="Ғабит Мүсірепов",
    on_premises=True,
    in_copyright=True,
    copies=("Орталық кітапхана", "№ 16 филиал"),
    back="/search?q=%D3%A9%D0%BB%D0%BA%D0%B5",
)
WHY_ENDED = Refusal("ended", "ended", ENDED.title, "kk", type="other", until=date(2026, 10, 31))
WHY_PAGE = Refusal("withheld", "coal", BOOK.title, "kk", until=date(2055, 12, 31), page="47")
ITEM_CLOSED = ItemPage(
    work="closed",
    title="Оянған өлке",
    language="kk",
    type="book",
    pages=420,
    year=1953,
    authors=(Link("Ғабит Мүсірепов", "/authors/3"),),
    contents=CONTENTS,
    refusal=WHY_CLOSED,
    rights=RightsLine(
        "premises",
        allowed=False,
        reason="premises-only",
        in_copyright=True,
        statement="http://rightsstatements.org/vocab/InC/1.0/",
    ),
)
ITEM_ON_PREMISES = ItemPage(
    work="closed",
    title="Оянған өлке",
    language="kk",
    type="book",
    pages=420,
    first_page="p1",
    cover=COVER,
    rights=RightsLine("premises", allowed=True),
)


def link(number: int) -> PageLink | None:
    return PageLink(f"p{number}", number, str(number)) if 1 <= number <= TOTAL else None


def inside(number: int, hit: int) -> HitList:
    """Hits on page 12, three on every page whose number ends in 7, as in the drawn page."""
    pages = sorted({12, 37, 47, 57, number})
    sentences = [part.strip() for text in PARAGRAPHS for part in text.split(".") if "көмір" in part]
    hits = [
        InsideHit(
            f"p{page}",
            str(page),
            marked(f"…{sentences[n - 1]}…"),
            n,
            3,
            page == number and n == hit,
        )
        for page in pages
        for n in (1, 2, 3)
    ]
    return HitList(pages=len(pages), times=len(hits), hits=tuple(hits))


def strip_page(number: int, *, hits: int, current: bool) -> StripPage:
    thumbnail = None if number == 50 else THUMBNAIL
    return StripPage(f"p{number}", number, str(number), thumbnail, hits, current)


def reader(
    number: int = 47, q: str = "көмір", *, hit: int = 1, zoom: int = 100, show_text: bool = True
) -> ReaderPage:
    """The reader at any page of the sample book, as a view would fill it."""
    window = strip_window(number, TOTAL)
    return ReaderPage(
        work="coal",
        title=BOOK.title,
        language="kk",
        page=f"p{number}",
        number=number,
        total=TOTAL,
        label=str(number),
        chapter="Ескі хаттар",
        scan_width=WIDTH,
        scan_height=HEIGHT,
        image=PageImage(SERVICE, WIDTH, HEIGHT),
        marks=tuple(
            Mark(box, current=n == hit, hit=n) for n, box in enumerate((FIRST, SECOND, THIRD), 1)
        )
        if q
        else (),
        text=tuple(marked(text) if q else (Piece(text),) for text in PARAGRAPHS),
        show_text=show_text,
        q=q,
        hit=hit if q else 0,
        zoom=zoom,
        hits=inside(number, hit) if q else None,
        contents=CONTENTS,
        strip=Strip(
            tuple(
                strip_page(n, hits=3 if q and n % 10 == 7 else 0, current=n == number)
                for n in window
            ),
            before=link(window.start - 1),
            after=link(window.stop),
        ),
        previous=link(number - 1),
        next=link(number + 1),
        downloads=(Download("text", f"/pages/p{number}/text.txt"), *DOWNLOADS[:1]),
    )


BARE = ReaderPage(
    work="coal",
    title=BOOK.title,
    language="kk",
    page="p47",
    number=47,
    total=TOTAL,
    label="47",
    strip=reader().strip,
    contents=CONTENTS,
)
# In the living sample book one page is withheld.
WITHHELD_PAGE = replace(
    reader(50), image=None, refusal=WHY_PAGE, marks=(), text=None, text_state="refused"
)
READER_CLOSED = replace(BARE, refusal=WHY_PAGE, text_state="refused", searchable=False)
READER_PREPARING = replace(BARE, text_state="preparing")
READER_NO_TEXT = replace(
    BARE,
    image=PageImage(SERVICE, WIDTH, HEIGHT),
    scan_width=WIDTH,
    scan_height=HEIGHT,
    text=(),
    text_state="none",
)
READER_POOR = replace(
    READER_NO_TEXT,
    text=(marked(PARAGRAPHS[0]),),
    text_state="poor",
    q="жоқ сөз",
    hits=HitList(0, 0, ()),
)


TEXT = TextPage(
    work="coal",
    title=BOOK.title,
    language="kk",
    page="p47",
    label="47",
    q="көмір",
    text=tuple(marked(text) for text in PARAGRAPHS),
    previous=link(46),
    next=link(48),
    rights=OPEN,
    permalink="http://127.0.0.1:8000/works/coal/pages/p47",
)
TEXT_POOR = TextPage(
    work="coal",
    title=BOOK.title,
    language="kk",
    page="p1",
    label="1",
    text=(marked("кмір"),),
    text_state="poor",
    next=link(2),
)
