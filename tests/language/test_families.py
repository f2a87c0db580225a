"""Our stemmer joins the forms of a word and keeps words apart, also words it was not made with."""

from __future__ import annotations

import pytest

from tests.engines.missing import engine_missing
from tests.engines.opensearch import OpenSearchNode
from tests.language import stemmers
from tests.language.families import WordLists, held_out, tuned
from tests.language.pairwise import failures, score

PARTS = {"tuned": tuned(), "held out": held_out(), "both": tuned().together(held_out())}

# Parts go by their names, and numbers are taken before they are compared: the report of
# a test that fails shows values, and a word held out may not be read there either.


@pytest.mark.parametrize("part", ["tuned", "held out", "both"])
def test_of_a_hundred_joined_pairs_of_forms_at_most_one_is_of_two_words(part: str) -> None:
    precision = score(PARTS[part], stemmers.ours).precision
    assert precision >= 0.99


@pytest.mark.parametrize("part", ["tuned", "held out"])
def test_of_a_hundred_pairs_of_forms_of_one_word_at_most_three_stay_apart(part: str) -> None:
    recall = score(PARTS[part], stemmers.ours).recall
    assert recall >= 0.97


@pytest.mark.parametrize("part", ["tuned", "held out"])
def test_no_words_of_different_meaning_are_joined(part: str) -> None:
    merged = len(score(PARTS[part], stemmers.ours).merged)
    assert merged == 0


def test_a_third_of_the_lists_is_held_out() -> None:
    ours, theirs = tuned(), held_out()
    assert len(ours.families) + len(theirs.families) >= 420
    assert len(ours.confusables) + len(theirs.confusables) >= 120
    assert len(theirs.families) * 3 >= len(ours.families + theirs.families) - 2
    assert len(theirs.confusables) * 3 >= len(ours.confusables + theirs.confusables) - 2


def test_a_form_is_of_one_family() -> None:
    forms = [form.casefold() for family in PARTS["both"].families for form in family]
    assert sorted(forms) == sorted(set(forms))


def test_confusable_words_are_not_forms_of_one_family() -> None:
    family_of = {form: n for n, forms in enumerate(PARTS["both"].families) for form in forms}
    for first, second in PARTS["both"].confusables:
        assert family_of.get(first, first) != family_of.get(second, second), (first, second)


COUNTED = WordLists(
    families=(("қала", "қаланың", "қалада"), ("қалам", "қаламы")), confusables=(("қала", "қаламы"),)
)


def test_pairs_are_counted_as_by_hand() -> None:
    # four letters: five forms of one key make 10 pairs, 3 and 1 of which are wanted
    four = score(COUNTED, lambda form: form[:4])
    assert (four.joined_rightly, four.joined_wrongly, four.wanted) == (4, 6 + 1, 4)
    assert four.merged == (("қала", "қаламы"),)
    assert (four.precision, four.recall) == (4 / 11, 1)
    # five letters: "қалам" and "қаламы" are joined, the other three stand alone
    five = score(COUNTED, lambda form: form[:5])
    assert (five.joined_rightly, five.joined_wrongly, five.wanted) == (1, 0, 4)
    assert (five.precision, five.recall, five.f1) == (1, 1 / 4, 2 * (1 / 4) / (5 / 4))
    assert five.merged == ()


def test_who_joins_nothing_is_precise_and_recalls_nothing() -> None:
    alone = score(COUNTED, str)
    assert (alone.precision, alone.recall, alone.f1) == (1, 0, 0)


def test_the_worst_families_come_first_with_what_fell_into_them() -> None:
    keys = {"қала": "а", "қаланың": "б", "қалада": "а", "қалам": "а", "қаламы": "а"}
    worst, other = failures(COUNTED.families, keys.__getitem__)
    # two wanted pairs are apart; each of two forms of "а" meets two strangers
    assert (worst.family, worst.pairs) == (COUNTED.families[0], 2 + 4)
    assert worst.intruders == ("қалам", "қаламы")
    assert (other.pairs, other.intruders) == (4, ("қала", "қалада"))
    assert failures(COUNTED.families, lambda form: "м" if "м" in form else "а") == []


def test_ours_is_better_than_every_stemmer_at_hand() -> None:
    baselines = {
        "first five letters": stemmers.five_letters,
        "Snowball": stemmers.snowball_russian(),
        "tantivy": stemmers.tantivy_russian(),
    }
    ours = score(PARTS["held out"], stemmers.ours).f1
    scores = {name: score(PARTS["held out"], key).f1 for name, key in baselines.items()}
    assert all(0 < theirs < ours for theirs in scores.values()), scores


def test_ours_is_better_than_hunspell_which_knows_some_forms() -> None:
    hunspell = stemmers.hunspell_kazakh([*PARTS["held out"].words(), "жүргізді"])
    if hunspell is None:
        engine_missing(stemmers.HUNSPELL_ABSENT)
    assert hunspell("жүргізді") == "жүргіз"
    ours = score(PARTS["held out"], stemmers.ours).f1
    assert 0.3 < score(PARTS["held out"], hunspell).f1 < ours


def test_the_stock_analyser_of_opensearch_is_asked_word_by_word(opensearch: OpenSearchNode) -> None:
    words = ("книгами", "КСРО-ның", "и", "қалада", "книга")
    key = stemmers.opensearch_russian(opensearch, words)
    assert [key(word) for word in words] == ["книг", "ксро ның", "", "қалад", "книг"]
