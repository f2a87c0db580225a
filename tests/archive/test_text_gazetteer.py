"""A question for one name of a place or person finds its other names."""

from __future__ import annotations

import pytest

from archive.text import analyse_words
from archive.text.gazetteer import Gazetteer, known_names, read_gazetteer
from archive.text.terms import Term
from storage.errors import Refused


def terms(text: str) -> list[Term]:
    return [placed.term for placed in analyse_words([text])]


def others(question: str, names: Gazetteer) -> list[tuple[int, int, str]]:
    return [
        (variant.start, variant.end, " ".join(word.exact for word in variant.words))
        for variant in names.variants(terms(question))
    ]


@pytest.mark.parametrize(
    ("question", "other"),
    [
        ("Караганда", (0, 1, "қарағанды")),
        ("Карагандада", (0, 1, "қарағанды")),
        ("Карагандой", (0, 1, "қарағанды")),
        ("Қарағандының", (0, 1, "караганда")),
        ("Qarağandyda", (0, 1, "караганда")),
        ("Qaraghandy", (0, 1, "караганда")),
        ("قاراعاندى", (0, 1, "караганда")),
        ("Алма-Атой", (0, 2, "алматы")),
        ("кинотеатры Алматыда", (1, 2, "алма ата")),
        ("Нұр-Сұлтанның тарихы", (0, 2, "целиноград")),
        ("Целинограда", (0, 1, "нұр сұлтан")),
        ("Кзыл-Орда", (0, 2, "қызылорда")),
        ("Чимкентте", (0, 1, "шымкент")),
        ("Карлагтың тұтқындары", (0, 1, "қарлаг")),
        ("стихи Абая Кунанбаева", (1, 3, "абай құнанбайұлы")),
        ("Игенбековтың", (0, 1, "игембеков")),
        ("Шоқан Уәлихановтың еңбектері", (0, 2, "чокан валиханов")),
    ],
)
def test_a_name_has_other_names(question: str, other: tuple[int, int, str]) -> None:
    assert other in others(question, known_names())


@pytest.mark.parametrize(
    "question",
    [
        "қара",
        "қарай",
        "көмір қазу",
        "алма",
        "ата",
        "абай",
        "1937",
        "",
        "арал",
        "ала",
        "қызыл орман",
    ],
)
def test_what_is_no_name_has_none(question: str) -> None:
    assert others(question, known_names()) == []


def test_the_longest_name_comes_first_and_what_was_asked_is_not_told() -> None:
    names = read_gazetteer("Көктөбе ~ Зелёная Горка\nКөктөбе ауылы ~ Горное\n", "own.txt")
    assert others("Көктөбе ауылы", names) == [
        (0, 2, "горное"),
        (0, 1, "зеленая горка"),
    ]


def test_every_known_line_joins_its_names() -> None:
    assert len(known_names().groups) > 100
    for group in known_names().groups:
        for name in group:
            found = {variant.words for variant in known_names().variants(name)}
            asked = [word.exact for word in name]
            assert {other for other in group if [w.exact for w in other] != asked} <= found


@pytest.mark.parametrize("line", ["Караганда", "Караганда ~", "~", "а ~ !", "а ~ б в г д е ж з"])
def test_a_line_that_is_no_group_is_refused_by_its_number(line: str) -> None:
    with pytest.raises(Refused, match="bad-library-file") as refused:
        read_gazetteer(f"# names\n\nАбай ~ Абай\n{line}\n", "own.txt")
    assert refused.value.values == {"file": "own.txt", "line": 4, "detail": "own.txt:4"}
