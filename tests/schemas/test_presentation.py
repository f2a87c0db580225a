from __future__ import annotations

import copy
import json
import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import iiif_prezi3
import pytest
from pydantic import ValidationError

from schemas.iiif_addresses import IiifAddresses
from schemas.manifest_description import (
    CanvasDescription,
    LabelledValue,
    ManifestDescription,
    Provider,
    Rendering,
)
from schemas.presentation import manifest
from storage.errors import Broken
from tests.manifest_checker import faults

Json = dict[str, Any]

BASE = "https://example.kz"
ADDRESSES = IiifAddresses(BASE)
PAGES = [f"p{number}" for number in range(1, 13)]

BOOK = ManifestDescription(
    work="w7k2",
    label={"kk": "Қарағанды көмір бассейні", "ru": "Карагандинский угольный бассейн"},
    language="kk",
    provider=Provider(
        f"{BASE}/",
        {"kk": "Орталық қалалық кітапхана", "ru": "Центральная городская библиотека"},
        "https://library.example/",
    ),
    summary={"kk": "Мақалалар мен құжаттар"},
    metadata=[LabelledValue({"kk": "Авторы", "en": "Author"}, {"none": "Әуезов М."})],
    rights="http://rightsstatements.org/vocab/InC/1.0/",
    required_statement=LabelledValue({"kk": "Құқықтар"}, {"kk": "© Мұрагерлер"}),
    nav_date=datetime(1935, 11, 7, tzinfo=UTC),
    renderings=[Rendering(f"{BASE}/works/w7k2/pdf", {"kk": "PDF, түпнұсқа", "en": "PDF"})],
    contents=[("Алғысөз", 1), ("Көмір", 4), ("Шахта", 4), ("Суреттер", 12)],
)


def canvas(number: int) -> CanvasDescription:
    return CanvasDescription(f"p{number}", number, str(number), 1748, 2480, f"p{number}-0a1b2c3d")


CANVASES = [canvas(number) for number in range(1, 13)]


def told(
    description: ManifestDescription = BOOK, canvases: Sequence[CanvasDescription] = CANVASES
) -> Json:
    read: Json = json.loads(manifest(description, canvases, ADDRESSES))
    return read


def test_manifest_passes_our_own_checker() -> None:
    assert faults(told(), PAGES) == []


def test_pages_are_ordered_by_number_whatever_order_they_come_in() -> None:
    by_text = sorted(CANVASES, key=lambda canvas: str(canvas.sequence))
    assert [canvas.page for canvas in by_text][1] == "p10"
    assert faults(told(canvases=by_text), PAGES) == []


def test_survives_a_round_trip_through_prezi3() -> None:
    written = told()
    again = json.loads(iiif_prezi3.Manifest(**written).json())
    assert without_empty_items(again) == written


def without_empty_items(value: Any) -> Any:
    """prezi3 reads a reference as the thing itself, without items; undo that."""
    if isinstance(value, dict):
        kept = {k: v for k, v in value.items() if (k, v) != ("items", [])}
        return {k: without_empty_items(v) for k, v in kept.items()}
    return [without_empty_items(v) for v in value] if isinstance(value, list) else value


def test_same_input_gives_the_same_bytes() -> None:
    assert manifest(BOOK, CANVASES, ADDRESSES) == manifest(BOOK, CANVASES, ADDRESSES)


def test_letters_stay_letters() -> None:
    assert "Қарағанды көмір бассейні".encode() in manifest(BOOK, CANVASES, ADDRESSES)


def ranges(read: Json) -> list[tuple[str, list[str]]]:
    (whole,) = read["structures"]
    assert whole["label"] == {"kk": ["Мазмұны"], "ru": ["Содержание"], "en": ["Contents"]}
    return [
        (part["label"]["kk"][0], [item["id"].rpartition("/")[2] for item in part["items"]])
        for part in whole["items"]
    ]


def test_contents_reach_to_the_next_title() -> None:
    assert ranges(told()) == [
        ("Алғысөз", ["p1", "p2", "p3"]),
        ("Көмір", ["p4"]),
        ("Шахта", [f"p{number}" for number in range(4, 12)]),
        ("Суреттер", ["p12"]),
    ]


def test_withheld_pages_are_nowhere() -> None:
    left = [canvas for canvas in CANVASES if canvas.sequence not in {2, 12}]
    written = manifest(BOOK, left, ADDRESSES)
    assert faults(json.loads(written), [canvas.page for canvas in left]) == []
    assert [title for title, _ in ranges(json.loads(written))] == ["Алғысөз", "Көмір", "Шахта"]
    assert not re.search(rb"\bp(2|12)\b", written)


def test_book_without_contents_has_no_structures() -> None:
    assert "structures" not in told(replace(BOOK, contents=()))


def test_everything_optional_may_be_missing() -> None:
    bare = ManifestDescription("w1", {"none": "x"}, "kk", BOOK.provider, paged=False)
    read = told(bare)
    assert faults(read, PAGES) == []
    assert read["behavior"] == ["individuals"]
    absent = {"summary", "metadata", "rights", "navDate", "requiredStatement", "rendering"}
    assert not absent & set(read)


def test_page_without_text_offers_none() -> None:
    read = told(canvases=[replace(canvas(1), has_text=False), canvas(2)])
    silent, spoken = read["items"]
    assert not {"seeAlso", "rendering", "annotations"} & set(silent)
    assert {"seeAlso", "rendering", "annotations"} <= set(spoken)


def test_canvas_says_where_everything_is() -> None:
    shown = told()["items"][9]
    assert shown["id"] == f"{BASE}/iiif/presentation/3/w7k2/canvas/p10"
    assert shown["label"] == {"none": ["10"]}
    body = shown["items"][0]["items"][0]["body"]
    service = f"{BASE}/iiif/image/3/p10-0a1b2c3d"
    assert body["id"] == f"{service}/full/max/0/default.jpg"
    assert body["service"] == [{"id": service, "type": "ImageService3", "profile": "level2"}]
    assert shown["thumbnail"][0]["id"] == f"{service}/full/282,400/0/default.jpg"
    assert [link["id"] for link in shown["seeAlso"]] == [
        f"{BASE}/pages/p10/hocr",
        f"{BASE}/pages/p10/alto",
    ]
    assert shown["rendering"][0]["id"] == f"{BASE}/pages/p10/text.txt"
    assert shown["annotations"] == [
        {"id": f"{BASE}/iiif/annotations/p10/lines.json", "type": "AnnotationPage"}
    ]


def test_search_is_offered_in_both_versions() -> None:
    two, one = told()["service"]
    assert two["id"] == f"{BASE}/iiif/search/2/w7k2"
    assert two["service"][0]["id"] == f"{BASE}/iiif/autocomplete/2/w7k2"
    assert one["@context"] == "http://iiif.io/api/search/1/context.json"
    assert one["profile"] == "http://iiif.io/api/search/1/search"
    assert one["service"][0]["profile"] == "http://iiif.io/api/search/1/autocomplete"


def test_moment_is_told_in_utc() -> None:
    assert told()["navDate"] == "1935-11-07T00:00:00Z"


def test_language_that_is_none_is_refused() -> None:
    with pytest.raises(ValidationError):
        manifest(replace(BOOK, label={"қазақша": "Көмір"}), CANVASES, ADDRESSES)


@pytest.mark.parametrize("base", ["https://мұрағат.kz", "example.kz", "https://example.kz/"])
def test_base_that_clients_would_rewrite_is_refused(base: str) -> None:
    with pytest.raises(Broken, match="unfit-base"):
        IiifAddresses(base)


# The checker itself: each fault is seen ------------------------------------------------

Break = Callable[[Json], object]

FAULTS: dict[str, tuple[Break, str]] = {
    "no context": (lambda m: m.pop("@context"), "@context"),
    "context in the wrong order": (lambda m: m["@context"].reverse(), "@context"),
    "other type": (lambda m: m.update(type="Collection"), "type is not"),
    "no label": (lambda m: m.pop("label"), "manifest without label"),
    "empty label": (lambda m: m.update(label={"kk": []}), "manifest without label"),
    "https rights": (
        lambda m: m.update(rights="https://rightsstatements.org/vocab/InC/1.0/"),
        "rights",
    ),
    "date without zone": (lambda m: m.update(navDate="1935-11-07T00:00:00"), "navDate"),
    "29 February 1957": (lambda m: m.update(navDate="1957-02-29T00:00:00Z"), "navDate"),
    "no canvases": (lambda m: m.update(items=[]), "no canvases"),
    "behaviors at odds": (lambda m: m["behavior"].append("individuals"), "behaviors"),
    "provider without homepage": (lambda m: m["provider"][0].pop("homepage"), "provider"),
    "provider without label": (lambda m: m["provider"][0].pop("label"), "provider"),
    "two canvases with one id": (
        lambda m: m["items"][1].update(id=m["items"][0]["id"]),
        "id used 2 times",
    ),
    "annotation without id": (
        lambda m: m["items"][0]["items"][0]["items"][0].pop("id"),
        "without id",
    ),
    "id not ASCII": (lambda m: m["items"][0].update(id=f"{BASE}/қ/p1"), "no ASCII"),
    "10 before 2": (
        lambda m: m["items"].sort(key=lambda canvas: canvas["id"]),
        "pages are",
    ),
    "page missing": (lambda m: m["items"].pop(), "pages are"),
    "canvas without label": (lambda m: m["items"][2].pop("label"), "canvas without label"),
    "canvas without height": (lambda m: m["items"][2].pop("height"), "canvas without size"),
    "canvas of width 0": (lambda m: m["items"][2].update(width=0), "canvas without size"),
    "canvas without painting": (lambda m: m["items"][2].update(items=[]), "without painting"),
    "painting without motivation": (
        lambda m: m["items"][0]["items"][0]["items"][0].pop("motivation"),
        "without motivation",
    ),
    "painting of another canvas": (
        lambda m: m["items"][0]["items"][0]["items"][0].update(target=m["items"][1]["id"]),
        "painting targets",
    ),
    "image without size": (
        lambda m: m["items"][0]["items"][0]["items"][0]["body"].pop("width"),
        "image without size",
    ),
    "image without service": (
        lambda m: m["items"][0]["items"][0]["items"][0]["body"].pop("service"),
        "image without service",
    ),
    "range to nowhere": (
        lambda m: m["structures"][0]["items"][0]["items"][0].update(id=f"{BASE}/p99"),
        "not there",
    ),
    "range with a whole canvas": (
        lambda m: m["structures"][0]["items"][0]["items"][0].update(items=[]),
        "instead of a reference",
    ),
    "empty range": (lambda m: m["structures"][0]["items"][0].update(items=[]), "empty range"),
    "range without label": (
        lambda m: m["structures"][0]["items"][0].pop("label"),
        "range without label",
    ),
    "search 1 only": (lambda m: m["service"].pop(0), "no search service 2"),
    "search 2 only": (lambda m: m["service"].pop(1), "no search service 1"),
    "no autocomplete": (lambda m: m["service"][0].pop("service"), "no autocomplete"),
    "rendering without format": (lambda m: m["rendering"][0].pop("format"), "rendering"),
    "rendering without label": (
        lambda m: m["items"][3]["rendering"][0].pop("label"),
        "rendering",
    ),
    "seeAlso without profile": (lambda m: m["items"][3]["seeAlso"][0].pop("profile"), "seeAlso"),
    "homepage without format": (lambda m: m["homepage"][0].pop("format"), "homepage"),
    "annotations embedded": (
        lambda m: m["items"][3]["annotations"][0].update(items=[]),
        "annotations are no reference",
    ),
    "closed word": (lambda m: m.update(summary={"kk": ["құпия"]}), "closed word"),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_checker_sees(fault: str) -> None:
    spoil, told_as = FAULTS[fault]
    spoiled = copy.deepcopy(told())
    assert faults(spoiled, PAGES, ["құпия"]) == []
    spoil(spoiled)
    assert any(told_as in found for found in faults(spoiled, PAGES, ["құпия"]))
