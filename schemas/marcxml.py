"""MARCXML (MARC 21 slim), both ways. http://www.loc.gov/standards/marcxml/

Also UNIMARC is carried by it. A file is read record by record: no entity is resolved,
nothing is fetched, memory holds one record.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from lxml import etree

from schemas.marc_record import MarcField, MarcRecord, is_control
from storage.errors import Refused

NAMESPACE = "http://www.loc.gov/MARC21/slim"
SCHEMA = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"

Element = etree._Element  # noqa: SLF001  (lxml has no public name for it)

_NSMAP: dict[str | None, str] = {None: NAMESPACE}

# Characters that XML 1.0 has no place for.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")


def read_marcxml(file: BinaryIO) -> Iterator[MarcRecord]:
    """Every record of a file.

    Raises:
        Refused: ``bad-xml`` with the line where the file cannot be read further.
    """
    tags = (f"{{{NAMESPACE}}}record", "record")
    try:
        found = etree.iterparse(
            file, events=("end",), tag=tags, resolve_entities=False, no_network=True, load_dtd=False
        )
        for _, element in found:
            yield _record(element)
            _forget(element)
    except etree.XMLSyntaxError as error:
        raise Refused("bad-xml", line=error.lineno or 0) from error


def _forget(element: Element) -> None:
    """Give the memory of what was read back, also of its elder siblings."""
    element.clear()
    parent = element.getparent()
    while parent is not None and element.getprevious() is not None:
        del parent[0]


def _record(element: Element) -> MarcRecord:
    leader, fields = " " * 24, []
    for child in element:
        name = etree.QName(child).localname if isinstance(child.tag, str) else ""
        if name == "leader":
            leader = f"{child.text or '':24}"[:24]
        elif name == "controlfield":
            fields.append(MarcField(child.get("tag") or "", child.text or ""))
        elif name == "datafield":
            fields.append(_data_field(child))
    return MarcRecord(leader, tuple(fields))


def _data_field(element: Element) -> MarcField:
    indicators = f"{element.get('ind1') or ' '}{element.get('ind2') or ' '}"
    subfields = tuple((child.get("code") or "", child.text or "") for child in element)
    return MarcField(element.get("tag") or "", "", indicators, subfields)


def write_marcxml(record: MarcRecord) -> Element:
    """The record as an element."""
    root = etree.Element(f"{{{NAMESPACE}}}record", nsmap=_NSMAP)  # type: ignore[arg-type]
    _child(root, "leader", record.leader)
    for field in record.fields:
        if is_control(field.tag):
            _child(root, "controlfield", field.data, tag=field.tag)
            continue
        told = field.indicators
        data = _child(root, "datafield", "", tag=field.tag, ind1=told[0], ind2=told[1])
        for code, value in field.subfields:
            _child(data, "subfield", value, code=code)
    return root


def _child(parent: Element, name: str, text: str, **attributes: str) -> Element:
    child = etree.SubElement(parent, f"{{{NAMESPACE}}}{name}", attributes)
    child.text = xml_text(text) or None
    return child


def xml_text(text: str) -> str:
    """The text without characters that XML has no place for."""
    return _NO_XML.sub("", text)


def xml_bytes(root: Element) -> bytes:
    """A whole document in UTF-8."""
    written: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return written
