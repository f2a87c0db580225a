"""The book of the day: its description, its forty scans, one of them blurred, two misnamed."""

from __future__ import annotations

import io
import random
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont

from archive.catalogue_values import CatalogueRecord, Heading
from tests.data.catalogue_records import (
    garbage_inside,
    record_of,
    rusmarc_file,
    truncated,
    wrong_length,
)

PAGES = 40
BLURRED = 23
SWAPPED = 12  # its file has the next one's name, and the other way round
SIZE = (600, 800)  # px at 300 dpi
RECORDS = 200
DAMAGED = {50: wrong_length, 100: truncated, 150: garbage_inside}
OWN_RECORD = 120


@dataclass(frozen=True)
class Story:
    """A book in one language; `word` stands on page `word_on` and nowhere else."""

    language: str
    title: str
    author: Heading
    illustrator: Heading
    heirs: tuple[str, str]
    words: str
    word: str
    word_on: int = 17


STORIES = {
    "kk": Story(
        "kk",
        "Шахтадағы көктем",
        Heading(entry="Сарытауов", rest="Ә.", fuller="Әділ", birth_year=1920, death_year=1991),
        Heading(entry="Қоңырбаев", rest="Т.", fuller="Тоқтар", role="ill", birth_year=1950),
        ("Сарытауова Жібек", "Сарытауов Мұрат"),
        "көмір шахта қала дала өзен кітап мұрағат жұмыс тарих сурет ауыл мектеп теміржол",
        "домбыра",
    ),
    "ru": Story(
        "ru",
        "Весна над терриконом",
        Heading(entry="Ветров", rest="П.", fuller="Пётр", birth_year=1918, death_year=1990),
        Heading(entry="Лугова", rest="А.", fuller="Анна", role="ill", birth_year=1948),
        ("Ветрова Ольга", "Ветров Игорь"),
        "уголь шахта город степь река книга архив работа история рисунок улица школа дорога",
        "самовар",
    ),
}


def draw_page(story: Story, number: int, *, blurred: bool = False) -> bytes:
    """A page of the book, as a scanner of 300 dpi writes it."""
    chance = random.Random(number)
    image = Image.new("L", SIZE, 248)
    draw, font = ImageDraw.Draw(image), ImageFont.truetype("PTF55F.ttf", 44)
    for place, text in enumerate(_lines(story, number, chance)):
        indent = chance.randrange(40, 160)
        draw.text((indent, 90 + 110 * place), text, fill=20, font=font)
    if blurred:
        image = image.filter(ImageFilter.GaussianBlur(5))
    # The grain of paper: a scan is not as small a file as a drawing.
    grain = Image.frombytes("L", SIZE, chance.randbytes(SIZE[0] * SIZE[1]))
    written = io.BytesIO()
    Image.blend(image, grain, 0.02).save(written, "PNG", dpi=(300, 300), compress_level=1)
    return written.getvalue()


def _lines(story: Story, number: int, chance: random.Random) -> Iterator[str]:
    words = story.words.split()
    for place in range(chance.choice((4, 5, 6))):
        text = " ".join(chance.sample(words, 2))
        yield story.word if place == 1 and number == story.word_on else text


def scan(story: Story, folder: Path) -> list[bytes]:
    """Fill the folder as the operator's scanner did; gives the pages in the book's order."""
    folder.mkdir(parents=True)
    pages = [draw_page(story, n, blurred=n == BLURRED) for n in range(1, PAGES + 1)]
    named = {SWAPPED: SWAPPED + 1, SWAPPED + 1: SWAPPED}
    for number, content in enumerate(pages, start=1):
        (folder / f"{named.get(number, number):03}.png").write_bytes(content)
    return pages


def catalogue_file(story: Story) -> bytes:
    """The library's catalogue: the book's own record among others, and three damaged ones."""
    return b"".join(_record(story, number) for number in range(1, RECORDS + 1))


def _record(story: Story, number: int) -> bytes:
    record = record_of(number, random.Random(f"1/{number}"))
    if number == OWN_RECORD:
        record = _own(story, record)
    return DAMAGED.get(number, bytes)(rusmarc_file(iter([record])))


def _own(story: Story, record: CatalogueRecord) -> CatalogueRecord:
    return replace(
        record, type="book", title=story.title, subtitle="", responsibility="",
        headings=(story.author, story.illustrator), year=1974, issued=None,
        place="Алматы", publisher="Жазушы", source_title="", source_part="", isbns=(),
        languages=("kaz",) if story.language == "kk" else ("rus",),
    )  # fmt: skip
