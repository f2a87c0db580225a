"""The upload desk: which book, its files, their order. Everything works without JavaScript.

With it the files go by tus (`web.views.tus`), whatever becomes of the line; without, by a
plain form of limited size.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import BinaryIO

from flask import Blueprint, abort, redirect, render_template, request
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response as AnyResponse

from archive.depositing import (
    Depositor,
    abandon_deposit,
    begin_file,
    drop_file,
    find_deposit,
    find_file,
    open_deposit,
    open_deposits,
    put_in_order,
)
from archive.deposits import Deposit, description_of
from archive.descriptions import find_branch
from archive.doors import work_door
from archive.duties import Duty
from archive.handover import Description
from archive.record_search import find_works
from archive.registering import count_pages
from archive.works import Work
from schemas.book_file import describe
from storage.errors import Failure, Refused
from web.arrivals import Arrivals, Sent, register
from web.chance import CHANCE
from web.depositors import person_sending
from web.language import current_language, gettext
from web.pages.upload import FilesPage, rows_of
from web.portal import portal
from web.refusals import told
from web.signed_in import at_desk, on_duty
from web.upload_choices import FOUND, book_page

blueprint = Blueprint("upload", __name__)

DESK = "/desk/upload"

WORDS = ("title", "author", "year", "language", "type", "collection")


@blueprint.get(DESK)
@on_duty(Duty.UPLOAD)
def which_book() -> str:
    """Step 1: a book that was begun, one of the catalogue, or one described here."""
    return _book_page()


@blueprint.post(DESK)
@on_duty(Duty.UPLOAD)
def begin() -> AnyResponse | tuple[str, HTTPStatus]:
    """Begin the deposit, or find the one that another browser began."""
    here, given = portal(), {name: request.form.get(name, "").strip() for name in WORDS}
    try:
        with here.storage.rows.writing() as session:
            book = _chosen(session, request.form.get("work", ""), given)
            deposit = open_deposit(session, _sender(session), book, now=here.now(), chance=CHANCE)
            name = deposit.name
    except Refused as refusal:
        return _book_page(given, refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(f"{DESK}/{name}", HTTPStatus.SEE_OTHER)


@blueprint.get(f"{DESK}/<name>")
@on_duty(Duty.UPLOAD)
def files(name: str) -> str:
    """Step 2: what is here, and sending the rest; afterwards, that it is registered."""
    return _files_page("upload-files.html", name)


@blueprint.post(f"{DESK}/<name>/files")
@on_duty(Duty.UPLOAD)
def send_plainly(name: str) -> AnyResponse | tuple[str, HTTPStatus]:
    """Files from a form, for browsers without JavaScript."""
    refused = [failure for each in request.files.getlist("files") if (failure := _take(name, each))]
    if refused:
        page = _files_page("upload-files.html", name, refused[0])
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    return redirect(f"{DESK}/{name}", HTTPStatus.SEE_OTHER)


@blueprint.post(f"{DESK}/<name>/remove")
@on_duty(Duty.UPLOAD)
def remove(name: str) -> AnyResponse:
    """Take a file out."""
    here, upload = portal(), request.form.get("upload", "")
    with here.storage.rows.writing() as session:
        file = find_file(session, _sender(session), upload)
        if file is None or file.deposit.name != name:
            abort(HTTPStatus.NOT_FOUND)
        drop_file(session, file, now=here.now(), agent=at_desk().agent)
    Arrivals(here).incoming.drop(upload)
    return redirect(f"{DESK}/{name}", HTTPStatus.SEE_OTHER)


@blueprint.get(f"{DESK}/<name>/order")
@on_duty(Duty.UPLOAD)
def order(name: str) -> str:
    """Step 3: the order, before anything is registered."""
    return _files_page("upload-order.html", name)


@blueprint.post(f"{DESK}/<name>/order")
@on_duty(Duty.UPLOAD)
def put(name: str) -> AnyResponse | tuple[str, HTTPStatus]:
    """Keep the order; move one file by a button, or register the book."""
    try:
        with portal().storage.rows.writing() as session:
            deposit = _found(session, name)
            if deposit.is_open:
                put_in_order(session, deposit, _moved(request.form.getlist("file")))
        if "finish" not in request.form:
            return redirect(f"{DESK}/{name}/order", HTTPStatus.SEE_OTHER)
        with portal().reading() as session:
            sender = _sender(session)
        register(portal(), sender, name)
    except Failure as failure:
        page = _files_page("upload-order.html", name, failure)
        return page, HTTPStatus.UNPROCESSABLE_ENTITY
    except LookupError:
        abort(HTTPStatus.NOT_FOUND)
    return redirect(f"{DESK}/{name}", HTTPStatus.SEE_OTHER)


@blueprint.post(f"{DESK}/<name>/abandon")
@on_duty(Duty.UPLOAD)
def abandon(name: str) -> AnyResponse:
    """Give the whole book up."""
    here = portal()
    with here.storage.rows.writing() as session:
        deposit = _found(session, name)
        left = [file.name for file in deposit.files]
        abandon_deposit(session, deposit, now=here.now(), agent=at_desk().agent)
    for each in left:
        Arrivals(here).incoming.drop(each)
    return redirect(DESK, HTTPStatus.SEE_OTHER)


def _sender(session: Session) -> Depositor:
    """The person, for their own branch, or for the one they chose if they may."""
    person = at_desk()
    chosen = request.form.get("branch", "")
    own = person_sending(person, person.branch_id)
    if chosen and not own.own_branch_only:
        return person_sending(person, find_branch(session, chosen).id)
    return own


def _chosen(session: Session, work: str, given: dict[str, str]) -> Description | Work:
    if work:
        door = work_door(session, work)
        if door is None:
            raise Refused("unknown-work", value=work)
        return door.work
    return describe({name: value for name, value in given.items() if value}, gettext("Upload"))


def _moved(names: list[str]) -> list[str]:
    """The names with one of them a place up or down, if a button said so."""
    for button, step in (("up", -1), ("down", 1)):
        name = request.form.get(button)
        if name in names:
            place = names.index(name)
            names.insert(max(0, place + step), names.pop(place))
    return names


def _take(name: str, sent: FileStorage) -> Failure | None:
    """Keep one file of a plain form; why not, if not."""
    here, stream = portal(), sent.stream
    try:
        with here.storage.rows.writing() as session:
            deposit = _found(session, name)
            file = begin_file(
                session, deposit, sent.filename or "", _length(stream), None,
                now=here.now(), chance=CHANCE,
            )  # fmt: skip
        arrivals = Arrivals(here)
        offset = arrivals.offset(file) or 0
        if file.content_key is None:
            stream.seek(offset)
            arrivals.take(file, Sent(offset, file.size - offset, stream.read))
    except Failure as failure:
        return failure
    return None


def _length(stream: object) -> int:
    file: BinaryIO = stream  # type: ignore[assignment]
    length = file.seek(0, 2)
    file.seek(0)
    return length


def _found(session: Session, name: str) -> Deposit:
    deposit = find_deposit(session, _sender(session), name)
    if deposit is None:
        abort(HTTPStatus.NOT_FOUND)
    return deposit


def _book_page(given: dict[str, str] | None = None, refusal: Refused | None = None) -> str:
    here, question = portal(), request.args.get("q", "").strip()
    with here.reading() as session:
        sender = _sender(session)
        page = book_page(
            session,
            open_=open_deposits(session, sender, limit=20),
            found=find_works(session, question, limit=FOUND) if question else None,
            question=question,
            given=given or {},
            refused=_said(refusal),
            own_branch=None if not sender.own_branch_only else at_desk().branch_id,
        )
        return render_template("upload-book.html", page=page)


def _files_page(template: str, name: str, failure: Failure | None = None) -> str:
    here = portal()
    with here.reading() as session:
        deposit = _found(session, name)
        told_ = description_of(deposit.told) if deposit.told else None
        page = FilesPage(
            name=deposit.name,
            title=deposit.title,
            branch=deposit.branch.label(current_language()) if deposit.branch else "",
            work=deposit.work.name if deposit.work else None,
            kind=told_.type if told_ else (deposit.work.type if deposit.work else ""),
            language=told_.language if told_ else (deposit.work.language if deposit.work else ""),
            rows=rows_of(deposit, Arrivals(here)),
            refused=_said(failure),
            pages=count_pages(session, deposit),
        )
        if not deposit.is_open:
            template = "upload-done.html"
        return render_template(template, page=page)


def _said(failure: Failure | None) -> str:
    if failure is None:
        return ""
    said = told(failure.reason, failure.values, gettext)
    return f"{said.fact} {said.advice}"
