"""One record at the cataloguer's desk: shown, corrected, joined with scans or another record."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date
from typing import TypeVar

from flask import Blueprint, abort, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from archive.catalogued_works import CataloguedWork, catalogued_work
from archive.doors import work_door
from archive.duties import Duty
from archive.handover import WorkType
from archive.merging import link_scans
from archive.recipes.recognition import PROFILES
from archive.record_editing import EditedWork, edit_work
from archive.record_search import find_works
from archive.works import Work
from storage.errors import Refused
from web.catalogue_showing import explained, record_rows, work_page
from web.pages.cataloguing import EditPage, Explained
from web.portal import portal
from web.signed_in import at_desk, on_duty

blueprint = Blueprint("catalogued_works", __name__)

V = TypeVar("V")

ADDRESS = "/desk/catalogue/works/<work>"
FOUND = 10  # works offered to be joined
_TEXTS = ("subtitle", "source_title", "place", "publisher")


@blueprint.get(ADDRESS)
@on_duty(Duty.CATALOGUE)
def shown_work(work: str) -> str:
    """A record; `q` looks for what belongs to it."""
    return _shown(work, None)


def _shown(name: str, failure: Explained | None) -> str:
    q = request.values.get("q", "").strip()
    with portal().reading() as session:
        shown = _catalogued(session, name)
        found = find_works(session, q, limit=FOUND + 1) if q else ()
        others = [each for each in found if each.id != shown.work.id][:FOUND]
        page = work_page(session, shown, q=q, found=record_rows(session, others), failure=failure)
    return render_template("catalogue-work.html", page=page)


def _catalogued(session: Session, name: str) -> CataloguedWork:
    found = catalogued_work(session, name)
    if found is None:
        abort(404)
    return found


def _work(session: Session, name: str) -> Work:
    door = work_door(session, name)
    if door is None:
        abort(404)
    return door.work


@blueprint.post(f"{ADDRESS}/join")
@on_duty(Duty.CATALOGUE)
def join(work: str) -> Response | tuple[str, int]:
    """Make one work of this record and another one, or scans."""
    here = portal()
    try:
        with here.storage.rows.writing() as session:
            stays = link_scans(
                session,
                record=_work(session, work),
                scanned=_work(session, request.form.get("other", "")),
                now=here.now(),
                agent=at_desk().agent,
            )
            name = stays.name
    except Refused as refused:
        return _shown(work, explained(refused)), 409
    return redirect(f"/desk/catalogue/works/{name}", 303)


@blueprint.get(f"{ADDRESS}/edit")
@on_duty(Duty.CATALOGUE)
def edit_form(work: str) -> str:
    """The form of the main fields."""
    with portal().reading() as session:
        found = _catalogued(session, work).work
        return _form(found, _values(found), None)


def _form(work: Work, values: dict[str, str], failure: Explained | None) -> str:
    languages = list(dict.fromkeys([*PROFILES, work.language]))
    page = EditPage(work.name, work.title, values, [*WorkType], languages, failure)
    return render_template("catalogue-edit.html", page=page)


def _values(work: Work) -> dict[str, str]:
    authors = [each.agent.preferred_form for each in work.contributions if each.role == "aut"]
    return {
        "title": work.title,
        "type": work.type,
        "language": work.language,
        "authors": "; ".join(authors),
        "year": str(work.year or ""),
        "issued": work.issued.isoformat() if work.issued else "",
        **{name: getattr(work, name) or "" for name in _TEXTS},
    }


@blueprint.post(f"{ADDRESS}/edit")
@on_duty(Duty.CATALOGUE)
def edit(work: str) -> Response | tuple[str, int]:
    """Correct the description; what was typed stays when something in it is wrong."""
    here, typed = portal(), {name: value.strip() for name, value in request.form.items()}
    with here.reading() as session:
        before = _work(session, work)
    try:
        edited = read_form(typed)
        with here.storage.rows.writing() as session:
            edit_work(
                session,
                _work(session, work),
                edited,
                now=here.now(),
                chance=random.SystemRandom(),
                agent=at_desk().agent,
            )
    except Refused as refused:
        return _form(before, {**_values(before), **typed}, explained(refused)), 400
    return redirect(f"/desk/catalogue/works/{work}", 303)


def read_form(typed: dict[str, str]) -> EditedWork:
    """The fields as they were typed.

    Raises:
        Refused: ``bad-year`` or ``bad-date`` with the value.
    """
    authors = (each.strip() for each in typed.get("authors", "").split(";"))
    return EditedWork(
        title=typed.get("title", ""),
        type=typed.get("type", ""),
        language=typed.get("language", ""),
        year=_read(typed.get("year", ""), _year, "bad-year"),
        issued=_read(typed.get("issued", ""), date.fromisoformat, "bad-date"),
        authors=tuple(dict.fromkeys(name for name in authors if name)),
        **{name: typed.get(name) or None for name in _TEXTS},
    )


def _year(text: str) -> int:
    year = int(text)
    if not 1000 <= year <= 2999:
        raise ValueError(text)
    return year


def _read(text: str, parse: Callable[[str], V], reason: str) -> V | None:
    try:
        return parse(text) if text else None
    except ValueError as error:
        raise Refused(reason, value=text) from error
