"""Dublin Core, as OAI-PMH wants it and alone. https://www.dublincore.org/specifications/dublin-core/dces/"""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from archive.catalogue_values import CatalogueRecord
from schemas.marcxml import Element, xml_text

DC = "http://purl.org/dc/elements/1.1/"
OAI_DC = "http://www.openarchives.org/OAI/2.0/oai_dc/"
OAI_DC_SCHEMA = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
XSI = "http://www.w3.org/2001/XMLSchema-instance"


def write_oai_dc(record: CatalogueRecord, *, url: str, statement: str | None) -> Element:
    """The record as `oai_dc:dc`; `url` is the work's permanent address."""
    root = etree.Element(
        f"{{{OAI_DC}}}dc",
        {f"{{{XSI}}}schemaLocation": f"{OAI_DC} {OAI_DC_SCHEMA}"},
        nsmap={"oai_dc": OAI_DC, "dc": DC, "xsi": XSI},
    )
    return _filled(root, record, url, statement)


def write_simple_dc(record: CatalogueRecord, *, url: str, statement: str | None) -> Element:
    """The record as the fifteen elements in a plain `metadata`."""
    return _filled(etree.Element("metadata", nsmap={"dc": DC}), record, url, statement)


def _filled(root: Element, record: CatalogueRecord, url: str, statement: str | None) -> Element:
    for name, value in _elements(record, url, statement):
        if value:
            etree.SubElement(root, f"{{{DC}}}{name}").text = xml_text(value)
    return root


def _elements(
    record: CatalogueRecord, url: str, statement: str | None
) -> Iterator[tuple[str, str]]:
    yield "title", f"{record.title}: {record.subtitle}" if record.subtitle else record.title
    yield "title", record.parallel_title
    for heading in record.headings:
        yield "creator" if heading.role == "aut" else "contributor", heading.name
    yield from (("subject", subject) for subject in record.subjects)
    yield from (("description", note) for note in record.notes)
    yield "publisher", ", ".join(part for part in (record.place, record.publisher) if part)
    yield "date", record.issued.isoformat() if record.issued else str(record.year or "")
    yield "type", "Text"
    yield "format", record.extent
    yield "identifier", url
    yield from (("identifier", f"urn:isbn:{isbn}") for isbn in record.isbns)
    yield "source", ", ".join(part for part in (record.source_title, record.source_part) if part)
    yield from (("language", code) for code in record.languages)
    yield from (("relation", series) for series in record.series)
    yield "rights", statement or ""
