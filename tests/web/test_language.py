"""Languages are chosen, figures are written and names are sorted as readers expect."""

from __future__ import annotations

from datetime import date

import pytest
from flask import Flask

from tests.web.gallery import make_gallery
from web.alphabet import ALPHABET, first_letter, kazakh_order
from web.appearance import Appearance, choose_appearance
from web.figures import long_date, number, short_date, size, until_date
from web.language import catalogue, choose

NB = "\u00a0"


@pytest.fixture(scope="module")
def app() -> Flask:
    return make_gallery()


@pytest.mark.parametrize(
    ("asked", "remembered", "language"),
    [
        (None, None, "kk"),
        ("ru", None, "ru"),
        (None, "en", "en"),
        ("kk", "en", "kk"),
        ("de", "ru", "ru"),
        ("../etc", "<b>", "kk"),
    ],
)
def test_what_is_asked_now_comes_before_what_is_remembered(
    asked: str | None, remembered: str | None, language: str
) -> None:
    assert choose(asked, remembered) == language


def test_a_language_asked_for_is_remembered_and_another_browser_is_not_asked(app: Flask) -> None:
    client = app.test_client()
    first = client.get("/gallery/help", headers={"Accept-Language": "de,en"})
    assert first.headers["Content-Language"] == "kk"
    assert "Cookie" in first.headers["Vary"]
    client.get("/gallery/help?lang=ru")
    assert '<html lang="ru"' in client.get("/gallery/help").text
    client.get("/gallery/help?lang=xx")
    assert '<html lang="ru"' in client.get("/gallery/help").text


def test_the_switch_leads_to_this_very_page(app: Flask) -> None:
    shown = app.test_client().get("/works/coal/pages/p47?q=көмір&hit=2&lang=kk&size=large").text
    expected = "/works/coal/pages/p47?q=%D0%BA%D3%A9%D0%BC%D1%96%D1%80&amp;hit=2&amp;lang=ru"
    assert f'hreflang="ru" href="{expected}"' in shown


@pytest.mark.parametrize(
    ("day", "written"),
    [
        (date(2026, 11, 23), ("2026 жылғы 23 қараша", "23 ноября 2026 г.", "23 November 2026")),
        (date(1967, 8, 1), ("1967 жылғы 1 тамыз", "1 августа 1967 г.", "1 August 1967")),
    ],
)
def test_long_dates(day: date, written: tuple[str, str, str]) -> None:
    told = tuple(long_date(day, language) for language in ("kk", "ru", "en"))
    assert tuple(text.replace(NB, " ") for text in told) == written


def test_until_has_its_own_kazakh_form() -> None:
    written = [
        until_date(date(2055, month, 31 if month == 12 else 1), "kk") for month in range(1, 13)
    ]
    assert written[-1].replace(NB, " ") == "2055 жылғы 31 желтоқсанға"
    # The dative follows the last syllable: -ға, -ге, -қа, -ке and nothing else.
    assert [text[-2:] for text in written] == "ға ға ға ге ға ға ге ға ке ға ға ға".split()
    assert until_date(date(2055, 12, 31), "ru").replace(NB, " ") == "31 декабря 2055 г."


def test_tables_write_dates_short() -> None:
    assert short_date(date(2026, 1, 3)) == "03.01.2026"


@pytest.mark.parametrize(
    ("value", "language", "written"),
    [
        (9999, "kk", "9999"),
        (39195, "kk", f"39{NB}195"),
        (1234567, "en", f"1{NB}234{NB}567"),
        (58.1, "ru", "58,1"),
        (58.1, "en", "58.1"),
        (0, "kk", "0"),
    ],
)
def test_numbers(value: float, language: str, written: str) -> None:
    assert number(value, language) == written


@pytest.mark.parametrize(
    ("length", "language", "written"),
    [
        (512, "kk", "512 Б"),
        (410_000, "kk", "410 КБ"),
        (6_900_000, "ru", "6,9 МБ"),
        (6_900_000, "en", "6.9 MB"),
        (28_000_000, "kk", "28 МБ"),
        (9_960_000, "kk", "10 МБ"),
        (999_600, "kk", "1,0 МБ"),
        (3_200_000_000_000, "kk", "3200 ГБ"),
    ],
)
def test_sizes(length: int, language: str, written: str) -> None:
    assert size(length, language).replace(NB, " ") == written


def test_names_stand_in_the_order_of_the_kazakh_alphabet() -> None:
    names = [
        "Яков",
        "Әуезов",
        "Абай",
        "Қасым",
        "Кенен",
        "Ілияс",
        "Ыбырай",
        "Steppe",
        "Өтебай",
        "Орал",
        "Ұлықбек",
        "Үсен",
        "Уәли",
        "Һәкім",
        "Хамит",
        "Ғабит",
        "Гоголь",
        "Ңұр",
        "Нұр",
        "37",
    ]
    assert sorted(names, key=kazakh_order) == [
        "37",
        "Абай",
        "Әуезов",
        "Гоголь",
        "Ғабит",
        "Кенен",
        "Қасым",
        "Нұр",
        "Ңұр",
        "Орал",
        "Өтебай",
        "Уәли",
        "Ұлықбек",
        "Үсен",
        "Хамит",
        "Һәкім",
        "Ыбырай",
        "Ілияс",
        "Яков",
        "Steppe",
    ]


def test_the_alphabet_is_whole() -> None:
    assert len(ALPHABET) == len(set(ALPHABET)) == 42


def test_signs_do_not_count_and_a_shorter_name_comes_first() -> None:
    assert kazakh_order("«Абай»") == kazakh_order("абай")
    assert kazakh_order("Абай") < kazakh_order("Абай жолы") < kazakh_order("Абайдың")
    assert first_letter("«әуен»") == "Ә"
    assert first_letter("1937") == "#"


def test_catalogues_speak_outside_of_a_request() -> None:
    assert catalogue("kk").gettext("Authors") == "Авторлар"
    assert catalogue("ru").ngettext("%(n)s page", "%(n)s pages", 3) == "%(n)s страницы"
    assert catalogue("kk").ngettext("%(n)s page", "%(n)s pages", 3) == "%(n)s бет"
    assert catalogue("en").gettext("Authors") == "Authors"


@pytest.mark.parametrize(
    ("asked", "cookie", "chosen"),
    [
        ({}, "", Appearance()),
        ({"theme": "dark"}, "light.large.off", Appearance("dark", "large", "off")),
        ({"size": "huge"}, "x.y", Appearance()),
        ({"size": "largest"}, "dark", Appearance("dark", "largest")),
    ],
)
def test_an_appearance_is_chosen(asked: dict[str, str], cookie: str, chosen: Appearance) -> None:
    assert choose_appearance(asked, cookie) == chosen


def test_type_sizes_have_neighbours_and_ends() -> None:
    assert Appearance(size="large").smaller == "normal"
    assert Appearance(size="normal").smaller is None
    assert Appearance(size="largest").larger is None


def test_an_appearance_is_kept_in_a_cookie(app: Flask) -> None:
    client = app.test_client()
    kept = client.get("/view?theme=dark&size=larger&keys=off")
    assert kept.headers["Set-Cookie"].startswith("view=dark.larger.off;")
    assert "SameSite=Lax" in kept.headers["Set-Cookie"]
    shown = client.get("/gallery/home").text
    assert 'data-theme="dark" data-size="larger" data-keys="off"' in shown
