"""What a librarian is told of two words is what the search does with them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.meeting import meetings
from archive.text import analyse_words
from archive.text.explaining import Root, explain
from archive.text.gazetteer import Gazetteer, known_names
from archive.text.kazakh import CYRILLIC
from archive.text.kazakh_rules import rules

ENDINGS = sorted({shape for ending in rules().endings for shape in (ending.back, ending.front)})
WORDS = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(sorted(rules().names | rules().verbs)),
        st.lists(st.sampled_from(ENDINGS), max_size=3).map("".join),
    ),
)


def rules_of(word: str) -> list[tuple[str, str]]:
    (seen,) = explain(word, "kk")
    return [(cut.letters, cut.ending.place) for cut in seen.cuts]


def test_a_noun_is_taken_apart_from_the_stem_outwards() -> None:
    (seen,) = explain("Қалалардың", "kk")
    assert (seen.written, seen.left, seen.root) == ("Қалалардың", "қала", Root.LISTED)
    assert rules_of("қалалардың") == [("лар", "plural"), ("дың", "case")]


def test_a_verb_is_taken_apart_from_the_stem_outwards() -> None:
    assert rules_of("жазбағандардан") == [
        ("ба", "negation"),
        ("ған", "participle"),
        ("дар", "plural"),
        ("дан", "case"),
    ]


@pytest.mark.parametrize(
    ("word", "root"),
    [("маған", Root.IRREGULAR), ("Qalada", Root.NOT_CYRILLIC), ("фывалар", Root.NOT_LISTED)],
)
def test_what_is_known_of_a_root_is_told(word: str, root: Root) -> None:
    (seen,) = explain(word)
    assert seen.root is root


@given(WORDS)
def test_the_pieces_are_the_word_and_the_stem_is_the_one_that_is_searched(word: str) -> None:
    (seen,) = explain(word)
    form = seen.term.exact  # іа is written иа, say
    assert seen.left + "".join(cut.letters for cut in seen.cuts) == form
    assert seen.term == analyse_words([word])[0].term
    read = CYRILLIC.read(form)
    assert seen.term.kk == read.stem
    assert [cut.ending for cut in reversed(seen.cuts)] == list(read.endings)


@pytest.mark.parametrize(
    ("page", "asked", "streams"),
    [
        ("қалалардың", "қала", ("kk", "skeleton")),
        ("книгами", "книгу", ("ru",)),
        ("Qalada", "қала", ("skeleton",)),
        ("қала", "ҚАЛА", ("exact", "kk", "ru", "skeleton")),
        ("іс-шара", "шара", ("exact", "kk", "ru", "skeleton")),
        ("шара іс", "іс-шара", ()),
        ("мектеп", "қала", ()),
    ],
)
def test_words_meet_by_the_streams_in_which_they_are_equal(
    page: str, asked: str, streams: tuple[str, ...]
) -> None:
    held = [seen.term for seen in explain(page)]
    (met,) = meetings(asked, held, Gazetteer())
    assert met.streams == streams
    assert met.found == bool(streams)


def test_names_that_are_one_meet_by_their_list_alone() -> None:
    held = [seen.term for seen in explain("Алматыда")]
    (by_list,) = meetings("Алма-Ата", held, known_names())
    assert (by_list.streams, by_list.by_name, by_list.found) == ((), True, True)
    (without,) = meetings("Алма-Ата", held, Gazetteer())
    assert not without.found


def test_every_word_of_a_question_has_its_own_line() -> None:
    held = [seen.term for seen in explain("қалалардың")]
    met = meetings("қала … мектеп", held, known_names())
    assert [(each.asked, each.found) for each in met] == [("қала", True), ("мектеп", False)]
