"""Does a phrase mark its own words and no others, also where it runs over a line's end?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from archive.hits import Hit, find_hits
from archive.queries import parse_query
from tests.pipeline.instrument import letters
from tests.pipeline.sample_shelf import Shelf, ShelfPage, open_shelf


@pytest.fixture(scope="module")
def shelf(sample_books: Path) -> Iterator[Shelf]:
    with open_shelf(sample_books) as opened:
        yield opened


def test_a_phrase_marks_only_its_own_words(shelf: Shelf) -> None:
    """Pairs of neighbours of which at least one also stands elsewhere on the page."""
    checked = 0
    for page in shelf.pages:
        words = page.words()
        pairs = [words.exact[n : n + 2] for n in range(len(words.exact) - 1)]
        for pair in dict.fromkeys(pairs):
            places = [n for n, other in enumerate(pairs) if other == pair]
            if all(words.exact.count(word) == len(places) for word in pair):
                continue
            hits = find_hits(words, parse_query(f'"{" ".join(pair)}"', only_exact=True).query)
            assert [hit.terms for hit in hits] == [(n, n + 1) for n in places], (page.place, pair)
            for hit in hits:
                assert {n for term in hit.terms for n in words.words_of(term)} == set(hit.words)
                assert covered(page, hit) >= set(hit.words), (page.place, pair)
            checked += 1
    print(f"phrases: {checked} with a word that stands elsewhere too")
    assert checked > 100


def covered(page: ShelfPage, hit: Hit) -> set[int]:
    """The printed words whose whole box lies in a box of the hit."""
    words = page.words()
    return {
        n
        for n in range(len(words.words))
        for around, box in ((around, words.box(n)) for around in hit.boxes)
        if around.x <= box.x
        and around.y <= box.y
        and box.right <= around.right
        and box.bottom <= around.bottom
    }


def test_no_other_word_is_in_the_boxes_of_a_phrase(shelf: Shelf) -> None:
    page = shelf.book("komirli-olke").pages[9]
    hits = find_hits(page.words(), parse_query('"монументалды өнері"').query)
    assert [[page.words().words[n] for n in hit.words] for hit in hits] == [
        ["монументалды", "өнері"]
    ]
    [hit] = hits
    assert len(hit.boxes) == 1
    assert covered(page, hit) == set(hit.words)
    # Both words are also elsewhere on this page, and are not marked there.
    for word in ("монументалды", "өнері"):
        assert len(find_hits(page.words(), parse_query(word).query)) > 1, word


@pytest.mark.parametrize(
    ("folder", "place", "phrase"),
    [
        ("komirli-olke", 3, "Соңғы тарау кітапхананың өлке жадын"),
        ("komirli-olke", 10, "өз алдына"),
        ("komirli-olke", 12, "ақыны, өз заманының үні"),
        ("industrialnaya-karaganda", 1, "площадки седьмой шахты"),
    ],
    ids=["middle", "end", "beginning", "newspaper"],
)
def test_a_phrase_over_a_line_end_has_a_box_on_each_line(
    shelf: Shelf, folder: str, place: int, phrase: str
) -> None:
    page = shelf.book(folder).pages[place - 1]
    words = page.words()
    [hit] = find_hits(words, parse_query(f'"{phrase}"', only_exact=True).query)
    # Both halves of the broken word belong to it, and nothing else does.
    marked = [words.words[n] for n in hit.words]
    assert any(word.endswith("-") for word in marked)
    assert letters("".join(marked)) == letters(phrase)
    assert covered(page, hit) == set(hit.words)
    upper, lower = hit.boxes
    assert len({words.lines[n] for n in hit.words}) == 2
    assert upper.y < upper.bottom <= lower.y + lower.h // 2
    assert upper.x > lower.x
