"""What must be known of a book to tell it as a IIIF manifest?

Plain values for ``schemas.presentation`` (IIIF Presentation API 3.0, 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

LanguageMap = Mapping[str, str]
"""Text by language (BCP 47); the key `none` for text of no language."""


@dataclass(frozen=True, slots=True)
class LabelledValue:
    """A pair to be shown: what is told, and under which label."""

    label: LanguageMap
    value: LanguageMap


@dataclass(frozen=True, slots=True)
class Rendering:
    """The whole book in another form, such as its PDF."""

    url: str
    label: LanguageMap
    format: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Provider:
    """The library that offers the book."""

    url: str
    label: LanguageMap
    homepage: str


@dataclass(frozen=True, slots=True)
class CanvasDescription:
    """One page: its names, its px (those of the Scan) and its IIIF image.

    `has_text`: hOCR, ALTO, plain text and the annotations of its lines exist.
    """

    page: str
    sequence: int
    label: str
    width: int
    height: int
    image: str
    has_text: bool = True


@dataclass(frozen=True, slots=True)
class ManifestDescription:
    """What the book says of itself.

    `rights` is a URI as published, with `http`. `language` (BCP 47) is that of
    the printed contents, which are (title, sequence of the page where it
    begins) in reading order. `nav_date` has a time zone. `paged`: pages face
    each other when it is opened, as in a book but not in a newspaper cutting.
    """

    work: str
    label: LanguageMap
    language: str
    provider: Provider
    summary: LanguageMap | None = None
    metadata: Sequence[LabelledValue] = ()
    rights: str | None = None
    required_statement: LabelledValue | None = None
    nav_date: datetime | None = None
    viewing_direction: Literal["left-to-right", "right-to-left"] = "left-to-right"
    paged: bool = True
    renderings: Sequence[Rendering] = ()
    contents: Sequence[tuple[str, int]] = ()
