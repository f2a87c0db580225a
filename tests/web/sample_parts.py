"""What the sample pages share: the library, its works, pieces of the drawn page."""

from __future__ import annotations

from datetime import date

from archive.words import Box
from tests.web.drawn_page import WIDTH, drawn_page
from web.pages.parts import (
    Card,
    ContentsLine,
    Crop,
    Download,
    Image,
    Link,
    Mark,
    Piece,
    RightsLine,
    Text,
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
        library=(
            "«Қаланың орталықтандырылған кітапхана жүйесі» КММ",
            "Орталық кітапхана және 20 филиал",
        ),
        about="Қала туралы кітаптар мен газет мақалалары",
        reading_place="Орталық кітапхана, фойедегі компьютерлер: тіркелудің қажеті жоқ.",
        examples=("көмір", "ескі хаттар", "қала кітапханасының тарихы"),
        homepage=Link("library.example", "https://library.example/"),
        ask=Link("Кітапханашыдан сұрау", "mailto:ask@library.example"),
    ),
    "ru": SiteText(
        name_line="Краеведческий архив библиотек Караганды",
        library=(
            "КГУ «Централизованная библиотечная система города»",
            "Центральная библиотека и 20 филиалов",
        ),
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

BOOK = Card(
    "coal",
    "Ескі хаттар мен суреттер",
    "kk",
    "book",
    "Қала кітапханасы",
    1987,
    pages=TOTAL,
    cover=COVER,
)
NEWS = Card(
    "news",
    "Шахтёр қаласының мерекесі",
    "kk",
    "newspaper-article",
    "«Қала тынысы», № 34",
    issued=date(1967, 8, 27),
    pages=2,
)
RUSSIAN = Card(
    "city",
    "Город в степи: воспоминания строителей",
    "ru",
    "book",
    "А. Н. Иванова",
    1961,
    pages=96,
    cover=COVER,
)
CLOSED = Card(
    "closed", "Оянған өлке", "kk", "book", "Ғабит Мүсірепов", 1953, pages=420, audience="premises"
)
ENDED = Card(
    "ended", "Достар туралы әңгімелер жинағы", "kk", "other", "", 2004, pages=77, audience="nobody"
)


def crop_of(box: Box, width: int = 860, height: int = 150) -> Crop:
    """Three lines around a box, at the scan's own size."""
    x = max(0, min(box.x + box.w // 2 - width // 2, WIDTH - width))
    y = max(0, box.y + box.h // 2 - height // 2)
    image = Image(
        f"{SERVICE}/{x},{y},{width},{height}/{width},{height}/0/default.jpg", width, height
    )
    return Crop(image, (Mark(Box(box.x - x, box.y - y, box.w, box.h)),))


def marked(sentence: str, beginning: str = "көмір") -> Text:
    """A sentence with the words that begin so marked."""
    pieces: list[Piece] = []
    for word in sentence.split(" "):
        pieces += [Piece(word, marked=word.startswith(beginning)), Piece(" ")]
    return tuple(pieces[:-1])


FIRST, SECOND, THIRD = drawn_page().boxes("көмір")


FIRST, SECOND, THIRD = drawn_page().boxes("көмір")
OPEN = RightsLine(
    "everybody",
    allowed=True,
    download=True,
    statement="http://rightsstatements.org/vocab/NoC-OKLR/1.0/",
)
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
