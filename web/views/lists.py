"""Shelves to walk along: folders, newspapers, authors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from math import ceil

from flask import Blueprint, abort, render_template, request

from archive.agents import Agent
from archive.browsing import (
    articles,
    author_named,
    authors_with_counts,
    collection_named,
    collection_works,
    collections_with_counts,
    works_of,
)
from archive.works import Collection
from web.alphabet import first_letter, kazakh_order
from web.language import current_language
from web.pages.browse import (
    AuthorPage,
    AuthorRow,
    AuthorsPage,
    CollectionPage,
    CollectionRow,
    CollectionsPage,
    Letter,
    NewspapersPage,
)
from web.pages.parts import Group, Pages
from web.portal import portal
from web.showing import cards

blueprint = Blueprint("lists", __name__)

PER_LEAF = 60


@blueprint.get("/collections")
def collections() -> str:
    """Every thematic folder."""
    with portal().reading() as session:
        page = CollectionsPage(collection_rows(collections_with_counts(session)))
    return render_template("collections.html", page=page)


def collection_rows(found: Sequence[tuple[Collection, int]]) -> tuple[CollectionRow, ...]:
    """Folders as a list shows them."""
    language = current_language()
    return tuple(
        CollectionRow(
            name=each.name,
            title=each.title(language),
            branch=each.branch.label(language) if each.branch else "",
            works=count,
        )
        for each, count in found
    )


@blueprint.get("/collections/<name>")
def collection(name: str) -> str:
    """One folder."""
    leaf = _leaf()
    with portal().reading() as session:
        found = collection_named(session, name)
        if found is None:
            abort(404)
        works, total = collection_works(session, found, first=(leaf - 1) * PER_LEAF, limit=PER_LEAF)
        language = current_language()
        page = CollectionPage(
            name=found.name,
            title=found.title(language),
            works=cards(session, works),
            count=total,
            branch=found.branch.label(language) if found.branch else "",
            pages=_pages(leaf, total),
        )
    return render_template("collection.html", page=page)


@blueprint.get("/newspapers")
def newspapers() -> str:
    """Articles under their newspapers."""
    leaf = _leaf()
    with portal().reading() as session:
        works, total = articles(session, first=(leaf - 1) * PER_LEAF, limit=PER_LEAF)
        drawn = list(zip(works, cards(session, works), strict=True))
    groups = tuple(
        Group(source, tuple(card for _, card in group))
        for source, group in groupby(drawn, key=lambda pair: pair[0].source_title or "")
    )
    page = NewspapersPage(groups, total, _pages(leaf, total))
    return render_template("newspapers.html", page=page)


@blueprint.get("/authors")
def authors() -> str:
    """Authors by letter, in the order of the Kazakh alphabet."""
    with portal().reading() as session:
        found = authors_with_counts(session)
    rows = sorted((_author_row(agent, count) for agent, count in found),
                  key=lambda row: kazakh_order(row.name))  # fmt: skip
    letters = tuple(
        Letter(letter, tuple(group))
        for letter, group in groupby(rows, key=lambda row: first_letter(row.name))
    )
    return render_template("authors.html", page=AuthorsPage(letters, len(rows)))


@blueprint.get("/authors/<name>")
def author(name: str) -> str:
    """One author's works."""
    with portal().reading() as session:
        agent = author_named(session, name)
        if agent is None:
            abort(404)
        page = AuthorPage(
            name=agent.preferred_form,
            works=cards(session, works_of(session, agent)),
            years=years_of(agent),
            variants=tuple(form.form for form in agent.forms if form.form != agent.preferred_form),
        )
    return render_template("author.html", page=page)


def _author_row(agent: Agent, count: int) -> AuthorRow:
    return AuthorRow(agent.name, agent.preferred_form, years_of(agent), count)


def years_of(agent: Agent) -> str:
    """Birth and death as the authority record says them: 1902–1985."""
    if agent.birth_year is None and agent.death_year is None:
        return ""
    return f"{agent.birth_year or ''}–{agent.death_year or ''}"


def _leaf() -> int:
    number = request.args.get("page", "")
    plain = number.isascii() and number.isdigit() and len(number) < 6
    return max(1, int(number)) if plain else 1


def _pages(leaf: int, total: int) -> Pages:
    return Pages(current=leaf, last=max(1, ceil(total / PER_LEAF)))
