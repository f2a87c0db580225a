"""MODS 3.7. https://www.loc.gov/standards/mods/"""

from __future__ import annotations

from lxml import etree

from archive.catalogue_values import CatalogueRecord, Heading
from schemas.dublin_core import XSI
from schemas.marc_reading import life_told
from schemas.marcxml import Element, xml_text

NAMESPACE = "http://www.loc.gov/mods/v3"
SCHEMA = "http://www.loc.gov/standards/mods/v3/mods-3-7.xsd"
_GENRES = {
    "book": "book",
    "newspaper-article": "article",
    "journal-article": "article",
    "extract": "book chapter",
}


def write_mods(record: CatalogueRecord, *, url: str, statement: str | None) -> Element:
    """The record as a `mods` element; `url` is the work's permanent address."""
    root = etree.Element(
        f"{{{NAMESPACE}}}mods",
        {"version": "3.7", f"{{{XSI}}}schemaLocation": f"{NAMESPACE} {SCHEMA}"},
        nsmap={"mods": NAMESPACE, "xsi": XSI},
    )
    _titles(root, record)
    for heading in record.headings:
        _name(root, heading)
    _add(root, "typeOfResource", "text")
    _add(root, "genre", _GENRES.get(record.type, ""))
    _origin(root, record)
    for code in record.languages:
        _add(_part(root, "language"), "languageTerm", code, type="code", authority="iso639-2b")
    _add(_part(root, "physicalDescription"), "extent", record.extent)
    for note in record.notes:
        _add(root, "note", note)
    for subject in record.subjects:
        topics = _part(root, "subject")
        for topic in subject.split(" -- "):
            _add(topics, "topic", topic)
    _related(root, record)
    _numbers(root, record, url)
    if statement:
        _add(root, "accessCondition", statement, type="use and reproduction")
    info = _part(root, "recordInfo")
    source = {"source": record.agency} if record.agency else {}
    _add(info, "recordIdentifier", record.control_number, **source)
    _drop_empty(root)
    return root


def _titles(root: Element, record: CatalogueRecord) -> None:
    info = _part(root, "titleInfo")
    _add(info, "title", record.title)
    _add(info, "subTitle", record.subtitle)
    if record.parallel_title:
        _add(_part(root, "titleInfo", type="translated"), "title", record.parallel_title)
    if record.responsibility:
        _add(root, "note", record.responsibility, type="statement of responsibility")


def _name(root: Element, heading: Heading) -> None:
    is_person = heading.kind == "person"
    name = _part(root, "name", type="personal" if is_person else "corporate")
    if heading.rest:
        _add(name, "namePart", heading.entry, type="family")
        _add(name, "namePart", heading.rest, type="given")
    else:
        _add(name, "namePart", heading.entry)
    _add(name, "namePart", life_told(heading.birth_year, heading.death_year), type="date")
    _add(_part(name, "role"), "roleTerm", heading.role, type="code", authority="marcrelator")


def _origin(root: Element, record: CatalogueRecord) -> None:
    origin = _part(root, "originInfo")
    if record.place:
        _add(_part(origin, "place"), "placeTerm", record.place, type="text")
    _add(origin, "publisher", record.publisher)
    when = record.issued.isoformat() if record.issued else str(record.year or "")
    _add(origin, "dateIssued", when, encoding="w3cdtf")


def _related(root: Element, record: CatalogueRecord) -> None:
    for series in record.series:
        related = _part(root, "relatedItem", type="series")
        _add(_part(related, "titleInfo"), "title", series)
    if record.source_title:
        host = _part(root, "relatedItem", type="host")
        _add(_part(host, "titleInfo"), "title", record.source_title)
        _add(_part(host, "part"), "text", record.source_part)


def _numbers(root: Element, record: CatalogueRecord, url: str) -> None:
    for isbn in record.isbns:
        _add(root, "identifier", isbn, type="isbn")
    for issn in record.issns:
        _add(root, "identifier", issn, type="issn")
    _add(root, "identifier", url, type="uri")
    _add(_part(root, "location"), "url", url, usage="primary display")
    for copy in record.copies:
        location = _part(root, "location")
        _add(location, "physicalLocation", copy.branch)
        _add(location, "shelfLocator", copy.shelfmark)


def _part(parent: Element, name: str, **attributes: str) -> Element:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)


def _add(parent: Element, name: str, text: str, **attributes: str) -> None:
    if text:
        _part(parent, name, **attributes).text = xml_text(text)


def _drop_empty(root: Element) -> None:
    """An element with nothing in it says nothing and is not allowed everywhere."""
    for element in list(root.iter())[::-1]:
        parent = element.getparent()
        if parent is not None and len(element) == 0 and not element.text:
            parent.remove(element)
