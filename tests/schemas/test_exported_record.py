"""Is what goes out to other catalogues well formed, and does it say what is known?"""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given, settings
from lxml import etree

from archive.catalogue_values import CatalogueRecord, Copy, Heading
from schemas.dublin_core import DC, write_oai_dc, write_simple_dc
from schemas.exported_record import HARVEST_FORMATS, RECORD_FORMATS, marc21_with_links
from schemas.marcxml import NAMESPACE as MARC
from schemas.marcxml import xml_bytes
from schemas.mods import NAMESPACE as MODS
from schemas.mods import write_mods
from tests.schemas.catalogue_strategies import records

URL = "https://archive.example/works/k7m2x9bq"
RIGHTS = "http://creativecommons.org/publicdomain/mark/1.0/"
NS = {"dc": DC, "mods": MODS, "marc": MARC}
ABAI = CatalogueRecord(
    control_number="KZ-1", agency="KZ", title="Абай жолы", subtitle="роман",
    headings=(
        Heading(entry="Әуезов", rest="М.", birth_year=1897),
        Heading(entry="Жазушылар одағы", kind="organisation", role="pbl"),
    ),
    place="Алматы", publisher="Жазушы", year=1958, extent="300 б.", languages=("kaz",),
    isbns=("9786010000018",), subjects=("Абай -- өмірі",), series=("Өлке",), notes=("Суретті",),
    copies=(Copy(branch="16", shelfmark="84"),),
)  # fmt: skip

# https://www.dublincore.org/specifications/dublin-core/dces/
ELEMENTS = frozenset(
    "contributor coverage creator date description format identifier language publisher relation "
    "rights source subject title type".split()
)
# Top-level elements of MODS 3.7.
MODS_TOP = frozenset(
    "abstract accessCondition classification extension genre identifier language location name "
    "note originInfo part physicalDescription recordInfo relatedItem subject tableOfContents "
    "targetAudience titleInfo typeOfResource".split()
)


def texts(root: Any, path: str) -> list[str]:
    return [str(each) for each in root.xpath(path, namespaces=NS)]


class TestDublinCore:
    @pytest.mark.parametrize("write", [write_oai_dc, write_simple_dc])
    def test_what_is_known(self, write: Any) -> None:
        root = write(ABAI, url=URL, statement=RIGHTS)
        assert texts(root, "dc:title/text()") == ["Абай жолы: роман"]
        assert texts(root, "dc:creator/text()") == ["Әуезов М."]
        assert texts(root, "dc:contributor/text()") == ["Жазушылар одағы"]
        assert texts(root, "dc:rights/text()") == [RIGHTS]
        assert texts(root, "dc:identifier/text()") == [URL, "urn:isbn:9786010000018"]

    @given(record=records())
    @settings(max_examples=50, deadline=None)
    def test_the_fifteen_elements_and_no_other(self, record: CatalogueRecord) -> None:
        root = write_oai_dc(record, url=URL, statement=None)
        assert {etree.QName(each).namespace for each in root} == {DC}
        assert {etree.QName(each).localname for each in root} <= ELEMENTS
        assert all(each.text and len(each) == 0 for each in root)


class TestMods:
    def test_what_is_known(self) -> None:
        root = write_mods(ABAI, url=URL, statement=RIGHTS)
        assert root.get("version") == "3.7"
        assert texts(root, "mods:titleInfo/mods:title/text()") == ["Абай жолы"]
        family = "mods:name[@type='personal']/mods:namePart[@type='family']/text()"
        assert texts(root, family) == ["Әуезов"]
        assert texts(root, "mods:name/mods:role/mods:roleTerm/text()") == ["aut", "pbl"]
        assert texts(root, "mods:subject/mods:topic/text()") == ["Абай", "өмірі"]
        assert texts(root, "mods:location/mods:shelfLocator/text()") == ["84"]
        assert texts(root, "mods:accessCondition/text()") == [RIGHTS]

    @given(record=records())
    @settings(max_examples=50, deadline=None)
    def test_nothing_empty_and_nothing_unknown(self, record: CatalogueRecord) -> None:
        root = write_mods(record, url=URL, statement=None)
        assert {etree.QName(each).localname for each in root} <= MODS_TOP
        empty = [each.tag for each in root.iter() if len(each) == 0 and not each.text]
        assert empty == []
        assert len(texts(root, "mods:titleInfo[not(@type)]/mods:title")) == 1


class TestMarcxml:
    def test_the_digital_copy_and_its_rights(self) -> None:
        root = marc21_with_links(ABAI, url=URL, statement=RIGHTS)
        found = "marc:datafield[@tag='{}']/marc:subfield[@code='u']/text()"
        assert texts(root, found.format("856")) == [URL]
        assert texts(root, found.format("540")) == [RIGHTS]

    @given(record=records())
    @settings(max_examples=50, deadline=None)
    def test_as_the_schema_wants_it(self, record: CatalogueRecord) -> None:
        """MARC21slim.xsd: one leader of 24, then control fields, then data fields."""
        root = marc21_with_links(record, url=URL, statement=None)
        kinds = [etree.QName(each).localname for each in root]
        control = kinds.count("controlfield")
        assert kinds[0] == "leader"
        assert kinds[1 : 1 + control] == ["controlfield"] * control
        assert set(kinds[1 + control :]) == {"datafield"}
        assert len(texts(root, "marc:leader/text()")[0]) == 24
        for each in root.iterfind(f"{{{MARC}}}datafield"):
            assert len(each.get("tag", "")) == 3
            assert len(each.get("ind1", "")) == len(each.get("ind2", "")) == 1
            assert len(each) > 0


@pytest.mark.parametrize(
    "write", dict.fromkeys([*RECORD_FORMATS.values(), *HARVEST_FORMATS.values()])
)
def test_markup_and_odd_characters_are_only_text(write: Any) -> None:
    record = CatalogueRecord(control_number="1", title="<b>&\x00\x1f\ud800</b>]]>")
    data = xml_bytes(write(record, url=URL, statement=None))
    again = etree.fromstring(data)
    assert "<b>&</b>]]>" in "".join(str(text) for text in again.itertext())
