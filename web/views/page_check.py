"""The desk of pages: look at the doubtful ones, put the book in order."""

from __future__ import annotations

import random
from functools import partial

from flask import Blueprint, abort, jsonify, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as AnyResponse

from archive.assembly import want_builds_if_complete
from archive.duties import OWN_BRANCH_ONLY, Duty
from archive.index_again import want_index_again
from archive.page_check import (
    CheckedBook,
    book_called,
    books_to_check,
    check_book,
    page_called,
    pictures_ended,
)
from archive.representations import Page
from schemas.search_document import SEARCH_SCHEMA
from storage.errors import Refused
from web.early_frame import early_frame
from web.language import current_language, gettext
from web.page_actions import ACTIONS, Doing, Done
from web.page_panels import grid_page, panel_of
from web.page_tiles import compact, shown_of, tiles_of
from web.pages.page_check import BookRow, BooksPage, GridPage
from web.portal import portal
from web.refusals import told
from web.signed_in import NotYourDuty, at_desk, on_duty
from workers.queue import Wake

blueprint = Blueprint("page_check", __name__)

_GAP = "gap-"
_ASKED_AT_ONCE = 100
_chance = random.SystemRandom()


@blueprint.get("/desk/pages")
@on_duty(Duty.CHECK_PAGES)
def books() -> str:
    """The books with pages that nobody has accepted."""
    person = at_desk()
    branch = (person.branch_id or 0) if person.role in OWN_BRANCH_ONLY else None
    with portal().reading() as session:
        rows = [
            BookRow(
                each.work.name,
                each.work.title,
                each.item.branch.label(current_language()) if each.item.branch else "",
                each.pages,
                each.unseen,
            )
            for each in books_to_check(session, branch)
        ]
    return render_template("desk-pages.html", page=BooksPage(rows))


@blueprint.get("/desk/pages/<work>")
@on_duty(Duty.CHECK_PAGES)
def grid(work: str) -> AnyResponse:
    """One book's pages, with those to be looked at in view."""
    with portal().reading() as session:
        title = own_book(session, work).work.title
    return early_frame("desk-page-grid.html", partial(_grid, work), title=title)


def _grid(work: str) -> GridPage:
    with portal().reading() as session:
        return grid_page(
            session,
            own_book(session, work),
            show=request.args.get("show", "all"),
            leaf=_leaf(),
            chosen=request.args.get("page", ""),
        )


def _leaf() -> int | None:
    told_ = request.args.get("leaf", "")
    return int(told_) if told_.isascii() and told_.isdigit() and len(told_) < 5 else None


@blueprint.get("/desk/pages/<work>/tiles.json")
@on_duty(Duty.CHECK_PAGES)
def tiles(work: str) -> AnyResponse:
    """All tiles of the book, for the script that draws those in view."""
    with portal().reading() as session:
        return _uncached(jsonify(_told_book(session, own_book(session, work))))


@blueprint.get("/desk/pages/<work>/ended.json")
@on_duty(Duty.CHECK_PAGES)
def ended(work: str) -> AnyResponse:
    """Which of the pages asked about (`page`, some times) wait for no picture any more."""
    names = request.args.getlist("page")[:_ASKED_AT_ONCE]
    with portal().reading() as session:
        book = own_book(session, work).representation
        return _uncached(jsonify(pictures_ended(session, book.id, names)))


@blueprint.get("/desk/pages/<work>/pages/<page>")
@on_duty(Duty.CHECK_PAGES)
def detail(work: str, page: str) -> str:
    """One page with all that can be done with it."""
    with portal().reading() as session:
        row, book = own_page(session, work, page.removeprefix(_GAP))
        panel = panel_of(session, book, row, gap=page.startswith(_GAP))
    return render_template("desk-page.html", page=panel)


@blueprint.post("/desk/pages/<work>/do")
@on_duty(Duty.CHECK_PAGES)
def do(work: str) -> AnyResponse | tuple[AnyResponse | str, int]:
    """Do one thing with one page: see ``web.page_actions``."""
    action, name = ACTIONS.get(request.form.get("action", "")), request.form.get("page", "")
    if action is None:
        abort(400)
    here, person = portal(), at_desk()
    try:
        with here.transaction() as (session, wake):
            page, book = own_page(session, work, name)
            doing = Doing(session, book, page, request.form, here.now(), person.agent, _chance)
            done = action(doing)
            follow(session, wake, book, done)
    except Refused as refusal:
        return _refused(work, name, refusal)
    if not wants_json():
        return redirect(_back(work, name), 303)
    # Not the whole book: the script has shown it already, and asks for it when all is done.
    return _uncached(jsonify({"undo": dict(done.undo)}))


def follow(session: Session, wake: Wake, book: CheckedBook, done: Done) -> None:
    """Let everything that depends on what was done be made anew, and nothing else."""
    here = portal()
    session.flush()
    for step in done.due:
        wake(step.step, step.id)
    for number in want_index_again(session, done.moved, SEARCH_SCHEMA.version, here.now()):
        wake("index", number)
    if done.changes_files:
        builds = want_builds_if_complete(
            session, book.representation.id, today=here.today(), now=here.now()
        )
        for build in builds:
            wake(build.step, build.id)


def _refused(work: str, name: str, refusal: Refused) -> tuple[AnyResponse | str, int]:
    explanation = told(refusal.reason, refusal.values, gettext)
    if wants_json():
        return jsonify({"refused": f"{explanation.fact} {explanation.advice}"}), 409
    with portal().reading() as session:
        row, book = own_page(session, work, name)
        panel = panel_of(session, book, row, refusal=explanation)
    return render_template("desk-page.html", page=panel), 400


def _back(work: str, page: str) -> str:
    """To the grid, at the page that was worked on or at the next doubtful one."""
    stays = request.form.get("action") not in {"accept", "withdraw", "accept-clean"}
    return f"/desk/pages/{work}?page={page}" if stays else f"/desk/pages/{work}"


def wants_json() -> bool:
    """Whether the grid's script asks, not a form."""
    return request.headers.get("Accept", "").startswith("application/json")


def _told_book(session: Session, book: CheckedBook) -> dict[str, object]:
    check = check_book(session, book.representation.id)
    return {
        "tiles": compact(shown_of(tiles_of(check), request.args.get("show", "all"))),
        "total": len(check.pages),
        "doubtful": check.doubtful,
        "accepted": check.accepted,
        "clean": check.clean,
    }


def _uncached(response: AnyResponse) -> AnyResponse:
    response.headers["Cache-Control"] = "no-store"
    return response


def own_book(session: Session, work: str) -> CheckedBook:
    """The book, if it is this person's to work on.

    Raises:
        NotYourDuty: it is another branch's.
    """
    book = book_called(session, work)
    if book is None:
        abort(404)
    if not at_desk().may_touch(book.item.branch_id):
        raise NotYourDuty
    return book


def own_page(session: Session, work: str, name: str) -> tuple[Page, CheckedBook]:
    """A page of such a book, in it or taken out of it.

    Raises:
        NotYourDuty: it is another branch's.
    """
    book, found = own_book(session, work), page_called(session, name)
    if found is None or found[0].representation_id != book.representation.id:
        abort(404)
    return found[0], book
