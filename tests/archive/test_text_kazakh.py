"""Kazakh stems: all forms of a word agree, different words differ."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.kazakh import stem
from archive.text.kazakh_rules import BACK, FRONT, NEUTRAL, rules

FAMILIES = [
    family.split()
    for family in """
    көмір көмірдің көмірмен көмірі көмірге көмірден көмірлер
    қала қаласының қаласы қалада қаланың қалалар қалаларының қаласында қаладан қалаға
    кітап кітабы кітаптар кітаптың кітаппен кітабында кітаптарды
    қарағанды қарағандының қарағандыда қарағандыдан қарағандыға
    қарағандылық қарағандылықтар қарағандылықтардың
    бала баланы баласы балалар балаларына баласын балаға балаларымен
    жұмыс жұмысы жұмыстар жұмысын жұмысына жұмыста жұмыстары
    бол болатын болған болды болып болады болмаған болмады болса болсын
    маман маманы мамандар маманның
    ақпарат ақпаратын ақпаратты ақпараттар ақпараты
    халық халқы халықтың халқының халыққа халықтар
    ел елі еліне елдің елде еліміз
    жыл жылы жылдың жылдан жылға жылдары жылдардағы
    адам адамы адамдар адамның адамдарға
    ақын ақыны ақындар ақынның ақындарының
    орын орны орындар орнында
    үй үйі үйде үйінің үйлер
    іс ісі істер істің
    кітапхана кітапханасы кітапханасының кітапханалар кітапханада кітапханамыз
    оқырман оқырмандар оқырмандардың оқырманы
    оқушы оқушылар оқушысы оқушыларының
    өлке өлкесі өлкенің өлкедегі
    тізім тізімдері тізімі тізімнің
    білім білімі білімнің
    бөлім бөлімі бөлімінің
    мәдениет мәдениеті мәдениетін мәдениеттің
    қызмет қызметін қызметі қызметтер
    мектеп мектебі мектептер мектебінен
    ұшыраған ұшырағандардың ұшырады ұшырайды
    кеңес кеңесі кеңестер
    орталық орталығы орталығында орталықтар
    мақсат мақсатын мақсатында мақсаты
    жаз жазып жазған жазады жазатын жазбаған
    әуезов әуезовтың
    су суы судың
    тау таулар тауы
    болмыс болмысы болмыстың болмысын
    жазушы жазушысы жазушылар
    клуб клубы клубтар клубтың
    газет газеті газетінің газеттер
    бюллетень бюллетені бюллетеньдер бюллетеньдей
    медаль медальдің медальге медалі медалін медалімен медальдар
    ансамбль ансамбльдер ансамблі ансамблінің ансамбльге
    спектакль спектакльдер спектаклі спектакльдің
    лагерь лагерьде лагері лагерінің лагерьлер лагерьлерінде
    кел келгенмін келіппін келіпсіңдер келдіңіздер келіп
    істеді істеңдер істеңіздер істедіңіздер
    отыр отырмыз отырсыздар отырды отырған
    """.strip().splitlines()
]


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_the_forms_of_a_word_have_one_stem(family: list[str]) -> None:
    assert {stem(form) for form in family} == {stem(family[0])}


def test_different_words_have_different_stems() -> None:
    stems = [stem(family[0]) for family in FAMILIES]
    assert len(set(stems)) == len(stems)


@pytest.mark.parametrize(
    "word",
    [
        "қарағанды", "теміртау", "алматы", "астана", "жезқазған", "кітапхана", "көмір", "жеті",
        "алтын", "өнер", "базар", "білім", "маман", "театр", "қиын", "дала", "мұғалім",
        "қазан", "тарих",
    ],
)  # fmt: skip
def test_words_that_only_look_inflected_stay(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("мамандық", "маман"),
        ("шахтер", "шахта"),
        ("қарағандылық", "қарағанды"),
        ("болатын", "болат"),
        ("балық", "бала"),
        ("көмек", "көмір"),
        ("жол", "жыл"),
    ],
)
def test_derived_and_other_words_are_kept_apart(one: str, other: str) -> None:
    assert stem(one) != stem(other)


@pytest.mark.parametrize(
    "word",
    [
        "қалалер",  # a front ending on a back stem
        "мектеплар",
        "көмірдар",
        "кітаплар",  # лар does not follow п
        "баладар",  # дар does not follow а
        "жұмысдың",
    ],
)
def test_endings_that_harmony_or_letters_forbid_are_left(word: str) -> None:
    assert stem(word) == word


@pytest.mark.parametrize("word", ["library", "qalasynyn", "1937", "قالاسى", "15б"])
def test_what_is_not_cyrillic_is_its_own_stem(word: str) -> None:
    assert stem(word) == word


@given(st.text(alphabet="абгғдежзийкқлмнңопрстуұүфхшыіәө", min_size=1, max_size=20))
def test_a_stem_is_never_empty_nor_longer_than_its_word(word: str) -> None:
    assert 1 <= len(stem(word)) <= len(word)


KEPT = rules().names | rules().irregular.keys()
NOUNS = sorted(
    root
    for root in rules().names - set(rules().irregular.values())
    if len(root) > 3 and not NEUTRAL.intersection(root) and not root.endswith(("ы", "і"))
)


def test_case_endings_come_off_every_listed_root() -> None:
    cases = [e for e in rules().endings if e.place == "case" and not e.belief]
    for root in NOUNS:
        back = [letter for letter in root if letter in BACK | FRONT][-1] in BACK
        for ending in cases:
            inflected = root + (ending.back if back else ending.front)
            if root[-1] in ending.after and not KEPT & {inflected, inflected[:-1]}:
                assert stem(inflected) == stem(root), inflected


def test_the_tables_have_no_ending_twice() -> None:
    seen = [(e.back, e.front, e.after, e.place, e.back_to) for e in rules().endings]
    assert len(seen) == len(set(seen))


def test_every_ending_agrees_with_its_shape() -> None:
    for ending in rules().endings:
        if ending.back != ending.front:
            assert not FRONT.intersection(ending.back), ending
            assert not (BACK - {"я"}).intersection(ending.front), ending  # я is йа and йә
