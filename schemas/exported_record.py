"""In which formats does a work's description go out to other catalogues?"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from types import MappingProxyType

from archive.catalogue_values import CatalogueRecord
from schemas.dublin_core import write_oai_dc, write_simple_dc
from schemas.marc21 import write_marc21
from schemas.marc_record import field_of
from schemas.marcxml import Element, write_marcxml
from schemas.mods import write_mods


def marc21_with_links(record: CatalogueRecord, *, url: str, statement: str | None) -> Element:
    """MARC 21 in XML, with the digital copy's address (856) and its rights (540)."""
    marc = write_marc21(record)
    links = (
        field_of("540", "  ", ("u", statement or "")),
        field_of("856", "40", ("u", url)),
    )
    fields = (*marc.fields, *(field for field in links if field.subfields))
    return write_marcxml(replace(marc, fields=fields))


RECORD_FORMATS: Mapping[str, Callable[..., Element]] = MappingProxyType(
    {"marcxml": marc21_with_links, "mods": write_mods, "dc": write_simple_dc}
)
HARVEST_FORMATS: Mapping[str, Callable[..., Element]] = MappingProxyType(
    {"oai_dc": write_oai_dc, "mods": write_mods, "marc21": marc21_with_links}
)
