"""One key for a word in every script and spelling."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.text.analyser import analyse_word, analyse_words
from archive.text.skeleton import key

TEXTS = Path(__file__).parents[1] / "data" / "texts"


def skeleton(word: str, profile: str = "") -> str:
    term = analyse_word(word, profile)
    assert term is not None
    return term.skeleton


@pytest.mark.parametrize(
    "spellings",
    [
        # Cyrillic, without Kazakh letters, 2018, 2017, ASCII, 2021, Arabic
        "Қарағанды Караганды Qaraǵandy Qarag'andy Qaragandy Qarağandy قاراعاندى",
        "Қарағандының Карагандынын Qaraǵandynyń Qarag'andynyn' Qaragandynyn Qaragandynyng",
        "қаласының қаласы қала qalasynyn qalasy kala قالاسى",
        "Шымкент Shymkent Şymkent S'ymkent",
        "жұмысшылар jumysshylar jumysşylar zhumysshylar",
        "орталық Ortalyq Ortalıq ортaлык",
        "Карлаг Қарлаг Qarlag",
        "кітаппен кітап kitap kitappen كىتاپ",
        "Қазақстан Qazaqstan Qazaqstannyñ قازاقستان Казакстан",
        "мәдениеті mádenıeti mädenieti madenieti мадениети",
        "университеті ýnıversıteti universiteti",
        "Тоқаев Toqaev Tokaev",
        "ғылым ğylym gylym ghylym",
        "шаңырақ shańyraq şañyraq shangyraq шанырак",
        "әже áje äje aje azhe",
        "яғни iaǵni yagni",
        "Ұлытау Ulytaý Ulytay' Ulytay’ Ulıtaw Ulytau ۇلىتاۋ",
        "Балқаш Balqash Balqas' Balqaş Balqas",
        "мәдениет мадениет мэдениет madeniyet",
        "цифр tsifr tsıfr sifr cïfr",
        "станция stantsıa stansia stancïya stantsiya",
        "жатса jatsa zhatsa جاتسا",
        "Абаев Abaev Abayev",
        "щётка shchıotka s'c'i'otka shchyotka",
        "Қазақстанға Qazaqstanga Qazaqstangha Qazaqstan",
        "жұмысшы jumysshy zhumysshy jumyssy",
        "қиын қиин qıyn qiyn",
        "классик klassik класик",
    ],
)
def test_all_spellings_have_one_key(spellings: str) -> None:
    keys = [skeleton(word) for word in spellings.split()]
    assert keys == keys[:1] * len(keys)


@pytest.mark.parametrize(
    ("cyrillic", "yanalif"),
    [
        ("қала", "qala"),
        ("шаңырақ", "caꞑьraq"),
        ("жұмыс", "çumьs"),
        ("ғылым", "ƣьlьm"),
        ("үй", "yj"),
        ("мәдениет", "mədenijet"),
        ("ауыл", "avьl"),
        ("оқу", "oquv"),
        ("Әуезовтің", "Əvezovtiꞑ"),
        ("совет", "sovet"),
        ("архивте", "arxivte"),
        ("чемпион", "cempion"),
        ("авторлар", "avtorlar"),
    ],
)
def test_the_alphabet_of_1929_is_read_by_profile(cyrillic: str, yanalif: str) -> None:
    assert skeleton(yanalif, "kk-latn-1929") == skeleton(cyrillic)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("қала", "дала"),
        ("көмір", "темір"),
        ("кітап", "кітапхана"),
        ("жұмысшы", "жұмыс"),
        ("вход", "уход"),
    ],
)
def test_different_words_have_different_keys(one: str, other: str) -> None:
    assert skeleton(one) != skeleton(other)


def test_digits_are_digits_in_every_script() -> None:
    assert key("١٩٣٧") == key("1937") == "1937"


LETTERS = st.sampled_from(
    "abcdeghijklmnoqrstuvwxyz'äğñşūıáǵýабвгдежзийклмнопрстуцчшщъыьэюяёәғқңөұүһіاەحقعىيۋƣꞑь01"
)
WORDS = st.one_of(st.text(min_size=1, max_size=12), st.text(LETTERS, min_size=1, max_size=14))
PROFILES = st.sampled_from(["", "kk-latn-1929", "ru-petr"])


@given(WORDS, PROFILES)
def test_the_key_of_a_key_is_the_key(word: str, profile: str) -> None:
    once = key(word, profile)
    assert once
    assert key(once) == once


@pytest.mark.parametrize("path", sorted(TEXTS.glob("*/*.txt")), ids=lambda path: path.stem)
def test_the_keys_of_running_text_are_their_own(path: Path) -> None:
    for placed in analyse_words(path.read_text("utf-8").split()):
        again = skeleton(placed.term.skeleton)
        assert again == placed.term.skeleton


@given(st.text(min_size=1, max_size=12).filter(lambda text: analyse_word(text) is not None))
def test_no_stream_is_empty_or_holds_white_space(text: str) -> None:
    term = analyse_word(text)
    assert term is not None
    for form in (term.exact, term.kk, term.ru, term.skeleton):
        assert form
        assert not any(letter.isspace() for letter in form)
