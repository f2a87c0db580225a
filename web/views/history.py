"""Who did what to a book or a page, and when."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

from flask import Blueprint, render_template, request
from sqlalchemy.orm import Session

from archive.assembly import work_of
from archive.duties import Duty
from archive.history import Entry, display_names, page_history, work_history
from archive.library import branch_of_work, page_called, work_called
from archive.works import Work
from web.history_words import line_of
from web.pages.parts import Pages
from web.pages.work import HistoryPage
from web.portal import portal
from web.signed_in import NotYourDuty, at_desk, on_duty
from web.views.work import day_of

blueprint = Blueprint("history", __name__)

PER_LEAF = 50  # lines


@blueprint.get("/desk/history/works/<name>")
@on_duty(Duty.SEE_WORK)
def of_work(name: str) -> str:
    """The history of a work with all its pages."""
    with portal().reading() as session:
        work = work_called(session, name)
        _check_branch(session, work)
        return _shown(session, work, work_history(session, work, day_of))


@blueprint.get("/desk/history/pages/<name>")
@on_duty(Duty.SEE_WORK)
def of_page(name: str) -> str:
    """The history of one page."""
    with portal().reading() as session:
        page = page_called(session, name)
        work = work_of(session, page.representation_id)
        _check_branch(session, work)
        entries = page_history(session, page, day_of)
        return _shown(session, work, entries, label=page.printed_label)


def _check_branch(session: Session, work: Work) -> None:
    if not at_desk().may_touch(branch_of_work(session, work.id)):
        raise NotYourDuty


def _shown(session: Session, work: Work, entries: Sequence[Entry], label: str = "") -> str:
    leaf = max(1, request.args.get("leaf", 1, type=int))
    lines = entries[PER_LEAF * (leaf - 1) :][:PER_LEAF]
    names = display_names(session, (entry.agent for entry in lines))
    page = HistoryPage(
        work=work.name,
        title=work.title,
        language=work.language,
        lines=[line_of(entry, names) for entry in lines],
        label=label,
        paging=Pages(leaf, max(1, ceil(len(entries) / PER_LEAF))),
    )
    return render_template("desk-history.html", page=page)
