"""Sample view-models: every template in every state, for the gallery and its tests."""

from __future__ import annotations

from datetime import date

from archive.words import Box
from tests.web.drawn_page import HEIGHT, PARAGRAPHS, WIDTH, drawn_page
from web.pages.browse import (
    AuthorPage,
    AuthorRow,
    AuthorsPage,
    CollectionPage,
    CollectionRow,
    CollectionsPage,
    ErrorPage,
    Fragment,
    HomePage,
    Letter,
    NewspapersPage,
)
from web.pages.parts import (
    Card,
    ContentsLine,
    Crop,
    Download,
    Group,
    Image,
    Link,
    Mark,
    Pages,
    Piece,
    Progress,
    Refusal,
    RightsLine,
    Text,
    Withheld,
)
from web.pages.reading import (
    HitList,
    InsideHit,
    ItemPage,
    PageImage,
    PageLink,
    ReaderPage,
    RefusalPage,
    Strip,
    StripPage,
    TextPage,
    strip_window,
)
from web.pages.results import (
    Asked,
    Decade,
    FacetColumn,
    FacetRow,
    FoundPage,
    FoundWork,
    ResultsPage,
    WordCount,
)
from web.pages.site import Site, SiteText

SERVICE = "/iiif/image/3/p47-0badcafe"
THUMBNAIL = Image(f"{SERVICE}/full/168,244/0/default.jpg", 168, 244)
COVER = Image(f"{SERVICE}/full/264,384/0/default.jpg", 264, 384)
TOTAL = 212
FORMS = ("көмір", "көмірдің", "көмірмен")

SITE: Site = {
    "kk": SiteText(
        name_line="Қарағанды кітапханаларының өлкетану мұрағаты",
        library=("«Қаланың орталықтандырылған кітапхана жүйесі» КММ", "Орталық кітапхана және 20 филиал"),
        about="Қала туралы кітаптар мен газет мақалалары",
        reading_place="Орталық кітапхана, фойедегі компьютерлер: тіркелудің қажеті жоқ.",
        examples=("көмір", "ескі хаттар", "қала кітапханасының тарихы"),
        homepage=Link("library.example", "https://library.example/"),
        ask=Link("Кітапханашыдан сұрау", "mailto:ask@library.example"),
    ),
    "ru": SiteText(
        name_line="Краеведческий архив библиотек Караганды",
        library=("КГУ «Централизованная библиотечная система города»", "Центральная библиотека и 20 филиалов"),
        about="Книги и газетные статьи о городе",
        reading_place="Центральная библиотека, компьютеры в фойе, запись не нужна.",
        examples=("уголь", "старые письма", "история городской библиотеки"),
        homepage=Link("library.example", "https://library.example/"),
        ask=Link("Спросить библиотекаря", "mailto:ask@library.example"),
    ),
    "en": SiteText(
        name_line="Local history archive of the Karaganda libraries",
        library=("Centralized library system of the city", "Central library and 20 branches"),
        about="Books and newspaper articles about the city",
        reading_place="Central library, computers in the foyer, no registration.",
        examples=("coal", "old letters", "history of the city library"),
        homepage=Link("library.example", "https://library.example/"),
        ask=Link("Ask a librarian", "mailto:ask@library.example"),
    ),
}

BOOK = Card("coal", "Ескі хаттар мен суреттер", "kk", "book", "Қала кітапханасы", 1987, pages=TOTAL, cover=COVER)
NEWS = Card("news", "Шахтёр қаласының мерекесі", "kk", "newspaper-article", "«Қала тынысы», № 34", issued=date(1967, 8, 27), pages=2)
RUSSIAN = Card("city", "Город в степи: воспоминания строителей", "ru", "book", "А. Н. Иванова", 1961, pages=96, cover=COVER)
CLOSED = Card("closed", "Оянған өлке", "kk", "book", "Ғабит Мүсірепов", 1953, pages=420, audience="premises")
ENDED = Card("ended", "Достар туралы әңгімелер жинағы", "kk", "other", "", 2004, pages=77, audience="nobody")


def crop_of(box: Box, width: int = 860, height: int = 150) -> Crop:
    """Three lines around a box, at the scan's own size."""
    x = max(0, min(box.x + box.w // 2 - width // 2, WIDTH - width))
    y = max(0, box.y + box.h // 2 - height // 2)
    image = Image(f"{SERVICE}/{x},{y},{width},{height}/{width},{height}/0/default.jpg", width, height)
    return Crop(image, (Mark(Box(box.x - x, box.y - y, box.w, box.h)),))


def marked(sentence: str, beginning: str = "көмір", current: bool = False) -> Text:
    """A sentence with the words that begin so marked."""
    pieces: list[Piece] = []
    for word in sentence.split(" "):
        pieces += [Piece(word, marked=word.startswith(beginning), current=current), Piece(" ")]
    return tuple(pieces[:-1])


FIRST, SECOND, THIRD = drawn_page().boxes("көмір")
COLLECTIONS = (
    CollectionRow("coal", "Қарағанды көмір бассейні", "Орталық кітапхана", 19),
    CollectionRow("war", "Қарағандылықтар – Ұлы Отан соғысының қатысушылары", "№ 1ж филиал", 13),
    CollectionRow("art", "Қарағанды суретшілері", "№ 12б филиал", 8),
    CollectionRow("press", "БАҚ-тағы кітапхана", "Орталық кітапхана", 12_082),
)
HOME = HomePage(
    documents=3686,
    pages=39195,
    books=203,
    collections=COLLECTIONS,
    newest=(BOOK, RUSSIAN, CLOSED, BOOK, ENDED, NEWS),
    fragment=Fragment(
        crop=Crop(
            Image(f"{SERVICE}/100,240,900,620/900,620/0/default.jpg", 900, 620),
            tuple(Mark(Box(b.x - 100, b.y - 240, b.w, b.h), current=b is FIRST) for b in (FIRST, SECOND, THIRD)),
        ),
        narrow=crop_of(FIRST, 420, 300),
        word="көмір",
        title=BOOK.title,
        language="kk",
        label="47",
        href="/works/coal/pages/p47?q=%D0%BA%D3%A9%D0%BC%D1%96%D1%80&hit=1",
    ),
)


def found_page(card: Card, box: Box, number: int, more: int = 0) -> FoundPage:
    return FoundPage(
        card=card,
        page=f"p{number}",
        label=str(number),
        snippet=marked("…тек көмір шаңы ғана қонған еді. Кітапханашы буманы сүртіп…"),
        thumbnail=THUMBNAIL,
        crop=crop_of(box),
        narrow=crop_of(box, 420),
        times=3,
        more=more,
    )


FACETS = FacetColumn(
    languages=(FacetRow("kk", 398, chosen=True), FacetRow("ru", 14)),
    types=(FacetRow("book", 221), FacetRow("newspaper-article", 163), FacetRow("extract", 5)),
    decades=tuple(Decade(y, y + 9, c) for y, c in ((1930, 8), (1940, 30), (1950, 0), (1960, 92), (1970, 44))),
    collections=(FacetRow("coal", 54, label="Қарағанды көмір бассейні"),),
    access=(FacetRow("everybody", 381), FacetRow("premises", 17)),
)
RESULTS = ResultsPage(
    asked=Asked(q="көмір", language="kk", page=3),
    pages=398,
    documents=96,
    found=(
        found_page(BOOK, FIRST, 47, more=37),
        found_page(NEWS, SECOND, 1),
        FoundWork(CLOSED, reason="premises-only", in_copyright=True),
        FoundWork(ENDED, reason="ended", until=date(2026, 10, 31)),
        found_page(RUSSIAN, THIRD, 12, more=1),
    ),
    forms=FORMS[1:],
    facets=FACETS,
    paging=Pages(3, 20),
)
NOTHING = ResultsPage(
    asked=Asked(q="террикондар шежіресі", language="kk", exact=True),
    words=(WordCount("террикондар", 12), WordCount("шежіре", 204)),
)
SEARCH_DOWN = ResultsPage(asked=Asked(q="көмір"), search_down=True)
BROWSE = ResultsPage(
    asked=Asked(type="book", first_year=1960, last_year=1969, collection="coal", access="everybody", sort="-year"),
    documents=2,
    found=(FoundWork(RUSSIAN), FoundWork(BOOK)),
    facets=FACETS,
    collection="Қарағанды көмір бассейні",
)

OPEN = RightsLine("everybody", allowed=True, download=True, statement="http://rightsstatements.org/vocab/NoC-OKLR/1.0/")
CONTENTS = (
    ContentsLine("Алғысөз", "5", "p5"),
    ContentsLine("Ескі хаттар", "47", "p47", current=True),
    ContentsLine("Деректер мен суреттер", "178", None),
)
DOWNLOADS = (
    Download("pdf-small", "/works/coal/pdf-small", 6_900_000),
    Download("pdf", "/works/coal/pdf", 28_000_000),
    Download("text", "/works/coal/text.txt", 410_000),
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
    work="coal", title=BOOK.title, language="kk", type="book", rights=OPEN, first_page="p1", pages=12,
    cover=COVER, progress=Progress(done=5, total=12, trouble=1),
)  # fmt: skip
WHY_CLOSED = Refusal(
    "premises-only", "closed", "Оянған өлке", "kk", author="Ғабит Мүсірепов", on_premises=True,
    in_copyright=True, copies=("Орталық кітапхана", "№ 16 филиал"), back="/search?q=%D3%A9%D0%BB%D0%BA%D0%B5",
)  # fmt: skip
WHY_ENDED = Refusal("ended", "ended", ENDED.title, "kk", type="other", until=date(2026, 10, 31))
WHY_PAGE = Refusal("withheld", "coal", BOOK.title, "kk", until=date(2055, 12, 31), page="47")
ITEM_CLOSED = ItemPage(
    work="closed", title="Оянған өлке", language="kk", type="book", pages=420, year=1953,
    authors=(Link("Ғабит Мүсірепов", "/authors/3"),), contents=CONTENTS, refusal=WHY_CLOSED,
    rights=RightsLine("premises", allowed=False, reason="premises-only", in_copyright=True,
                      statement="http://rightsstatements.org/vocab/InC/1.0/"),
)  # fmt: skip
ITEM_ON_PREMISES = ItemPage(
    work="closed", title="Оянған өлке", language="kk", type="book", pages=420, first_page="p1",
    cover=COVER, rights=RightsLine("premises", allowed=True),
)  # fmt: skip


def link(number: int) -> PageLink | None:
    return PageLink(f"p{number}", number, str(number)) if 1 <= number <= TOTAL else None


def inside(number: int, hit: int) -> HitList:
    """Hits on page 12, three on every page whose number ends in 7, as in the drawn page."""
    pages = sorted({12, 37, 47, 57, number})
    sentences = [part.strip() for text in PARAGRAPHS for part in text.split(".") if "көмір" in part]
    hits = [
        InsideHit(f"p{page}", str(page), marked(f"…{sentences[n - 1]}…"), n, 3, page == number and n == hit)
        for page in pages
        for n in (1, 2, 3)
    ]
    return HitList(pages=len(pages), times=len(hits), hits=tuple(hits))


def reader(number: int = 47, q: str = "көмір", hit: int = 1, zoom: int = 100, show_text: bool = True) -> ReaderPage:
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
        ) if q else (),
        text=tuple(marked(text) if q else (Piece(text),) for text in PARAGRAPHS),
        show_text=show_text,
        q=q,
        hit=hit if q else 0,
        zoom=zoom,
        hits=inside(number, hit) if q else None,
        contents=CONTENTS,
        strip=Strip(
            tuple(
                StripPage(f"p{n}", n, str(n), None if n == 50 else THUMBNAIL, 3 if q and n % 10 == 7 else 0, n == number)
                for n in window
            ),
            before=link(window.start - 1),
            after=link(window.stop),
        ),
        previous=link(number - 1),
        next=link(number + 1),
        downloads=(Download("text", f"/pages/p{number}/text.txt"), *DOWNLOADS[:1]),
    )  # fmt: skip


def reader_in_state(state: str) -> ReaderPage:
    common = {"work": "coal", "title": BOOK.title, "language": "kk", "page": "p47", "number": 47,
              "total": TOTAL, "label": "47", "strip": reader().strip, "contents": CONTENTS}  # fmt: skip
    changes = {
        "closed": {"refusal": WHY_PAGE, "text_state": "refused", "searchable": False},
        "preparing": {"text_state": "preparing"},
        "no-text": {"image": PageImage(SERVICE, WIDTH, HEIGHT), "scan_width": WIDTH,
                    "scan_height": HEIGHT, "text": (), "text_state": "none"},
        "poor": {"image": PageImage(SERVICE, WIDTH, HEIGHT, save_data=True), "scan_width": WIDTH, "scan_height": HEIGHT,
                 "text": (marked(PARAGRAPHS[0]),), "text_state": "poor", "q": "жоқ сөз",
                 "hits": HitList(0, 0, ())},
    }  # fmt: skip
    return ReaderPage(**{**common, **changes[state]})  # type: ignore[arg-type]


TEXT = TextPage(
    work="coal", title=BOOK.title, language="kk", page="p47", label="47", q="көмір",
    text=tuple(marked(text) for text in PARAGRAPHS), previous=link(46), next=link(48),
    rights=OPEN, permalink="http://127.0.0.1:8000/works/coal/pages/p47",
)  # fmt: skip
TEXT_POOR = TextPage(
    work="coal", title=BOOK.title, language="kk", page="p1", label="1", text=(marked("кмір"),),
    text_state="poor", next=link(2),
)  # fmt: skip
AUTHORS = AuthorsPage(
    letters=(
        Letter("А", (AuthorRow("1", "Абай", "1845–1904", 12),)),
        Letter("Ә", (AuthorRow("2", "Әуезов, Мұхтар", "1897–1961", 1),)),
        Letter("М", (AuthorRow("3", "Мүсірепов, Ғабит", "1902–1985", 2),)),
        Letter("S", (AuthorRow("4", "Steppe, A.", "", 1),)),
    ),
    count=4,
)

SAMPLES: dict[str, tuple[str, object]] = {
    "home": ("home.html", HOME),
    "home-empty": ("home.html", HomePage(0, 0, search_down=True)),
    "results": ("results.html", RESULTS),
    "results-nothing": ("results.html", NOTHING),
    "results-down": ("results.html", SEARCH_DOWN),
    "results-browse": ("results.html", BROWSE),
    "item": ("item.html", ITEM),
    "item-progress": ("item.html", ITEM_PROGRESS),
    "item-closed": ("item.html", ITEM_CLOSED),
    "item-premises": ("item.html", ITEM_ON_PREMISES),
    "reader": ("reader.html", reader()),
    "reader-plain": ("reader.html", reader(q="", show_text=False)),
    "reader-zoomed": ("reader.html", reader(hit=2, zoom=200)),
    "reader-closed": ("reader.html", reader_in_state("closed")),
    "reader-preparing": ("reader.html", reader_in_state("preparing")),
    "reader-no-text": ("reader.html", reader_in_state("no-text")),
    "reader-poor": ("reader.html", reader_in_state("poor")),
    "text": ("text.html", TEXT),
    "text-poor": ("text.html", TEXT_POOR),
    "refusal": ("refusal.html", RefusalPage(WHY_CLOSED)),
    "refusal-ended": ("refusal.html", RefusalPage(WHY_ENDED)),
    "refusal-page": ("refusal.html", RefusalPage(WHY_PAGE)),
    "refusal-neutral": ("refusal.html", RefusalPage(WHY_CLOSED, described=False)),
    "error-404": ("error.html", ErrorPage("not-found")),
    "error-500": ("error.html", ErrorPage("our-fault", "7f3a")),
    "error-503": ("error.html", ErrorPage("busy")),
    "error-400": ("error.html", ErrorPage("bad-request")),
    "collections": ("collections.html", CollectionsPage(COLLECTIONS)),
    "collections-empty": ("collections.html", CollectionsPage(())),
    "collection": (
        "collection.html",
        CollectionPage("coal", "Қарағанды көмір бассейні", (BOOK, CLOSED, NEWS), 119, "Орталық кітапхана", Pages(1, 6)),
    ),
    "newspapers": (
        "newspapers.html",
        NewspapersPage((Group("Қала тынысы", (NEWS,)), Group("Шахтёр сөзі", (NEWS, NEWS))), 3),
    ),
    "authors": ("authors.html", AUTHORS),
    "author": ("author.html", AuthorPage("Мүсірепов, Ғабит", (CLOSED,), "1902–1985", ("Мусрепов, Габит",))),
    "help": ("help.html", None),
    "view": ("view.html", None),
}
