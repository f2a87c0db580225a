"""What the desk of pages shows: the books, one book's grid, one page's panel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from web.refusals import Explanation

LEAF = 60  # tiles sent with the page; `grid.js` draws the others as they come into view
AHEAD = 8  # of them before the one to look at, so that it is on the first screen


@dataclass(frozen=True, slots=True)
class BookRow:
    """A book that has pages nobody has accepted."""

    work: str
    title: str
    branch: str
    pages: int
    unseen: int


@dataclass(frozen=True, slots=True)
class BooksPage:
    """The books of this person's branch, or of all."""

    books: Sequence[BookRow]


@dataclass(frozen=True, slots=True)
class Tag:
    """What was found on a page in two or three words; `level` is warn, bad or ok."""

    level: str
    text: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A page in the grid, or a gap where pages seem to be missing.

    `page` is the page's name; a gap has that of the page behind it. `state` is clean,
    doubtful, accepted, rejected, preparing or gap. `thumbnail` is another number for
    another picture, so that a browser does not take the last one for it.
    """

    page: str
    place: int
    label: str
    state: str
    thumbnail: int | None = None
    tags: tuple[Tag, ...] = ()
    kind: str = ""

    @property
    def is_gap(self) -> bool:
        return self.state == "gap"

    @property
    def key(self) -> str:
        """Names the tile among all of its book."""
        return f"gap-{self.page}" if self.is_gap else self.page

    @property
    def level(self) -> str:
        """How the tile is framed: bad before warn."""
        levels = {tag.level for tag in self.tags}
        return next((level for level in ("bad", "warn") if level in levels), "")


@dataclass(frozen=True, slots=True)
class Trouble:
    """One thing the checks found, in a sentence, with what to do."""

    told: Explanation
    level: str


@dataclass(frozen=True, slots=True)
class PagePicture:
    """A page's image as it is now: `version` is another number for another image."""

    version: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Panel:
    """One page with everything that can be done with it.

    `gutter` is in percent of the width, None where the page is no spread; `missing` are the
    folios of the gap before this page, when it is the gap that was chosen.
    """

    work: str
    title: str
    page: str
    label: str
    place: int
    total: int
    state: str
    troubles: Sequence[Trouble] = ()
    judged_reason: str = ""
    kind: str = ""
    kinds: Sequence[tuple[str, str]] = ()
    picture: PagePicture | None = None
    dpi: int | None = None
    language: str = ""
    gutter: int | None = None
    is_split: bool = False
    is_withdrawn: bool = False
    missing: str = ""
    previous: str = ""
    next: str = ""
    refusal: Explanation | None = None


@dataclass(frozen=True, slots=True)
class TakenOut:
    """A page that was taken out of the book."""

    page: str
    label: str
    reason: str


@dataclass(frozen=True, slots=True)
class GridPage:
    """A book's pages; `tiles` is what is sent of them: leaf `leaf` (from 1), or 0 between two."""

    work: str
    title: str
    branch: str
    total: int
    doubtful: int
    clean: int
    accepted: int
    show: str
    tiles: Sequence[Tile]
    leaf: int
    leaves: int
    panel: Panel | None
    gaps: Sequence[str] = ()
    taken_out: Sequence[TakenOut] = ()
