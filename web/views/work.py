"""The board of jobs, and the button that does set-aside work again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from math import ceil

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from archive.board import Board, Group, Watcher, board
from archive.duties import OWN_BRANCH_ONLY, Duty
from archive.library import all_branches, branch_of_work, work_called
from archive.mending import try_again
from web import addresses
from web.board_words import row_of
from web.language import current_language, gettext
from web.pages.parts import Pages
from web.pages.work import BranchChoice, JobGroup, WorkPage
from web.portal import portal
from web.refusals import N_
from web.signed_in import NotYourDuty, SignedIn, at_desk, on_duty
from web.system_words import system_facts

blueprint = Blueprint("work", __name__)

PER_LEAF = 25  # books of one group


def day_of(moment: datetime) -> date:
    """The day of the library's calendar on which a moment falls."""
    return moment.astimezone(portal().settings.zone).date()


@blueprint.get("/desk/work")
@on_duty(Duty.SEE_WORK)
def work() -> str:
    """What waits for me, what goes on, what is done; how the system is."""
    person, here = at_desk(), portal()
    leaves = {group: max(1, request.args.get(group, 1, type=int)) for group in Group}
    with here.reading() as session:
        choices = _branches(session, person)
        chosen = next((each for each in choices if each.chosen), None)
        watcher = Watcher(person.role, person.branch_id, _branch_id(session, chosen))
        found = board(
            session,
            watcher,
            now=here.now(),
            day_of=day_of,
            first={group: PER_LEAF * (leaf - 1) for group, leaf in leaves.items()},
            most=PER_LEAF,
        )
        page = _page(session, found, person, choices, leaves)
    return render_template("desk-work.html", page=page)


@blueprint.post("/desk/work/<name>/again")
@on_duty(Duty.UPLOAD)
def again(name: str) -> Response:
    """Start again what failed too often in this book."""
    person, here = at_desk(), portal()
    with here.transaction() as (session, wake):
        book = work_called(session, name)
        if not person.may_touch(branch_of_work(session, book.id)):
            raise NotYourDuty
        for step in try_again(session, book, now=here.now(), agent=person.agent):
            wake(step.step, step.id)
    return redirect(addresses.work_desk(), 303)


def _page(
    session: Session,
    found: Board,
    person: SignedIn,
    choices: tuple[BranchChoice, ...],
    leaves: Mapping[Group, int],
) -> WorkPage:
    groups = {
        group: JobGroup(
            rows=tuple(row_of(book, person) for book in shelf.books),
            total=shelf.total,
            paging=Pages(leaves[group], max(1, ceil(shelf.total / PER_LEAF))),
        )
        for group, shelf in found.shelves.items()
    }
    chosen = next((each.label for each in choices if each.chosen), gettext(N_("All branches")))
    own = person.role in OWN_BRANCH_ONLY
    return WorkPage(
        when=portal().now().astimezone(portal().settings.zone),
        branch=chosen,
        branches=() if own else choices,
        waiting=groups[Group.WAITING],
        working=groups[Group.WORKING],
        done=groups[Group.DONE],
        done_today=found.done_today,
        system=system_facts(session),
        address=addresses.with_query(request.path, **dict(request.args.items())),
    )


def _branches(session: Session, person: SignedIn) -> tuple[BranchChoice, ...]:
    """The branches to choose from; an operator's own is chosen for them."""
    asked = request.args.get("branch", "")
    own = person.role in OWN_BRANCH_ONLY
    return tuple(
        BranchChoice(
            each.code,
            each.label(current_language()),
            chosen=each.id == person.branch_id if own else each.code == asked,
        )
        for each in all_branches(session)
    )


def _branch_id(session: Session, chosen: BranchChoice | None) -> int | None:
    if chosen is None:
        return None
    return next(each.id for each in all_branches(session) if each.code == chosen.code)
