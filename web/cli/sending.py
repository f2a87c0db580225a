"""`sandyq send`: a scanning station sends a folder to the server, or watches a hot folder."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from schemas.book_file import KNOWN, read_book_yaml
from storage.errors import Refused
from storage.settings import Settings
from web.cli.hot_folder import HotFolder, Pace, Remembered
from web.cli.office import DONE, PARTLY_REFUSED
from web.cli.speech import Speech, say
from web.deposit import page_files
from web.station import Digests, Line, Station

NOT_SENT = frozenset({"rights", "level", "until", "branch"})
"""Of book.yaml: a token decides its branch, and rights are decided at the library's desk."""


@dataclass(frozen=True)
class Told:
    """What the command line said of the book."""

    title: str | None
    work: str | None

    def book(self, folder: Path) -> Mapping[str, Any]:
        """The words for the server: told here, or written in book.yaml, or the folder's name."""
        if self.work:
            return {"work": self.work}
        words = _words_of(folder / "book.yaml")
        if self.title:
            words["title"] = self.title
        return {"title": folder.resolve().name, **words}


def send_command(settings: Settings, speech: Speech) -> click.Command:
    """The command, speaking one language."""

    def run(folder: Path, *, watch: bool, **told: Any) -> None:  # noqa: ANN401
        memory = (
            settings.home / "station" / hashlib.sha256(str(folder.resolve()).encode()).hexdigest()
        )
        line = Line(told["to"], told["token"], settings.language, say_waiting=_Quietly(speech))
        station = Station(line, Digests(memory.with_suffix(".digests.json")))
        book = Told(told["title"], told["work"])
        if watch:
            pace = Pace(told["every"], told["settle"], told["quiet"])
            remembered = Remembered(memory.with_suffix(".json"))
            HotFolder(folder, station, book.book, pace, remembered, speech).watch()
        raise SystemExit(send_folder(station, speech, folder, book.book(folder)))

    return click.Command(
        "send",
        params=[
            click.Argument(["folder"], type=click.Path(path_type=Path, readable=False)),
            click.Option(["--to"], required=True, help=speech("address of the portal")),
            click.Option(
                ["--token"],
                required=True,
                envvar="STATION_TOKEN",
                help=speech("the station's token"),
            ),
            click.Option(["--title"], help=speech("title of the book")),
            click.Option(
                ["--work"], help=speech("number of the book in the catalogue of the portal")
            ),
            click.Option(
                ["--watch"], is_flag=True, help=speech("stay, and send each folder that comes in")
            ),
            *_paces(speech),
        ],
        callback=run,
        help=speech(
            "Send a folder of page images to the server. What breaks off goes on by itself, over "
            "days; the same folder again sends only what is missing. With --watch every folder "
            "inside is a book, described by its book.yaml or called by its name.\n\n"
            "Example: sandyq send scans/komir --to https://archive.example --token … "
            "--title 'Қарағанды көмір бассейні'"
        ),
    )


def _paces(speech: Speech) -> list[click.Parameter]:
    return [
        click.Option(
            ["--every"], type=float, default=5.0, show_default=True,
            help=speech("with --watch: seconds between two looks"),
        ),
        click.Option(
            ["--settle"], type=float, default=3.0, show_default=True,
            help=speech("with --watch: seconds after which a file no longer grows"),
        ),
        click.Option(
            ["--quiet"], type=float, default=600.0, show_default=True,
            help=speech("with --watch: seconds without a new file after which a book is complete"),
        ),
    ]  # fmt: skip


def send_folder(station: Station, speech: Speech, folder: Path, book: Mapping[str, Any]) -> int:
    """Send every file and register the book; the exit code.

    Raises:
        Refused: the folder or the book makes no sense.
    """
    files = page_files(folder)
    deposit = station.begin(book)
    refused = 0
    with click.progressbar(files, label=speech("Files sent")) as bar:
        for path in bar:
            try:
                station.send(deposit, path)
            except Refused as refusal:
                refused += 1
                say(f"\n  {path.name}: {speech.failure(refusal)}", error=True)
    if refused == len(files):
        return PARTLY_REFUSED
    done = station.finish(deposit)
    say(
        speech(
            "“%(title)s” is registered: %(work)s",
            title=str(book.get("title", "")),
            work=done["work"],
        )
    )
    return PARTLY_REFUSED if refused else DONE


class _Quietly:
    """Says that the line is down, once in a while and not at every attempt."""

    def __init__(self, speech: Speech) -> None:
        self.speech = speech
        self.said = float("-inf")

    def __call__(self) -> None:
        now = time.monotonic()
        if now - self.said > 60:
            self.said = now
            say(
                self.speech("The server cannot be reached. Going on as soon as it can."), error=True
            )


def _words_of(file: Path) -> dict[str, Any]:
    """The words of a book.yaml that a deposit takes; checked here, so that mistakes show at once.

    Raises:
        Refused: ``bad-book-file`` and its kin, or ``unreadable-file``.
    """
    if not file.exists():
        return {}
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("unreadable-file", file=file.name) from error
    read_book_yaml(text, f"{file.parent.name}/{file.name}")
    words = yaml.load(text, Loader=yaml.CBaseLoader)  # noqa: S506  (makes nothing but text)
    return {key: value for key, value in words.items() if key in KNOWN - NOT_SENT}
