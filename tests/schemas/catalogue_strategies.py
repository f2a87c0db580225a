"""Any catalogue record there may be, for properties."""

from __future__ import annotations

from datetime import date

from hypothesis import strategies as st

from archive.catalogue_values import CatalogueRecord, Copy, Heading

LETTERS = "әғқңөұүһіӘҒҚҢӨҰҮҺІабвгАБВГёЁ abcXYZ0123456789.,:;/()[]=«»№-&<>\"'"
NAME_LETTERS = "әғқңөұүһіӘҒҚҢӨҰҮҺІабвАБВ-"
WORDS = st.text(LETTERS, min_size=1, max_size=40).map(str.strip).filter(bool)
MAYBE = st.one_of(st.just(""), WORDS)
NAMES = st.text(NAME_LETTERS, min_size=1, max_size=20).map(lambda t: t.strip("- ")).filter(bool)
YEARS = st.one_of(st.none(), st.integers(1400, 2099))
NUMBERS = st.from_regex(r"[A-Z]{2}-[0-9]{1,8}", fullmatch=True)
ROLES = st.sampled_from(("aut", "ill", "trl", "edt", "com", "aui", "pht", "oth"))
ARTICLES = ("newspaper-article", "journal-article", "extract")


def unique(values: st.SearchStrategy[str], most: int = 3) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(values, max_size=most, unique=True).map(tuple)


PERSONS = st.builds(
    Heading,
    entry=NAMES,
    rest=st.one_of(st.just(""), NAMES),
    fuller=st.one_of(st.just(""), NAMES),
    role=ROLES,
    birth_year=YEARS,
    death_year=YEARS,
    authority=st.one_of(st.just(""), NUMBERS),
)
BODIES = st.builds(
    Heading, entry=NAMES, kind=st.just("organisation"), role=ROLES,
    authority=st.one_of(st.just(""), NUMBERS),
)  # fmt: skip
COPIES = st.builds(Copy, inventory_number=MAYBE, shelfmark=MAYBE, branch=MAYBE).filter(
    lambda copy: copy != Copy()
)


@st.composite
def records(draw: st.DrawFn) -> CatalogueRecord:
    kind = draw(st.sampled_from(("book", "other", *ARTICLES)))
    issued = draw(st.one_of(st.none(), st.dates(date(1400, 1, 1), date(2099, 12, 31))))
    number = draw(NUMBERS)
    is_article = kind in ARTICLES
    return CatalogueRecord(
        control_number=number,
        agency=draw(st.one_of(st.just(""), NUMBERS)),
        deleted=draw(st.booleans()),
        predecessors=draw(unique(NUMBERS.filter(lambda each: each != number))),
        other_numbers=draw(unique(NUMBERS.map(lambda each: f"(Other){each}"))),
        type=kind,
        title=draw(WORDS),
        subtitle=draw(MAYBE),
        responsibility=draw(MAYBE),
        parallel_title=draw(MAYBE),
        headings=tuple(draw(st.lists(st.one_of(PERSONS, BODIES), max_size=4))),
        place=draw(st.one_of(st.just(""), NAMES)),
        publisher=draw(MAYBE),
        year=issued.year if issued else draw(YEARS),
        issued=issued,
        extent=draw(MAYBE),
        languages=draw(unique(st.sampled_from(("kaz", "rus", "eng", "ger")))),
        isbns=draw(unique(st.from_regex(r"[0-9]{12}[0-9X]", fullmatch=True))),
        issns=draw(unique(st.from_regex(r"[0-9]{4}-[0-9]{3}[0-9X]", fullmatch=True))),
        series=draw(unique(WORDS)),
        source_title=draw(WORDS) if is_article else "",
        source_part=draw(MAYBE) if is_article else "",
        subjects=draw(unique(st.lists(NAMES, min_size=1, max_size=3).map(" -- ".join))),
        notes=draw(unique(WORDS)),
        copies=tuple(draw(st.lists(COPIES, max_size=3))),
    )
