"""MARC 21 bibliographic records, both ways. https://www.loc.gov/marc/bibliographic/"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from archive.catalogue_values import CatalogueRecord, Heading, distinct
from archive.handover import WorkType
from schemas.marc_reading import (
    copies_in,
    day_in,
    isbns_in,
    kind_of_article,
    life_in,
    life_told,
    numbers_in,
    year_in,
)
from schemas.marc_record import MarcField, MarcRecord, field_of

_PERSONS, _BODIES = ("100", "700"), ("110", "710", "111", "711")
_TEXT, _MANUSCRIPT = "a", "t"
# Leader 06 and 07 for each type; "c" in 18: no ISBD punctuation between subfields.
_LEADERS: Mapping[str, str] = MappingProxyType(
    {
        WorkType.BOOK: "am",
        WorkType.NEWSPAPER_ARTICLE: "ab",
        WorkType.JOURNAL_ARTICLE: "ab",
        WorkType.EXTRACT: "aa",
        WorkType.OTHER: "tm",
    }
)
_ROLE_TERMS: Mapping[str, str] = MappingProxyType(
    {
        "автор": "aut", "author": "aut", "аударған": "trl", "аудармашы": "trl", "пер": "trl",
        "переводчик": "trl", "translator": "trl", "художник": "ill", "суретші": "ill",
        "illustrator": "ill", "ред": "edt", "редактор": "edt", "editor": "edt", "сост": "com",
        "составитель": "com", "құраст": "com", "құрастырушы": "com", "compiler": "com",
    }
)  # fmt: skip


def read_marc21(record: MarcRecord) -> CatalogueRecord:
    """What the record says."""
    text = _without_isbd if record.leader[18:19] != "c" else _as_it_is
    agency = record.first("003").data.strip()
    own, others = numbers_in([*record.all("035", "019")], agency)
    title, imprint = record.first("245"), _imprint(record)
    host, coded = record.first("773"), record.first("008").data
    day = day_in(coded[6:], "e")
    number = record.first("001").data.strip()
    return CatalogueRecord(
        control_number=number,
        agency=agency,
        deleted=record.leader[5:6] == "d",
        predecessors=distinct(each for each in own if each != number),
        other_numbers=distinct(others),
        type=_type(record, host, day),
        title=text(". ".join(title.all("anp"))),
        subtitle=text(title.first("b")),
        responsibility=text(title.first("c")),
        parallel_title=text(_parallel(record)),
        headings=tuple(_headings(record)),
        place=text(imprint.first("a")).strip("[]"),
        publisher=text(imprint.first("b")),
        year=year_in(imprint.first("c")) or year_in(coded[7:11]),
        issued=day,
        extent=text(record.first("300").first("a")),
        languages=_languages(record, coded),
        isbns=distinct(isbns_in(record.all("020"))),
        issns=distinct([each.first("a") for each in record.all("022")] + host.all("x")),
        series=distinct(text(each.first("a")) for each in record.all("490", "440")),
        source_title=text(host.first("t")),
        source_part=text(host.first("g")),
        subjects=distinct(text(" -- ".join(each.all("abxyz"))) for each in _subjects(record)),
        notes=distinct(each.first("a") for each in record.all("500")),
        copies=copies_in(record),
    )


def _as_it_is(text: str) -> str:
    return text


def _without_isbd(text: str) -> str:
    """The text without the punctuation that belongs to the next area."""
    bare = text.rstrip(" /:;,=")
    # A full stop ends an area too; an initial's or an abbreviation's stays.
    return bare[:-1] if bare.endswith(".") and len(bare.split()[-1]) > 5 else bare


def _imprint(record: MarcRecord) -> MarcField:
    published = (each for each in record.all("264") if each.indicators[1:] == "1")
    return next(published, record.first("260", "264"))


def _parallel(record: MarcRecord) -> str:
    return next((each.first("a") for each in record.all("246") if each.indicators[1:] == "1"), "")


def _type(record: MarcRecord, host: MarcField, day: date | None) -> str:
    kind, level = record.leader[6:7], record.leader[7:8]
    if kind != _TEXT or level in "sc":
        return WorkType.OTHER
    if level not in "ab" and not host.first("t"):
        return WorkType.BOOK
    genres = [each.first("a") for each in record.all("655")]
    is_serial = level == "b" or bool(host.first("x"))
    return kind_of_article(genres, host.first("g"), has_issn=is_serial, day=day)


def _languages(record: MarcRecord, coded: str) -> tuple[str, ...]:
    told = [code for field in record.all("041") for code in field.all("a")]
    return distinct(told or [coded[35:38].strip(" |")])


def _subjects(record: MarcRecord) -> Iterator[MarcField]:
    return record.all("600", "610", "650", "651", "653")


def _headings(record: MarcRecord) -> Iterator[Heading]:
    for field in record.all(*_PERSONS, *_BODIES):
        if field.first("a") and not field.first("t"):  # with $t it is a title, not a person
            yield _person(field) if field.tag in _PERSONS else _body(field)


def _person(field: MarcField) -> Heading:
    whole = field.first("a").rstrip(" ,;:")
    entry, _, rest = whole.partition(",") if field.indicators[:1] != "0" else (whole, "", "")
    born, died = life_in(field.first("d")) if field.first("d") else (None, None)
    return Heading(
        entry=entry.strip(),
        rest=rest.strip(),
        fuller=field.first("q").strip("() ,"),
        role=_role(field),
        birth_year=born,
        death_year=died,
        authority=field.first("0"),
    )


def _body(field: MarcField) -> Heading:
    name = ". ".join(each.rstrip(" .,") for each in field.all("ab"))
    return Heading(entry=name, kind="organisation", role=_role(field), authority=field.first("0"))


def _role(field: MarcField) -> str:
    code = field.first("4")[-3:]
    if code:
        return code
    for term in field.all("e"):
        found = _ROLE_TERMS.get(term.casefold().strip(" .,"))
        if found:
            return found
    return "aut" if field.tag in {"100", "110", "111"} or not field.all("e") else "oth"


# Back again -----------------------------------------------------------------------


def write_marc21(record: CatalogueRecord) -> MarcRecord:
    """The record in MARC 21."""
    status = "d" if record.deleted else "c"
    leader = f"00000{status}{_LEADERS[record.type]} a2200000 c 4500"
    parts = (_numbers(record), _description(record), _links(record), _holdings(record))
    fields = [field for part in parts for field in part if field.data or field.subfields]
    return MarcRecord(leader, tuple(sorted(fields, key=lambda field: field.tag[0] + _order(field))))


def _order(field: MarcField) -> str:
    """Headings stay in their own order; the rest goes by its tag."""
    return "00" if field.tag[0] in "17" and field.tag != "773" else field.tag[1:]


def _numbers(record: CatalogueRecord) -> Iterator[MarcField]:
    yield MarcField("001", record.control_number)
    yield MarcField("003", record.agency)
    yield MarcField("008", _coded(record))
    for isbn in record.isbns:
        yield field_of("020", "  ", ("a", isbn))
    for issn in record.issns:
        yield field_of("022", "  ", ("a", issn))
    for number in record.other_numbers:
        yield field_of("035", "  ", ("a", number))
    for number in record.predecessors:
        yield field_of("035", "  ", ("z", number))
    yield field_of("041", "  ", *(("a", code) for code in record.languages))


def _coded(record: CatalogueRecord) -> str:
    year = f"{record.year:04}" if record.year else "    "
    dates = f"s{year}    "
    if record.issued is not None:
        dates = f"e{record.issued:%Y%m%d}"
    language = record.languages[0] if record.languages else "   "
    return f"      {dates}xx {' ' * 17}{language[:3]:3} d"


def _description(record: CatalogueRecord) -> Iterator[MarcField]:
    for place, heading in enumerate(record.headings):
        yield _heading(heading, is_main=place == 0 and heading.role == "aut")
    main = "1" if record.headings else "0"
    yield field_of(
        "245", f"{main}0", ("a", record.title), ("b", record.subtitle), ("c", record.responsibility)
    )
    yield field_of("246", "31", ("a", record.parallel_title))
    yield field_of(
        "264", " 1", ("a", record.place), ("b", record.publisher), ("c", str(record.year or ""))
    )
    yield field_of("300", "  ", ("a", record.extent))
    for series in record.series:
        yield field_of("490", "0 ", ("a", series))
    for note in record.notes:
        yield field_of("500", "  ", ("a", note))


def _heading(heading: Heading, *, is_main: bool) -> MarcField:
    tail = (("0", heading.authority), ("4", heading.role))
    if heading.kind != "person":
        return field_of("110" if is_main else "710", "2 ", ("a", heading.entry), *tail)
    name = f"{heading.entry}, {heading.rest}" if heading.rest else heading.entry
    return field_of(
        "100" if is_main else "700",
        "1 " if heading.rest else "0 ",
        ("a", name),
        ("q", f"({heading.fuller})" if heading.fuller else ""),
        ("d", life_told(heading.birth_year, heading.death_year)),
        *tail,
    )


def _links(record: CatalogueRecord) -> Iterator[MarcField]:
    for subject in record.subjects:
        first, *rest = subject.split(" -- ")
        yield field_of("650", " 4", ("a", first), *(("x", each) for each in rest))
    if record.type in {WorkType.NEWSPAPER_ARTICLE, WorkType.JOURNAL_ARTICLE, WorkType.EXTRACT}:
        yield field_of("655", " 7", ("a", str(record.type)), ("2", "local"))
    yield field_of("773", "0 ", ("t", record.source_title), ("g", record.source_part))


def _holdings(record: CatalogueRecord) -> Iterator[MarcField]:
    for copy in record.copies:
        yield field_of(
            "852", "  ", ("b", copy.branch), ("j", copy.shelfmark), ("p", copy.inventory_number)
        )
