"""The desk of agreements: the list, the form, the second officer, and what ends an agreement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date

from flask import Blueprint, Response, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response as AnyResponse

from archive.agreement_drafts import AgreementDraft, Lack, lacks_of
from archive.agreement_lists import agreement_numbered, agreements, calendar
from archive.agreement_states import State
from archive.agreements import Agreement
from archive.duties import Duty
from archive.keeping_agreements import (
    Officer,
    begin_draft,
    change_draft,
    confirm,
    draft_of,
    renew,
    resume,
    shorten,
    submit,
    suspend,
    take_back,
    terminate,
)
from archive.record_search import find_works
from storage.errors import Refused
from web.agreement_form import AgreementForm, Reading, TypedWork, form_of, read_day, read_form
from web.agreement_labels import PARTS, STATES, named, options
from web.agreement_papers import keep_papers
from web.agreement_showing import agreement_page, calendar_months, endings, rows_of, work_choices
from web.language import gettext
from web.pages.agreements import AgreementPage, AgreementsPage, FormError
from web.portal import portal
from web.refusals import told
from web.signed_in import at_desk, on_duty

blueprint = Blueprint("agreements", __name__, url_prefix="/desk/agreements")

FOUND = 12


@blueprint.get("")
@on_duty(Duty.KEEP_AGREEMENTS)
def index() -> str:
    """All agreements, and what ends within a year."""
    asked = request.args.get("state", "")
    state = State(asked) if asked in set(State) else None
    words, today = request.args.get("q", ""), portal().today()
    with portal().reading() as session:
        months = calendar(session, today)
        page = AgreementsPage(
            rows=rows_of(agreements(session, today, state=state, words=words)),
            states=options(STATES),
            state=state or "",
            q=words,
            months=calendar_months(months),
            ending=endings(months),
        )
    return render_template("desk-agreements.html", page=page)


@blueprint.get("/new")
@on_duty(Duty.KEEP_AGREEMENTS)
def begin() -> str:
    """An empty form."""
    with portal().reading() as session:
        return _shown(agreement_page(session, None, AgreementForm()))


@blueprint.post("/new")
@on_duty(Duty.KEEP_AGREEMENTS)
def create() -> AnyResponse | tuple[str, int]:
    """Save a new draft."""
    return _save(None)


@blueprint.get("/<int:number>")
@on_duty(Duty.KEEP_AGREEMENTS)
def agreement(number: int) -> str:
    """One agreement."""
    with portal().reading() as session:
        row = _row(session, number)
        return _shown(agreement_page(session, row, form_of(draft_of(row))))


@blueprint.post("/<int:number>")
@on_duty(Duty.KEEP_AGREEMENTS)
def change(number: int) -> AnyResponse | tuple[str, int]:
    """Save a draft, hand it on, or look for a work to add; what was typed or chosen is kept."""
    return _save(number)


def _save(number: int | None) -> AnyResponse | tuple[str, int]:
    deed, _, name = request.form.get("do", "save").partition(":")
    form = read_form(request.form)
    papers = [each for each in request.files.getlist("paper") if each.filename]
    if deed == "find" and not papers:
        return _found(number, form)
    form = _with_works(form, deed, name)
    reading = Reading(form)
    draft = reading.draft()
    if reading.errors:
        errors = [(field, reason, "") for field, reason in reading.errors]
        return _told_again(number, form, [*errors, *_papers_again(papers)])
    return _answered(number, form, draft, papers, deed)


def _answered(
    number: int | None,
    form: AgreementForm,
    draft: AgreementDraft,
    papers: Sequence[FileStorage],
    deed: str,
) -> AnyResponse | tuple[str, int]:
    try:
        number, lacks = _kept(number, draft, papers, submitting=deed == "submit")
    except Refused as refused:
        if refused.reason == "paper-not-readable":
            return _told_again(number, form, [("paper", refused.reason, "")])
        return _told_again(number, form, [("number", refused.reason, ""), *_papers_again(papers)])
    if lacks:
        told_of = [(each.field, each.reason, each.part or "") for each in lacks]
        return _told_again(number, form, told_of)
    if deed == "find":
        return _found(number, form)
    place = "#works" if deed in {"add", "remove"} else ""
    return redirect(f"/desk/agreements/{number}{place}", 303)


def _papers_again(papers: Sequence[FileStorage]) -> list[tuple[str, str, str]]:
    """A browser forgets the files of a form that comes back."""
    return [("paper", "paper-again", "")] if papers else []


def _kept(
    number: int | None, draft: AgreementDraft, papers: Sequence[FileStorage], *, submitting: bool
) -> tuple[int, Sequence[Lack]]:
    """Keep the draft with its papers, and hand it on if nothing is lacking."""
    with portal().storage.rows.writing() as session:
        officer = _officer()
        if number is None:
            row = begin_draft(session, draft, officer)
        else:
            row = _row(session, number)
            change_draft(session, row, draft, officer)
        keep_papers(session, row, papers, officer)
        lacks = lacks_of(draft, has_paper=bool(row.papers)) if submitting else ()
        if submitting and not lacks:
            submit(session, row, officer)
        return row.id, lacks


def _found(number: int | None, form: AgreementForm) -> tuple[str, int]:
    with portal().reading() as session:
        row = _row(session, number) if number is not None else None
        found = work_choices(find_works(session, form.find, limit=FOUND))
        return _shown(agreement_page(session, row, form, found=found)), 200


def _told_again(
    number: int | None, form: AgreementForm, errors: list[tuple[str, str, str]]
) -> tuple[str, int]:
    sentences = [FormError(field, _sentence(reason, part)) for field, reason, part in errors]
    with portal().reading() as session:
        row = _row(session, number) if number is not None else None
        return _shown(agreement_page(session, row, form, errors=sentences)), 422


def _sentence(reason: str, part: str = "") -> str:
    return told(reason, {"part": named(PARTS, part)}, gettext).fact


def _with_works(form: AgreementForm, deed: str, name: str) -> AgreementForm:
    """The form after a work was added or removed."""
    if deed not in {"add", "remove"}:
        return form
    others = [each for each in form.works if each.work != name]
    return replace(form, works=[*others, TypedWork(name)] if deed == "add" else others)


Deed = Callable[[Session, Agreement, Officer], object]


def _day(field: str) -> date:
    day = read_day(request.form.get(field, ""))
    if day is None:
        raise Refused("date-not-read")
    return day


DEEDS: Mapping[str, Deed] = {
    "confirm": lambda session, row, officer: confirm(
        session, row, officer, two_person=portal().settings.needs_second_officer
    ),
    "take-back": take_back,
    "shorten": lambda session, row, officer: shorten(session, row, _day("until"), officer),
    "suspend": lambda session, row, officer: suspend(
        session, row, request.form.get("reason", ""), officer
    ),
    "resume": resume,
    "terminate": lambda session, row, officer: terminate(
        session, row, _day("noticed_on"), _day("ends_on"), officer
    ),
    "renew": lambda session, row, officer: renew(
        session, row, request.form.get("number", ""), officer
    ),
}


@blueprint.post("/<int:number>/<deed>")
@on_duty(Duty.KEEP_AGREEMENTS)
def act(number: int, deed: str) -> AnyResponse | tuple[str, int]:
    """Confirm, take back, shorten, suspend, resume, terminate or renew."""
    if deed not in DEEDS:
        raise NotFound
    try:
        with portal().storage.rows.writing() as session:
            done = DEEDS[deed](session, _row(session, number), _officer())
            next_ = done.id if isinstance(done, Agreement) else number
    except Refused as refused:
        with portal().reading() as session:
            row = _row(session, number)
            page = agreement_page(
                session, row, form_of(draft_of(row)), refusal=_sentence(refused.reason)
            )
            return _shown(page), 422
    return redirect(f"/desk/agreements/{next_}", 303)


@blueprint.get("/<int:number>/papers/<int:paper>")
@on_duty(Duty.KEEP_AGREEMENTS)
def paper(number: int, paper: int) -> Response:
    """The signed paper; kept by no cache, shown to this duty alone."""
    with portal().reading() as session:
        found = next((each for each in _row(session, number).papers if each.id == paper), None)
        if found is None:
            raise NotFound
        key, media_type = found.key, found.media_type
    answer = Response(portal().storage.private.read(key), mimetype=media_type)
    answer.headers["Cache-Control"] = "no-store"
    ending = media_type.rpartition("/")[2]
    answer.headers["Content-Disposition"] = f'attachment; filename="agreement-{number}.{ending}"'
    return answer


def _officer() -> Officer:
    return Officer(at_desk().account_id, portal().now())


def _row(session: Session, number: int) -> Agreement:
    row = agreement_numbered(session, number)
    if row is None:
        raise NotFound
    return row


def _shown(page: AgreementPage) -> str:
    return render_template("desk-agreement.html", page=page)
