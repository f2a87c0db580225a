"""The parts that several pages are made of: links, pieces of text, images, covers.

View-models are plain frozen values. A view fills them from the archive, a
template draws them; neither knows the other's business. Dates, numbers and
names of languages are written by the template in the visitor's language.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from archive.words import Box


@dataclass(frozen=True, slots=True)
class Link:
    """Words that lead somewhere."""

    label: str
    href: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of text; `marked` where it is what the reader searched for."""

    text: str
    marked: bool = False
    current: bool = False


Text = tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Image:
    """An image and the size in px at which the server sends it."""

    href: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Mark:
    """A box to be marked, in px of the image it lies on; `current` is outlined.

    A word broken over two lines is two marks with the same `hit`.
    """

    box: Box
    current: bool = False
    hit: int = 0


@dataclass(frozen=True, slots=True)
class Crop:
    """A piece cut from a page image, with marks in the crop's own px."""

    image: Image
    marks: tuple[Mark, ...] = ()


@dataclass(frozen=True, slots=True)
class Card:
    """A work as lists show it.

    `language` is the profile's code; `cover` is None for a work that may not be
    shown: then a cover with its title is drawn. `audience` is ``everybody``,
    ``premises`` or ``nobody``: who may read it, whoever is asking.
    """

    work: str
    title: str
    language: str
    type: str
    byline: str = ""
    year: int | None = None
    issued: date | None = None
    pages: int | None = None
    audience: str = "everybody"
    cover: Image | None = None


@dataclass(frozen=True, slots=True)
class Pages:
    """Where we are in a long list: page `current` of `last`, counted from 1."""

    current: int
    last: int

    def shown(self) -> tuple[int | None, ...]:
        """The numbers to offer: ends and neighbours; None stands for a gap."""
        near = {1, self.last, self.current - 1, self.current, self.current + 1}
        numbers = sorted(number for number in near if 1 <= number <= self.last)
        shown: list[int | None] = []
        for number in numbers:
            if shown and shown[-1] is not None and number - shown[-1] > 1:
                shown.append(number - 1 if number - shown[-1] == 2 else None)
            shown.append(number)
        return tuple(shown)


ONE_PAGE = Pages(current=1, last=1)


@dataclass(frozen=True, slots=True)
class Progress:
    """How many pages of a book are ready."""

    done: int
    total: int
    trouble: int = 0  # pages that wait for a person


@dataclass(frozen=True, slots=True)
class Download:
    """A file offered to the reader.

    `kind` is ``pdf``, ``pdf-small``, ``text``, ``image``, ``hocr`` or ``alto``;
    `size` is in bytes, None when it is not known beforehand.
    """

    kind: str
    href: str
    size: int | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why something is not shown, for the sentences of the refusal page.

    `reason` and `until` as `archive.rights.Refuse` gives them; `on_premises`
    says that the library's own computers may show it. `copies` names the
    branches that hold it printed. `page` is a page's label when the rest of
    the work is open.
    """

    reason: str
    work: str
    title: str
    language: str
    type: str = "book"
    author: str = ""
    until: date | None = None
    on_premises: bool = False
    in_copyright: bool = False
    copies: tuple[str, ...] = ()
    page: str | None = None
    missing: tuple[str, ...] = ()  # parts without consent, as people call them
    back: str | None = None  # address of the results the visitor came from


@dataclass(frozen=True, slots=True)
class RightsLine:
    """What this visitor may do with a work, in one line.

    `audience` as in `Card`; `allowed` says whether this visitor may read it here
    and now, `download` whether it may also be taken away. `reason` and `until`
    say why not.
    """

    audience: str
    allowed: bool
    download: bool = False
    reason: str = ""
    until: date | None = None
    in_copyright: bool = False
    statement: str | None = None


@dataclass(frozen=True, slots=True)
class Withheld:
    """How many pages of an open work are closed."""

    pages: int
    until: date | None = None


@dataclass(frozen=True, slots=True)
class ContentsLine:
    """A line of the contents; `page` is None when its page is not there."""

    title: str
    label: str
    page: str | None
    current: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Cards under a heading: a letter, or a newspaper's name."""

    heading: str
    cards: tuple[Card, ...] = field(default=())
