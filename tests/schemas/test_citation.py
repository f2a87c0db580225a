from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from schemas.citation import Cited, Language, bibtex, reference, ris

BOOK = Cited(
    title="Қарағанды көмір бассейні",
    subtitle="мақалалар жинағы",
    identifier="s0203",
    url="https://example.kz/works/s0203",
    seen=date(2024, 5, 17),
    authors=("Әуезов М.",),
    place="Қарағанды",
    publisher="Кітап",
    year=1958,
    pages=212,
    language="kk",
)
ARTICLE = replace(
    BOOK,
    type="newspaper-article",
    title="Съезд горняков!",
    subtitle="",
    source="Большевистская кочегарка",
    authors=(),
    publisher="",
    pages=None,
    issued=date(1935, 11, 7),
    language="ru",
)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        (
            "kk",
            (
                "Әуезов М. Қарағанды көмір бассейні: мақалалар жинағы. — Қарағанды: Кітап, 1958. — "
                "212 б. — Сандық мұрағаты, s0203. — "
                "URL: https://example.kz/works/s0203 (қаралған күні: 17.05.2024)."
            ),
        ),
        (
            "ru",
            (
                "Әуезов М. Қарағанды көмір бассейні: мақалалар жинағы. — Қарағанды: Кітап, 1958. — "
                "212 с. — Цифровой архив, s0203. — "
                "URL: https://example.kz/works/s0203 (дата обращения: 17.05.2024)."
            ),
        ),
        (
            "en",
            (
                "Әуезов М. Қарағанды көмір бассейні: мақалалар жинағы. — Қарағанды: Кітап, 1958. — "
                "212 p. — Digital archive, s0203. — "
                "URL: https://example.kz/works/s0203 (accessed: 17.05.2024)."
            ),
        ),
    ],
)
def test_reference_in_the_readers_language(language: Language, line: str) -> None:
    assert reference(BOOK, language) == line


def test_article_stands_in_its_newspaper() -> None:
    assert reference(ARTICLE, "ru").startswith(
        "Съезд горняков! // Большевистская кочегарка. — Қарағанды, 07.11.1935. — Цифровой архив"
    )


@pytest.mark.parametrize(
    ("authors", "start"),
    [
        ((), "Атауы. — "),
        (("А", "Б", "В"), "А, Б, В. Атауы. — "),
        (("А", "Б", "В", "Г"), "Атауы / А [және т. б.]. — "),
    ],
)
def test_up_to_three_authors_stand_before_the_title(authors: tuple[str, ...], start: str) -> None:
    cited = replace(BOOK, title="Атауы", subtitle="", authors=authors)
    assert reference(cited, "kk").startswith(start)


def test_what_is_unknown_is_left_out() -> None:
    bare = Cited("Хат", "s1", "https://example.kz/works/s1", date(2024, 5, 17))
    assert reference(bare, "kk") == (
        "Хат. — Сандық мұрағаты, s1. — "
        "URL: https://example.kz/works/s1 (қаралған күні: 17.05.2024)."
    )
    assert ".." not in reference(replace(bare, title="Хат…"), "kk")


def test_bibtex_of_a_book() -> None:
    assert bibtex(BOOK) == (
        "@book{s0203,\n"
        "  author = {Әуезов М.},\n"
        "  title = {{Қарағанды көмір бассейні: мақалалар жинағы}},\n"
        "  address = {Қарағанды},\n"
        "  publisher = {Кітап},\n"
        "  year = {1958},\n"
        "  pagetotal = {212},\n"
        "  langid = {kk},\n"
        "  url = {https://example.kz/works/s0203},\n"
        "  urldate = {2024-05-17}\n"
        "}\n"
    )


@pytest.mark.parametrize(
    ("kind", "start", "source"),
    [
        ("newspaper-article", "@article{", "journal"),
        ("journal-article", "@article{", "journal"),
        ("extract", "@incollection{", "booktitle"),
        ("other", "@misc{", "note"),
    ],
)
def test_bibtex_names_what_the_work_stands_in(kind: str, start: str, source: str) -> None:
    told = bibtex(replace(ARTICLE, type=kind))
    assert told.startswith(start)
    assert f"  {source} = {{Большевистская кочегарка}},\n" in told


def test_bibtex_keeps_a_name_together() -> None:
    told = bibtex(replace(BOOK, authors=("Smith and Sons", "Әуезов М.")))
    assert "author = {{Smith and Sons} and Әуезов М.}," in told


def test_bibtex_escapes_what_tex_would_read() -> None:
    told = bibtex(replace(BOOK, title="50 % & $5 #1 a_b {c} ~ ^ \\", subtitle=""))
    assert (
        r"{{50 \% \& \$5 \#1 a\_b \{c\} \textasciitilde{} \textasciicircum{} \textbackslash{}}}"
        in told
    )


def test_ris_of_a_book() -> None:
    assert ris(BOOK).split("\r\n") == [
        "TY  - BOOK",
        "AU  - Әуезов М.",
        "TI  - Қарағанды көмір бассейні: мақалалар жинағы",
        "CY  - Қарағанды",
        "PB  - Кітап",
        "PY  - 1958",
        "SP  - 212",
        "LA  - kk",
        "ID  - s0203",
        "UR  - https://example.kz/works/s0203",
        "Y2  - 2024/05/17",
        "ER  - ",
        "",
    ]


def test_ris_of_an_article_has_its_day() -> None:
    assert ris(ARTICLE).startswith("TY  - NEWS\r\nTI  - Съезд горняков!\r\nT2  - Большевистская")
    assert "\r\nDA  - 1935/11/07\r\n" in ris(ARTICLE)


HOSTILE = st.text(st.sampled_from("ab {}\\\n\r\u2028\t\x00\x1b%,=@\"'ER-TY"), max_size=30)


@given(HOSTILE, HOSTILE, HOSTILE)
def test_no_title_breaks_out_of_its_field(title: str, author: str, source: str) -> None:
    cited = replace(BOOK, title=title, authors=(author,), source=source, type="other")
    assert reference(cited, "kk").isprintable()
    assert ris(cited).replace("\r\n", "").isprintable()
    lines = ris(cited).split("\r\n")
    assert all(re.fullmatch(r"[A-Z][A-Z0-9]  - .*", line) for line in lines[:-1])
    assert [line[:2] for line in lines].count("ER") == 1
    assert braces_balance(bibtex(cited))
    assert len(re.findall(r"^@", bibtex(cited), re.MULTILINE)) == 1


def braces_balance(entry: str) -> bool:
    """Whether the entry's one pair of outer braces closes at its very end."""
    depth = 0
    unescaped = re.sub(r"\\[{}]", "", entry).strip()
    for at, character in enumerate(unescaped):
        depth += {"{": 1, "}": -1}.get(character, 0)
        if depth < 0 or (depth == 0 and character == "}" and at != len(unescaped) - 1):
            return False
    return depth == 0
