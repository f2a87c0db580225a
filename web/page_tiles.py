"""How are a book's pages shown in the grid, in the words of whoever checks them?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from archive.page_check import BookCheck, CheckedPage, Judgement
from archive.recipes.quality import Problem
from storage.errors import Plain
from web.figures import number
from web.language import current_language, gettext
from web.pages.page_check import Tag, Tile
from web.refusals import N_

# Look worse than they may be: the others are errors of the scan itself.
MILD = frozenset(
    {"skewed-page", "blank-page", "doubled-page", "low-resolution", "poor-text", "kazakh-misread"}
)

_TAGS = {
    "blurred-page": N_("Blurred"),
    "skewed-page": N_("Skewed %(degrees)s°"),
    "cut-edge": N_("Edge cut"),
    "blank-page": N_("Blank"),
    "low-resolution": N_("Only %(dpi)s dpi"),
    "doubled-page": N_("Same as p. %(page)s"),
    "poor-text": N_("Text read poorly"),
    "kazakh-misread": N_("Kazakh read as Russian"),
}
_NOT_READ = N_("The file cannot be read")
_REJECTED = N_("Scan again")
_MISSING = N_("Page %(page)s seems missing")

DOUBTFUL = frozenset({"doubtful", "rejected", "gap"})
STATES: Mapping[str, frozenset[str] | None] = {
    "all": None,
    "doubtful": DOUBTFUL,
    "accepted": frozenset({"accepted"}),
}


def tag_of(flag: Problem) -> Tag:
    """The few words under a page's picture."""
    values = written(flag.values)
    sentence = _TAGS.get(flag.reason, _NOT_READ)
    return Tag("warn" if flag.reason in MILD else "bad", gettext(sentence) % values)


def written(values: Mapping[str, Plain]) -> dict[str, Plain]:
    """The values of a sentence, with fractions as people read them: 2,6."""
    return {
        name: number(abs(value), current_language()) if isinstance(value, float) else value
        for name, value in values.items()
    }


def tiles_of(check: BookCheck) -> list[Tile]:
    """All tiles in the book's order."""
    gaps = {gap.after: gap.missing for gap in check.gaps}
    tiles: list[Tile] = []
    for place, page in enumerate(check.pages):
        tiles.append(_tile(page))
        if place in gaps:
            tiles.append(_gap(check.pages[place + 1], gaps[place]))
    return tiles


def shown_of(tiles: Sequence[Tile], show: str) -> Sequence[Tile]:
    """Of these tiles all, those that wait for a look, or the accepted."""
    wanted = STATES.get(show)
    return [tile for tile in tiles if tile.state in wanted] if wanted else tiles


def _tile(page: CheckedPage) -> Tile:
    tags = [tag_of(flag) for flag in page.flags]
    if page.judged == Judgement.REJECTED:
        tags = [Tag("bad", gettext(_REJECTED))]
    elif page.judged == Judgement.ACCEPTED:
        tags = []
    return Tile(
        page.name,
        page.sequence,
        page.label,
        _state(page),
        thumbnail=page.thumbnail_id,
        tags=tuple(tags),
        kind=page.kind or "",
    )


def _state(page: CheckedPage) -> str:
    if page.judged:
        return page.judged
    if page.flags:
        return "doubtful"
    return "clean" if page.is_measured else "preparing"


def _gap(behind: CheckedPage, missing: Sequence[int]) -> Tile:
    label = _range(missing)
    text = gettext(_MISSING) % {"page": label}
    return Tile(behind.name, behind.sequence, label, "gap", tags=(Tag("bad", text),))


def _range(numbers: Sequence[int]) -> str:
    return str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}"


def compact(tiles: Sequence[Tile]) -> list[list[object]]:
    """The tiles as `grid.js` reads them: a list each, to save the line and the phone."""
    return [
        [
            tile.page,
            tile.place,
            tile.label,
            tile.state,
            tile.thumbnail or 0,
            [[tag.level, tag.text] for tag in tile.tags],
        ]
        for tile in tiles
    ]
