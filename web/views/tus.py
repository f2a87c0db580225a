"""A tus 1.0 server: one file, sent in as many requests as the line needs.

https://tus.io/protocols/resumable-upload, with creation, creation-with-upload,
termination, checksum and expiration. Offsets are told by the file on the disk. What is
refused for good is answered 4xx with a problem document that says it in words; what may
succeed later is answered 409, 423, 503 or 507, and nothing that came is lost.
"""

from __future__ import annotations

from collections.abc import Callable
from email.utils import format_datetime
from http import HTTPStatus

from flask import Blueprint, Response, abort, request

from archive.depositing import Depositor, begin_file, drop_file, find_deposit, find_file
from archive.deposits import LARGEST_FILE, DepositedFile
from schemas import tus
from storage.errors import Failure
from web.arrivals import Arrivals, Sent, TooLong, WrongChecksum, WrongOffset
from web.chance import CHANCE
from web.depositors import depositor
from web.portal import portal
from web.problems import failure_problem, problem
from web.receiving import CutOff, body_of

blueprint = Blueprint("tus", __name__)

FILES = "/upload/files"


@blueprint.route(FILES, methods=["OPTIONS"], provide_automatic_options=False)
def what_is_spoken() -> Response:
    """What this server can do."""
    return _answer(
        HTTPStatus.NO_CONTENT,
        **{
            "Tus-Version": tus.VERSION,
            "Tus-Extension": ",".join(tus.EXTENSIONS),
            "Tus-Max-Size": str(LARGEST_FILE),
            "Tus-Checksum-Algorithm": ",".join(tus.CHECKSUMS),
        },
    )


@blueprint.post(FILES)
def create() -> Response:
    """Begin a file of a deposit, or find the upload that was begun of it."""
    _speak_tus()
    sender = depositor()
    told = tus.read_metadata(request.headers.get("Upload-Metadata"))
    size = tus.read_number(request.headers.get("Upload-Length"), "Upload-Length")
    sha256 = tus.read_sha256(told.get("sha256"))
    here = portal()
    with here.storage.rows.writing() as session:
        deposit = find_deposit(session, sender, told.get("deposit", ""))
        if deposit is None:
            abort(HTTPStatus.NOT_FOUND)
        file = begin_file(
            session,
            deposit,
            told.get("filename", ""),
            size,
            sha256,
            now=here.now(),
            chance=CHANCE,
        )
    offset = _arrivals().offset(file) or 0
    if request.content_type == tus.CHUNK_TYPE and not offset:
        offset = _take(file, 0)
    return _told(HTTPStatus.CREATED, offset, Location=f"{FILES}/{file.name}")


@blueprint.route(f"{FILES}/<name>", methods=["HEAD"])
def where(name: str) -> Response:
    """How much of the file is here."""
    _speak_tus()
    file = _found(depositor(), name)
    arrivals = _arrivals()
    arrivals.settle(file)
    offset = _offset(arrivals, file)
    return _told(HTTPStatus.OK, offset, **{"Upload-Length": str(file.size)})


@blueprint.patch(f"{FILES}/<name>")
def go_on(name: str) -> Response:
    """Take the next bytes of the file."""
    _speak_tus()
    file = _found(depositor(), name)
    if request.content_type != tus.CHUNK_TYPE:
        abort(HTTPStatus.UNSUPPORTED_MEDIA_TYPE)
    offset = tus.read_number(request.headers.get("Upload-Offset"), "Upload-Offset")
    if _offset(_arrivals(), file) != offset:
        raise WrongOffset
    if file.content_key is not None:
        return _told(HTTPStatus.NO_CONTENT, offset)
    return _told(HTTPStatus.NO_CONTENT, _take(file, offset))


@blueprint.delete(f"{FILES}/<name>")
def drop(name: str) -> Response:
    """Take the file out of its deposit."""
    _speak_tus()
    sender, here = depositor(), portal()
    with here.storage.rows.writing() as session:
        file = find_file(session, sender, name)
        if file is None:
            abort(HTTPStatus.NOT_FOUND)
        drop_file(session, file, now=here.now(), agent=sender.agent)
    _arrivals().incoming.drop(name)
    return _answer(HTTPStatus.NO_CONTENT)


@blueprint.post(f"{FILES}/<name>")
def overridden(name: str) -> Response:
    """For lines that let no PATCH or DELETE through."""
    views: dict[str, Callable[[str], Response]] = {"PATCH": go_on, "DELETE": drop}
    view = views.get(request.headers.get("X-HTTP-Method-Override", ""))
    if view is None:
        abort(HTTPStatus.METHOD_NOT_ALLOWED)
    return view(name)


def _take(file: DepositedFile, offset: int) -> int:
    checksum = tus.read_checksum(request.headers.get("Upload-Checksum"))
    length, read = body_of(request, at_most=file.size - offset)
    return _arrivals().take(file, Sent(offset, length, read, checksum))


def _found(sender: Depositor, name: str) -> DepositedFile:
    with portal().reading() as session:
        file = find_file(session, sender, name)
        if file is None:
            abort(HTTPStatus.NOT_FOUND)
        if file.refusal is not None or not file.deposit.is_open:
            abort(HTTPStatus.GONE)
        return file


def _offset(arrivals: Arrivals, file: DepositedFile) -> int:
    with portal().reading() as session:
        now = session.get(DepositedFile, file.id)
        offset = arrivals.offset(now) if now else None
    if offset is None:
        abort(HTTPStatus.GONE)
    return offset


def _arrivals() -> Arrivals:
    return Arrivals(portal())


def _speak_tus() -> None:
    if request.headers.get("Tus-Resumable") != tus.VERSION:
        abort(HTTPStatus.PRECONDITION_FAILED)


def _told(status: HTTPStatus, offset: int, **headers: str) -> Response:
    until = format_datetime(_arrivals().expires(), usegmt=True)
    return _answer(status, **{"Upload-Offset": str(offset), "Upload-Expires": until, **headers})


def _answer(status: HTTPStatus, **headers: str) -> Response:
    response = Response(status=status)
    response.headers.update(headers)
    response.headers["Cache-Control"] = "no-store"
    return response


@blueprint.after_request
def _mark(response: Response) -> Response:
    response.headers["Tus-Resumable"] = tus.VERSION
    if response.status_code == HTTPStatus.PRECONDITION_FAILED:
        response.headers["Tus-Version"] = tus.VERSION
    return response


@blueprint.errorhandler(tus.BadHeader)
def _bad_header(error: tus.BadHeader) -> Response:
    return problem(HTTPStatus.BAD_REQUEST, f"bad {error.header}")


@blueprint.errorhandler(WrongOffset)
def _wrong_offset(_error: WrongOffset) -> Response:
    return problem(HTTPStatus.CONFLICT, "wrong-offset")


@blueprint.errorhandler(WrongChecksum)
def _wrong_checksum(_error: WrongChecksum) -> Response:
    response = problem(HTTPStatus.BAD_REQUEST, "wrong-checksum")
    response.status = "460 Checksum Mismatch"
    return response


@blueprint.errorhandler(TooLong)
def _too_long(_error: TooLong) -> Response:
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "too-long")


@blueprint.errorhandler(CutOff)
def _cut_off(_error: CutOff) -> Response:
    return problem(HTTPStatus.REQUEST_TIMEOUT, "cut-off")


blueprint.register_error_handler(Failure, failure_problem)
