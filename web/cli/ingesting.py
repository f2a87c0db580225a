"""`sandyq ingest`: a folder of page images becomes a book."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click

from archive.handover import Description
from archive.ingest import ReceivedFile, Reception
from schemas.book_file import describe, read_book_yaml, read_books_csv
from storage.errors import Failure, Refused, Transient
from storage.settings import Settings
from web.cli.office import DONE, MISUSED, PARTLY_REFUSED, Office, open_office
from web.cli.speech import Speech, say, say_json
from web.cli.waiting import TroubledPage, wait_for_books
from web.deposit import Handover, TakenPage, keep_file, page_files, register_book

RETRY_SECONDS = 2.0  # between looks whether there is space again


@dataclass
class Delivery:
    """What became of one book; `refused` maps file names to failures."""

    folder: str
    work: str = ""
    title: str = ""
    pages: list[TakenPage] = field(default_factory=list)
    refused: dict[str, Failure] = field(default_factory=dict)

    def counted(self, reception: Reception) -> int:
        """How many files were received so."""
        return sum(page.reception is reception for page in self.pages)


def ingest_command(settings: Settings, speech: Speech) -> click.Command:
    """The command, speaking one language."""
    options = [
        click.Option(["--title"], help=speech("title of the book")),
        click.Option(["--author"], help=speech("author; several are parted by ;")),
        click.Option(["--year"], type=int, help=speech("year of publication")),
        click.Option(
            ["--language"], help=speech("kk, ru, mixed, ru-petr, kk-latn-1929 or kk-arab")
        ),
        click.Option(
            ["--type"], help=speech("book, newspaper-article, journal-article, extract or other")
        ),
        click.Option(["--branch"], help=speech("code of the library that holds the copy")),
        click.Option(["--collection"], help=speech("thematic folder")),
        click.Option(["--rights"], help=speech("address of the rights statement or licence")),
        click.Option(
            ["--level"], help=speech("who may read it: nobody, premises, registered or everybody")
        ),
        click.Option(["--until"], help=speech("last day of that, as 2030-12-31")),
    ]
    flags = [
        click.Option(["--wait"], is_flag=True, help=speech("stay until the book is complete")),
        click.Option(["--json", "as_json"], is_flag=True, help=speech("answer for a script")),
    ]

    def run(folder: Path, *, wait: bool, as_json: bool, **told: Any) -> None:  # noqa: ANN401
        with open_office(settings) as office:
            code = ingest(office, speech, folder, told, wait=wait, as_json=as_json)
        raise SystemExit(code)

    return click.Command(
        "ingest",
        params=[
            # click would refuse what may not be read in its own words, and in English
            click.Argument(["folder"], type=click.Path(path_type=Path, readable=False)),
            *options,
            *flags,
        ],
        callback=run,
        help=speech(
            "Make a book of a folder of page images (TIFF, JPEG, PNG, JPEG 2000, PDF of scans). "
            "A folder with books.csv, or with a book.yaml in each of its folders, holds many "
            "books. The same folder again adds only what is new.\n\n"
            "Example: sandyq ingest scans/komir --title 'Қарағанды көмір бассейні' --language kk "
            "--rights http://creativecommons.org/publicdomain/mark/1.0/ --level everybody --wait"
        ),
    )


def ingest(
    office: Office,
    speech: Speech,
    folder: Path,
    told: dict[str, Any],
    *,
    wait: bool,
    as_json: bool,
) -> int:
    """Hand in every book of the folder; the exit code."""
    deliveries = []
    for place, description in books_in(folder, told):
        delivery = hand_in(office, speech, place, description, quiet=as_json)
        deliveries.append(delivery)
        if not as_json:
            _tell(speech, delivery)
    works = [delivery.work for delivery in deliveries if delivery.work]
    troubles = wait_for_books(office, speech, works, quiet=as_json) if wait and works else []
    if as_json:
        say_json([_as_value(speech, delivery, troubles) for delivery in deliveries])
    if not works:
        return MISUSED
    return PARTLY_REFUSED if troubles or any(each.refused for each in deliveries) else DONE


def books_in(folder: Path, told: dict[str, Any]) -> Iterator[tuple[Path, Description]]:
    """The books of a folder, each with its own folder and description.

    Raises:
        Refused: ``unreadable-folder``, ``unreadable-file``, or what the
            description files are refused for.
    """
    try:
        there = {path.name for path in folder.iterdir()}
    except OSError as error:
        raise Refused("unreadable-folder", folder=str(folder)) from error
    given = {name: value for name, value in told.items() if value is not None}
    table = folder / "books.csv"
    if table.name in there:
        for place, description in read_books_csv(_text_of(table), table.name):
            yield folder / place, description
    elif given or "book.yaml" in there:
        yield folder, _description_of(folder, given)
    else:
        yield from _books_of_folders(folder)


def _books_of_folders(folder: Path) -> Iterator[tuple[Path, Description]]:
    described = sorted(folder.glob("*/book.yaml"))
    if not described:
        raise Refused("no-title")
    for file in described:
        yield file.parent, _description_of(file.parent, {})


def _description_of(folder: Path, given: dict[str, Any]) -> Description:
    file = folder / "book.yaml"
    if given:
        return describe(given, "sandyq ingest")
    return read_book_yaml(_text_of(file), f"{folder.name}/{file.name}")


def _text_of(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable-file", file=str(file)) from error


def hand_in(
    office: Office, speech: Speech, folder: Path, description: Description, *, quiet: bool = False
) -> Delivery:
    """Take a folder's files and register them; a file that is refused stops nothing."""
    delivery = Delivery(str(folder), title=description.title)
    try:
        files = page_files(folder)
    except Refused as refusal:
        delivery.refused[str(folder)] = refusal
        return delivery
    kept = list(_keep_all(office, speech, files, delivery, quiet=quiet))
    if not kept:
        return delivery
    handover = Handover(description, str(folder.resolve()), office.agent)
    try:
        delivery.work, pages = register_book(
            office.storage,
            office.queue,
            handover,
            kept,
            now=office.now,
            today=office.today(),
            chance=office.chance,
        )
    except Refused as refusal:
        delivery.refused[str(folder)] = refusal
        return delivery
    for page in _with_bar(pages, len(kept), speech("Pages registered"), quiet=quiet):
        delivery.pages.append(page)
        if page.reception is Reception.DUPLICATE:
            delivery.refused[page.name] = Refused(
                "duplicate-page", file=page.name, page=page.sequence
            )
    return delivery


def _keep_all(
    office: Office, speech: Speech, files: Sequence[Path], delivery: Delivery, *, quiet: bool
) -> Iterator[ReceivedFile]:
    for path in _with_bar(iter(files), len(files), speech("Files taken in"), quiet=quiet):
        try:
            yield _keep_when_there_is_space(office, speech, path)
        except Refused as refusal:
            delivery.refused[path.name] = refusal


def _keep_when_there_is_space(office: Office, speech: Speech, path: Path) -> ReceivedFile:
    told = False
    while True:
        try:
            return keep_file(office.storage.blobs, path)
        except Transient as failure:
            if not told:
                say(speech.failure(failure), error=True)
                told = True
            time.sleep(RETRY_SECONDS)


def _with_bar(things: Iterator[Any], length: int, label: str, *, quiet: bool) -> Iterator[Any]:
    if quiet:
        yield from things
        return
    with click.progressbar(things, length=length, label=label, file=sys.stderr) as bar:
        yield from bar


def _tell(speech: Speech, delivery: Delivery) -> None:
    counts = {reception: delivery.counted(reception) for reception in Reception}
    if delivery.work:
        say(
            speech(
                "“%(title)s” (%(work)s): new pages: %(added)s, new versions: %(replaced)s, "
                "already here: %(unchanged)s",
                title=delivery.title,
                work=delivery.work,
                added=counts[Reception.ADDED],
                replaced=counts[Reception.REPLACED],
                unchanged=counts[Reception.UNCHANGED],
            )
        )
    for name, failure in delivery.refused.items():
        say(f"  {name}: {speech.failure(failure)}", error=True)


def _as_value(
    speech: Speech, delivery: Delivery, troubles: Sequence[TroubledPage]
) -> dict[str, Any]:
    return {
        "work": delivery.work or None,
        "title": delivery.title,
        "folder": delivery.folder,
        "added": delivery.counted(Reception.ADDED),
        "replaced": delivery.counted(Reception.REPLACED),
        "unchanged": delivery.counted(Reception.UNCHANGED),
        "refused": [
            {"file": name, "reason": failure.reason, "told": speech.failure(failure)}
            for name, failure in delivery.refused.items()
        ]
        + [
            {
                "file": trouble.file,
                "page": trouble.sequence,
                "reason": trouble.reason,
                "told": speech.reason(trouble.reason, trouble.values),
            }
            for book, trouble in troubles
            if book.work == delivery.work
        ],
    }
