"""Under which addresses do IIIF clients know a work, its pages and their parts?

An id in a IIIF document is an address that stays: clients keep it, and what
refers to it must resolve (Presentation API 3.0, 3.2 `id`). All ids are ASCII,
since clients and libraries rewrite others in different ways.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal
from urllib.parse import urlencode

from archive.words import Box
from storage.errors import Broken

Version = Literal[1, 2]


@dataclass(frozen=True, slots=True)
class IiifAddresses:
    """Addresses below `base`, the portal's own, such as ``https://example.kz``.

    Works and pages are named by their minted names, images by their IIIF
    identifier.

    Raises:
        Broken: `unfit-base`: not http, not ASCII, or ending in a slash.
    """

    base: str

    def __post_init__(self) -> None:
        http = self.base.startswith(("http://", "https://"))
        if not http or not self.base.isascii() or self.base.endswith("/"):
            raise Broken("unfit-base", base=self.base)

    def item(self, work: str) -> str:
        return f"{self.base}/works/{work}"

    def manifest(self, work: str) -> str:
        return f"{self.base}/iiif/presentation/3/{work}/manifest.json"

    def canvas(self, work: str, page: str) -> str:
        return f"{self.base}/iiif/presentation/3/{work}/canvas/{page}"

    def region(self, work: str, page: str, box: Box) -> str:
        """A part of a canvas, by a media fragment (W3C Media Fragments 1.0, 4.2.2)."""
        return f"{self.canvas(work, page)}#xywh={box.x},{box.y},{box.w},{box.h}"

    def contents_range(self, work: str, number: int) -> str:
        return f"{self.base}/iiif/presentation/3/{work}/range/{number}"

    def image(self, image: str) -> str:
        """The image service (IIIF Image API 3.0)."""
        return f"{self.base}/iiif/image/3/{image}"

    def lines(self, page: str) -> str:
        return f"{self.base}/iiif/annotations/{page}/lines.json"

    def page_file(self, page: str, form: Literal["hocr", "alto", "text.txt"]) -> str:
        return f"{self.base}/pages/{page}/{form}"

    def search(self, version: Version, work: str, **parameters: str | int) -> str:
        """The search service, or with `parameters` one of its answers."""
        return _asked(f"{self.base}/iiif/search/{version}/{work}", parameters)

    def autocomplete(self, version: Version, work: str, **parameters: str | int) -> str:
        """The autocomplete service, or with `parameters` one of its answers."""
        return _asked(f"{self.base}/iiif/autocomplete/{version}/{work}", parameters)


IMAGE_VERSION_LENGTH = 8
"""Hex digits of the access image's digest in an image's identifier."""


def image_identifier(page: str, content_key: str) -> str:
    """A page's name and the beginning of its image's digest: it changes when the image does."""
    return f"{page}-{content_key[:IMAGE_VERSION_LENGTH]}"


def _asked(service: str, parameters: dict[str, str | int]) -> str:
    return f"{service}?{urlencode(parameters)}" if parameters else service
