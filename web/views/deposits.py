"""How do programs begin a book, see what of it is here, and finish it?

The page of the upload desk and `sandyq send` speak to these addresses (JSON); the files
themselves go to `web.views.tus`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, abort, jsonify, request
from sqlalchemy.orm import Session

from archive.depositing import (
    Depositor,
    begin_file,
    find_deposit,
    open_deposit,
    put_in_order,
)
from archive.deposits import Deposit
from archive.doors import work_door
from archive.handover import Description
from archive.upload_tokens import note_use
from archive.works import Work
from schemas.book_file import describe
from schemas.tus import BadHeader, read_sha256
from storage.errors import Failure, Refused
from web.arrivals import Arrivals, register
from web.chance import CHANCE
from web.depositors import depositor
from web.pages.upload import FileRow, refused_row, row_of, rows_of
from web.portal import portal
from web.problems import failure_problem

blueprint = Blueprint("deposits", __name__)
blueprint.register_error_handler(Failure, failure_problem)

DEPOSITS = "/upload/deposits"


@blueprint.post(DEPOSITS)
def begin() -> tuple[Response, HTTPStatus]:
    """The open deposit of this book, begun if there is none: words of book.yaml, or a work."""
    sender, here, told = depositor(), portal(), _told()
    with here.storage.rows.writing() as session:
        if sender.token_id is not None:
            note_use(session, sender.token_id, here.now())
        deposit = open_deposit(session, sender, _book(session, told), now=here.now(), chance=CHANCE)
        session.refresh(deposit)
        return jsonify(_state(deposit)), HTTPStatus.CREATED


@blueprint.get(f"{DEPOSITS}/<name>")
def state(name: str) -> Response:
    """What of this book is here."""
    with portal().reading() as session:
        return jsonify(_state(_found(session, depositor(), name)))


@blueprint.post(f"{DEPOSITS}/<name>/files")
def begin_files(name: str) -> Response:
    """Begin many files at once, or find the uploads that were begun of them.

    Those refused by their names or sizes stand in the answer with the reason.
    """
    sender, here = depositor(), portal()
    told = _told().get("files")
    if not isinstance(told, list):
        abort(HTTPStatus.BAD_REQUEST)
    with here.storage.rows.writing() as session:
        deposit = _found(session, sender, name)
        rows = [_begin(session, deposit, each) for each in told]
    return jsonify([asdict(row) for row in rows])


def _begin(session: Session, deposit: Deposit, told: Mapping[str, Any]) -> FileRow:
    try:
        name, size = str(told["name"]), int(told["size"])
        sha256 = read_sha256(told.get("sha256"))
    except (BadHeader, KeyError, TypeError, ValueError):
        abort(HTTPStatus.BAD_REQUEST)
    try:
        file = begin_file(session, deposit, name, size, sha256, now=portal().now(), chance=CHANCE)
    except Refused as refusal:
        if refusal.reason == "deposit-closed":
            raise
        return refused_row(name, refusal)
    return row_of(file, Arrivals(portal()))


@blueprint.post(f"{DEPOSITS}/<name>/order")
def order(name: str) -> tuple[str, HTTPStatus]:
    """Put the files in this order."""
    sender = depositor()
    with portal().storage.rows.writing() as session:
        put_in_order(session, _found(session, sender, name), _told().get("order", ()))
    return "", HTTPStatus.NO_CONTENT


@blueprint.post(f"{DEPOSITS}/<name>/finish")
def finish(name: str) -> Response:
    """Register the book."""
    try:
        done = register(portal(), depositor(), name)
    except LookupError:
        abort(HTTPStatus.NOT_FOUND)
    return jsonify({"work": done.work.name, "receptions": done.receptions})


def _told() -> Mapping[str, Any]:
    told = request.get_json()
    if not isinstance(told, dict):
        abort(HTTPStatus.BAD_REQUEST)
    return told


def _book(session: Session, told: Mapping[str, Any]) -> Description | Work:
    if "work" not in told:
        return describe(told, "JSON")
    door = work_door(session, str(told["work"]))
    if door is None:
        raise Refused("unknown-work", value=str(told["work"]))
    return door.work


def _found(session: Session, sender: Depositor, name: str) -> Deposit:
    deposit = find_deposit(session, sender, name)
    if deposit is None:
        abort(HTTPStatus.NOT_FOUND)
    return deposit


def _state(deposit: Deposit) -> dict[str, Any]:
    return {
        "deposit": deposit.name,
        "title": deposit.title,
        "registered": deposit.registered_at is not None,
        "abandoned": deposit.abandoned_at is not None,
        "work": deposit.work.name if deposit.work else None,
        "files": [asdict(row) for row in rows_of(deposit, Arrivals(portal()))],
    }
