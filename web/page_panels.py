"""What is one page of a book shown with, at the desk that checks pages?"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from archive.page_check import BookCheck, CheckedBook, check_book, facts_in
from archive.page_images import is_split
from archive.page_kinds import Kind
from archive.page_order import withdrawn_pages
from archive.recipes.quality import Problem
from archive.representations import Page
from web.language import current_language, gettext
from web.page_tiles import MILD, STATES, tiles_of, written
from web.pages.page_check import LEAF, GridPage, Panel, TakenOut, Tile, Trouble
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
    refusal: Explanation | None = None,
) -> GridPage:
    """A leaf of the book: the one asked for, else that of the first page to look at."""
    show = show if show in STATES else "all"
    check = check_book(session, book.representation.id)
    tiles = tiles_of(check, show)
    first = _chosen(tiles, chosen)
    leaves = max(1, -(-len(tiles) // LEAF))
    shown = min(max(1, leaf or (first // LEAF + 1)), leaves)
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
        tiles=tiles[(shown - 1) * LEAF : shown * LEAF],
        leaf=shown,
        leaves=leaves,
        panel=_panel_of(session, book, check, at.page, gap=at.is_gap) if at else None,
        gaps=[tile.tags[0].text for tile in tiles_of(check) if tile.is_gap][:3],
        taken_out=[
            TakenOut(page.name, page.printed_label, page.withdrawn_reason or "")
            for page in withdrawn_pages(session, book.representation.id)
        ],
        refusal=refusal,
    )


def branch_of(book: CheckedBook) -> str:
    """The branch that holds the book, as people of the request's language call it."""
    branch = book.item.branch
    return branch.label(current_language()) if branch else ""


def _chosen(tiles: Sequence[Tile], chosen: str) -> int:
    """The place of the tile to look at: the one asked for, else the first doubtful one."""
    for place, tile in enumerate(tiles):
        if tile.key == chosen:
            return place
    doubtful = {"doubtful", "rejected", "gap"}
    return next((place for place, tile in enumerate(tiles) if tile.state in doubtful), 0)


def panel_of(
    session: Session,
    book: CheckedBook,
    page: Page,
    *,
    gap: bool = False,
    refusal: Explanation | None = None,
) -> Panel:
    """The panel of a page, in the book or taken out of it."""
    if page.sequence < 0:
        return _taken_out(book, page, refusal)
    check = check_book(session, book.representation.id)
    found = _panel_of(session, book, check, page.name, gap=gap, refusal=refusal)
    assert found is not None
    return found


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
    name: str,
    *,
    gap: bool = False,
    refusal: Explanation | None = None,
) -> Panel | None:
    place = next((n for n, each in enumerate(check.pages) if each.name == name), None)
    if place is None:
        return None
    checked, page = check.pages[place], session.get_one(Page, check.pages[place].id)
    tiles = tiles_of(check)
    at = next(n for n, each in enumerate(tiles) if each.page == name and each.is_gap == gap)
    facts = facts_in(page.facts)
    return Panel(
        work=book.work.name,
        title=book.work.title,
        page=name,
        label=tiles[at].label,
        place=checked.sequence,
        total=len(check.pages),
        state=tiles[at].state,
        troubles=[_missing()] if gap else [_trouble(flag) for flag in checked.flags],
        judged_reason=checked.judged_reason or "",
        kind=checked.kind or "",
        kinds=[(kind, gettext(label)) for kind, label in KINDS.items()],
        has_image=page.access_id is not None,
        dpi=page.dpi,
        gutter=round(100 * facts.gutter) if facts and facts.gutter else None,
        is_split=page.cut is not None and is_split(session, page),
        missing=tiles[at].label if gap else "",
        previous=tiles[at - 1].key if at > 0 else "",
        next=tiles[at + 1].key if at + 1 < len(tiles) else "",
        refusal=refusal,
    )


def _trouble(flag: Problem) -> Trouble:
    level = "warn" if flag.reason in MILD else "bad"
    return Trouble(told(flag.reason, written(flag.values), gettext), level)


def _missing() -> Trouble:
    return Trouble(told("missing-page", {}, gettext), "bad")
