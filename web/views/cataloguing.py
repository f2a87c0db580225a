"""The cataloguer's desk: files of records come in, are looked at, taken in and listed."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, request
from werkzeug.datastructures import FileStorage
from werkzeug.wrappers import Response

from archive.catalogue_entries import CatalogueImport
from archive.catalogue_imports import (
    entries_of,
    import_numbered,
    newest_imports,
    receive_import,
    start_import,
    troubles_of,
)
from archive.duties import Duty
from archive.record_search import find_works
from schemas.catalogue_file import FORMATS, examine, titles_in
from schemas.record_encoding import ENCODINGS
from storage.blob_reading import open_blob
from storage.blobs import pieces_of
from storage.errors import Refused
from web.addresses import with_query
from web.catalogue_showing import explained, import_row, reason_told, record_rows, state_of
from web.larger_forms import RECORDS_BYTES
from web.pages.cataloguing import (
    CataloguePage,
    EncodingChoice,
    Explained,
    ImportPage,
    TroubleRow,
)
from web.portal import portal
from web.signed_in import at_desk, on_duty

blueprint = Blueprint("cataloguing", __name__)

ADDRESS = "/desk/catalogue"
SOURCE = "rabis"
LEAF = 20  # works in one leaf of the results
LISTED = 50  # records of an import that are listed by title

# How encodings are called where people choose one.
NAMES = {
    "utf-8": "UTF-8",
    "kz1048": "KZ-1048 (СТ РК 1048-2002)",
    "ptcp154": "PT154 (Paratype)",
    "cp1251": "Windows-1251",
    "cp866": "DOS 866",
}


@blueprint.get(ADDRESS)
@on_duty(Duty.CATALOGUE)
def desk() -> str:
    """The desk, with what was looked for."""
    return _desk(None)


def _desk(failure: Explained | None) -> str:
    q, first = request.args.get("q", ""), max(0, request.args.get("from", 0, type=int))
    with portal().reading() as session:
        works = find_works(session, q, limit=LEAF + 1, first=first)
        further = with_query(ADDRESS, q=q, from_=first + LEAF) if len(works) > LEAF else ""
        page = CataloguePage(
            q=q,
            found=record_rows(session, works[:LEAF]),
            next=further,
            imports=[import_row(run) for run in newest_imports(session, 10)],
            limit=RECORDS_BYTES >> 20,
            failure=failure,
        )
    return render_template("catalogue.html", page=page)


@blueprint.post(f"{ADDRESS}/files")
@on_duty(Duty.CATALOGUE)
def receive() -> Response | tuple[str, int]:
    """Keep a file and show what it seems to be."""
    sent = request.files.get("file")
    try:
        number = _received(sent)
    except Refused as refused:
        return _desk(explained(refused)), 400
    return redirect(f"{ADDRESS}/imports/{number}", 303)


def _received(sent: FileStorage | None) -> int:
    if sent is None or not sent.filename:
        raise Refused("no-records")
    found = examine(sent.stream)  # type: ignore[arg-type]
    sent.stream.seek(0)
    here = portal()
    key = here.storage.blobs.put(pieces_of(sent.stream))  # type: ignore[arg-type]
    with here.storage.rows.writing() as session:
        run = receive_import(
            session,
            file_name=(sent.filename or "")[-200:],
            content_key=key,
            size=here.storage.blobs.size(key),
            source=SOURCE,
            form=found.format,
            encoding=found.encoding.encoding,
            now=here.now(),
            agent=at_desk().agent,
        )
        return run.id


@blueprint.get(f"{ADDRESS}/imports/<int:number>")
@on_duty(Duty.CATALOGUE)
def shown_import(number: int) -> str:
    """An import: the choice before it, its progress, its result."""
    with portal().reading() as session:
        run = import_numbered(session, number)
        if run is None:
            abort(404)
        if state_of(run) == "waiting":
            page = _choice(run)
        else:
            page = _page(
                run,
                troubles=[
                    _trouble(each.number, each.control_number or "", each.refused,
                             reason_told(each.reason, each.values))
                    for each in troubles_of(session, number)
                ],
                new=record_rows(session, [
                    each.work for each in entries_of(session, number, changed=False, limit=LISTED)
                ]),
                corrected=record_rows(session, [
                    each.work for each in entries_of(session, number, changed=True, limit=LISTED)
                ]),
            )  # fmt: skip
    return render_template("catalogue-import.html", page=page)


def _trouble(number: int, control: str, refused: bool, said: Explained) -> TroubleRow:  # noqa: FBT001
    return TroubleRow(number, control, said.fact, said.advice, refused)


def _choice(run: CatalogueImport) -> ImportPage:
    """How each encoding reads the file; a person sees at once which one is right."""
    with open_blob(portal().storage.blobs, run.content_key) as file:
        found = examine(file)
        form = request.args.get("format", "")
        form = form if form in FORMATS else run.format
        choices = [
            EncodingChoice(code, NAMES[code], titles, chosen=code == run.encoding)
            for code in (run.encoding, *(each for each in ENCODINGS if each != run.encoding))
            if (titles := titles_in(file, form, code)) or code == run.encoding
        ]
    return _page(
        run, form=form, is_sure=found.encoding.is_sure, seen=found.records,
        unreadable=found.damaged, choices=choices,
    )  # fmt: skip


def _page(run: CatalogueImport, **besides: object) -> ImportPage:
    counts = ("records", "added", "changed", "unchanged", "merged", "damaged")
    told: dict[str, object] = {
        "id": run.id,
        "file_name": run.file_name,
        "state": state_of(run),
        "form": run.format,
        "encoding": NAMES.get(run.encoding, run.encoding),
        "done": min(100, 100 * run.position // max(1, run.size)),
        **{name: getattr(run, name) for name in counts},
    }
    return ImportPage(**{**told, **besides})  # type: ignore[arg-type]


@blueprint.post(f"{ADDRESS}/imports/<int:number>/start")
@on_duty(Duty.CATALOGUE)
def start(number: int) -> Response:
    """Take the records in, as the person has chosen."""
    here = portal()
    form, encoding = request.form.get("format", ""), request.form.get("encoding", "")
    with here.transaction() as (session, wake):
        run = import_numbered(session, number)
        if run is None:
            abort(404)
        if run.started_at is None:
            if form not in FORMATS or encoding not in ENCODINGS:
                abort(400)
            run.format, run.encoding = form, encoding
            start_import(session, run, here.now())
        wake("catalogue", run.id)
    return redirect(f"{ADDRESS}/imports/{number}", 303)
