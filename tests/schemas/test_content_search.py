from __future__ import annotations

from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

from archive.words import Box
from schemas.content_search import (
    Completion,
    Completions,
    HitPage,
    SearchHit,
    completion_answer_1,
    completion_answer_2,
    search_answer_1,
    search_answer_2,
)
from schemas.iiif_addresses import IiifAddresses

Json = dict[str, Any]

BASE = "https://example.kz"
ADDRESSES = IiifAddresses(BASE)
CANVAS = f"{BASE}/iiif/presentation/3/w1/canvas"

WORD = SearchHit("p3", (Box(10, 20, 90, 30),), "қаланың ", "шахтасы", " туралы")
BROKEN = SearchHit("p4", (Box(500, 80, 70, 30), Box(10, 120, 60, 30)), "ескі ", "шах-та", " бар")
ONE_PAGE = HitPage("w1", "шахта & көмір", (WORD, BROKEN), total_hits=2, total_boxes=3)
SECOND_OF_THREE = replace(
    ONE_PAGE, total_hits=125, total_boxes=140, number=2, last=3, hits_before=50, boxes_before=61
)


def asked(address: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(address).query)


# Version 2 --------------------------------------------------------------------------


def test_every_box_is_an_annotation_of_its_canvas() -> None:
    told = search_answer_2(ONE_PAGE, ADDRESSES)
    assert told["@context"] == "http://iiif.io/api/search/2/context.json"
    assert told["type"] == "AnnotationPage"
    assert asked(told["id"]) == {"q": ["шахта & көмір"]}
    assert [(item["target"], item["body"]["value"]) for item in told["items"]] == [
        (f"{CANVAS}/p3#xywh=10,20,90,30", "шахтасы"),
        (f"{CANVAS}/p4#xywh=500,80,70,30", "шах-та"),
        (f"{CANVAS}/p4#xywh=10,120,60,30", "шах-та"),
    ]
    assert told["id"].isascii()


def notes(told: Json) -> list[Json]:
    (page,) = told["annotations"]
    assert page["type"] == "AnnotationPage"
    items: list[Json] = page["items"]
    return items


def test_hit_is_quoted_with_what_stands_around_it() -> None:
    told = search_answer_2(ONE_PAGE, ADDRESSES)
    context = notes(told)[0]
    assert context["motivation"] == "contextualizing"
    assert context["target"]["source"] == told["items"][0]["id"]
    assert context["target"]["selector"] == [
        {
            "type": "TextQuoteSelector",
            "prefix": "қаланың ",
            "exact": "шахтасы",
            "suffix": " туралы",
        }
    ]


def test_hit_over_a_line_end_is_one_hit_with_two_targets() -> None:
    told = search_answer_2(ONE_PAGE, ADDRESSES)
    whole = [note for note in notes(told) if note["motivation"] == "highlighting"]
    (hit,) = whole
    assert [target["source"] for target in hit["target"]] == [
        item["id"] for item in told["items"][1:]
    ]
    contexts = [note for note in notes(told) if note["motivation"] == "contextualizing"]
    assert len(contexts) == len(ONE_PAGE.hits)


def test_all_ids_of_all_pages_differ() -> None:
    pages = [search_answer_2(ONE_PAGE, ADDRESSES), search_answer_2(SECOND_OF_THREE, ADDRESSES)]
    ids = [part["id"] for page in pages for part in [*page["items"], *notes(page)]]
    assert len(ids) == len(set(ids)) == 12


def test_one_page_needs_no_paging() -> None:
    told = search_answer_2(ONE_PAGE, ADDRESSES)
    assert not {"partOf", "next", "prev", "startIndex", "ignored"} & set(told)


def test_paging_links_the_neighbours_within_one_collection() -> None:
    told = search_answer_2(SECOND_OF_THREE, ADDRESSES)
    assert asked(told["id"])["page"] == ["2"]
    assert told["startIndex"] == 61
    collection = told["partOf"]
    assert (collection["type"], collection["total"]) == ("AnnotationCollection", 140)
    assert "page" not in asked(collection["id"])
    links = (collection["first"], told["prev"], told["next"], collection["last"])
    assert [asked(link["id"])["page"] for link in links] == [["1"], ["1"], ["3"], ["3"]]
    assert {link["type"] for link in links} == {"AnnotationPage"}


def test_first_and_last_page_link_only_inwards() -> None:
    first = search_answer_2(replace(SECOND_OF_THREE, number=1), ADDRESSES)
    last = search_answer_2(replace(SECOND_OF_THREE, number=3), ADDRESSES)
    assert ("prev" in first, "next" in first) == (False, True)
    assert ("prev" in last, "next" in last) == (True, False)


def test_ignored_parameters_are_named() -> None:
    found = replace(ONE_PAGE, ignored=("user", "date"))
    assert search_answer_2(found, ADDRESSES)["ignored"] == ["user", "date"]
    assert search_answer_1(found, ADDRESSES)["within"]["ignored"] == ["user", "date"]


def test_nothing_found_is_an_empty_page() -> None:
    nothing = HitPage("w1", "жоқ", (), total_hits=0, total_boxes=0)
    assert search_answer_2(nothing, ADDRESSES)["items"] == []
    assert "annotations" not in search_answer_2(nothing, ADDRESSES)
    assert search_answer_1(nothing, ADDRESSES)["resources"] == []
    assert search_answer_1(nothing, ADDRESSES)["within"]["total"] == 0


# Version 1 --------------------------------------------------------------------------


def test_version_1_lists_the_same_boxes() -> None:
    told = search_answer_1(ONE_PAGE, ADDRESSES)
    assert told["@context"] == [
        "http://iiif.io/api/presentation/2/context.json",
        "http://iiif.io/api/search/1/context.json",
    ]
    assert told["@type"] == "sc:AnnotationList"
    two = search_answer_2(ONE_PAGE, ADDRESSES)
    assert [r["on"] for r in told["resources"]] == [item["target"] for item in two["items"]]
    assert told["resources"][0]["motivation"] == "sc:painting"
    assert told["resources"][0]["resource"] == {"@type": "cnt:ContentAsText", "chars": "шахтасы"}


def test_version_1_hits_refer_to_their_annotations() -> None:
    told = search_answer_1(ONE_PAGE, ADDRESSES)
    ids = [resource["@id"] for resource in told["resources"]]
    assert told["hits"] == [
        {
            "@type": "search:Hit",
            "annotations": ids[:1],
            "match": "шахтасы",
            "before": "қаланың ",
            "after": " туралы",
        },
        {
            "@type": "search:Hit",
            "annotations": ids[1:],
            "match": "шах-та",
            "before": "ескі ",
            "after": " бар",
        },
    ]


def test_version_1_pages() -> None:
    told = search_answer_1(SECOND_OF_THREE, ADDRESSES)
    layer = told["within"]
    assert (layer["@type"], layer["total"], told["startIndex"]) == ("sc:Layer", 125, 61)
    links = (layer["first"], told["prev"], told["next"], layer["last"])
    assert [asked(link)["page"] for link in links] == [["1"], ["1"], ["3"], ["3"]]
    alone = search_answer_1(ONE_PAGE, ADDRESSES)
    assert not {"next", "prev"} & set(alone)
    assert not {"first", "last"} & set(alone["within"])


# Autocomplete -----------------------------------------------------------------------

TYPED = Completions("w1", "шах", (Completion("шахта", 15), Completion("шахтер", 3)))


def test_completions_in_version_2() -> None:
    told = completion_answer_2(TYPED, ADDRESSES)
    assert told["type"] == "TermPage"
    assert told["items"] == [
        {"type": "Term", "value": "шахта", "total": 15},
        {"type": "Term", "value": "шахтер", "total": 3},
    ]
    assert "ignored" not in told
    ignoring = completion_answer_2(replace(TYPED, ignored=("user",)), ADDRESSES)
    assert ignoring["ignored"] == ["user"]


def test_completions_in_version_1_link_to_their_search() -> None:
    told = completion_answer_1(TYPED, ADDRESSES)
    assert told["@type"] == "search:TermList"
    assert [(term["match"], term["count"]) for term in told["terms"]] == [
        ("шахта", 15),
        ("шахтер", 3),
    ]
    assert urlsplit(told["terms"][0]["url"]).path == "/iiif/search/1/w1"
    assert asked(told["terms"][0]["url"]) == {"q": ["шахта"]}
    ignoring = completion_answer_1(replace(TYPED, ignored=("user",)), ADDRESSES)
    assert ignoring["ignored"] == ["user"]
