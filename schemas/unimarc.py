"""UNIMARC bibliographic records, as RUSMARC and Web-RABIS write them, both ways.

https://www.ifla.org/unimarc and https://rusmarc.info. Linking fields (461, 463) come
in two shapes: with subfields of their own, or with whole fields embedded behind $1.
"""

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

_PERSONS, _BODIES = ("700", "701", "702"), ("710", "711", "712")
_LINKS = ("463", "461", "462")
_LEADERS: Mapping[str, str] = MappingProxyType(
    {
        WorkType.BOOK: "am0",
        WorkType.NEWSPAPER_ARTICLE: "aa2",
        WorkType.JOURNAL_ARTICLE: "aa2",
        WorkType.EXTRACT: "aa2",
        WorkType.OTHER: "bm0",
    }
)

# Subfields of embedded fields, and those of the other shape that say the same.
_EMBEDDED: Mapping[str, Mapping[str, str]] = MappingProxyType(
    {"200": {"a": "t", "v": "v"}, "210": {"d": "d"}, "215": {"a": "p"}, "011": {"a": "x"}}
)

# UNIMARC appendix C, and the MARC relator codes that say the same.
_ROLES: Mapping[str, str] = MappingProxyType(
    {
        "010": "adp", "040": "art", "070": "aut", "075": "aft", "080": "aui", "100": "ant",
        "110": "bnd", "180": "ctg", "205": "ctb", "210": "cmm", "220": "com", "230": "cmp",
        "340": "edt", "440": "ill", "570": "oth", "600": "pht", "650": "pbl", "675": "rev",
        "710": "scr", "727": "ths", "730": "trl",
    }
)  # fmt: skip
_CODES: Mapping[str, str] = MappingProxyType({role: code for code, role in _ROLES.items()})


def read_unimarc(record: MarcRecord) -> CatalogueRecord:
    """What the record says."""
    title, imprint, coded = record.first("200"), record.first("210"), record.first("100").coded("a")
    agency = record.first("801").first("b")
    own, others = numbers_in([*record.all("035")], agency)
    number, host = record.first("001").data.strip(), _host(record)
    day = day_in(coded[8:], "j")
    return CatalogueRecord(
        control_number=number,
        agency=agency,
        deleted=record.leader[5:6] == "d",
        predecessors=distinct(each for each in own if each != number),
        other_numbers=distinct(others),
        type=_type(record, host, day),
        title=". ".join(title.all("ahi")),
        subtitle=" : ".join(title.all("e")),
        responsibility="; ".join(title.all("fg")),
        parallel_title=title.first("d") or record.first("510").first("a"),
        headings=tuple(_headings(record)),
        place=imprint.first("a").strip("[]"),
        publisher=imprint.first("c"),
        year=year_in(imprint.first("d")) or year_in(coded[9:13]) or year_in(host.first("d")),
        issued=day,
        extent=record.first("215").first("a"),
        languages=distinct(code for field in record.all("101") for code in field.all("a")),
        isbns=distinct(isbns_in(record.all("010"))),
        issns=distinct([each.first("a") for each in record.all("011")] + host.all("x")),
        series=distinct(each.first("a") for each in record.all("225")),
        source_title=host.first("t"),
        source_part=", ".join(host.all("vp")),
        subjects=distinct(" -- ".join(each.all("axyz")) for each in _subjects(record)),
        notes=distinct(each.first("a") for each in record.all("300")),
        copies=copies_in(record),
    )


def _host(record: MarcRecord) -> MarcField:
    """What the article stands in: title $t, part $v, year $d, pages $p, ISSN $x."""
    links = [_plain_link(each) for each in record.all(*_LINKS)]
    titled = sorted(links, key=lambda each: _LINKS.index(each.tag))
    told = tuple(pair for each in titled for pair in each.subfields)
    title = next((each.first("t") for each in links if each.tag == "461"), "")
    title = title or next((each.first("t") for each in titled if each.first("t")), "")
    parts = tuple(pair for pair in told if pair[0] in "vpdx")
    # 461 names the journal, 463 the issue: an issue called "№ 4" is a part, not a title.
    issue = next((each.first("t") for each in titled if each.tag == "463"), "")
    if title and issue and issue != title:
        parts = (("v", issue), *parts)
    return field_of("463", " 0", ("t", title), *parts)


def _plain_link(field: MarcField) -> MarcField:
    """A link whose embedded fields are told by the subfields of the other shape."""
    if not field.first("1"):
        return field
    told: list[tuple[str, str]] = []
    for embedded in _embedded(field):
        codes = {
            "200": {"a": "t", "v": "v"},
            "210": {"d": "d"},
            "215": {"a": "p"},
            "011": {"a": "x"},
        }
        wanted = codes.get(embedded.tag, {})
        told += [(wanted[code], value) for code, value in embedded.subfields if code in wanted]
    return field_of(field.tag, field.indicators, *told)


def _embedded(field: MarcField) -> Iterator[MarcField]:
    tag, inner = "", list[tuple[str, str]]()
    for code, value in field.subfields:
        if code != "1":
            inner.append((code, value))
            continue
        if tag:
            yield MarcField(tag, subfields=tuple(inner))
        tag, inner = value[:3], []
    if tag:
        yield MarcField(tag, subfields=tuple(inner))


def _type(record: MarcRecord, host: MarcField, day: date | None) -> str:
    kind, level = record.leader[6:7], record.leader[7:8]
    if kind != "a" or level == "s":
        return WorkType.OTHER
    if level != "a":
        return WorkType.BOOK
    genres = [each.first("a") for each in record.all("608")]
    part = " ".join(host.all("v"))
    return kind_of_article(genres, part, has_issn=bool(host.first("x")), day=day)


def _subjects(record: MarcRecord) -> Iterator[MarcField]:
    return record.all("600", "601", "606", "607", "610")


def _headings(record: MarcRecord) -> Iterator[Heading]:
    for field in record.all(*_PERSONS, *_BODIES):
        if not field.first("a"):
            continue
        yield _person(field) if field.tag in _PERSONS else _body(field)


def _person(field: MarcField) -> Heading:
    born, died = life_in(field.first("f")) if field.first("f") else (None, None)
    return Heading(
        entry=field.first("a").rstrip(" ,"),
        rest=field.first("b"),
        fuller=field.first("g"),
        role=_role(field),
        birth_year=born,
        death_year=died,
        authority=field.first("3"),
    )


def _body(field: MarcField) -> Heading:
    name = ". ".join(field.all("ab"))
    return Heading(entry=name, kind="organisation", role=_role(field), authority=field.first("3"))


def _role(field: MarcField) -> str:
    code = field.first("4")
    if code:
        return _ROLES.get(code, code if code.isalpha() else "oth")
    return "oth" if field.tag in {"702", "712"} else "aut"


# Back again -----------------------------------------------------------------------


def write_unimarc(record: CatalogueRecord) -> MarcRecord:
    """The record in UNIMARC."""
    status = "d" if record.deleted else "n"
    leader = f"00000{status}{_LEADERS[record.type]} 2200000   450 "
    parts = (_numbers(record), _description(record), _links(record), _holdings(record))
    return MarcRecord(
        leader, tuple(field for part in parts for field in part if field.data or field.subfields)
    )


def _numbers(record: CatalogueRecord) -> Iterator[MarcField]:
    yield MarcField("001", record.control_number)
    for isbn in record.isbns:
        yield field_of("010", "  ", ("a", isbn))
    for issn in record.issns:
        yield field_of("011", "  ", ("a", issn))
    for number in record.other_numbers:
        yield field_of("035", "  ", ("a", number))
    for number in record.predecessors:
        yield field_of("035", "  ", ("z", number))
    yield field_of("100", "  ", ("a", _coded(record)))
    yield field_of("101", "0 ", *(("a", code) for code in record.languages))


def _coded(record: CatalogueRecord) -> str:
    """General processing data, 36 characters; 50 in 26 is Unicode."""
    dates = f"d{record.year:04}    " if record.year else "u        "
    if record.issued is not None:
        dates = f"j{record.issued:%Y%m%d}"
    return f"{' ' * 8}{dates}|||y0kazy50      ca"


def _description(record: CatalogueRecord) -> Iterator[MarcField]:
    yield field_of(
        "200",
        "1 ",
        ("a", record.title),
        ("d", record.parallel_title),
        ("e", record.subtitle),
        ("f", record.responsibility),
    )
    yield field_of(
        "210", "  ", ("a", record.place), ("c", record.publisher), ("d", str(record.year or ""))
    )
    yield field_of("215", "  ", ("a", record.extent))
    for series in record.series:
        yield field_of("225", "0 ", ("a", series))
    for note in record.notes:
        yield field_of("300", "  ", ("a", note))


def _links(record: CatalogueRecord) -> Iterator[MarcField]:
    yield field_of("463", " 0", ("t", record.source_title), ("v", record.source_part))
    for subject in record.subjects:
        first, *rest = subject.split(" -- ")
        yield field_of("606", "1 ", ("a", first), *(("x", each) for each in rest))
    if record.type in {WorkType.NEWSPAPER_ARTICLE, WorkType.JOURNAL_ARTICLE, WorkType.EXTRACT}:
        yield field_of("608", "  ", ("a", str(record.type)), ("2", "local"))
    for place, heading in enumerate(record.headings):
        yield _heading(heading, is_first=place == 0)


def _heading(heading: Heading, *, is_first: bool) -> MarcField:
    place = "2" if heading.role != "aut" else "0" if is_first else "1"
    tail = (("3", heading.authority), ("4", _CODES.get(heading.role, heading.role)))
    if heading.kind != "person":
        return field_of(f"71{place}", "02", ("a", heading.entry), *tail)
    return field_of(
        f"70{place}",
        " 1" if heading.rest else " 0",
        ("a", heading.entry),
        ("b", heading.rest),
        ("g", heading.fuller),
        ("f", life_told(heading.birth_year, heading.death_year)),
        *tail,
    )


def _holdings(record: CatalogueRecord) -> Iterator[MarcField]:
    yield field_of("801", " 0", ("b", record.agency))
    for copy in record.copies:
        yield field_of(
            "899", "  ", ("b", copy.branch), ("j", copy.shelfmark), ("p", copy.inventory_number)
        )
