"""How were the sample books made, and how can they be made again?

Our own text (``sources/``) is typeset at 300 dpi and worn like a scan. Beside
the page images stands ``book.yaml`` for ``sandyq ingest``; ``texts/`` says what
is printed on each page, line by line in reading order, and a line that ends
with "¬" divides a word (on paper there is a hyphen). ``canaries.yaml`` lists the
words of the closed book that no visitor may ever see; those called "tagged" stand
in the EXIF and XMP of its scans, as a scanner's own notes do.

Run by hand: ``make samples``.
"""

from __future__ import annotations

import itertools
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from PIL import ExifTags, Image

from tests.data.engraving import draw_mine
from tests.data.typeset import (
    DPI,
    INK,
    NOTO_BOLD,
    PAPER,
    SANS_BOLD,
    SERIF,
    SERIF_BOLD,
    SERIF_ITALIC,
    Item,
    Printed,
    Type,
    face,
    heading,
    paragraph,
    pour,
    print_line,
)
from tests.data.wear import GOOD, POOR, Wear, scanned

HERE = Path(__file__).parent
POCKET = (1417, 1949)  # 70 x 100 1/32, 120 x 165 mm
TABLOID = (2040, 2840)
LEFT, TOP, FOOT = 160, 165, 195
CANARY = face(SANS_BOLD, 31)
SMALL = face(SERIF_ITALIC, 9.2)


@dataclass
class Book:
    """A sample: its description, its pages, their printed labels, the chapters' first pages."""

    name: str
    description: dict[str, Any]
    pages: list[Printed] = field(default_factory=list)
    labels: list[str] = field(default_factory=list)
    contents: list[dict[str, str]] = field(default_factory=list)
    poor: frozenset[int] = frozenset()
    tagged: list[tuple[str, str]] = field(default_factory=list)


def blank(size: tuple[int, int]) -> Printed:
    """A page before printing."""
    return Printed(Image.new("L", size, PAPER))


def source(name: str) -> list[str]:
    """The blocks of a text: "# heading", "@ drawn word", "! caption of a picture", paragraph."""
    text = (HERE / "sources" / f"{name}.txt").read_text(encoding="utf-8")
    return [block.strip() for block in text.split("\n\n") if block.strip()]


def items(blocks: list[str], kind: Type, *, pages: bool) -> Iterator[Item]:
    """Set blocks in type; with ``pages`` every heading, drawn word and picture opens a page."""
    after_heading = False
    for block in blocks:
        mark, _, rest = block.partition(" ")
        if mark == "#":
            yield from heading(rest, kind, fresh=pages)
        elif mark == "@":
            yield Item("canary", kind.lead * 4, (rest,), fresh=pages and not after_heading)
        elif mark == "!":
            yield Item("picture", kind.lead * 18, (rest,), fresh=pages)
        else:
            yield from paragraph(block, kind)
        after_heading = mark == "#"


def print_column(page: Printed, column: list[Item], x: int, y: int, kind: Type) -> None:
    """Print the items of one column from its top-left corner."""
    middle = x + kind.measure / 2
    for item in column:
        if item.kind == "line":
            print_line(page, item, x, y, kind)
        elif item.kind == "heading":
            page.centred(item.text, y, kind.heading, x=middle)
        elif item.kind == "canary":
            page.centred(item.text, y + kind.lead, CANARY, x=middle)
        elif item.kind == "picture":
            draw_mine(page, x, y, kind.measure, item.height - 2 * kind.lead)
            page.centred(item.text, y + item.height - 3 * kind.lead // 2, SMALL, x=middle)
        y += item.height


def chapters(columns: list[list[Item]], labels: list[str]) -> list[dict[str, str]]:
    """Each heading with the printed number of the page on which it stands."""
    found: list[dict[str, str]] = []
    for column, label in zip(columns, labels, strict=True):
        for kind, run in itertools.groupby(column, key=lambda item: item.kind):
            if kind == "heading":
                found.append({"title": " ".join(item.text for item in run), "page": label})
    return found


def cover(title: str, author: str, imprint: str) -> Printed:
    """A front cover: author, title, vignette, place and year, in a double frame."""
    page = blank(POCKET)
    width, height = POCKET
    for inset, line in ((70, 9), (92, 3)):
        page.pen.rectangle((inset, inset, width - inset, height - inset), outline=INK, width=line)
    page.centred(author, 230, face(SERIF, 16))
    for row, part in enumerate(title.split("\n")):
        page.centred(part, 420 + row * 150, face(NOTO_BOLD, 27 if row == 0 else 17))
    draw_mine(page, 300, 820, width - 600, 640)
    page.centred(imprint, height - 260, face(SERIF, 13))
    return page


def contents_page(rows: list[dict[str, str]], kind: Type) -> Printed:
    """«Мазмұны»: each chapter and its page number at the right edge."""
    page = blank(POCKET)
    page.centred("Мазмұны", TOP, kind.heading)
    right = LEFT + kind.measure
    for number, row in enumerate(rows):
        y = TOP + 200 + number * 118
        page.pen.text((LEFT, y), row["title"], INK, kind.body)
        page.pen.text((right, y), row["page"], INK, kind.body, anchor="ra")
        page.lines.append(f"{row['title']} {row['page']}")
    return page


def numbered(column: list[Item], label: str, kind: Type) -> Printed:
    """A page of running text with its number at the foot."""
    page = blank(POCKET)
    print_column(page, column, LEFT, TOP, kind)
    page.centred(label, POCKET[1] - 150, face(SERIF, 11))
    return page


def pocket_type() -> Type:
    """The books' type: 11.5 point PT Serif."""
    measure = POCKET[0] - 2 * LEFT
    return Type(measure, face(SERIF, 11.5), 60, face(SERIF_BOLD, 15))


def pocket_pages(book: Book, first: int) -> None:
    """Set the book's source in pages numbered from ``first``."""
    kind = pocket_type()
    room = itertools.repeat(POCKET[1] - TOP - FOOT)
    columns = pour(items(source(book.name), kind, pages=True), room)
    labels = [str(first + number) for number in range(len(columns))]
    book.pages += [numbered(c, n, kind) for c, n in zip(columns, labels, strict=True)]
    book.labels += labels
    book.contents += chapters(columns, labels)


def komirli_olke() -> Book:
    """The Kazakh book: cover, contents, chapters, a picture page; six pages are poor scans."""
    book = Book(
        "komirli-olke",
        {
            "title": "Көмірлі өлке: Қарағанды туралы әңгімелер",
            "author": "Ақан Сарытау",
            "year": 1993,
            "language": "kk",
            "type": "book",
            "branch": "ОҚК",
            "collection": "Қарағанды көмір бассейні",
            "rights": "http://creativecommons.org/publicdomain/mark/1.0/",
            "level": "everybody",
        },
        poor=frozenset({5, 7, 11, 12, 13, 15}),
    )
    pocket_pages(book, first=3)
    front = cover("Көмірлі өлке\nҚарағанды туралы әңгімелер", "Ақан Сарытау", "Қарағанды · 1993")
    book.pages[:0] = [front, contents_page(book.contents, pocket_type())]
    book.labels[:0] = ["[1]", "[2]"]
    return book


def newspaper() -> Book:
    """Two pages of a newspaper in two columns under a masthead and one headline."""
    book = Book(
        "industrialnaya-karaganda",
        {
            "title": "Индустриальная Караганда. 14 сентября 1962 года, № 214",
            "author": "Редакция газеты «Индустриальная Караганда»",
            "source": "Индустриальная Караганда",
            "issued": "1962-09-14",
            "year": 1962,
            "language": "ru",
            "type": "newspaper-article",
            "branch": "ОҚК",
            "collection": "Индустриальная Караганда",
            "rights": "http://rightsstatements.org/vocab/InC/1.0/",
            "level": "everybody",
            "until": "2049-12-31",
        },
    )
    headline, *rest = source(book.name)
    kind = Type(860, face(SERIF, 10.5), 56, face(SERIF_BOLD, 14), indent=44)
    tops, foot = (660, 200), 170
    rooms = (TABLOID[1] - top - foot for top in (tops[0], tops[0], tops[1], tops[1]))
    columns = pour(items(rest, kind, pages=False), rooms)
    for number, top in enumerate(tops):
        page = blank(TABLOID)
        if number == 0:
            page.centred("ИНДУСТРИАЛЬНАЯ КАРАГАНДА", 150, face(NOTO_BOLD, 25))
            page.centred("№ 214 · Пятница, 14 сентября 1962 года · Цена 2 коп.", 300, SMALL)
            page.pen.line((120, 370, TABLOID[0] - 120, 370), INK, 5)
            page.centred(headline.removeprefix("# "), 440, face(SERIF_BOLD, 21))
        for x, column in zip((130, 1050), columns[2 * number : 2 * number + 2], strict=True):
            print_column(page, column, x, top, kind)
        page.pen.line((1020, top, 1020, TABLOID[1] - foot), INK, 3)
        page.centred(str(number + 1), TABLOID[1] - 130, SMALL)
        book.pages.append(page)
        book.labels.append(str(number + 1))
    titles = [{"title": headline.removeprefix("# "), "page": "1"}]
    for number, column in enumerate(columns):
        titles += chapters([column], [str(number // 2 + 1)])
    book.contents = titles
    return book


def closed_book() -> Book:
    """Four pages of a book that was open until the end of 2024; canaries on each."""
    book = Book(
        "zher-astyndagy-zharyq",
        {
            "title": "Жер астындағы жарық: үзінді",
            "author": "Мәриям Талапова",
            "year": 1987,
            "language": "kk",
            "type": "extract",
            "branch": "16",
            "collection": "Карлаг: Барлығына арналған тарих",
            "rights": "http://rightsstatements.org/vocab/InC/1.0/",
            "level": "everybody",
            "until": "2024-12-31",
        },
    )
    pocket_pages(book, first=41)
    canaries = yaml.safe_load((HERE / "canaries.yaml").read_text(encoding="utf-8"))[book.name]
    book.tagged = [tuple(canaries[label]["tagged"]) for label in book.labels]
    return book


def metadata(exif_word: str, xmp_word: str) -> dict[str, Any]:
    """What a scanner writes into its file beside the picture, as arguments of ``Image.save``."""
    exif = Image.Exif()
    exif[ExifTags.Base.ImageDescription] = exif_word
    xmp = (
        '<x:xmpmeta xmlns:x="adobe:ns:meta/">'
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">'
        '<rdf:Description xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:source>{xmp_word}</dc:source></rdf:Description></rdf:RDF></x:xmpmeta>"
    )
    return {"exif": exif, "xmp": xmp.encode()}


def save(book: Book) -> None:
    """Write the page images, their texts and the description of one book."""
    folder, texts = HERE / "samples" / book.name, HERE / "texts" / book.name
    for place in (folder, texts):
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
    for number, page in enumerate(book.pages, 1):
        wear: Wear = POOR if number in book.poor else GOOD
        back = book.pages[number % len(book.pages)].image
        image = scanned(page.image, back, wear, seed=number)
        told = metadata(*book.tagged[number - 1]) if book.tagged else {}
        file = folder / f"{number:04}.jpg"
        image.save(file, quality=wear.quality, dpi=(DPI, DPI), optimize=True, **told)
        lines = "".join(f"{line}\n" for line in page.lines)
        (texts / f"{number:04}.txt").write_text(lines, encoding="utf-8")
    description = {**book.description, "labels": book.labels, "contents": book.contents}
    text = yaml.safe_dump(description, allow_unicode=True, sort_keys=False, width=100)
    (folder / "book.yaml").write_text(text, encoding="utf-8")


def main() -> None:
    """Make all three."""
    for book in (komirli_olke(), newspaper(), closed_book()):
        save(book)


if __name__ == "__main__":
    main()
