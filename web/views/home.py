"""The home page, and help."""

from __future__ import annotations

from flask import Blueprint, render_template
from sqlalchemy.orm import Session

from archive.broken_words import known_words, with_whole_word
from archive.browsing import collections_with_counts, count_pages, count_works, newest_works
from archive.finding import Asking, find
from archive.hits import find_hits
from archive.rights import Act
from storage.errors import Transient
from storage.query import Narrowing, Order
from web import addresses
from web.crops import best_for_fragment, fragment_crop
from web.own_words import example_word
from web.pages.browse import Fragment, HomePage
from web.portal import portal, requester
from web.showing import cards
from web.views.lists import collection_rows
from web.views.results import words_of

blueprint = Blueprint("home", __name__)

SHELF = 6
WIDE, NARROW = (792, 470), (390, 220)  # CSS px of the home page's fragment


@blueprint.get("/")
def home() -> str:
    """Search; what this is, in one glance."""
    with portal().reading() as session:
        works = newest_works(session, SHELF)
        fragment, search_down = _fragment(session)
        page = HomePage(
            documents=count_works(session),
            pages=count_pages(session),
            collections=collection_rows(collections_with_counts(session)),
            newest=cards(session, works),
            fragment=fragment,
            search_down=search_down,
        )
    return render_template("home.html", page=page)


def _fragment(session: Session) -> tuple[Fragment | None, bool]:
    """A printed line with the example word, from a page that this visitor may search."""
    word = example_word(portal().settings)
    query = portal().parsed(word).query
    who = requester()
    rights = portal().rights(session, who, Act.SEARCH)
    asking = Asking(query, Narrowing(), Order.RELEVANCE, who, portal().today(), rights)
    try:
        findings = find(session, portal().storage.index, asking, first=0, limit=SHELF)
    except Transient:
        return None, True
    broken = known_words(session, [found.page.id for found in findings.works if found.page])
    for found in findings.works:
        if found.page is None:
            continue
        words = with_whole_word(words_of(found.page), broken.get(found.page.id))
        hits = find_hits(words, query)
        if not hits:
            continue
        hit = best_for_fragment(found.page, words, hits, WIDE)
        return Fragment(
            crop=fragment_crop(found.page, words, hit, hits, WIDE),
            narrow=fragment_crop(found.page, words, hit, hits, NARROW),
            word=word,
            title=found.work.title,
            language=found.work.language,
            label=found.page.printed_label,
            href=addresses.page(found.work.name, found.page.name, q=word, hit=hits.index(hit) + 1),
        ), False
    return None, False


@blueprint.get("/help")
def help_page() -> str:
    """How to search, read and cite."""
    return render_template("help.html")
