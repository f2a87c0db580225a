"""Sample view-models of the home page, the results and the lists."""

from __future__ import annotations

from datetime import date

from archive.words import Box
from tests.web.sample_parts import (
    BOOK,
    CLOSED,
    ENDED,
    FIRST,
    FORMS,
    NEWS,
    RUSSIAN,
    SECOND,
    SERVICE,
    THIRD,
    THUMBNAIL,
    crop_of,
    marked,
)
from web.pages.browse import (
    AuthorPage,
    AuthorRow,
    AuthorsPage,
    CollectionPage,
    CollectionRow,
    CollectionsPage,
    Fragment,
    HomePage,
    Letter,
    NewspapersPage,
)
from web.pages.parts import Card, Crop, Group, Image, Mark, Pages
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
            tuple(
                Mark(Box(b.x - 100, b.y - 240, b.w, b.h), current=b is FIRST)
                for b in (FIRST, SECOND, THIRD)
            ),
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
    decades=tuple(
        Decade(y, y + 9, c) for y, c in ((1930, 8), (1940, 30), (1950, 0), (1960, 92), (1970, 44))
    ),
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
    literal=("жылы:көктем",),
    ignored=("сөзінен", "кейінгісі"),
    meant="террикон шежіресі",
    words=(WordCount("террикондар", 12), WordCount("шежіре", 204)),
)
SEARCH_DOWN = ResultsPage(asked=Asked(q="көмір"), search_down=True)
BROWSE = ResultsPage(
    asked=Asked(
        type="book",
        first_year=1960,
        last_year=1969,
        collection="coal",
        access="everybody",
        sort="-year",
    ),
    documents=2,
    found=(FoundWork(RUSSIAN), FoundWork(BOOK)),
    facets=FACETS,
    collection="Қарағанды көмір бассейні",
)
AUTHORS = AuthorsPage(
    letters=(
        Letter("А", (AuthorRow("1", "Абай", "1845–1904", 12),)),
        Letter("Ә", (AuthorRow("2", "Әуезов, Мұхтар", "1897–1961", 1),)),
        Letter("М", (AuthorRow("3", "Мүсірепов, Ғабит", "1902–1985", 2),)),
        Letter("S", (AuthorRow("4", "Steppe, A.", "", 1),)),
    ),
    count=4,
)

HOME_EMPTY = HomePage(0, 0, search_down=True)
COLLECTIONS_PAGE = CollectionsPage(COLLECTIONS)
NO_COLLECTIONS = CollectionsPage(())
COLLECTION = CollectionPage(
    "coal", "Қарағанды көмір бассейні", (BOOK, CLOSED, NEWS), 119, "Орталық кітапхана", Pages(1, 6)
)
NEWSPAPERS = NewspapersPage((Group("Қала тынысы", (NEWS,)), Group("Шахтёр сөзі", (NEWS, NEWS))), 3)
AUTHOR = AuthorPage("Мүсірепов, Ғабит", (CLOSED,), "1902–1985", ("Мусрепов, Габит",))
