"""IIIF Content Search 2.0 and 1.0 inside one work, with autocomplete."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, Literal

from flask import Blueprint, Response, abort, request
from sqlalchemy.orm import Session

from archive.doors import WorkDoor, pages_by_unit, work_door
from archive.finding import Asking, spoken_units
from archive.inside import PAGES_IN_PART, Inside, find_inside
from archive.rights import Act
from archive.snippets import snippet
from archive.text.normal_form import normal_form
from archive.vocabulary import suggest_words
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
from storage.query import Narrowing, Order
from web.portal import ask, may, portal, requester
from web.views.results import words_of

blueprint = Blueprint("searching_inside", __name__)

Version = Literal[1, 2]
_UNDERSTOOD = frozenset({"q", "page"})
_CONTEXT_LETTERS = 90


@blueprint.get("/iiif/search/2/<work>", defaults={"version": 2})
@blueprint.get("/iiif/search/1/<work>", defaults={"version": 1})
def search(work: str, version: Version) -> Response:
    """The places where the words of ``q`` stand in this work."""
    q = request.args.get("q", "")
    with portal().reading() as session:
        door = _open(session, work)
        found = _hit_page(session, door, q, _number("page"))
    answer = search_answer_2 if version == 2 else search_answer_1
    return _said(answer(found, _addresses()))


def _hit_page(session: Session, door: WorkDoor, q: str, wanted: int) -> HitPage:
    """One part of the hits. The specification wants the totals of all parts beside it."""
    parts = [_find(session, door, q, 0)]
    last = max(1, -(-parts[0].page_count // PAGES_IN_PART))
    number = min(wanted, last)
    parts += [_find(session, door, q, part) for part in range(1, last)]
    before = parts[: number - 1]
    return HitPage(
        work=door.work.name,
        q=q,
        hits=[
            SearchHit(each.page.name, hit.boxes, *_around(each.words, hit))
            for each in parts[number - 1].pages
            for hit in each.hits
        ],
        total_hits=sum(part.times for part in parts),
        total_boxes=sum(part.boxes for part in parts),
        number=number,
        last=last,
        hits_before=sum(part.times for part in before),
        boxes_before=sum(part.boxes for part in before),
        ignored=_ignored(),
    )


@blueprint.get("/iiif/autocomplete/2/<work>", defaults={"version": 2})
@blueprint.get("/iiif/autocomplete/1/<work>", defaults={"version": 1})
def autocomplete(work: str, version: Version) -> Response:
    """Words of this work that begin with ``q``, from the pages this requester may search."""
    q = request.args.get("q", "")
    with portal().reading() as session:
        door = _open(session, work)
        rights = portal().rights(session, requester(), Act.SEARCH)
        units = {door.work.unit_id}
        if door.representation is not None:
            units |= {unit.unit_id for unit in pages_by_unit(session, door.representation.id)}
        spoken = spoken_units(session, rights)
        words = suggest_words(session, normal_form(q), spoken, within=units)
    completions = Completions(
        work, q, [Completion(word.word, word.count) for word in words], _ignored()
    )
    answer = completion_answer_2 if version == 2 else completion_answer_1
    return _said(answer(completions, _addresses()))


def _open(session: Session, work: str) -> WorkDoor:
    door = work_door(session, work)
    if door is None:
        abort(404)
    ask(door.facts, Act.SEARCH)
    return door


def _find(session: Session, door: WorkDoor, q: str, part: int) -> Inside:
    query = portal().parsed(q).query
    if not query.all_of or not may(door.facts, Act.SEARCH):
        return Inside((), 0)
    who = requester()
    rights = portal().rights(session, who, Act.SEARCH)
    asking = Asking(query, Narrowing(), Order.SEQUENCE, who, portal().today(), rights)
    return find_inside(session, portal().storage.index, asking, door.work.id, words_of, part=part)


def _around(words: Any, hit: Any) -> tuple[str, str, str]:  # noqa: ANN401
    """The words before the hit, the hit, and the words after it."""
    runs = snippet(words, [hit], _CONTEXT_LETTERS)
    place = next((n for n, run in enumerate(runs) if run.marked), 0)
    last = max((n for n, run in enumerate(runs) if run.marked), default=place)
    return (
        "".join(run.text for run in runs[:place]),
        "".join(run.text for run in runs[place : last + 1]),
        "".join(run.text for run in runs[last + 1 :]),
    )


def _number(name: str) -> int:
    told = request.args.get(name, "")
    return max(1, int(told)) if told.isascii() and told.isdigit() and len(told) < 6 else 1


def _ignored() -> Sequence[str]:
    """Parameters that were given and have no effect (Content Search 2.0, section 3.2)."""
    return sorted(name for name in request.args if name not in _UNDERSTOOD)


def _addresses() -> IiifAddresses:
    return IiifAddresses(portal().settings.public_url)


def _said(document: dict[str, Any]) -> Response:
    response = Response(json.dumps(document, ensure_ascii=False), mimetype="application/ld+json")
    response.headers["Access-Control-Allow-Origin"] = "*"
    response.headers["Cache-Control"] = "private, no-cache"
    return response
