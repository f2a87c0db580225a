"""Are the boxes right? An independent instrument reads what stands in them.

200 hits of the real search: words as they were typed by whoever set the samples,
asked for by `parse_query`, placed by `find_hits` on what was recognised. Each
hit's boxes are cut out of the page image and read again (`instrument`). It gives
the word if both have the same letters, case aside; no look-alike counts as the
letter, and a letter too many is as wrong as one too few. The parts of a word
broken at a line end are read one by one and put together.

On pages that needed the ladder's second rung the instrument sees the page without
its grain and shadow, but not turned: on the page as scanned it misreads right
boxes as well (see `instrument.cleaned`). `test_the_instrument_needs_clean_paper`
prints that figure too. To turn the page would have hidden the very mistake that
is looked for: boxes that were not led back from the turned image to the scan.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.hits import Hit, find_hits
from archive.queries import parse_query
from archive.words import Box
from tests.pipeline.instrument import Crop, cleaned, cut, letters, page_image, read
from tests.pipeline.sample_shelf import Shelf, ShelfPage, open_shelf
from workers.preprocess import Gray

HITS = 200
ON_SECOND_RUNG = 70
CONTROLS = 60
SHORTEST = 4  # letters
MOVED = 15  # px
RIGHT, STILL_READ_WHEN_MOVED = 0.95, 0.5

RIGHT_ON_POOR_PAGES = 0.9
"""Of all 659 such hits 98 % are read; of a choice of 70 it may be two or three fewer."""

Images = Mapping[str, Gray]
Move = Callable[[Box], Box]


@dataclass(frozen=True)
class Sought:
    """A printed word, and a place where it was found on its page."""

    page: ShelfPage
    word: str
    hit: Hit

    @property
    def languages(self) -> str:
        return "rus" if self.page.text.profile == "ru" else "kaz+rus"


@pytest.fixture(scope="module")
def shelf(sample_books: Path) -> Iterator[Shelf]:
    with open_shelf(sample_books) as opened:
        yield opened


@pytest.fixture(scope="module")
def sought(shelf: Shelf) -> list[Sought]:
    """The hits of one seeded choice, those of the second rung first."""
    chance = random.Random(20261123)
    first, second = ([each for each in hits_of(shelf) if each.page.text.rung == n] for n in (1, 2))
    return chance.sample(second, ON_SECOND_RUNG) + chance.sample(first, HITS - ON_SECOND_RUNG)


@pytest.fixture(scope="module")
def scans(shelf: Shelf) -> Images:
    return {page.name: page_image(page.scan()) for page in shelf.pages}


@pytest.fixture(scope="module")
def clean(shelf: Shelf, scans: Images) -> Images:
    """The scans, those of the second rung cleaned."""
    return {
        page.name: cleaned(scans[page.name], page.row.dpi or 300)
        if page.text.rung > 1
        else scans[page.name]
        for page in shelf.pages
    }


def hits_of(shelf: Shelf) -> Iterator[Sought]:
    """Every long word of every page, wherever a question for it finds it there."""
    for page in shelf.pages:
        words = page.words()
        for word in dict.fromkeys(printed_words(page)):
            for hit in find_hits(words, parse_query(word, only_exact=True).query):
                yield Sought(page, word, hit)


def printed_words(page: ShelfPage) -> Iterator[str]:
    """What stands between two spaces, whole, in lower case, without the signs around it."""
    for printed in re.sub("¬\n", "", "\n".join(page.printed)).split():
        word = re.sub(r"^\W+|\W+$", "", printed).casefold()
        if len(letters(word)) >= SHORTEST and not any(each.isdigit() for each in word):
            yield word


def in_place(box: Box) -> Box:
    return box


def misread(
    sought: Sequence[Sought], images: Images, folder: Path, move: Move = in_place
) -> list[tuple[Sought, str]]:
    """The hits whose boxes do not give their word, with what they give."""
    crops = [
        (number, Crop(cut(images[each.page.name], move(box)), each.languages))
        for number, each in enumerate(sought)
        for box in each.hit.boxes
    ]
    given = [""] * len(sought)
    texts = read([crop for _, crop in crops], folder)
    for (number, _), text in zip(crops, texts, strict=True):
        given[number] += letters(text)
    pairs = zip(sought, given, strict=True)
    return [(each, text) for each, text in pairs if text != letters(each.word)]


def told(wrong: Sequence[tuple[Sought, str]]) -> list[str]:
    return [f"{each.page.place}: {each.word} -> {text or '(nothing)'}" for each, text in wrong]


def share(wrong: Sequence[object], of: Sequence[object]) -> float:
    return 1 - len(wrong) / len(of)


def test_the_choice_is_wide(shelf: Shelf, sought: Sequence[Sought]) -> None:
    assert len(sought) == HITS
    assert len({each.page.name for each in sought if each.page.text.rung == 2}) >= 5
    assert len({each.page.name for each in sought}) >= 18
    assert {each.page.folder for each in sought} == {book.folder for book in shelf.books}
    assert any(len(each.hit.boxes) > 1 for each in sought)


@pytest.fixture(scope="module")
def wrong(
    sought: Sequence[Sought], clean: Images, tmp_path_factory: pytest.TempPathFactory
) -> list[tuple[Sought, str]]:
    return misread(sought, clean, tmp_path_factory.mktemp("crops"))


def test_what_stands_in_a_box_is_the_word(
    sought: Sequence[Sought], wrong: Sequence[tuple[Sought, str]]
) -> None:
    print(f"boxes: {share(wrong, sought):.1%} of {HITS} hits give their word; the others:")
    print(*told(wrong), sep="\n")
    assert share(wrong, sought) >= RIGHT, told(wrong)


def test_on_pages_of_the_second_rung_too(
    sought: Sequence[Sought], wrong: Sequence[tuple[Sought, str]]
) -> None:
    """Their boxes were found on a turned image and led back."""
    second = [each for each in sought if each.page.text.rung == 2]
    missed = [pair for pair in wrong if pair[0].page.text.rung == 2]
    print(f"boxes, second rung: {share(missed, second):.1%} of {len(second)} give their word")
    assert len(second) == ON_SECOND_RUNG
    assert share(missed, second) >= RIGHT_ON_POOR_PAGES, told(missed)


@pytest.mark.parametrize(
    ("across", "down"),
    [(1, 1), (-1, -1), (1, -1), (-1, 1)],
    ids=["right down", "left up", "right up", "left down"],
)
def test_boxes_beside_the_words_are_not_taken_for_right(
    sought: Sequence[Sought], clean: Images, tmp_path: Path, across: int, down: int
) -> None:
    """The instrument can say no: without this, the others would prove nothing."""

    def aside(box: Box) -> Box:
        return box._replace(x=box.x + across * MOVED, y=box.y + down * MOVED)

    chosen = every(sought, CONTROLS)
    wrong = misread(chosen, clean, tmp_path, aside)
    print(f"boxes, moved by {across * MOVED},{down * MOVED} px: {share(wrong, chosen):.1%}")
    assert share(wrong, chosen) < STILL_READ_WHEN_MOVED


def test_the_instrument_needs_clean_paper(
    sought: Sequence[Sought], scans: Images, tmp_path: Path
) -> None:
    """The same boxes on the same pages as scanned: the figure that the docstring owes."""
    second = sought[:ON_SECOND_RUNG]
    wrong = misread(second, scans, tmp_path)
    print(f"boxes, second rung, page as scanned: {share(wrong, second):.1%} of {len(second)}")
    # Should it ever be as good, the cleaning is to be thrown away.
    assert share(wrong, second) < RIGHT


def every(sought: Sequence[Sought], wanted: int) -> Sequence[Sought]:
    """So many of them, evenly from both rungs' parts."""
    return sought[:: len(sought) // wanted][:wanted]


def test_every_box_lies_on_its_page(shelf: Shelf) -> None:
    outside = [
        (each.page.place, each.word, box)
        for each in hits_of(shelf)
        for box in each.hit.boxes
        if box.x < 0
        or box.y < 0
        or box.w < 1
        or box.h < 1
        or box.right > (each.page.row.width or 0)
        or box.bottom > (each.page.row.height or 0)
    ]
    assert outside == []
