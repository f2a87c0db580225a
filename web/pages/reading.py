"""What the item page, the reader, the text page and the refusal page show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from web import addresses
from web.pages.parts import (
    ContentsLine,
    Download,
    Image,
    Link,
    Mark,
    Progress,
    Refusal,
    RightsLine,
    Text,
    Withheld,
)

STRIP_LENGTH = 40  # pages drawn in the strip at a time
STRIP_LEAD = 7  # pages before the current one, so that it is seen without scrolling
ZOOMS = (100, 150, 200, 300)  # per cent of the stage's width, without JavaScript
# Widths of the whole page image offered to a browser without the viewer, px.
_WIDTHS = (480, 620, 800, 1100, 1600)
_SAVED_WIDTHS = (480, 620)  # Save-Data: about 60 KB


@dataclass(frozen=True, slots=True)
class ItemPage:
    """A work and its digitization.

    `first_page` is None when no page is ready or nothing may be read here; then
    `refusal` says why. `text_pages` counts pages whose text was recognised.
    `printed` names the branches that hold the printed copy.
    """

    work: str
    title: str
    language: str
    type: str
    rights: RightsLine
    subtitle: str = ""
    authors: tuple[Link, ...] = ()
    source: str = ""  # the newspaper, journal or book an article is from
    published: str = ""  # place and publisher
    year: int | None = None
    issued: date | None = None
    cover: Image | None = None
    first_page: str | None = None
    searchable: bool = False
    readable_as_text: bool = False
    pages: int = 0
    withheld: Withheld | None = None
    progress: Progress | None = None
    contents: tuple[ContentsLine, ...] = ()
    collections: tuple[Link, ...] = ()
    printed: tuple[str, ...] = ()
    scanned: date | None = None
    downloads: tuple[Download, ...] = ()
    citation: str = ""
    permalink: str = ""
    manifest: str = ""
    refusal: Refusal | None = None


@dataclass(frozen=True, slots=True)
class PageImage:
    """A page's image service (IIIF Image API 3) and its full size in px."""

    service: str
    width: int
    height: int
    tile: int = 512
    save_data: bool = False

    def sizes(self) -> tuple[Image, ...]:
        """The whole page at a few widths, never larger than it is."""
        widths = _SAVED_WIDTHS if self.save_data else _WIDTHS
        fitting = [width for width in widths if width < self.width] or [self.width]
        return tuple(
            Image(addresses.image(self.service, width, height), width, height)
            for width in fitting
            for height in [max(1, round(self.height * width / self.width))]
        )


@dataclass(frozen=True, slots=True)
class PageLink:
    """Another page of the same work; `number` is its place, `label` is printed."""

    page: str
    number: int
    label: str


@dataclass(frozen=True, slots=True)
class StripPage:
    """A page in the strip; without `thumbnail` it is drawn as closed or not ready."""

    page: str
    number: int
    label: str
    thumbnail: Image | None = None
    hits: int = 0
    current: bool = False


@dataclass(frozen=True, slots=True)
class Strip:
    """Up to `STRIP_LENGTH` pages; `before` and `after` lead to the next ones."""

    pages: tuple[StripPage, ...] = ()
    before: PageLink | None = None
    after: PageLink | None = None


def strip_window(number: int, total: int) -> range:
    """The numbers (from 1) of the strip's pages around page `number`."""
    first = max(1, min(number - STRIP_LEAD, total - STRIP_LENGTH + 1))
    return range(first, min(total, first + STRIP_LENGTH - 1) + 1)


@dataclass(frozen=True, slots=True)
class InsideHit:
    """A hit inside the book: `number` of `of` on its page, counted from 1."""

    page: str
    label: str
    pieces: Text
    number: int = 1
    of: int = 1
    current: bool = False


@dataclass(frozen=True, slots=True)
class HitList:
    """The hits of a question inside one book, in page order, a part at a time.

    `before` and `after` are addresses that show the neighbouring parts.
    """

    pages: int
    times: int
    hits: tuple[InsideHit, ...]
    before: str | None = None
    after: str | None = None


@dataclass(frozen=True, slots=True)
class ReaderPage:
    """One page in the reader.

    `scan_width` and `scan_height` are px of the Scan, in which `marks` lie.
    Either `image` is there, or `refusal`, or neither while it is prepared.
    `text` is None where no text is shown; `text_state` is ``unchecked``,
    ``poor``, ``none``, ``preparing`` or ``refused``. `show_text` is the toggle;
    `part` says which part of a long hit list is shown, counted from 0.
    """

    work: str
    title: str
    language: str
    page: str
    number: int
    total: int
    label: str
    chapter: str = ""
    scan_width: int = 0
    scan_height: int = 0
    image: PageImage | None = None
    refusal: Refusal | None = None
    marks: tuple[Mark, ...] = ()
    text: tuple[Text, ...] | None = None
    text_state: str = "unchecked"
    show_text: bool = True
    q: str = ""
    hit: int = 0
    part: int = 0
    zoom: int = 100
    hits: HitList | None = None
    searchable: bool = True
    contents: tuple[ContentsLine, ...] = ()
    strip: Strip = Strip()
    previous: PageLink | None = None
    next: PageLink | None = None
    downloads: tuple[Download, ...] = ()

    @property
    def zoom_in(self) -> int | None:
        return next((zoom for zoom in ZOOMS if zoom > self.zoom), None)

    @property
    def zoom_out(self) -> int | None:
        return next((zoom for zoom in reversed(ZOOMS) if zoom < self.zoom), None)

    def href(self, page: str | None = None, **changes: addresses.Value) -> str:
        """The reader's address with what the reader has chosen, and changes."""
        kept: dict[str, addresses.Value] = {
            "q": self.q,
            "part": self.part or None,
            "text": None if self.show_text else "0",
        }
        return addresses.page(self.work, page or self.page, **{**kept, **changes})


@dataclass(frozen=True, slots=True)
class TextPage:
    """The plain text of one page; fields as in `ReaderPage`."""

    work: str
    title: str
    language: str
    page: str
    label: str
    text: tuple[Text, ...] = ()
    text_state: str = "unchecked"
    q: str = ""
    previous: PageLink | None = None
    next: PageLink | None = None
    rights: RightsLine | None = None
    permalink: str = ""


@dataclass(frozen=True, slots=True)
class RefusalPage:
    """Why a work, or one page of it, cannot be shown to this visitor."""

    refusal: Refusal
    described: bool = True  # whether its item page may be named at all
