"""Suggestions while a question is typed: titles, authors, folders, and words of open pages."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, request
from sqlalchemy.orm import Session

from archive.browsing import every_collection, names_with, works_with
from archive.finding import spoken_units
from archive.handover import fold
from archive.rights import Act
from archive.text.normal_form import normal_form
from archive.vocabulary import suggest_words
from web import addresses
from web.language import current_language
from web.portal import portal, requester

blueprint = Blueprint("suggestions", __name__)

SHORTEST = 2
EACH_KIND = 3
MOST_WORDS = 5


@blueprint.get("/suggest")
def suggest() -> Response:
    """A list of {kind, label, url}. Descriptions are for all; words only of open pages."""
    typed = " ".join(request.args.get("q", "").split())[:100]
    if len(typed) < SHORTEST:
        return jsonify([])
    with portal().reading() as session:
        found = [
            *_titles(session, typed),
            *_authors(session, typed),
            *_folders(session, typed),
            *_words(session, typed),
        ]
    response = jsonify([{"kind": kind, "label": label, "url": url} for kind, label, url in found])
    response.headers["Cache-Control"] = "private, no-cache"
    return response


def _titles(session: Session, typed: str) -> list[tuple[str, str, str]]:
    works = works_with(session, fold(typed), EACH_KIND)
    return [("title", work.title, addresses.work(work.name)) for work in works]


def _authors(session: Session, typed: str) -> list[tuple[str, str, str]]:
    names = names_with(session, fold(typed), EACH_KIND)
    return [("author", form, addresses.author(name)) for form, name in names]


def _folders(session: Session, typed: str) -> list[tuple[str, str, str]]:
    language, wanted = current_language(), fold(typed)
    titles = [(each.title(language), each.name) for each in every_collection(session)]
    fitting = [(title, name) for title, name in titles if wanted in fold(title)]
    return [("folder", title, addresses.collection(name)) for title, name in fitting[:EACH_KIND]]


def _words(session: Session, typed: str) -> list[tuple[str, str, str]]:
    """The last word typed, completed; what stands before it is kept."""
    kept, _, last = typed.rpartition(" ")
    rights = portal().rights(session, requester(), Act.SEARCH)
    spoken = spoken_units(session, rights)
    words = suggest_words(session, normal_form(last), spoken, limit=MOST_WORDS)
    whole = (f"{kept} {word.word}".strip() for word in words)
    return [("word", question, addresses.search(question)) for question in whole]
