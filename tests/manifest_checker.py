"""Our own checker of IIIF manifests: what the official JSON schema does not see.

Returns sentences, so that a test shows every fault at once
(https://iiif.io/api/presentation/3.0/).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

Json = dict[str, Any]

PRESENTATION = "http://iiif.io/api/presentation/3/context.json"


def faults(manifest: Json, pages: Sequence[str], closed_words: Sequence[str] = ()) -> list[str]:
    """What is wrong with `manifest`, which must show exactly `pages`, in this order.

    `pages` are the last parts of the canvas ids; `closed_words` must appear
    nowhere.
    """
    canvases = manifest.get("items", [])
    return [
        *_head(manifest),
        *_identities(manifest),
        *_order(canvases, pages),
        *(fault for canvas in canvases for fault in _canvas(canvas)),
        *_ranges(manifest),
        *_services(manifest),
        *_links(manifest),
        *(f"closed word: {word}" for word in closed_words if word in str(manifest)),
    ]


def _head(manifest: Json) -> Iterator[str]:
    context = manifest.get("@context", [])
    last = context[-1] if isinstance(context, list) and context else context
    if last != PRESENTATION:
        yield "the last @context is not Presentation 3"
    if manifest.get("type") != "Manifest":
        yield "type is not Manifest"
    if not _is_label(manifest.get("label")):
        yield "manifest without label"
    rights = manifest.get("rights", "http://")
    if not rights.startswith("http://"):
        yield f"rights is not an http URI: {rights}"
    if "navDate" in manifest and not _is_instant(manifest["navDate"]):
        yield f"navDate is no moment with a time zone: {manifest['navDate']}"
    if not manifest.get("items"):
        yield "no canvases"
    if {"paged", "individuals"} <= set(manifest.get("behavior", [])):
        yield "behaviors exclude each other"
    for provider in manifest.get("provider", []):
        if not _is_label(provider.get("label")) or not provider.get("homepage"):
            yield "provider without label or homepage"


def _identities(manifest: Json) -> Iterator[str]:
    """Every thing of the manifest's own has an ASCII http id of its own."""
    owned = [
        part
        for part in _parts({key: manifest.get(key) for key in ("items", "structures")})
        if part.get("type") in {"Canvas", "Annotation", "AnnotationPage", "Range"}
        and ("items" in part or "target" in part)
    ]
    identities = [part.get("id") for part in [manifest, *owned]]
    for identity, times in Counter(identities).items():
        if identity is None:
            yield "a part without id"
        elif times > 1:
            yield f"id used {times} times: {identity}"
        elif not identity.isascii() or not identity.startswith(("http://", "https://")):
            yield f"id is no ASCII http address: {identity}"


def _order(canvases: list[Json], pages: Sequence[str]) -> Iterator[str]:
    shown = [str(canvas.get("id")).rpartition("/")[2] for canvas in canvases]
    if shown != list(pages):
        yield f"pages are {shown}, not {list(pages)}"


def _canvas(canvas: Json) -> Iterator[str]:
    name = canvas.get("id")
    if not _is_label(canvas.get("label")):
        yield f"canvas without label: {name}"
    if not _has_size(canvas):
        yield f"canvas without size: {name}"
    paintings = [note for page in canvas.get("items", []) for note in page.get("items", [])]
    if not paintings:
        yield f"canvas without painting: {name}"
    for painting in paintings:
        if painting.get("motivation") != "painting":
            yield f"painting without motivation: {name}"
        if painting.get("target") != name:
            yield f"painting targets {painting.get('target')}, not {name}"
        if not _has_size(painting.get("body", {})):
            yield f"image without size: {name}"
        if not painting.get("body", {}).get("service"):
            yield f"image without service: {name}"


def _ranges(manifest: Json) -> Iterator[str]:
    canvases = {canvas.get("id") for canvas in manifest.get("items", [])}
    ranges = [part for part in _parts(manifest.get("structures", [])) if part["type"] == "Range"]
    for part in ranges:
        if not _is_label(part.get("label")):
            yield f"range without label: {part.get('id')}"
        if not part.get("items"):
            yield f"empty range: {part.get('id')}"
        for item in part.get("items", []):
            if item.get("type") == "Canvas" and item.get("id") not in canvases:
                yield f"range to a canvas that is not there: {item.get('id')}"
            if item.get("type") == "Canvas" and "items" in item:
                yield f"range holds a canvas instead of a reference: {item.get('id')}"


def _services(manifest: Json) -> Iterator[str]:
    services = manifest.get("service", [])
    kinds = {service.get("type") or service.get("@type"): service for service in services}
    for version in (1, 2):
        service = kinds.get(f"SearchService{version}")
        if service is None:
            yield f"no search service {version}"
            continue
        nested = [n.get("type") or n.get("@type") for n in service.get("service", [])]
        if nested != [f"AutoCompleteService{version}"]:
            yield f"no autocomplete in search service {version}"


def _links(manifest: Json) -> Iterator[str]:
    for part in _parts(manifest):
        for link in part.get("rendering", []):
            if not link.get("format") or not _is_label(link.get("label")):
                yield f"rendering without format or label: {link.get('id')}"
        for link in part.get("seeAlso", []):
            if not link.get("format") or not link.get("profile"):
                yield f"seeAlso without format or profile: {link.get('id')}"
        for link in part.get("homepage", []):
            if not link.get("format") or not _is_label(link.get("label")):
                yield f"homepage without format or label: {link.get('id')}"
        for page in part.get("annotations", []):
            if not page.get("id") or page.get("type") != "AnnotationPage" or "items" in page:
                yield f"annotations are no reference: {page}"


def _parts(value: object) -> Iterator[Json]:
    """Every typed object within `value`, itself included."""
    if isinstance(value, dict):
        if "type" in value:
            yield value
        for inner in value.values():
            yield from _parts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _parts(inner)


def _is_label(label: object) -> bool:
    return (
        isinstance(label, dict)
        and bool(label)
        and all(isinstance(texts, list) and any(texts) for texts in label.values())
    )


def _has_size(part: Json) -> bool:
    return all(isinstance(part.get(s), int) and part[s] > 0 for s in ("width", "height"))


def _is_instant(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False
