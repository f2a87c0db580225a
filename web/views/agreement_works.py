"""A single work's rights at the desk of agreements: why it is open or closed, and its parts."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from flask import Blueprint, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from archive.agreement_lists import agreements_of, coverage_of, work_named
from archive.agreements import RightsHolding
from archive.consents import PartKind
from archive.duties import Duty
from archive.keeping_agreements import Officer
from archive.rights import Facts, Judgement, Refuse, judge
from archive.rights_of_works import (
    HoldingDraft,
    add_holding,
    bring_back,
    holdings_of,
    leave_out,
    remove_holding,
    rule_term,
    take_down,
)
from archive.uses import ANYBODY, READER, VISITOR, Act
from archive.works import Work
from storage.errors import Refused
from web.agreement_form import read_day, read_pages
from web.agreement_labels import PARTS, RULES, STANDINGS, named, options
from web.agreement_showing import coverage_panel, history_lines, rows_of
from web.language import gettext
from web.pages.agreements import UseVerdict, WorkRightsPage
from web.portal import portal
from web.refusals import N_, told
from web.signed_in import at_desk, on_duty

blueprint = Blueprint("agreement_works", __name__, url_prefix="/desk/agreements/works")

ACTS = {
    Act.VIEW: N_("Read"),
    Act.TEXT: N_("Text"),
    Act.SEARCH: N_("Search"),
    Act.DOWNLOAD: N_("Download"),
    Act.PRINT: N_("Print"),
}


@blueprint.get("/<work>")
@on_duty(Duty.KEEP_AGREEMENTS)
def work_rights(work: str) -> str:
    """What opens or closes a work, for whom, by which rule."""
    return _shown(work)


@blueprint.post("/<work>/<deed>")
@on_duty(Duty.KEEP_AGREEMENTS)
def act(work: str, deed: str) -> Response | tuple[str, int]:
    """Write down a part, leave its pages out, rule its term, take the work down."""
    if deed not in DEEDS:
        raise NotFound
    try:
        with portal().transaction() as (session, _):
            row = _work(session, work)
            DEEDS[deed](session, row, Officer(at_desk().account_id, portal().now()))
    except Refused as refused:
        return _shown(work, told(refused.reason, {}, gettext).fact), 422
    return redirect(f"/desk/agreements/works/{work}", 303)


def _shown(name: str, refusal: str = "") -> str:
    today = portal().today()
    with portal().reading() as session:
        work = _work(session, name)
        coverage = coverage_of(session, work, today)
        page = WorkRightsPage(
            coverage=coverage_panel(coverage),
            verdicts=[_verdict(coverage.facts, use, label) for use, label in ACTS.items()],
            agreements=rows_of(agreements_of(session, work, today)),
            parts=options(PARTS),
            standings=options(STANDINGS),
            taken_down=coverage.facts.taken_down,
            history=history_lines(session, work),
            refusal=refusal,
        )
    return render_template("desk-agreement-work.html", page=page)


def _verdict(facts: Facts, act: Act, label: str) -> UseVerdict:
    judged = [judge(facts, who, act, portal().today()) for who in (ANYBODY, READER, VISITOR)]
    return UseVerdict(gettext(label), tuple(_answer(each) for each in judged))


def _answer(judged: Judgement) -> str:
    rule = named(RULES, judged.rule)
    if isinstance(judged.decision, Refuse):
        fact = told(judged.decision.reason, {}, gettext).fact
        return gettext(N_("No. %(why)s")) % {"why": fact}
    return gettext(N_("Yes. %(why)s")) % {"why": rule}


def _work(session: Session, name: str) -> Work:
    work = work_named(session, name)
    if work is None:
        raise NotFound
    return work


def _holding(session: Session, work: Work) -> RightsHolding:
    number = request.form.get("holding", "")
    found = next((each for each in holdings_of(session, work) if str(each.id) == number), None)
    if found is None:
        raise NotFound
    return found


def _part() -> PartKind:
    typed = request.form.get("part", "")
    return PartKind(typed) if typed in set(PartKind) else PartKind.TEXT


def _add(session: Session, work: Work, officer: Officer) -> None:
    typed = request.form.get("pages", "").strip()
    pages = read_pages(typed)
    if typed and pages is None:
        raise Refused("pages-not-read")
    standing = request.form.get("standing", "")
    draft = HoldingDraft(_part(), standing if standing in STANDINGS else "unknown", pages)
    add_holding(session, work, draft, officer)


def _rule(session: Session, work: Work, officer: Officer) -> None:
    typed = request.form.get("until", "").strip()
    until = read_day(typed)
    if typed and until is None:
        raise Refused("date-not-read")
    rule_term(session, work, _part(), officer, until=until, note=request.form.get("note", ""))


DEEDS: Mapping[str, Callable[[Session, Work, Officer], object]] = {
    "add-part": _add,
    "remove-part": lambda s, work, officer: remove_holding(s, work, _holding(s, work), officer),
    "leave-out": lambda s, work, officer: leave_out(s, work, _holding(s, work), officer),
    "bring-back": lambda s, work, officer: bring_back(s, work, _holding(s, work), officer),
    "rule-term": _rule,
    "take-down": take_down,
    "put-back": lambda s, work, officer: take_down(s, work, officer, shown=True),
}
