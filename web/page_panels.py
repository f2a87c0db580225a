"""What is one page of a book shown with, at the desk that checks pages?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from archive.page_check import BookCheck, CheckedBook, check_book, facts_in
from archive.page_images import is_split
from archive.page_kinds import Kind
from archive.page_order import withdrawn_pages
from archive.recipes.quality import Problem
from archive.representations import Page
from web.language import current_language, gettext
from web.page_tiles import DOUBTFUL, MILD, STATES, shown_of, tiles_of, written
from web.pages.page_check import AHEAD, LEAF, GridPage, PagePicture, Panel, TakenOut, Tile, Trouble
from web.refusals import N_, Explanation, told

KINDS = {
    "": N_("An ordinary page"),
    Kind.COVER: N_("Cover"),
    Kind.TITLE: N_("Title page"),
    Kind.CONTENTS: N_("Contents"),
    Kind.PICTURE: N_("Picture"),
    Kind.BLANK: N_("Blank page"),
}


def grid_page(
    session: Session,
    book: CheckedBook,
    *,
    show: str = "all",
    leaf: int | None = None,
    chosen: str = "",
) -> GridPage:
    """A leaf of the book: the one asked for, else a leaf's worth about the page to look at."""
    show = show if show in STATES else "all"
    check = check_book(session, book.representation.id)
    all_tiles = tiles_of(check)
    tiles = shown_of(all_tiles, show)
    first = _chosen(tiles, chosen)
    leaves = max(1, -(-len(tiles) // LEAF))
    begin = LEAF * (min(max(1, leaf), leaves) - 1) if leaf else _begin(first, len(tiles))
    at = tiles[first] if tiles else None
    return GridPage(
        work=book.work.name,
        title=book.work.title,
        branch=branch_of(book),
        total=len(check.pages),
        doubtful=check.doubtful,
        clean=check.clean,
        accepted=check.accepted,
        show=show,
        tiles=tiles[begin : begin + LEAF],
        leaf=begin // LEAF + 1 if begin % LEAF == 0 else 0,
        leaves=leaves,
        panel=_panel_of(session, book, check, all_tiles, all_tiles.index(at)) if at else None,
        gaps=[tile.tags[0].text for tile in all_tiles if tile.is_gap][:3],
        taken_out=[
            TakenOut(page.name, page.printed_label, page.withdrawn_reason or "")
            for page in withdrawn_pages(session, book.representation.id)
        ],
    )


def branch_of(book: CheckedBook) -> str:
    """The branch that holds the book, as people of the request's language call it."""
    branch = book.item.branch
    return branch.label(current_language()) if branch else ""


def _begin(first: int, count: int) -> int:
    """Where the tiles begin so that the one to look at is in view, with a row or two before it."""
    return max(0, min(first - AHEAD, count - LEAF))


def _chosen(tiles: Sequence[Tile], chosen: str) -> int:
    """The place of the tile to look at: the one asked for, else the first doubtful one."""
    for place, tile in enumerate(tiles):
        if tile.key == chosen:
            return place
    return next((place for place, tile in enumerate(tiles) if tile.state in DOUBTFUL), 0)


def panel_of(
    session: Session,
    book: CheckedBook,
    page: Page,
    *,
    gap: bool = False,
    refusal: Explanation | None = None,
) -> Panel:
    """The panel of a page, in the book or taken out of it; or of the gap before it, if any."""
    if page.sequence < 0:
        return _taken_out(book, page, refusal)
    check = check_book(session, book.representation.id)
    tiles = tiles_of(check)
    own = [at for at, tile in enumerate(tiles) if tile.page == page.name]
    panel = _panel_of(session, book, check, tiles, own[0 if gap else -1])  # a gap comes first
    return replace(panel, refusal=refusal)


def _taken_out(book: CheckedBook, page: Page, refusal: Explanation | None) -> Panel:
    return Panel(
        work=book.work.name,
        title=book.work.title,
        page=page.name,
        label=page.printed_label,
        place=-page.sequence,
        total=0,
        state="taken-out",
        judged_reason=page.withdrawn_reason or "",
        is_withdrawn=True,
        refusal=refusal,
    )


def _panel_of(
    session: Session,
    book: CheckedBook,
    check: BookCheck,
    tiles: Sequence[Tile],
    at: int,
) -> Panel:
    tile = tiles[at]
    checked = next(each for each in check.pages if each.name == tile.page)
    page = session.get_one(Page, checked.id)
    facts = facts_in(page.facts)
    return Panel(
        work=book.work.name,
        title=book.work.title,
        page=tile.page,
        label=tile.label,
        place=checked.sequence,
        total=len(check.pages),
        state=tile.state,
        troubles=[_missing()] if tile.is_gap else [_trouble(flag) for flag in checked.flags],
        judged_reason=checked.judged_reason or "",
        kind=checked.kind or "",
        kinds=[(kind, gettext(label)) for kind, label in KINDS.items()],
        picture=_picture(page),
        dpi=page.dpi,
        language=(page.text.language or "") if page.text else "",
        gutter=round(100 * facts.gutter) if facts and facts.gutter else None,
        is_split=page.cut is not None and is_split(session, page),
        missing=tile.label if tile.is_gap else "",
        previous=tiles[at - 1].key if at > 0 else "",
        next=tiles[at + 1].key if at + 1 < len(tiles) else "",
    )


def _picture(page: Page) -> PagePicture | None:
    if page.access_id is None:
        return None
    return PagePicture(page.access_id, page.width or 0, page.height or 0)


def _trouble(flag: Problem) -> Trouble:
    level = "warn" if flag.reason in MILD else "bad"
    return Trouble(told(flag.reason, written(flag.values), gettext), level)


def _missing() -> Trouble:
    return Trouble(told("missing-page", {}, gettext), "bad")
