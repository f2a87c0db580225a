"""Which words are broken between two pages, and which only look so."""

from __future__ import annotations

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from archive.hits import find_hits
from archive.page_ends import Leaf, broken_off, whole_word
from archive.page_words import PageWords, page_words
from archive.queries import parse_query
from archive.text import analyse_page
from archive.words import Area, Box, Line, Paragraph, PrintedPage, Word

BODY = "бұл көне қаланың тарихы туралы"


def printed(*lines: str, small: int | None = None) -> PageWords:
    """A page of lines 30 px high; the one of number `small` is a note's, 22 px high."""
    made = []
    for row, text in enumerate(lines):
        height = 22 if row == small else 30
        words = tuple(
            Word(word, Box(120 * place, 50 * row, 100, height), 90.0)
            for place, word in enumerate(text.split())
        )
        made.append(Line(Box(0, 50 * row, 900, height), words))
    box = Box(0, 0, 900, 1400)
    page = PrintedPage(1000, 1400, (Area(box, (Paragraph(box, tuple(made)),)),))
    return page_words(page, analyse_page(page, "kk"), "test")


def leaf(*lines: str, folio: int | None = None, small: int | None = None) -> Leaf:
    return Leaf(printed(*lines, small=small), folio)


def joined(page: Leaf, following: Leaf) -> str | None:
    whole = whole_word(page, following, "kk")
    return whole.term.exact if whole else None


ENDS = leaf(BODY, "салынған үлкен өнеркәсіпті қала-")
GOES_ON = leaf("ның орталығында тұр", BODY)


def test_a_word_goes_on_on_the_next_page() -> None:
    whole = whole_word(ENDS, GOES_ON, "kk")
    assert whole is not None
    assert (whole.term.exact, whole.term.kk) == ("қаланың", "қала")
    assert whole.place == 8
    assert list(whole.rest_words) == [0]


@pytest.mark.parametrize(
    ("foot", "folio"),
    [
        (("45",), None),
        (("— 45 —",), None),
        (("3*",), None),
        (("5-1834", "65"), None),
        (("Өлке тарихы 45",), 45),
        (("***",), None),
    ],
)
def test_what_stands_below_the_text_is_not_its_end(
    foot: tuple[str, ...], folio: int | None
) -> None:
    page = leaf(BODY, "салынған үлкен өнеркәсіпті қала-", *foot, folio=folio)
    assert joined(page, GOES_ON) == "қаланың"


@pytest.mark.parametrize(
    ("head", "folio"),
    [
        (("46",), None),
        (("46", "ҚАРАҒАНДЫНЫҢ ТАРИХЫ"), None),
        (("46 Қарағанды тарихы",), 46),
        (("қарағанды тарихы 46",), 46),
        (("ҚАРАҒАНДЫ ТАРИХЫ",), None),
    ],
)
def test_what_stands_above_the_text_is_not_its_beginning(
    head: tuple[str, ...], folio: int | None
) -> None:
    following = leaf(*head, "ның орталығында тұр", BODY, folio=folio)
    whole = whole_word(ENDS, following, "kk")
    assert whole is not None
    assert [following.words.words[n] for n in whole.rest_words] == ["ның"]


def test_a_head_is_known_by_that_of_the_page_before() -> None:
    page = leaf("Қарағанды тарихы", BODY, "салынған үлкен өнеркәсіпті қала-")
    assert joined(page, leaf("Карағанды тарихы 46", "ның орталығында тұр")) == "қаланың"
    assert joined(page, leaf("Темірдің ордасы", "ның орталығында тұр")) is None


@pytest.mark.parametrize(
    ("page", "following"),
    [
        (leaf(BODY, "үлкен қала"), GOES_ON),  # no hyphen
        (leaf(BODY, "үлкен қала —"), GOES_ON),  # a dash
        (leaf(BODY, "1937-"), GOES_ON),
        (leaf(BODY, "а-"), GOES_ON),  # no letter is left alone
        (ENDS, leaf("Ның орталығында тұр")),  # a new sentence
        (ENDS, leaf("н орталығында тұр")),
        (ENDS, leaf("«ның орталығында тұр")),
        (ENDS, leaf("Жаңа бөлім", "ның орталығында тұр")),  # no head for sure
        (ENDS, leaf("1934 жылы салынды", "ның орталығында", folio=12)),  # a year, no folio
        (ENDS, leaf("46", "ТАРИХ", "47", "ның орталығында")),  # too much above the text
        (ENDS, leaf()),
        (leaf(), GOES_ON),
        (leaf(BODY, "осындағы іс-"), leaf("шара өтті")),  # a compound keeps its hyphen
        (leaf(BODY, "біздің жаз-"), leaf("жаздық киім")),  # a doubled word too
    ],
)
def test_what_is_not_sure_stays_in_two_pieces(page: Leaf, following: Leaf) -> None:
    assert joined(page, following) is None


def test_a_compound_is_known_by_what_either_page_prints() -> None:
    page = leaf(BODY, "үлкен кен-")
    assert joined(page, leaf("орындары ашылды", BODY)) == "кенорындары"
    assert joined(page, leaf("орындары ашылды", "осы кен-орындары")) is None


def test_a_note_at_the_foot_is_no_text_that_goes_on() -> None:
    note = "бұл туралы мына кітапта қара-"
    assert broken_off(leaf(BODY, BODY, note)) is not None
    assert broken_off(leaf(BODY, BODY, note, small=2)) is None


def test_the_text_does_not_go_on_in_a_note() -> None:
    note = "ның екінші басылымы осы"
    assert joined(ENDS, leaf(note, BODY, BODY)) == "қаланың"
    assert joined(ENDS, leaf(note, BODY, BODY, small=0)) is None


def test_narrow_columns_break_a_word_on_both_sides() -> None:
    page, following = leaf(BODY, "орталық-", "танды-"), leaf("рыл-", "ған жүйе")
    whole = whole_word(page, following, "kk")
    assert whole is not None
    assert whole.term.exact == "орталықтандырылған"
    words = whole.put_into(page.words)
    assert words.words_of(whole.place) == (5, 6)
    assert list(whole.rest_words) == [0, 1]


def test_the_whole_word_is_hit_where_it_begins() -> None:
    whole = whole_word(ENDS, GOES_ON, "kk")
    assert whole is not None
    words = whole.put_into(ENDS.words)
    [hit] = find_hits(words, parse_query("қаланың", only_exact=True).query)[1:]
    assert [words.words[n] for n in hit.words] == ["қала-"]
    assert hit.boxes == (ENDS.words.box(8),)
    assert not find_hits(words, parse_query("ның", only_exact=True).query)


PRINTED = "қала- қа- ның көмір іс-шара 1937- 45 ТАРИХ «Қара- ғанды, а- —".split()
TEXTS = st.lists(
    st.lists(st.sampled_from(PRINTED), min_size=1, max_size=4).map(" ".join), max_size=5
)


ENDINGS = st.sampled_from(["үлкен қала-", "қа-", "осы «Қара-", "іс-шара қа-", "көмір"])
BEGINNINGS = st.sampled_from(["ның ішінде", "ғанды, жыл", "ла-", "Көмір"])


@given(TEXTS, ENDINGS, st.booleans(), BEGINNINGS, TEXTS, st.none() | st.integers(44, 46))
def test_streams_stay_parallel_and_positions_lead_to_the_same_boxes(  # noqa: PLR0917
    above: list[str],
    ending: str,
    numbered: bool,  # noqa: FBT001
    beginning: str,
    below: list[str],
    folio: int | None,
) -> None:
    page = leaf(*above, ending, *["45"] * numbered, folio=folio)
    following = leaf(*["46"] * numbered, beginning, *below, folio=folio)
    whole = whole_word(page, following, "kk")
    if whole is None:
        event("none")
        return
    event("joined")
    words = whole.put_into(page.words)
    count = len(page.words.exact)
    assert [len(getattr(words, name)) for name in ("exact", "kk", "ru", "skeleton")] == [count] * 4
    assert [words.words_of(n) for n in range(count)] == [
        page.words.words_of(n) for n in range(count)
    ]
    others = [n for n in range(count) if n != whole.place]
    assert [words.terms[n] for n in others] == [page.words.terms[n] for n in others]
    assert words.terms[whole.place].term == whole.term
    # its beginning is printed here and its rest there, and nothing else is in it
    here = [words.words[n] for n in words.words_of(whole.place)]
    rest = [following.words.words[n] for n in whole.rest_words]
    assert "".join(filter(str.isalpha, "".join(here + rest))).casefold() == whole.term.exact
    assert here[-1].endswith("-")
    assert rest[0][0].islower()
