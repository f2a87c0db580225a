"""How does a text become printed lines, and lines the columns of a page?

Sizes are px at 300 dpi. The press here is greedy: it fills a line, divides the
word that no longer fits at a syllable boundary, and justifies.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from PIL import Image, ImageDraw, ImageFont

DPI = 300
INK, PAPER = 24, 255
VOWELS = "аәеёиоөуұүыіэюя"
SERIF, SERIF_BOLD, SERIF_ITALIC = "PTF55F.ttf", "PTF75F.ttf", "PTF56F.ttf"
SANS_BOLD, NOTO_BOLD = "PTS75F.ttf", "NotoSerif-Bold.ttf"
Font = ImageFont.FreeTypeFont


def face(name: str, points: float) -> Font:
    """A font of the system packages in the given size at 300 dpi."""
    return ImageFont.truetype(name, round(points * DPI / 72))


@dataclass(frozen=True)
class Item:
    """One thing in a column: a line, a heading, a drawn word, a picture or a gap.

    ``words`` are justified unless ``last``; ``broken`` divides the last word;
    ``fresh`` begins a new column; ``height`` is what it takes of the column.
    """

    kind: str
    height: int
    words: tuple[str, ...] = ()
    broken: bool = False
    last: bool = True
    indent: int = 0
    fresh: bool = False

    @property
    def text(self) -> str:
        said = " ".join(self.words).replace("\N{NO-BREAK SPACE}", " ")
        return said[:-1] + "¬" if self.broken else said


@dataclass(frozen=True)
class Type:
    """What a column is set in: its width, the body's font and leading, the headings' font."""

    measure: int
    body: Font
    lead: int
    heading: Font
    indent: int = 56

    def holds(self, words: list[str], room: int) -> bool:
        """Whether the words, set close, fit into so many px."""
        return self.body.getlength(" ".join(words)) <= room


@dataclass
class Printed:
    """A page as the press left it: its image and its lines in reading order."""

    image: Image.Image
    lines: list[str] = field(default_factory=list)

    @property
    def pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self.image)

    def centred(self, text: str, y: int, font: Font, *, x: float | None = None) -> None:
        """Print one line centred at ``x``, by default in the middle of the page."""
        self.pen.text((self.image.width / 2 if x is None else x, y), text, INK, font, anchor="ma")
        self.lines.append(text)


def breaks(word: str) -> list[int]:
    """Where a Kazakh or Russian word may be divided: before consonant and vowel.

    A syllable has one vowel and takes the last consonant of a group before it;
    at least two letters stay on each side.
    """
    found = []
    for cut in range(2, len(word) - 1):
        head, tail = word[:cut].lower(), word[cut:].lower()
        if not (head[-2:] + tail[:2]).isalpha() or tail[0] in VOWELS + "ьъй":
            continue
        if tail[1] in VOWELS and any(letter in VOWELS for letter in head):
            found.append(cut)
    return found


def paragraph(text: str, kind: Type) -> list[Item]:
    """The lines of one paragraph, its first one indented."""
    waiting = text.replace(" — ", "\N{NO-BREAK SPACE}— ").split()
    lines: list[Item] = []
    words: list[str] = []
    while waiting:
        indent = 0 if lines else kind.indent
        room = kind.measure - indent
        word = waiting.pop(0)
        if kind.holds([*words, word], room):
            words.append(word)
            continue
        cuts = (cut for cut in breaks(word) if kind.holds([*words, word[:cut] + "-"], room))
        cut = max(cuts, default=0)
        line = (*words, word[:cut] + "-") if cut else tuple(words)
        lines.append(Item("line", kind.lead, line, broken=cut > 0, last=False, indent=indent))
        waiting.insert(0, word[cut:])
        words = []
    return [*lines, Item("line", kind.lead, tuple(words), indent=0 if lines else kind.indent)]


def heading(text: str, kind: Type, *, fresh: bool) -> list[Item]:
    """A heading in as many undivided lines as it takes, with air above and below."""
    rows: list[list[str]] = [[]]
    for word in text.split():
        if kind.heading.getlength(" ".join([*rows[-1], word])) > kind.measure:
            rows.append([])
        rows[-1].append(word)
    air = Item("gap", kind.lead * 2 // 3)
    lines = [Item("heading", round(kind.lead * 1.15), tuple(row)) for row in rows]
    return [Item("gap", 0 if fresh else air.height, fresh=fresh), *lines, air]


def pour(items: Iterable[Item], rooms: Iterator[int]) -> list[list[Item]]:
    """Fill columns of the given heights in turn.

    A heading goes along with its text, and no word is divided over two columns.
    """
    columns: list[list[Item]] = [[]]
    left = next(rooms)
    for item in items:
        if (item.fresh and columns[-1]) or item.height > left:
            carried: list[Item] = []
            while not item.fresh and (columns[-1][-1].broken or columns[-1][-1].kind != "line"):
                carried.insert(0, columns[-1].pop())
            columns.append(carried)
            left = next(rooms) - sum(one.height for one in carried)
        columns[-1].append(item)
        left -= item.height
    return columns


def print_line(page: Printed, item: Item, x: float, y: int, kind: Type) -> None:
    """Print one line of running text, justified unless it is its paragraph's last."""
    x += item.indent
    spare = kind.measure - item.indent - sum(kind.body.getlength(word) for word in item.words)
    gaps = len(item.words) - 1
    gap = kind.body.getlength(" ") if item.last or not gaps else spare / gaps
    for word in item.words:
        page.pen.text((x, y), word, INK, kind.body)
        x += kind.body.getlength(word) + gap
    page.lines.append(item.text)
